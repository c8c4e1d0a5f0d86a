// Layers: things along their links, a tree as it is read, other graphs from left to right.

import dagre from "@dagrejs/dagre";
import { MIDDLE, NARROW, ROW } from "./boxes.js";
import { compare } from "./model.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./model.js").Link} Link */
/** @typedef {import("./model.js").Thing} Thing */
/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./boxes.js").Line} Line */
/** @typedef {import("./boxes.js").Maker} Maker */
/** @typedef {import("./boxes.js").Sheet} Sheet */

const AT_ONCE = 80; // things with which layers begin; the rest opens on demand

/** Things in layers along their links; what is under a thing opens on demand where there is much. */
export function layers(
  /** @type {Maker} */ make,
  /** @type {Thing[]} */ things,
  /** @type {Link[]} */ links,
) {
  const { model, state } = make;
  const sources = new Set(links.map((link) => link.source));
  const targets = new Set(links.map((link) => link.target));
  const tops = things.filter((thing) => !sources.has(thing.id));
  const leaves = things.filter((thing) => !targets.has(thing.id));
  // What much points to, as a whole does to which its parts belong, stands on the left.
  const tree = tops.length < leaves.length;
  /** @type {Map<string, string[]>} */
  const under = new Map();
  for (const link of links) {
    const [above, below] = tree ? [link.target, link.source] : [link.source, link.target];
    under.set(above, [...(under.get(above) ?? []), below]);
  }
  const drawn = new Set(things.map((thing) => thing.id));
  if (things.length > AT_ONCE) begin(drawn, tree ? tops : leaves, under, state.open);
  const left = links.filter((link) => drawn.has(link.source) && drawn.has(link.target));
  const boxes = things
    .filter((thing) => drawn.has(thing.id))
    .map((thing) => {
      const hidden = new Set((under.get(thing.id) ?? []).filter((id) => !drawn.has(id))).size;
      const more = hidden ? `▸ ${hidden}` : "";
      return { ...make.box(thing.id, thing, tree ? MIDDLE : NARROW, more), under: hidden };
    });
  const ends = left.map(
    (link) => /** @type {[string, string, Link]} */ ([link.source, link.target, link]),
  );
  const made = make.lines(ends, ambiguous(model, left));
  if (tree) outline(boxes, tops, under, drawn);
  else flow(boxes, made);
  return { way: /** @type {const} */ ("layers"), boxes, headings: [], lines: made };
}

/** Tells of which links the kinds of the ends do not tell the role. */
function ambiguous(/** @type {Model} */ model, /** @type {Link[]} */ links) {
  const pair = (/** @type {Link} */ link) =>
    JSON.stringify([link.source, link.target].map((id) => model.things.get(id)?.kind));
  /** @type {Map<string, Set<string>>} */
  const roles = new Map();
  for (const link of links)
    roles.set(pair(link), (roles.get(pair(link)) ?? new Set()).add(link.role));
  return (/** @type {Link} */ link) =>
    (roles.get(pair(link))?.size ?? 0) > 1 && links.length <= AT_ONCE;
}

/** Places a graph by its links, what they point to on the right. */
function flow(/** @type {Box[]} */ boxes, /** @type {Line[]} */ made) {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: "LR", nodesep: 12, ranksep: 115 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(box.key, { width: box.w, height: box.h });
  for (const line of made) graph.setEdge(line.from, line.to, {}, line.key);
  // What nothing points to stands on the left, by means of a node that is not drawn.
  const begin = "the beginning";
  const targets = new Set(made.map((line) => line.to));
  graph.setNode(begin, { width: 0, height: 0 });
  for (const box of boxes) if (!targets.has(box.key)) graph.setEdge(begin, box.key, { weight: 4 });
  dagre.layout(graph);
  for (const box of boxes) ({ x: box.x, y: box.y } = graph.node(box.key));
  for (const line of made) {
    const { points } = graph.edge(line.from, line.to, line.key);
    // A line to the next layer needs no way of its own.
    if (points.length > 3) line.by = points.slice(1, -1);
  }
}

/** Places a tree as it is read: what is under a thing right of it, in order. */
function outline(
  /** @type {Box[]} */ boxes,
  /** @type {Thing[]} */ tops,
  /** @type {Map<string, string[]>} */ under,
  /** @type {Set<string>} */ drawn,
) {
  const byKey = new Map(boxes.map((box) => [box.key, box]));
  /** @type {Map<string, string>} */
  const parent = new Map();
  /** @type {string[][]} */
  const levels = [tops.map((thing) => thing.id).filter((id) => drawn.has(id))];
  const seen = new Set(levels[0]);
  for (let level = levels[0]; level.length; levels.push(level)) {
    /** @type {string[]} */
    const next = [];
    for (const id of level) {
      for (const below of [...new Set(under.get(id) ?? [])].sort(compare)) {
        if (!drawn.has(below) || seen.has(below)) continue;
        seen.add(below);
        parent.set(below, id);
        next.push(below);
      }
    }
    level = next;
  }
  // What stands in a circle is under nothing.
  const rest = boxes.filter((box) => !seen.has(box.key)).map((box) => box.key);
  levels[0].push(...rest);
  let x = 0;
  for (const level of levels) {
    const all = level.map((id) => /** @type {Box} */ (byKey.get(id)));
    for (const box of all) box.x = x + box.w / 2;
    x += Math.max(...all.map((box) => box.w), 0) + 90;
  }
  let y = 0;
  const place = (/** @type {string} */ id) => {
    const box = /** @type {Box} */ (byKey.get(id));
    const below = [...parent].filter(([, above]) => above === id).map(([one]) => one);
    const start = y;
    for (const one of below) place(one);
    const ends = below.map((one) => /** @type {Box} */ (byKey.get(one)).y);
    box.y = ends.length ? (ends[0] + ends[ends.length - 1]) / 2 : start + box.h / 2;
    y = Math.max(y, box.y + box.h / 2 + ROW);
  };
  for (const id of levels[0]) place(id);
}

/** Leaves in `drawn` the first layers and what was opened. */
function begin(
  /** @type {Set<string>} */ drawn,
  /** @type {Thing[]} */ tops,
  /** @type {Map<string, string[]>} */ under,
  /** @type {Set<string>} */ open,
) {
  const all = new Set(drawn);
  drawn.clear();
  let layer = tops.map((thing) => thing.id);
  while (layer.length && drawn.size + layer.length <= AT_ONCE) {
    for (const id of layer) drawn.add(id);
    layer = [...new Set(layer.flatMap((id) => under.get(id) ?? []))].filter((id) => !drawn.has(id));
  }
  for (const id of open) {
    for (const one of [id, ...(under.get(id) ?? [])]) if (all.has(one)) drawn.add(one);
  }
}
