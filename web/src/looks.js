// What a scene looks like on the canvas: elements and style sheet, in the terms of cytoscape.

/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./boxes.js").Line} Line */
/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./scene.js").Scene} Scene */

export const FONT =
  '"Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif';
export const SIZE = 13;

/** Ink and sheet of a drawing in the light and in the dark. */
const LOOKS = {
  light: { ink: "#1a1a1a", heading: "#444444", name: "#333333", sheet: "#ffffff", fill: 0.13 },
  dark: { ink: "#e6e6e6", heading: "#bbbbbb", name: "#cccccc", sheet: "#16181a", fill: 0.25 },
};
/** @typedef {keyof typeof LOOKS} Scheme */

/**
 * What the ends of a line look like, by the group of its role: the end where the thing stands, and
 * the other. No arrow leads from one who is addressed.
 */
const ENDS = /** @type {Record<string, [string, string, string]>} */ ({
  "role:responsible": ["none", "triangle", "hollow"],
  "role:addressed": ["circle", "none", "hollow"],
  "role:duty": ["square", "none", "filled"],
});

/** @returns {any[]} */
export function elements(
  /** @type {Scene} */ drawn,
  /** @type {Model} */ model,
  /** @type {Scheme} */ scheme,
) {
  const seen = scheme === "dark" ? lighter : (/** @type {string} */ hex) => hex;
  const boxes = new Map(drawn.boxes.map((box) => [box.key, box]));
  const made = drawn.boxes.map((box) => {
    const thing = model.things.get(box.of);
    const fill = colour(thing ? thing.data.colour : "#777777");
    const force = thing && model.terms[thing.force];
    return {
      group: "nodes",
      classes: ["box", box.gap && "gap", box.centre && "centre", box.section && "rest"]
        .filter(Boolean)
        .join(" "),
      position: { x: box.x, y: box.y },
      data: {
        id: `n${box.key}`,
        of: box.of,
        section: box.section,
        text: box.text,
        w: box.w,
        h: box.h,
        fill,
        // A statement has the line of its force.
        edge: force ? seen(colour(force.colour)) : scheme === "dark" ? lighter(fill) : darker(fill),
        dash: dash(force?.line),
      },
    };
  });
  const headings = drawn.headings.map((one) => ({
    group: "nodes",
    classes: "heading",
    position: { x: one.x, y: one.y },
    data: { id: `h${one.key}`, text: one.text },
    selectable: false,
  }));
  const edges = drawn.lines.map((line) => {
    const [from, to] = [line.from, line.to].map((key) => boxes.get(key));
    const term = model.terms[line.force];
    return {
      group: "edges",
      classes: [
        group(model, line.role),
        model.told(line.links[0]) === line.links[0].source ? "at-source" : "at-target",
        model.first === line.role && "first",
      ]
        .filter(Boolean)
        .join(" "),
      scratch: { line },
      data: {
        id: `e${line.key}`,
        source: `n${line.from}`,
        target: `n${line.to}`,
        ...named(line, drawn.lines),
        colour: seen(colour(term?.colour)),
        dash: dash(term?.line),
        width: 1.3 + Math.min(Math.log2(line.links.length), 3) * 0.7,
        ...curve(/** @type {any} */ (from), /** @type {any} */ (to), line.by),
      },
    };
  });
  return [...made, ...headings, ...edges];
}

/** The name of a line, at the end where fewer lines meet. */
function named(/** @type {Line} */ line, /** @type {Line[]} */ all) {
  if (!line.text) return { near: "", away: "", off: 0 };
  const meet = (/** @type {string} */ key) =>
    all.filter((one) => one.from === key || one.to === key).length;
  const [near, away] = meet(line.from) < meet(line.to) ? [line.text, ""] : ["", line.text];
  return { near, away, off: 12 + line.text.length * (/[a-z]/.test(line.text) ? 3.2 : 6) };
}

function group(/** @type {Model} */ model, /** @type {string} */ role) {
  return (model.terms[role]?.group ?? "").replace(":", "-");
}

/** A colour that the sheet can use, whatever the data says. */
function colour(/** @type {string|undefined} */ text) {
  return text && /^#[0-9a-f]{6}$/i.test(text) ? text : "#999999";
}

/** A line style that the sheet can use, whatever the data says. */
function dash(/** @type {string|undefined} */ text) {
  return text === "dashed" || text === "dotted" ? text : "solid";
}

/** As dark as a thin border has to be to be seen on white. */
function darker(/** @type {string} */ hex) {
  const parts = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
  const light = (0.3 * parts[0] + 0.59 * parts[1] + 0.11 * parts[2]) / 255;
  const by = light > 0.6 ? 0.55 / light : 1;
  return hexed(parts.map((one) => one * by));
}

/** As light as a thin line has to be to be seen on black: two parts in five are white. */
function lighter(/** @type {string} */ hex) {
  return hexed([1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) * 0.6 + 102));
}

function hexed(/** @type {number[]} */ parts) {
  return `#${parts.map((one) => Math.round(one).toString(16).padStart(2, "0")).join("")}`;
}

