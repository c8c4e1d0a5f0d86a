// What the reader chose, kept in the fragment of the address, so that a link leads back to it.

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./words.js").Lang} Lang */
/** @typedef {"glance"|"selected"|"list"} Tab */
/**
 * @typedef {object} State
 * @property {Lang} lang
 * @property {Tab} tab
 * @property {string} see what is selected: id of a thing, a link or a statement; or ""
 * @property {string} around the thing that the drawing is about, or ""
 * @property {Set<string>} open what was opened in the drawing
 * @property {Set<string>|null} kinds that are shown; null for all
 * @property {Set<string>|null} roles
 * @property {Set<string>|null} forces
 * @property {Set<string>|null} measures
 */

const SETS = /** @type {const} */ (["kinds", "roles", "forces", "measures"]);
const NONE = "-"; // in the place of "": no kind, no force

/**
 * The state that a fragment tells; what it tells that the data does not hold is left out.
 *
 * @param {string} fragment with or without "#"
 * @param {Model} model
 * @param {Lang} lang where the fragment tells none
 * @returns {State}
 */
export function read(fragment, model, lang) {
  const told = new URLSearchParams(fragment.replace(/^#/, ""));
  const wanted = told.get("lang");
  const known = (/** @type {string|null} */ id) => (id && model.knows(id) ? id : "");
  const see = known(told.get("see"));
  const tab = told.get("tab");
  /** @type {State} */
  const state = {
    lang: model.languages.find((one) => one === wanted) ?? lang,
    tab: tab === "list" || tab === "glance" ? tab : see ? "selected" : "glance",
    see,
    around: model.things.has(told.get("around") ?? "") ? (told.get("around") ?? "") : "",
    open: new Set([
      ...split(told.get("open")).filter((id) => model.things.has(id)),
      ...model.above(see),
    ]),
    kinds: null,
    roles: null,
    forces: null,
    measures: null,
  };
  for (const name of SETS) {
    if (!told.has(name)) continue;
    const all = new Set(model[name]);
    state[name] = new Set(
      split(told.get(name))
        .map((id) => (id === NONE ? "" : id))
        .filter((id) => all.has(id)),
    );
  }
  return state;
}

/**
 * The fragment of a state, without "#"; "" for that of the beginning.
 *
 * @param {State} state
 * @param {Model} model
 * @param {Lang} lang that needs no telling
 */
export function write(state, model, lang) {
  /** @type {[string, string][]} */
  const told = [];
  if (state.lang !== lang) told.push(["lang", state.lang]);
  if (state.see) told.push(["see", state.see]);
  if (state.tab !== (state.see ? "selected" : "glance")) told.push(["tab", state.tab]);
  if (state.around) told.push(["around", state.around]);
  const open = [...state.open].filter((id) => model.things.has(id));
  if (open.length) told.push(["open", open.join(",")]);
  for (const name of SETS) {
    const shown = state[name];
    if (shown) told.push([name, [...shown].map((id) => id || NONE).join(",")]);
  }
  const plain = (/** @type {string} */ text) =>
    encodeURIComponent(text).replace(/%3A/g, ":").replace(/%2C/g, ",").replace(/%2F/g, "/");
  return told.map(([key, value]) => `${key}=${plain(value)}`).join("&");
}

function split(/** @type {string|null} */ text) {
  return text ? text.split(",") : [];
}
