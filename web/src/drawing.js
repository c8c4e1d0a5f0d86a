// The drawing: a scene on a canvas, by cytoscape; hovering and choosing light up what belongs together.

import cytoscape from "cytoscape";
import { el } from "./dom.js";
import { FONT, SIZE, elements, sheet } from "./looks.js";
import { scene } from "./scene.js";
import { count, say } from "./words.js";

/** @typedef {import("./model.js").Model} Model */
/** @typedef {import("./boxes.js").Line} Line */
/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("./state.js").State} State */

const LEAST = 0.62; // smaller than this no label is read
const EASY = 0.85; // so large where not all can be shown
const dark = matchMedia("(prefers-color-scheme: dark)");
const scheme = () => (dark.matches ? "dark" : "light");

export class Drawing {
  /**
   * @param {Model} model
   * @param {{select: (id: string) => void, around: (id: string) => void,
   *   open: (section: string) => void}} act what a click does
   */
  constructor(model, act) {
    this.model = model;
    this.canvas = el("div", { class: "canvas", tabindex: 0, role: "application" });
    this.tip = el("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    this.element = el("div", { class: "drawing" }, this.canvas, this.tip);
    const pen = document.createElement("canvas").getContext("2d");
    if (pen) pen.font = `${SIZE}px ${FONT}`;
    /** @type {Map<string, number>} */
    this.widths = new Map();
    this.measure = (/** @type {string} */ text) => {
      const known = this.widths.get(text);
      if (known !== undefined) return known;
      const width = pen?.measureText(text).width ?? text.length * SIZE;
      this.widths.set(text, width);
      return width;
    };
    this.act = act;
    /** @type {Scene|null} */
    this.scene = null;
    this.drawn = "";
    this.lang = model.languages[0];
    this.size = "";
    /** @type {State|null} */
    this.state = null;
    this.see = "";
  }

  /** Begins to draw; the element is in the page by then. */
  start() {
    // The one rule that cytoscape would add as a style element stands in our own sheet.
    const mark = "__________cytoscape_stylesheet";
    if (!document.getElementById(mark)) document.head.append(el("template", { id: mark }));
    this.cy = cytoscape({
      container: this.canvas,
      style: sheet(scheme()),
      layout: { name: "preset" },
      minZoom: 0.15,
      maxZoom: 3,
      autoungrabify: true,
      boxSelectionEnabled: false,
      selectionType: "single",
    });
    this.#listen();
    new ResizeObserver(() => this.#resized()).observe(this.canvas);
    dark.addEventListener("change", this.#recolour);
  }

  #recolour = () => {
    this.cy?.style(sheet(scheme()));
    this.drawn = "";
    if (this.state) this.update(this.state);
  };

  /** Draws what the state asks for; the whole is laid out again only where it has to be. */
  update(/** @type {State} */ state) {
    const { cy } = this;
    if (!cy) return;
    this.lang = state.lang;
    this.state = state;
    this.canvas.setAttribute("aria-label", say("drawingHelp", state.lang));
    const { lang, around, open, kinds, roles, forces, measures } = state;
    const sets = [open, kinds, roles, forces, measures].map((set) => set && [...set]);
    const wanted = JSON.stringify([lang, around, sets]);
    const laid = wanted !== this.drawn;
    if (laid) {
      this.drawn = wanted;
      const room = { w: this.canvas.clientWidth || 800, h: this.canvas.clientHeight || 600 };
      this.scene = scene(this.model, state, this.measure, room);
      cy.batch(() => {
        cy.elements().remove();
        cy.add(elements(/** @type {Scene} */ (this.scene), this.model, scheme()));
      });
      this.fit();
    }
    const chosen = this.#chosen(state.see);
    this.#light(chosen, true);
    if (state.see !== this.see || laid) this.#reach(chosen);
    this.see = state.see;
  }

  /** Shows all of it, or as much as can still be read. */
  fit() {
    const { cy } = this;
    if (!cy || !cy.elements().length) return;
    const all = cy.elements().boundingBox({});
    const [width, height, pad] = [cy.width(), cy.height(), 16];
    if (!width || !height) return;
    const whole = Math.min((width - 2 * pad) / all.w, (height - 2 * pad) / all.h, 1.25);
    const wide = Math.min((width - 2 * pad) / all.w, 1.25);
    const zoom = whole >= LEAST ? whole : Math.max(Math.min(wide, EASY), LEAST);
    const centre = this.scene?.boxes.find((box) => box.centre);
    const middle = (all.x1 + all.x2) / 2;
    const x = width / 2 - zoom * (wide < LEAST && this.scene?.way !== "layers" ? 0 : middle);
    const left = wide < LEAST && this.scene?.way === "layers" ? pad - zoom * all.x1 : x;
    const high = all.h * zoom > height - 2 * pad;
    const top = centre && high ? height / 2 - zoom * centre.y : pad - zoom * all.y1;
    const y = high ? top : height / 2 - (zoom * (all.y1 + all.y2)) / 2;
    cy.viewport({ zoom, pan: { x: left, y } });
  }

  /** Moves the sheet as far as it takes to see what is chosen and what is next to it. */
  #reach(/** @type {cytoscape.CollectionReturnValue} */ chosen) {
    const { cy } = this;
    if (!cy || !chosen.length || !cy.width()) return;
    const pad = 20;
    const near = chosen.nodes().closedNeighborhood().union(chosen.connectedNodes());
    const sides = /** @type {const} */ ([
      ["x1", "x2", cy.width()],
      ["y1", "y2", cy.height()],
    ]);
    const own = chosen.union(chosen.edges().connectedNodes()).renderedBoundingBox({});
    const all = near.union(chosen).renderedBoundingBox({});
    const [x, y] = sides.map(([from, to, room]) => {
      const [low, high] = [pad - own[from], room - pad - own[to]];
      if (all[to] > room - pad) return Math.max(room - pad - all[to], low);
      return all[from] < pad ? Math.min(pad - all[from], high) : 0;
    });
    cy.panBy({ x, y });
  }

  zoom(/** @type {number} */ by) {
    const { cy } = this;
    if (!cy) return;
    cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  /** Lays down everything; the element may then leave the page. */
  stop() {
    dark.removeEventListener("change", this.#recolour);
    this.cy?.destroy();
  }

  // ------------------------------------------------------------ light

  /** What is drawn of a thing, a link or a statement. */
  #chosen(/** @type {string|undefined} */ id) {
    const { cy } = /** @type {{cy: cytoscape.Core}} */ (this);
    if (!id) return cy.collection();
    const things = cy.nodes().filter((node) => node.data("of") === id);
    if (things.length) return things;
    const link = this.model.linkById.get(id);
    return cy.edges().filter((edge) => {
      const { links } = /** @type {{links: any[]}} */ (edge.scratch("line"));
      return links.some((one) => one === link || one.statement === id);
    });
  }

  #light(/** @type {cytoscape.CollectionReturnValue} */ chosen, kept = false) {
    const { cy } = /** @type {{cy: cytoscape.Core}} */ (this);
    cy.batch(() => {
      cy.elements().removeClass(kept ? "faded lit chosen" : "faded lit");
      if (kept) chosen.addClass("chosen");
      if (!chosen.length) return;
      const near = chosen
        .nodes()
        .closedNeighborhood()
        .union(chosen)
        .union(chosen.edges().connectedNodes());
      // A thing that is drawn twice is one thing.
      const ids = new Set(chosen.nodes().map((node) => node.data("of")));
      const twins = cy.nodes().filter((node) => ids.has(node.data("of")));
      const lit = near.union(twins).union(twins.closedNeighborhood());
      lit.addClass("lit");
      cy.elements().not(lit).addClass("faded");
    });
  }

  // ------------------------------------------------------------ listening

  #listen() {
    const { cy } = /** @type {{cy: cytoscape.Core}} */ (this);
    cy.on("tap", (event) => {
      const hit = event.target;
      if (hit === cy) return this.act.select("");
      if (hit.data("section")) return this.act.open(hit.data("section"));
      if (hit.isNode() && hit.data("of")) return this.act.select(hit.data("of"));
      if (hit.isEdge()) this.act.select(hit.scratch("line").links[0].id);
    });
    cy.on("dbltap", "node", (event) => {
      if (event.target.data("of")) this.act.around(event.target.data("of"));
    });
    cy.on("mouseover", "node, edge", (event) => {
      const hit = event.target;
      if (hit.hasClass("heading")) return;
      this.canvas.classList.add("over");
      this.#light(hit);
      this.#tell(hit, event.renderedPosition);
    });
    cy.on("mouseout", "node, edge", () => {
      this.canvas.classList.remove("over");
      this.tip.hidden = true;
      this.#light(this.#chosen(this.see));
    });
    cy.on("viewport", () => (this.tip.hidden = true));
    this.canvas.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = 60;
      const moves = /** @type {Record<string, () => void>} */ ({
        ArrowLeft: () => cy.panBy({ x: step, y: 0 }),
        ArrowRight: () => cy.panBy({ x: -step, y: 0 }),
        ArrowUp: () => cy.panBy({ x: 0, y: step }),
        ArrowDown: () => cy.panBy({ x: 0, y: -step }),
        "+": () => this.zoom(1.25),
        "=": () => this.zoom(1.25),
        "-": () => this.zoom(0.8),
        0: () => this.fit(),
      });
      if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in moves)) return;
      moves[event.key]();
      event.preventDefault();
    });
    // A wheel moves the sheet, as it does a page; with Ctrl, as from two fingers, it zooms.
    this.element.addEventListener(
      "wheel",
      (/** @type {WheelEvent} */ event) => {
        event.preventDefault();
        event.stopPropagation();
        const line = event.deltaMode === 1 ? 16 : 1;
        if (event.ctrlKey || event.metaKey) {
          const at = this.canvas.getBoundingClientRect();
          cy.zoom({
            level: cy.zoom() * Math.exp(-event.deltaY * line * 0.01),
            renderedPosition: { x: event.clientX - at.left, y: event.clientY - at.top },
          });
        } else if (event.shiftKey) cy.panBy({ x: -event.deltaY * line, y: 0 });
        else cy.panBy({ x: -event.deltaX * line, y: -event.deltaY * line });
      },
      { capture: true, passive: false },
    );
  }

  #resized() {
    const { cy } = this;
    if (!cy || !this.canvas.clientWidth) return;
    cy.resize();
    const size = `${this.canvas.clientWidth} ${this.canvas.clientHeight}`;
    if (size === this.size || !this.state) return;
    this.size = size;
    this.drawn = "";
    this.update(this.state);
  }

  /** The tip beside the pointer: names and roles, as text. */
  #tell(/** @type {any} */ hit, /** @type {{x: number, y: number}} */ at) {
    const told = hit.isNode() ? this.#ofBox(hit) : this.#ofLine(hit.scratch("line"));
    if (!told.length) return;
    this.tip.replaceChildren(...told.map((text) => el("div", { dir: "auto" }, cutTo(text, 160))));
    this.tip.hidden = false;
    const [w, h] = [this.tip.offsetWidth, this.tip.offsetHeight];
    const x = Math.min(at.x + 14, this.element.clientWidth - w - 4);
    const y = at.y + 18 + h > this.element.clientHeight ? at.y - h - 10 : at.y + 18;
    this.tip.style.left = `${Math.max(x, 4)}px`;
    this.tip.style.top = `${Math.max(y, 4)}px`;
  }

  #ofBox(/** @type {any} */ node) {
    const { model, lang } = this;
    const thing = model.things.get(node.data("of"));
    if (!thing) return [];
    const kind = thing.kind ? model.term(thing.kind, lang) : say("noKind", lang);
    return [model.label(thing.id, lang), `${kind} · ${count(thing.links.length, "link", lang)}`];
  }

  #ofLine(/** @type {Line} */ line) {
    const { model, lang } = this;
    const [one] = line.links;
    const force = line.force ? ` · ${say("force", lang)}: ${model.term(line.force, lang)}` : "";
    const open = line.links.some((link) => link.open) ? ` · ${say("open", lang)}` : "";
    const many = line.links.length > 1 ? ` · ${count(line.links.length, "statement", lang)}` : "";
    const quote = one.data.quote ?? one.data.quote_zh ?? "";
    return [
      `${model.label(one.source, lang)} — ${model.label(one.target, lang)}`,
      `${say("role", lang)}: ${model.term(line.role, lang)}${force}${open}${many}`,
      ...(quote ? [`“${quote}”`] : []),
    ];
  }
}

function cutTo(/** @type {string} */ text, /** @type {number} */ most) {
  return text.length > most ? `${text.slice(0, most)}…` : text;
}
