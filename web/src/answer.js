// The table of an answer in the SPARQL editor: all it shows is text, and our IRIs open our pages.
// The one that yasgui brings makes HTML of names and values, and adds a style that our policy
// forbids.

import { el } from "./dom.js";

const ROWS = 100; // on a page
const WORDS = {
  table: ["表格", "Table"],
  of: ["行，共", "rows of"],
  before: ["上一页", "Previous"],
  after: ["下一页", "Next"],
  download: ["下载 CSV", "Download CSV"],
};

/**
 * @typedef {{type: string, value: string, "xml:lang"?: string, datatype?: string}} Term
 * @typedef {object} Names
 * @property {Record<string, string>} prefixes
 * @property {string} base of the IRIs that have a page here
 * @property {string} terms namespace of the terms, whose pages are apart
 */

/** Makes the class of the table, which yasr makes one of for each answer. */
export function table(/** @type {Names} */ names, /** @type {string} */ lang) {
  const say = (/** @type {keyof typeof WORDS} */ key) => WORDS[key][lang === "zh" ? 0 : 1];
  return class Table {
    priority = 10;
    label = say("table");
    hideFromSelection = false;

    constructor(/** @type {any} */ yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return Boolean(this.yasr.results?.getVariables()?.length);
    }

    getIcon() {
      return el("span", {});
    }

    draw() {
      this.show(0);
    }

    show(/** @type {number} */ first) {
      const { results, resultsEl } = this.yasr;
      /** @type {string[]} */
      const variables = results.getVariables();
      /** @type {Map<string, Term>[]} */
      const rows = (results.getBindings() ?? []).map(
        (/** @type {object} */ row) =>
          // A name may be __proto__: an object is not asked for it.
          new Map(Object.entries(row)),
      );
      const shown = rows.slice(first, first + ROWS);
      const head = variables.map((name) => el("th", { scope: "col" }, name));
      const body = shown.map((row, at) =>
        el(
          "tr",
          {},
          el("td", { class: "number" }, String(first + at + 1)),
          ...variables.map((name) => el("td", { "data-name": name }, ...cell(row.get(name)))),
        ),
      );
      const step = (/** @type {number} */ to, /** @type {"before"|"after"} */ key) =>
        el("button", { type: "button", onclick: () => this.show(to) }, say(key));
      const last = Math.min(first + ROWS, rows.length);
      resultsEl.replaceChildren(
        el(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-label": say("table") },
          el(
            "table",
            { class: "answer" },
            el("thead", {}, el("tr", {}, el("td", {}), ...head)),
            el("tbody", {}, ...body),
          ),
        ),
        ...(rows.length > ROWS
          ? [
              el(
                "p",
                {},
                `${first + 1}–${last} ${say("of")} ${rows.length} `,
                ...(first ? [step(first - ROWS, "before")] : []),
                ...(last < rows.length ? [step(last, "after")] : []),
              ),
            ]
          : []),
      );
    }

    download() {
      return {
        getData: () => this.yasr.results?.asCsv() ?? "",
        filename: "answer.csv",
        contentType: "text/csv",
        title: say("download"),
      };
    }
  };

  /** A term as nodes. */
  function cell(/** @type {Term|undefined} */ term) {
    if (!term) return [];
    const { value } = term;
    if (term.type === "bnode") return [`_:${value}`];
    if (term.type === "uri") {
      const where = page(value);
      const attributes = where ? { class: "to", href: where, title: value } : {};
      return [el(where ? "a" : "span", attributes, short(value))];
    }
    const tag = term["xml:lang"];
    const kind = term.datatype && !term.datatype.endsWith("#string") ? short(term.datatype) : "";
    const note = tag ? `@${tag}` : kind ? `^^${kind}` : "";
    const words = el("span", tag ? { lang: tag } : {}, value);
    return note ? [words, el("small", {}, ` ${note}`)] : [words];
  }

  /** An IRI by its prefix, where it has one. */
  function short(/** @type {string} */ iri) {
    const cut = Math.max(iri.lastIndexOf("/"), iri.lastIndexOf("#")) + 1;
    const known = Object.entries(names.prefixes).find(([, space]) => space === iri.slice(0, cut));
    return known && iri.length > cut ? `${known[0]}:${iri.slice(cut)}` : iri;
  }

  /** The address of what an IRI is about: our page, else the place itself; "" for no place. */
  function page(/** @type {string} */ iri) {
    if (!iri.startsWith(names.base)) return /^https?:\/\//i.test(iri) ? iri : "";
    const told = `?lang=${encodeURIComponent(lang)}`;
    if (iri.startsWith(names.terms)) {
      return `/term/${encodeURIComponent(iri.slice(names.terms.length))}${told}`;
    }
    return iri.includes("#")
      ? `/thing${told}&iri=${encodeURIComponent(iri)}`
      : `/${iri.slice(names.base.length).split("/").map(encodeURIComponent).join("/")}${told}`;
  }
}