/** From side to side, level at both ends; between boxes that stand in a column, round its right. */
function curve(
  /** @type {Box} */ from,
  /** @type {Box} */ to,
  /** @type {{x: number, y: number}[]} */ by = [],
) {
  const right = from.x + from.w / 2 < to.x - to.w / 2;
  const left = from.x - from.w / 2 > to.x + to.w / 2;
  if (!right && !left) {
    const out = 30 + Math.min(Math.abs(to.y - from.y) * 0.15, 60);
    const [[x1, y1], [x2, y2]] = [from, to].map((box) => [box.x + box.w / 2, box.y]);
    const edge = Math.max(x1, x2) + out;
    return bent(
      [x1, y1],
      [
        [edge, y1],
        [edge, y2],
      ],
      [x2, y2],
      ["50% 0%", "50% 0%"],
    );
  }
  const sign = right ? 1 : -1;
  const [x1, y1] = [from.x + (sign * from.w) / 2, from.y];
  const [x2, y2] = [to.x - (sign * to.w) / 2, to.y];
  const bend = by.length ? sign * 40 : (x2 - x1) * 0.45;
  const ends = [`${sign * 50}% 0%`, `${-sign * 50}% 0%`];
  const points = [[x1 + bend, y1], ...by.map(({ x, y }) => [x, y]), [x2 - bend, y2]];
  return bent([x1, y1], points, [x2, y2], ends);
}

/** A line by way of some points, in the terms of cytoscape: along the straight line, and off it. */
function bent(
  /** @type {number[]} */ [x1, y1],
  /** @type {number[][]} */ points,
  /** @type {number[]} */ [x2, y2],
  /** @type {string[]} */ [start, end],
) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  const length = Math.hypot(dx, dy) || 1;
  const far = points.map(([x, y]) => ((y - y1) * dx - (x - x1) * dy) / length);
  const at = points.map(([x, y]) => ((x - x1) * dx + (y - y1) * dy) / length ** 2);
  const list = (/** @type {number[]} */ all, /** @type {number} */ digits) =>
    all.map((one) => one.toFixed(digits)).join(" ");
  return { start, end, far: list(far, 1), at: list(at, 3) };
}

/** @returns {any[]} */
export function sheet(/** @type {Scheme} */ scheme) {
  const looks = LOOKS[scheme];
  return [
    {
      selector: "node",
      style: { "font-family": FONT, "font-size": SIZE, color: looks.ink, events: "yes" },
    },
    {
      selector: "node.box",
      style: {
        shape: "round-rectangle",
        width: "data(w)",
        height: "data(h)",
        label: "data(text)",
        "text-wrap": "wrap",
        "text-max-width": "1000px",
        "text-valign": "center",
        "text-halign": "center",
        "line-height": 1.3,
        "background-color": "data(fill)",
        "background-opacity": looks.fill,
        "border-width": 1.6,
        "border-color": "data(edge)",
        "border-style": "data(dash)",
      },
    },
    { selector: "node.gap", style: { "border-style": "dashed" } },
    { selector: "node.rest", style: { "border-style": "dotted", "background-opacity": 0 } },
    { selector: "node.centre", style: { "border-width": 3, "font-weight": 700 } },
    {
      selector: "node.heading",
      style: {
        label: "data(text)",
        width: 1,
        height: 1,
        "background-opacity": 0,
        "text-valign": "center",
        "text-halign": "center",
        "font-weight": 700,
        color: looks.heading,
        events: "no",
      },
    },
    {
      selector: "edge",
      style: {
        "curve-style": "unbundled-bezier",
        "edge-distances": "endpoints",
        "control-point-distances": "data(far)",
        "control-point-weights": "data(at)",
        "source-endpoint": "data(start)",
        "target-endpoint": "data(end)",
        "line-color": "data(colour)",
        "line-style": "data(dash)",
        "line-dash-pattern": [7, 4],
        "target-arrow-color": "data(colour)",
        "source-arrow-color": "data(colour)",
        "arrow-scale": 1.05,
        width: "data(width)",
        opacity: 0.75,
        "source-label": "data(near)",
        "target-label": "data(away)",
        "source-text-offset": "data(off)",
        "target-text-offset": "data(off)",
        "source-text-margin-y": -8,
        "target-text-margin-y": -8,
        "font-family": FONT,
        "font-size": 11,
        color: looks.name,
        "text-background-color": looks.sheet,
        "text-background-opacity": 0.85,
        "text-background-padding": "2px",
        "target-arrow-shape": "vee",
      },
    },
    ...Object.entries(ENDS).flatMap(([role, [here, there, fill]]) =>
      [
        ["source", "target"],
        ["target", "source"],
      ].map(([thing, other]) => ({
        selector: `edge.${role.replace(":", "-")}.at-${thing}`,
        style: {
          [`${thing}-arrow-shape`]: here,
          [`${other}-arrow-shape`]: there,
          "source-arrow-fill": fill,
          "target-arrow-fill": fill,
        },
      })),
    ),
    {
      selector: "edge.first",
      style: { "source-arrow-fill": "filled", "target-arrow-fill": "filled" },
    },
    { selector: "node.faded", style: { opacity: 0.25 } },
    { selector: "node.heading", style: { opacity: 1 } },
    { selector: "edge.faded", style: { opacity: 0.08 } },
    { selector: "edge.lit", style: { opacity: 1, "z-index": 9 } },
    { selector: "node.chosen", style: { "border-width": 3.5, "background-opacity": 0.3 } },
    { selector: "edge.chosen", style: { width: 4, opacity: 1, "z-index": 10 } },
    { selector: "core", style: { "active-bg-opacity": 0 } },
  ];
}
