// The data of a view, made ready to be asked: things, links, statements, counts, search.

import { outside } from "./words.js";

/** @typedef {import("./words.js").Lang} Lang */
/** @typedef {Record<string, any>} Data */
/**
 * @typedef {object} Thing
 * @property {string} id
 * @property {string} kind CURIE of its class, or ""
 * @property {string} force CURIE, where the thing is a statement; else ""
 * @property {Data} data
 * @property {Link[]} links those that begin or end here
 */
/**
 * @typedef {object} Link
 * @property {string} id
 * @property {string} source
 * @property {string} target
 * @property {string} role CURIE of its property
 * @property {string} force CURIE, or ""
 * @property {string} statement the one that folded into it, or ""
 * @property {boolean} open it is of a list that the text leaves open
 * @property {Data} data
 */
/**
 * @typedef {object} Statement
 * @property {string} id
 * @property {Data} data its words and slots
 * @property {string} force CURIE, or ""
 * @property {Link[]} links what it says of whom
 * @property {string} measure where it stands, or ""
 */
/**
 * @typedef {object} Shown the filters: null shows all
 * @property {Set<string>|null} kinds
 * @property {Set<string>|null} roles
 * @property {Set<string>|null} forces
 * @property {Set<string>|null} measures
 */

const ACTORS = "role:responsible"; // the group of roles of those who do the act
const MEASURE = "sti:Measure";

/** One value, several or none, as a list of texts. */
export function many(/** @type {any} */ value) {
  return /** @type {string[]} */ ([value ?? []].flat().map(String));
}

/** The values of an attribute, in a language where it has one. */
export function values(
  /** @type {Data} */ data,
  /** @type {string} */ name,
  /** @type {Lang} */ lang,
) {
  return many(data[`${name}_${lang}`] ?? data[name]);
}

