// Boxes of things and the lines between them, before anyone says where they stand.

import { lines } from "./lines.js";
import { say } from "./words.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Link} Link */
/** @typedef {import("./model.js").Thing} Thing */
/**
 * @typedef {object} Box a thing, where it is drawn; one with roles of several kinds is drawn at each
 * @property {string} key
 * @property {string} of id of the thing; "" where it stands for more of a section
 * @property {string} text its lines
 * @property {string} gap see Model.gap
 * @property {string} [section] that it would open
 * @property {number} [under] how many under it are not drawn
 * @property {boolean} [centre] the one that the rest is drawn around
 * @property {number} x of its middle
 * @property {number} y
 * @property {number} w
 * @property {number} h
 */
/**
 * @typedef {object} Line all links of one role and one force between two boxes
 * @property {string} key
 * @property {string} from key of a box
 * @property {string} to
 * @property {string} role
 * @property {string} force
 * @property {Link[]} links
 * @property {string} text shown on it, or ""
 * @property {{x: number, y: number}[]} [by] points by way of which it leads round what stands between
 */
/** @typedef {{key: string, text: string, x: number, y: number}} Heading */

/**
 * @typedef {object} Sheet what is drawn, in its places
 * @property {"columns"|"layers"|"around"} way
 * @property {Box[]} boxes
 * @property {Line[]} lines
 * @property {Heading[]} headings
 */

export const MIDDLE = 320; // widths of text
export const NARROW = 160;
const SIDE = 205;
export const LEADING = 17; // heights
export const PAD = 9;
export const ROW = 7;
const GAP = 140; // between columns

/** Makes boxes and lines for a state, in its language. */
export class Maker {
  /**
   * @param {Model} model
   * @param {import("./state.js").State} state
   * @param {(text: string) => number} measure
   * @param {boolean} small there is little room
   */
  constructor(model, state, measure, small) {
    this.small = small;
    this.side = small ? NARROW : SIDE;
    this.middle = small ? NARROW : MIDDLE;
    this.gap = small ? GAP / 2 : GAP;
    this.model = model;
    this.state = state;
    this.measure = measure;
  }

  /** @returns {Box} */
  box(/** @type {string} */ key, /** @type {Thing} */ thing, width = this.side, more = "") {
    const lang = this.state.lang;
    const gap = this.model.gap(thing);
    const rows = lines(
      this.model.label(thing.id, lang),
      width,
      width > NARROW ? 3 : 4,
      this.measure,
    );
    const tag = gap ? `〔${say(/** @type {"noActor"|"nobody"} */ (gap), lang)}〕` : more;
    const last = `${rows[rows.length - 1]} ${tag}`;
    if (tag && this.measure(last) <= width) rows[rows.length - 1] = last;
    else if (tag) rows.push(tag);
    return { ...this.sized(rows), key, of: thing.id, gap };
  }

  sized(/** @type {string[]} */ rows) {
    const w = Math.max(...rows.map(this.measure), 24) + 2 * PAD;
    return { text: rows.join("\n"), x: 0, y: 0, w, h: rows.length * LEADING + PAD };
  }

  /** Lines between boxes, one for all links of the same role and force. */
  lines(
    /** @type {[string, string, Link][]} */ ends,
    /** @type {(link: Link) => boolean} */ named = () => false,
  ) {
    /** @type {Map<string, Line>} */
    const found = new Map();
    for (const [from, to, link] of ends) {
      const { role } = link;
      // What a statement says in a role, it says with its force; where it stands, it has none.
      const force = this.model.terms[role]?.group ? this.model.forceOf(link) : link.force;
      const key = JSON.stringify([from, to, role, force]);
      const known = found.get(key);
      if (known) known.links.push(link);
      else {
        const text = named(link) ? this.model.term(role, this.state.lang) : "";
        found.set(key, { key, from, to, role, force, links: [link], text });
      }
    }
    return [...found.values()];
  }
}
