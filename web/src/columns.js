// Columns: things by role and kind on both sides of those that they are linked to.

import { ROW } from "./boxes.js";
import { compare } from "./model.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Link} Link */
/** @typedef {import("./model.js").Thing} Thing */
/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./boxes.js").Maker} Maker */
/** @typedef {import("./boxes.js").Sheet} Sheet */

const SECTION = 12; // things of a section around one thing, and where there is much around it
const FEW = 5;
const HEAD = 30;

/** Things of one role and one kind, which stand together under a heading. */
class Section {
  /**
   * @param {string} role
   * @param {string} kind
   * @param {string} side "in" and "out" where the direction counts, else ""
   */
  constructor(role, kind, side) {
    this.key = JSON.stringify([role, kind, side]);
    this.role = role;
    this.kind = kind;
    this.side = side;
    /** @type {Map<string, Link[]>} */
    this.things = new Map();
    /** the mean place of what its things are linked to */
    this.near = 0;
    /** @type {Box[]} */
    this.boxes = [];
  }

  get height() {
    return HEAD + this.boxes.reduce((sum, box) => sum + box.h + ROW, 0) + ROW;
  }
}

/** One kind in the middle, in its order; the things that it is linked to on both sides, by role. */
export function columns(
  /** @type {Maker} */ make,
  /** @type {Thing[]} */ things,
  /** @type {Link[]} */ links,
  /** @type {number} */ width,
) {
  const { model } = make;
  const hubs = things.filter((thing) => thing.kind === model.hub);
  hubs.sort((a, b) => compare(a.id, b.id));
  const middle = hubs.map((thing) => make.box(thing.id, thing, width));
  const found = sections(make, links, (link) =>
    model.things.get(link.source)?.kind === model.hub ? link.source : link.target,
  );
  // A thing that no link is left of still has its place.
  const linked = new Set(links.flatMap((link) => [link.source, link.target]));
  for (const thing of things) {
    if (thing.kind === model.hub || linked.has(thing.id)) continue;
    const key = JSON.stringify(["", thing.kind, ""]);
    const section = found.get(key) ?? new Section("", thing.kind, "");
    section.things.set(thing.id, []);
    found.set(key, section);
  }
  const all = [...found.values()];
  const place = new Map(hubs.map((thing, at) => [thing.id, at]));
  for (const section of all) {
    const sorted = [...section.things].sort(
      ([a, m], [b, n]) => mean(m, place) - mean(n, place) || compare(a, b),
    );
    section.boxes = sorted.map(([id]) => boxIn(make, section, id));
    section.near = mean([...section.things.values()].flat(), place);
  }
  const sides = (make.small ? [[], all] : halves(make, all)).map((side) => inOrder(side));
  return composed(make, "columns", middle, sides[0], sides[1]);
}

/** The mean place of the other ends of links. */
function mean(/** @type {Link[]} */ links, /** @type {Map<string, number>} */ place) {
  const all = links.map((link) => place.get(link.source) ?? place.get(link.target) ?? 0);
  return all.reduce((sum, one) => sum + one, 0) / (all.length || 1);
}

/** Sections in the order of what they are linked to, those of one role together. */
function inOrder(/** @type {Section[]} */ side) {
  const ofRole = (/** @type {Section} */ section) => {
    const same = side.filter((one) => one.role === section.role);
    return same.reduce((sum, one) => sum + one.near, 0) / same.length;
  };
  return [...side].sort(
    (a, b) => ofRole(a) - ofRole(b) || compare(a.role, b.role) || a.near - b.near,
  );
}