export class Model {
  /** @param {any} data as kg export html writes it: view, languages, terms, elements */
  constructor(data) {
    this.view = data.view;
    /** @type {Lang[]} */
    this.languages = data.languages;
    /** @type {Record<string, any>} */
    this.terms = data.terms;
    /** @type {Record<string, string>} CURIEs of the properties that attributes are named after */
    this.attributes = data.attributes ?? {};
    /** @type {Map<string, Thing>} */
    this.things = new Map();
    for (const { data: one } of data.elements.nodes) {
      const [force = ""] = many(one.forceId);
      this.things.set(one.id, { id: one.id, kind: one.kind ?? "", force, data: one, links: [] });
    }
    /** @type {Link[]} */
    this.links = data.elements.edges.map((/** @type {{data: Data}} */ { data: one }) => ({
      id: one.id,
      source: one.source,
      target: one.target,
      role: one.role,
      force: many(one.forceId)[0] ?? "",
      statement: one.statement ?? "",
      open: many(one.open).includes("true"),
      data: one,
    }));
    /** @type {Map<string, Link>} */
    this.linkById = new Map(this.links.map((link) => [link.id, link]));
    for (const link of this.links) {
      this.things.get(link.source)?.links.push(link);
      if (link.target !== link.source) this.things.get(link.target)?.links.push(link);
    }
    // Where the force is a link of the view, its source has it.
    for (const { role, source, target } of this.links) {
      const thing = this.things.get(source);
      if (role === "sti:force" && thing) thing.force ||= target;
    }
    this.statements = this.#statements();
    this.kinds = this.#present([...this.things.values()].map((thing) => thing.kind));
    this.roles = this.#present(
      this.links.map((link) => link.role),
      true,
    );
    const forces = [...this.links, ...this.things.values()].map((one) => one.force);
    this.forces = this.#present(forces.filter(Boolean));
    if (this.forces.length && this.links.some((link) => !link.force)) this.forces.push("");
    this.measures = [...this.things.values()]
      .filter((thing) => thing.kind === MEASURE)
      .map((thing) => thing.id)
      .sort(compare);
    this.hub = this.#hub();
    this.start = this.#start();
  }

  /** What is there, the most frequent first; or in the order of the roles. */
  #present(/** @type {string[]} */ all, ordered = false) {
    /** @type {Map<string, number>} */
    const counts = new Map();
    for (const one of all) counts.set(one, (counts.get(one) ?? 0) + 1);
    const order = (/** @type {string} */ id) => (ordered && this.terms[id]?.order) || 0;
    return [...counts]
      .sort(([a, m], [b, n]) => order(a) - order(b) || n - m || compare(a, b))
      .map(([id]) => id);
  }

  #statements() {
    /** @type {Map<string, Statement>} */
    const found = new Map();
    for (const link of this.links) {
      if (!link.statement) continue;
      const known = found.get(link.statement);
      if (known) known.links.push(link);
      else {
        const measure = link.data.measure ?? "";
        const { statement: id, data, force } = link;
        found.set(id, { id, data, force, links: [link], measure });
      }
    }
    for (const thing of this.things.values()) {
      if (!("quote" in thing.data || "quote_zh" in thing.data)) continue;
      const links = thing.links.filter((link) => link.source === thing.id && !link.statement);
      const measure = links.find((link) => link.role === "sti:inMeasure")?.target ?? "";
      const { id, data, force } = thing;
      found.set(id, { id, data, force, links, measure });
    }
    const sorted = [...found.values()].sort(
      (a, b) => compare(a.measure, b.measure) || compare(a.id, b.id),
    );
    return new Map(sorted.map((one) => [one.id, one]));
  }

  /** The kind of which every link has exactly one end, as measures in most views; else "". */
  #hub() {
    const ends = this.links.map((link) =>
      [link.source, link.target].map((id) => this.things.get(id)?.kind ?? ""),
    );
    const [first] = ends;
    if (!first) return "";
    const fits = first.filter(
      (kind) => kind && ends.every(([a, b]) => (a === kind) !== (b === kind)),
    );
    const size = (/** @type {string} */ kind) =>
      [...this.things.values()].filter((thing) => thing.kind === kind).length;
    return fits.sort((a, b) => size(b) - size(a))[0] ?? "";
  }

  /** Where to begin in a view too large to draw: the thing with links of the most roles. */
  #start() {
    let best = "";
    let most = -1;
    for (const thing of this.things.values()) {
      if (this.statements.has(thing.id) && best) continue;
      const roles = new Set(thing.links.map((link) => `${link.role} ${link.source === thing.id}`));
      const rank = roles.size + Math.min(thing.links.length, 500) / 1000;
      if (rank > most) [best, most] = [thing.id, rank];
    }
    return best;
  }

  // ------------------------------------------------------------ names

  /** The name of a thing. */
  label(/** @type {string} */ id, /** @type {Lang} */ lang) {
    const data = this.things.get(id)?.data;
    if (!data) return this.term(id, lang);
    const name = data[`label_${lang}`] ?? data.label;
    // A measure is cited by its part and number, which are the local name of its CURIE.
    return id.startsWith("m:") ? `${id.slice(2)} ${name}` : name;
  }

  /** The name of a thing; of a statement that is a link, what it says. */
  name(/** @type {string} */ id, /** @type {Lang} */ lang) {
    const said = this.things.has(id) ? undefined : this.statements.get(id)?.data;
    if (!said) return this.label(id, lang);
    const own = lang === "en" ? values(said, "translation", "en") : [];
    return own[0] ?? values(said, "quote", "zh")[0] ?? id;
  }

  /** Whether there is a thing, a link or a statement of this id. */
  knows(/** @type {string} */ id) {
    return this.things.has(id) || this.linkById.has(id) || this.statements.has(id);
  }

  /** The colour of a kind. */
  colourOf(/** @type {string} */ kind) {
    return this.terms[kind]?.colour ?? "#999999";
  }

  /** The name of a kind, a role, a force or an attribute. */
  term(/** @type {string} */ id, /** @type {Lang} */ lang) {
    const known = this.terms[id]?.label;
    return known?.[lang] || outside(id, lang) || known?.zh || known?.en || id;
  }

  /** What a term means, or "". */
  meaning(/** @type {string} */ id, /** @type {Lang} */ lang) {
    return this.terms[id]?.definition?.[lang] ?? "";
  }

  /** The other end of a link. */
  far(/** @type {Link} */ link, /** @type {string} */ id) {
    return link.source === id ? link.target : link.source;
  }

  /** The statement that says a link: one that folded into it, or its source; or "". */
  saidBy(/** @type {Link} */ link) {
    return link.statement || (this.statements.has(link.source) ? link.source : "");
  }

  /** The force of a link, else of the statement that says it; or "". */
  forceOf(/** @type {Link} */ link) {
    return link.force || this.things.get(link.source)?.force || "";
  }

  /** The end of which a link tells something: not the measure, nor the statement that tells it. */
  told(/** @type {Link} */ link) {
    const place = link.data.measure ?? (this.saidBy(link) ? link.source : link.target);
    return this.far(link, place);
  }

  /** A thing and what it is linked to above it, all the way: what has to be open to draw it. */
  above(/** @type {string} */ id) {
    const found = new Set(this.things.has(id) ? [id] : []);
    for (const one of found) {
      const links = this.things.get(one)?.links ?? [];
      for (const link of links) if (link.source === one && found.size < 40) found.add(link.target);
    }
    return found;
  }

  // ------------------------------------------------------------ who acts

  /** Whether the view tells who acts. */
  get tellsActors() {
    return Boolean(this.hub) && this.roles.some((role) => this.acts(role));
  }

  /** Whether this role is of those who do the act. */
  acts(/** @type {string} */ role) {
    return this.terms[role]?.group === ACTORS;
  }

  /** The role of those who act alone or in front: the first of theirs. */
  get first() {
    return this.roles.find((role) => this.acts(role));
  }

  /** "" where an actor is named or the view does not tell; else "noActor" or "nobody". */
  gap(/** @type {Thing} */ thing) {
    if (!this.tellsActors || thing.kind !== this.hub) return "";
    if (thing.links.some((link) => this.acts(link.role))) return "";
    return thing.links.length ? "noActor" : "nobody";
  }

  // ------------------------------------------------------------ filters

  /** Whether the filters leave a thing. */
  leaves(/** @type {Thing|undefined} */ thing, /** @type {Shown} */ shown) {
    if (!thing || (shown.kinds && !shown.kinds.has(thing.kind))) return false;
    if (shown.measures && thing.kind === MEASURE && !shown.measures.has(thing.id)) return false;
    return !thing.force || !shown.forces || shown.forces.has(thing.force);
  }

  /** Whether the filters leave a link. */
  leavesLink(/** @type {Link} */ link, /** @type {Shown} */ shown) {
    if (shown.roles && !shown.roles.has(link.role)) return false;
    if (shown.forces && !shown.forces.has(this.#forceOfEnd(link))) return false;
    if (shown.measures && !this.#stands(link).some((id) => shown.measures?.has(id))) return false;
    return [link.source, link.target].every((id) => this.leaves(this.things.get(id), shown));
  }

  /** A link without a force of its own has that of a statement at its end; or "". */
  #forceOfEnd(/** @type {Link} */ link) {
    return this.forceOf(link) || this.things.get(link.target)?.force || "";
  }

  /** The measures that a link is of: where its statement stands, and those at its ends. */
  #stands(/** @type {Link} */ link) {
    return [link.data.measure, ...[link.source, link.target].map((id) => this.#place(id))];
  }

  /** Of a measure itself, of a statement where it stands; else "". */
  #place(/** @type {string} */ id) {
    return this.things.get(id)?.kind === MEASURE ? id : (this.statements.get(id)?.measure ?? "");
  }

  /** How many links (of kinds: things) there would be for each choice, the other filters kept. */
  counts(/** @type {Shown} */ shown) {
    const [roles, forces, kinds] = [new Map(), new Map(), new Map()];
    const add = (/** @type {Map<string, number>} */ map, /** @type {string} */ key) =>
      map.set(key, (map.get(key) ?? 0) + 1);
    for (const link of this.links) {
      if (this.leavesLink(link, { ...shown, roles: null })) add(roles, link.role);
      if (this.leavesLink(link, { ...shown, forces: null })) {
        add(forces, this.#forceOfEnd(link));
      }
    }
    for (const thing of this.left({ ...shown, kinds: null })) add(kinds, thing.kind);
    return { kinds, roles, forces };
  }

  /** The things that the filters leave: with a link that they leave, or without any at all. */
  left(/** @type {Shown} */ shown) {
    const free = !shown.roles && !shown.forces && !shown.measures;
    // A measure that is asked for stays, though it names nobody.
    return [...this.things.values()].filter(
      (thing) =>
        this.leaves(thing, shown) &&
        (free ||
          (shown.measures?.has(thing.id) && !shown.roles && !shown.forces) ||
          thing.links.some((link) => this.leavesLink(link, shown))),
    );
  }

  // ------------------------------------------------------------ search

  /**
   * Things and statements whose names or words hold the text, best first.
   *
   * @param {string} text in any language that the data holds
   * @returns {{id: string, words: string}[]} with the words that matched
   */
  search(text) {
    const wanted = fold(text.trim());
    if (!wanted) return [];
    /** @type {{id: string, words: string, rank: number}[]} */
    const found = [];
    for (const { id, names, texts } of this.#index()) {
      const name = names.findIndex((one) => fold(one).includes(wanted));
      if (name >= 0) {
        const at = fold(names[name]).indexOf(wanted);
        found.push({ id, words: names[name], rank: at ? 2 : names[name].length > 60 ? 1 : 0 });
        continue;
      }
      const said = texts.find((one) => fold(one).includes(wanted));
      if (said || fold(id).includes(wanted))
        found.push({ id, words: said ?? id, rank: said ? 3 : 1 });
    }
    return found.sort((a, b) => a.rank - b.rank || a.words.length - b.words.length);
  }

  #index() {
    return (this.#searched ??= [...this.things.values()]
      .map(({ id, data }) => ({
        id,
        names: texts(data, (key) => /^label_/.test(key) || (key === "label" && !named(data))),
        texts: texts(data, (key) => !SKIPPED.test(key)),
      }))
      .concat(
        [...this.statements.values()]
          .filter(({ id }) => !this.things.has(id))
          .map(({ id, data }) => ({
            id,
            names: [],
            texts: texts(data, (key) => WORDED.test(key)),
          })),
      ));
  }

  /** @type {{id: string, names: string[], texts: string[]}[]|undefined} */
  #searched;
}

/** Whether there are names by language. */
function named(/** @type {Data} */ data) {
  return "label_zh" in data || "label_en" in data;
}

const SKIPPED = /^(?:id|iri|label.*|kind.*|types|colour|lineStyle|.*Id)$/;
const WORDED = /^(?:quote|translation)/;

function texts(/** @type {Data} */ data, /** @type {(key: string) => boolean} */ wanted) {
  return Object.entries(data)
    .filter(([key]) => wanted(key))
    .flatMap(([, value]) => value)
    .filter((value) => typeof value === "string");
}

function fold(/** @type {string} */ text) {
  return text.normalize("NFKC").toLowerCase();
}

/** The order of ids: m:2-2 before m:10-1. */
export const compare = new Intl.Collator("en", { numeric: true }).compare;
