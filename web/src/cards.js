// What is said, in words: cards of statements, names of things to click, marks of forces.

import { el, words } from "./dom.js";
import { many, values } from "./model.js";
import { say } from "./words.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Link} Link */
/** @typedef {import("./model.js").Statement} Statement */
/** @typedef {import("./words.js").Lang} Lang */
/**
 * @typedef {object} Page
 * @property {Model} model
 * @property {Lang} lang
 * @property {(id: string) => void} select
 * @property {((id: string, lang: Lang) => string)|undefined} href the address of the page of a
 *   thing or a statement, where there is one
 */

const PLAIN = "force:plain";
// What a card shows in a place of its own, or what is only the look of it.
const SHOWN = new Set(
  (
    "id iri label label_zh label_en kind kindLabel types colour lineStyle source target role " +
    "statement measure measureLabel quote translation force cue act actorStatus condition open " +
    "type"
  ).split(" "),
);

/** The mark of a force: its line and its name. */
export function forceMark(/** @type {Page} */ { model, lang }, /** @type {string} */ force) {
  if (!force) return el("span", { class: "force" }, line(model, ""), say("noForce", lang));
  return el("span", { class: "force" }, line(model, force), words(model.term(force, lang), lang));
}

/** A piece of the line by which a force is drawn. */
export function line(/** @type {Model} */ model, /** @type {string} */ force) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 30 10");
  svg.setAttribute("class", "sample");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  const { colour = "#999999", line: style = "solid" } = model.terms[force] ?? {};
  const dashes = /** @type {Record<string, string>} */ ({ dashed: "7 4", dotted: "2 3" })[style];
  path.setAttribute("d", "M0 5H30");
  if (/^#[0-9a-f]{6}$/i.test(colour)) path.style.setProperty("--colour", colour);
  path.setAttribute("stroke-width", "3");
  if (dashes) path.setAttribute("stroke-dasharray", dashes);
  svg.append(path);
  return svg;
}

/** A thing to click. */
export function thing(
  /** @type {Page} */ page,
  /** @type {string} */ id,
  /** @type {string} */ after = "",
) {
  const { model, lang, select } = page;
  return el(
    "button",
    { type: "button", class: "thing", onclick: () => select(id) },
    words(model.label(id, lang)),
    after,
  );
}

/** A list of which only the first are made at once. */
export function list(
  /** @type {Page} */ page,
  /** @type {any[]} */ items,
  /** @type {(item: any) => Node} */ make,
  most = 40,
  attributes = {},
) {
  const made = el(
    "ul",
    attributes,
    items.slice(0, most).map((item) => el("li", {}, make(item))),
  );
  let at = most;
  const button = el("button", {
    type: "button",
    class: "more",
    onclick: () => {
      made.append(...items.slice(at, at + 200).map((item) => el("li", {}, make(item))));
      at += 200;
      told();
    },
  });
  const told = () => {
    button.hidden = at >= items.length;
    button.textContent = `${say("more", page.lang)} ${(items.length - at).toLocaleString("en")}`;
  };
  told();
  return items.length > most ? [made, button] : [made];
}

/** One statement: its words, its force, who does what in it. */
export function card(/** @type {Page} */ page, /** @type {Statement} */ statement) {
  const { model, lang, select } = page;
  const { data, force } = statement;
  const rows = [...slots(page, statement), ...roles(page, statement)];
  if (statement.measure) rows.push([say("measure", lang), [thing(page, statement.measure)]]);
  const several = [...byRole(statement.links).values()].filter((links) => links.length > 1);
  return el(
    "article",
    { class: "card" },
    el(
      "h3",
      {},
      force ? forceMark(page, force) : model.term(many(data.typeId ?? data.kind)[0] ?? "", lang),
      " ",
      el(
        "button",
        { type: "button", class: "id", onclick: () => select(statement.id) },
        statement.id,
      ),
      page.href && el("a", { href: page.href(statement.id, page.lang) }, say("itsPage", page.lang)),
    ),
    values(data, "quote", "zh").map((quote) => el("blockquote", { lang: "zh" }, words(quote))),
    lang === "en" &&
      values(data, "translation", "en").map((text) =>
        el("p", { class: "english", lang: "en" }, words(text)),
      ),
    el(
      "dl",
      {},
      rows.map(([name, shown]) => el("div", {}, el("dt", {}, name), el("dd", {}, shown))),
    ),
    several.length > 1 && el("p", { class: "note" }, say("pairing", lang)),
  );
}

/** @returns {[string, any[]][]} the slots of a statement, by name */
function slots(/** @type {Page} */ page, /** @type {Statement} */ { data, force }) {
  const { model, lang } = page;
  const said = (/** @type {string} */ name) =>
    values(data, name, lang).concat(
      values(data, name, lang).length ? [] : values(data, name, "zh"),
    );
  const shown = (/** @type {string} */ text) => words(text);
  const joined = (/** @type {string} */ name) =>
    said(name).flatMap((text, at) => (at ? ["、", shown(text)] : [shown(text)]));
  /** @type {[string, any[]][]} */
  const rows = [];
  if (said("cue").length) rows.push([say("cue", lang), joined("cue")]);
  else if (force && force !== PLAIN) rows.push([say("cue", lang), [say("carried", lang)]]);
  if (said("act").length) rows.push([say("act", lang), joined("act")]);
  const status = many(data.actorStatusId);
  if (status.length) {
    rows.push([say("actorStatus", lang), status.map((id) => words(model.term(id, lang)))]);
  }
  if (said("condition").length) rows.push([say("condition", lang), joined("condition")]);
  return rows.concat(others(page, data));
}

/** @returns {[string, any[]][]} the attributes that have no place of their own */
export function others(/** @type {Page} */ page, /** @type {Record<string, any>} */ data) {
  const { model, lang } = page;
  const names = new Set(
    Object.keys(data).map((key) =>
      key.endsWith("Id") ? key.slice(0, -2) : key.replace(/_(?:zh|en)$/, ""),
    ),
  );
  /** @type {[string, any[]][]} */
  const rows = [];
  for (const name of names) {
    if (SHOWN.has(name)) continue;
    const ids = many(data[`${name}Id`]);
    const told = ids.length
      ? ids.map((id) => model.label(id, lang))
      : values(data, name, lang).length
        ? values(data, name, lang)
        : values(data, name, lang === "zh" ? "en" : "zh");
    if (!told.length) continue;
    rows.push([
      model.term(model.attributes[name] ?? name, lang),
      told.map((text) => el("div", {}, words(text))),
    ]);
  }
  return rows;
}

// Told in the head of a card, or below it.
const ELSEWHERE = new Set(["sti:inMeasure", "sti:force"]);

/** @returns {[string, any[]][]} who and what, by role */
function roles(/** @type {Page} */ page, /** @type {Statement} */ statement) {
  const { model, lang } = page;
  return [...byRole(statement.links)]
    .sort(([a], [b]) => model.roles.indexOf(a) - model.roles.indexOf(b))
    .filter(([role]) => !ELSEWHERE.has(role))
    .map(([role, links]) => [
      el("strong", {}, model.term(role, lang)),
      links.map((link) => {
        const far = [link.source, link.target].find(
          (id) => id !== statement.measure && id !== statement.id,
        );
        const open = link.open ? el("span", { class: "open" }, say("open", lang)) : null;
        return el("div", {}, thing(page, far ?? link.target), open);
      }),
    ]);
}

export function byRole(/** @type {Link[]} */ links) {
  /** @type {Map<string, Link[]>} */
  const found = new Map();
  for (const link of links) found.set(link.role, [...(found.get(link.role) ?? []), link]);
  return found;
}