/** One thing in the middle, what points to it on the left, what it points to on the right. */
export function around(
  /** @type {Maker} */ make,
  /** @type {string} */ centre,
  /** @type {Link[]} */ links,
) {
  const { model, state } = make;
  const thing = /** @type {Thing} */ (model.things.get(centre));
  const near = links.filter((link) => link.source === centre || link.target === centre);
  const found = sections(make, near, () => centre, true);
  const all = [...found.values()].reduce((sum, section) => sum + section.things.size, 0);
  const first = all > 24 ? FEW : SECTION;
  for (const section of found.values()) {
    const open = state.open.has(section.key);
    const sorted = [...section.things].sort(
      ([a, m], [b, n]) => n.length - m.length || compare(a, b),
    );
    const most = open || sorted.length <= first + 2 ? sorted.length : first;
    section.boxes = sorted.slice(0, most).map(([id]) => boxIn(make, section, id));
    if (most < sorted.length) section.boxes.push(rest(make, section, sorted.length - most));
  }
  const middle = { ...make.box(centre, thing, make.middle), centre: true };
  const side = (/** @type {string} */ way) => [...found.values()].filter((s) => s.side === way);
  return composed(make, "around", [middle], side("in"), side("out"));
}

function boxIn(
  /** @type {Maker} */ make,
  /** @type {Section} */ section,
  /** @type {string} */ id,
) {
  const thing = /** @type {Thing} */ (make.model.things.get(id));
  return make.box(JSON.stringify([section.key, id]), thing);
}

/** @returns {Box} */
function rest(
  /** @type {Maker} */ make,
  /** @type {Section} */ section,
  /** @type {number} */ number,
) {
  const text = make.state.lang === "zh" ? `＋ 另有 ${number} 个` : `+ ${number} more`;
  const key = JSON.stringify([section.key]);
  return { ...make.sized([text]), key, of: "", gap: "", section: section.key };
}

/** The far ends of links, by role and kind, in the order of the roles. */
function sections(
  /** @type {Maker} */ make,
  /** @type {Link[]} */ links,
  /** @type {(link: Link) => string} */ near,
  directed = false,
) {
  const { model } = make;
  /** @type {Map<string, Section>} */
  const found = new Map();
  for (const link of links) {
    const here = near(link);
    const far = model.far(link, here);
    const side = directed ? (link.source === here ? "out" : "in") : "";
    const made = new Section(link.role, model.things.get(far)?.kind ?? "", side);
    const section = found.get(made.key) ?? made;
    found.set(section.key, section);
    section.things.set(far, [...(section.things.get(far) ?? []), link]);
  }
  const [role, kind] = [model.roles, model.kinds].map(
    (all) => new Map(all.map((id, at) => [id, at])),
  );
  const sorted = [...found.values()].sort(
    (a, b) =>
      (role.get(a.role) ?? 0) - (role.get(b.role) ?? 0) ||
      (kind.get(a.kind) ?? 0) - (kind.get(b.kind) ?? 0),
  );
  return new Map(sorted.map((section) => [section.key, section]));
}

/**
 * Which sections stand on the left and which on the right: sides of like height, a role on one
 * side if that may be, and those who act never on the side of those who are addressed.
 */
function halves(/** @type {Maker} */ { model }, /** @type {Section[]} */ all) {
  const high = (/** @type {Section[]} */ some) => some.reduce((sum, one) => sum + one.height, 0);
  const total = high(all);
  /** @type {Map<string, Section[]>} */
  const units = new Map();
  for (const section of all) {
    const same = all.filter((one) => one.role === section.role);
    const unit = high(same) > 0.65 * total ? section.key : section.role;
    units.set(unit, [...(units.get(unit) ?? []), section]);
  }
  const parts = [...units.values()];
  const group = (/** @type {Section[]} */ part) => model.terms[part[0].role]?.group;
  let [best, cost] = [0, Infinity];
  // The first stands on the left; of the rest each may stand on either side.
  const ways = 2 ** Math.min(Math.max(parts.length - 1, 0), 12);
  for (let way = 0; way < ways; way += 1) {
    const right = (/** @type {number} */ at) =>
      at > 0 && (at > 12 ? at % 2 === 1 : Boolean((way >> (at - 1)) & 1));
    let own = Math.abs(total - 2 * high(parts.filter((_, at) => right(at)).flat()));
    for (const side of [true, false]) {
      const groups = new Set(parts.filter((_, at) => right(at) === side).map(group));
      if (groups.has("role:responsible") && groups.has("role:addressed")) own += total;
    }
    if (own < cost) [best, cost] = [way, own];
  }
  const right = (/** @type {number} */ at) =>
    at > 0 && (at > 12 ? at % 2 === 1 : Boolean((best >> (at - 1)) & 1));
  return [parts.filter((_, at) => !right(at)).flat(), parts.filter((_, at) => right(at)).flat()];
}

