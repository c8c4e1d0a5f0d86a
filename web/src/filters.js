// Filters that are the legend too: what there is of each kind, role and force, how many, how drawn.

import { line } from "./cards.js";
import { el, words } from "./dom.js";
import { swatch } from "./panel.js";
import { say } from "./words.js";

/** @typedef {import("./cards.js").Page} Page */
/** @typedef {import("./state.js").State} State */
/** @typedef {"kinds"|"roles"|"forces"} Facet */

const MANY = 12; // of a filter, before the rest has to be asked for

/**
 * @param {Page} page
 * @param {State} state
 * @param {(change: Partial<State>) => void} set
 * @param {() => void} toGaps shows the list of measures that name no actor
 */
export function filters(page, state, set, toGaps) {
  const { model, lang } = page;
  const counts = model.counts(state);
  const gaps = [...model.things.values()].filter((thing) => model.gap(thing));
  const filtered = state.kinds || state.roles || state.forces || state.measures;
  /** @type {[Facet, "kind"|"role"|"force"][]} */
  const facets = [
    ["roles", "role"],
    ["forces", "force"],
    ["kinds", "kind"],
  ];
  const shown = facets.filter(([name]) => model[name].length > 1 || model[name][0]);
  return [
    el(
      "button",
      {
        type: "button",
        class: "reset",
        disabled: !filtered,
        onclick: () => set({ kinds: null, roles: null, forces: null, measures: null }),
      },
      say("reset", lang),
    ),
    model.measures.length > 1 && measures(page, state, set),
    ...shown.map(([name, word]) => facet(page, state, set, name, say(word, lang), counts[name])),
    gaps.length > 0 &&
      el(
        "p",
        { class: "gap-legend" },
        el("span", { class: "swatch", "aria-hidden": "true" }),
        el("span", { class: "what" }, say("noActor", lang)),
        el("span", { class: "count" }, gaps.length),
        el("button", { type: "button", class: "only", onclick: toGaps }, say("lookAt", lang)),
      ),
    el(
      "p",
      { class: "note" },
      model.links.some((link) => link.open) && `${say("openLegend", lang)} `,
      model.hub && `${say("twice", lang)} `,
      model.links.some((link) => link.statement) && say("thick", lang),
    ),
  ].filter(Boolean);
}

/** The measure whose statements are shown, or all. */
function measures(
  /** @type {Page} */ { model, lang },
  /** @type {State} */ state,
  /** @type {(change: Partial<State>) => void} */ set,
) {
  const chosen = state.measures?.size === 1 ? [...state.measures][0] : "";
  const option = (/** @type {string} */ id, /** @type {string} */ label) =>
    el("option", { value: id, selected: id === chosen }, label);
  return el(
    "label",
    { class: "measures" },
    say("measures", lang),
    el(
      "select",
      {
        "aria-label": say("measures", lang),
        "data-key": "measures",
        onchange: (/** @type {any} */ event) =>
          set({ measures: event.target.value ? new Set([event.target.value]) : null }),
      },
      option("", say("all", lang)),
      ...model.measures.map((id) => option(id, model.label(id, lang))),
    ),
  );
}

function facet(
  /** @type {Page} */ { model, lang },
  /** @type {State} */ state,
  /** @type {(change: Partial<State>) => void} */ set,
  /** @type {Facet} */ name,
  /** @type {string} */ title,
  /** @type {Map<string, number>} */ counts,
) {
  const all = model[name];
  const chosen = state[name];
  const change = (/** @type {Set<string>} */ next) =>
    set({ [name]: next.size === all.length ? null : next });
  // Ends of lines are told apart only where there are roles of those who act.
  const marked = all.some((id) => model.acts(id));
  const row = (/** @type {string} */ id) => {
    const label = id ? model.term(id, lang) : say(name === "forces" ? "noForce" : "noKind", lang);
    const number = counts.get(id) ?? 0;
    const alone = chosen?.size === 1 && chosen.has(id);
    return el(
      "li",
      { class: number ? "" : "none" },
      el(
        "label",
        { title: model.meaning(id, lang) || false },
        el("input", {
          type: "checkbox",
          checked: !chosen || chosen.has(id),
          "data-key": `${name} ${id}`,
          onchange: (/** @type {any} */ event) => {
            const next = new Set(chosen ?? all);
            if (event.target.checked) next.add(id);
            else next.delete(id);
            change(next);
          },
        }),
        name === "forces" && line(model, id),
        name === "kinds" && swatch(model.colourOf(id)),
        name === "roles" && marked && mark(model, id),
        el("span", { class: "what" }, words(label)),
        el("span", { class: "count" }, number.toLocaleString("en")),
      ),
      el(
        "button",
        {
          type: "button",
          class: "only",
          "data-key": `only ${name} ${id}`,
          "aria-label": alone ? say("seeAll", lang) : `${say("only", lang)} ${label}`,
          onclick: () => set({ [name]: alone ? null : new Set([id]) }),
        },
        alone ? say("all", lang) : say("only", lang),
      ),
    );
  };
  const more = all.slice(MANY);
  return el(
    "fieldset",
    {},
    el("legend", {}, `${title} · ${say(name === "kinds" ? "numberThings" : "numberLinks", lang)}`),
    el("ul", {}, all.slice(0, MANY).map(row)),
    more.length > 0 &&
      el(
        "details",
        { open: more.some((id) => chosen?.has(id)) },
        el("summary", {}, `${say("more", lang)} ${more.length}`),
        el("ul", {}, more.map(row)),
      ),
  );
}

/** The end by which lines of a role are known. */
function mark(/** @type {import("./model.js").Model} */ model, /** @type {string} */ role) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 30 12");
  svg.setAttribute("class", "sample");
  svg.setAttribute("aria-hidden", "true");
  const shapes = /** @type {Record<string, string>} */ ({
    "role:responsible": "M0 6H18M18 1L29 6L18 11Z",
    "role:addressed": "M11 6H30M11 6A4.5 4.5 0 1 1 2 6A4.5 4.5 0 1 1 11 6",
    "role:duty": "M10 6H30M1 2H10V10H1Z",
  });
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const group = model.terms[role]?.group ?? "";
  path.setAttribute("d", shapes[group] ?? "M0 6H22M16 1L27 6L16 11");
  const full = group === "role:duty" || role === model.first;
  path.setAttribute("class", full ? "full" : "hollow");
  svg.append(path);
  return svg;
}
