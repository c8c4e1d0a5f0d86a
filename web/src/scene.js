// What is drawn, and where: from the data, the filters and the choice.

import { MIDDLE, Maker, NARROW } from "./boxes.js";
import { around, columns } from "./columns.js";
import { layers } from "./layers.js";

/** @typedef {import("./boxes.js").Sheet} Sheet */
/**
 * @typedef {Sheet & {centre: string, things: number, links: number, large: boolean}} Scene
 *   centre: of what is drawn around one thing; things, links: that are drawn; large: the whole
 *   would be too much
 */

const COLUMNS = 150; // things that columns still show
const LAYERS = 130; // things that layers still hold
const MIDDLES = [210, 260, MIDDLE];
const SMALL = 600; // pixels of room, below which there is one side only

/**
 * @param {import("./model.js").Model} model
 * @param {import("./state.js").State} state
 * @param {(text: string) => number} measure width of a text in pixels
 * @param {{w: number, h: number}} room that there is to draw in
 * @returns {Scene}
 */
export function scene(model, state, measure, room) {
  const links = model.links.filter((link) => model.leavesLink(link, state));
  const things = model.left(state);
  const ids = new Set(things.map((thing) => thing.id));
  const most = model.hub ? COLUMNS : LAYERS;
  const large = things.length > most;
  const make = new Maker(model, state, measure, room.w < SMALL);
  let centre = state.around && model.things.has(state.around) ? state.around : "";
  if (!centre && large) {
    centre = [state.see, model.start].find((id) => ids.has(id)) ?? things[0]?.id ?? "";
  }
  /** @type {Sheet} */
  const drawn = centre
    ? around(make, centre, links)
    : model.hub
      ? widest(
          (make.small ? [NARROW] : MIDDLES).map((width) => columns(make, things, links, width)),
          room,
        )
      : layers(make, things, links);
  const shown = new Set(drawn.boxes.map((box) => box.of).filter(Boolean));
  const told = new Set(drawn.lines.flatMap((line) => line.links));
  return { ...drawn, centre, large, things: shown.size, links: told.size };
}

/** The one that can be shown largest. */
function widest(/** @type {Sheet[]} */ drawn, /** @type {{w: number, h: number}} */ room) {
  const size = (/** @type {Sheet} */ { boxes }) => {
    const wide = Math.max(...boxes.map((box) => Math.abs(box.x) + box.w / 2), 1);
    const high = Math.max(...boxes.map((box) => Math.abs(box.y) + box.h / 2), 1);
    return Math.min(room.w / wide, room.h / high);
  };
  return drawn.sort((a, b) => size(b) - size(a))[0];
}