function composed(
  /** @type {Maker} */ make,
  /** @type {"columns"|"around"} */ way,
  /** @type {Box[]} */ middle,
  /** @type {Section[]} */ left,
  /** @type {Section[]} */ right,
) {
  const lang = make.state.lang;
  const { model } = make;
  /** @type {Sheet["headings"]} */
  const headings = [];
  const width = Math.max(...middle.map((box) => box.w), 0) / 2;
  const gap = way === "around" ? make.gap * 1.2 : make.gap;
  let y = -middle.reduce((sum, box) => sum + box.h + ROW, -ROW) / 2;
  for (const box of middle) {
    box.y = y + box.h / 2;
    y += box.h + ROW;
  }
  for (const [side, all] of /** @type {[number, Section[]][]} */ ([
    [-1, left],
    [1, right],
  ])) {
    const edge = side * (width + gap);
    const tops = places(middle, all);
    for (const [at, section] of all.entries()) {
      y = tops[at];
      const names = [section.role, section.kind].filter(Boolean).map((id) => model.term(id, lang));
      const size = `${section.things.size}`;
      const text = `${names.join(" · ")} (${size})`;
      const wide = make.measure(text);
      headings.push({
        key: `${side}${section.key}`,
        text,
        x: edge + (side * wide) / 2,
        y: y + HEAD / 2,
      });
      y += HEAD;
      for (const box of section.boxes) {
        box.x = edge + (side * box.w) / 2;
        box.y = y + box.h / 2;
        y += box.h + ROW;
      }
    }
  }
  const boxes = [...middle, ...left.flatMap((s) => s.boxes), ...right.flatMap((s) => s.boxes)];
  const drawn = new Set(boxes.map((box) => box.key));
  /** @type {[string, string, Link][]} */
  const ends = [];
  for (const section of [...left, ...right]) {
    for (const [id, links] of section.things) {
      const key = JSON.stringify([section.key, id]);
      if (!drawn.has(key)) continue;
      for (const link of links) {
        const out = link.source === id && section.side !== "out";
        const hub = way === "around" ? middle[0].key : model.far(link, id);
        ends.push(out ? [key, hub, link] : [hub, key, link]);
      }
    }
  }
  return { way, boxes, headings, lines: make.lines(ends) };
}

/** Where sections begin: each as near as may be to what it is linked to, none over another. */
function places(/** @type {Box[]} */ middle, /** @type {Section[]} */ all) {
  /** @type {{sum: number, weight: number, size: number}[]} */
  const blocks = [];
  const before = [0];
  for (const section of all) {
    const wanted = middle.length > 1 ? at(middle, section.near) : 0;
    const weight = section.things.size;
    const own = wanted - section.height / 2 - before[before.length - 1];
    let block = { sum: own * weight, weight, size: 1 };
    // Blocks that would run into each other move as one.
    for (
      let last = blocks.at(-1);
      last && last.sum / last.weight > block.sum / block.weight;
      last = blocks.at(-1)
    ) {
      blocks.pop();
      block = {
        sum: last.sum + block.sum,
        weight: last.weight + block.weight,
        size: last.size + block.size,
      };
    }
    blocks.push(block);
    before.push(before[before.length - 1] + section.height);
  }
  const total = before[before.length - 1];
  const [first, last] = [middle[0], middle[middle.length - 1]];
  const [top, bottom] = first ? [first.y - first.h / 2, last.y + last.h / 2 - total] : [0, 0];
  return blocks
    .flatMap(({ sum, weight, size }) => Array(size).fill(sum / weight))
    .map((free, number) => {
      const own =
        total > last.y - first.y || middle.length < 2
          ? (top + bottom) / 2
          : Math.min(Math.max(free, top), bottom);
      return own + before[number];
    });
}

/** The height at a place, whole or not, in the middle column. */
function at(/** @type {Box[]} */ middle, /** @type {number} */ place) {
  const [low, high] = [middle[Math.floor(place)], middle[Math.ceil(place)]];
  return low.y + (high.y - low.y) * (place - Math.floor(place));
}
