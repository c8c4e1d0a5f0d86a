// mount(element, data, options): the page of a view, from data that may come from anywhere.

import { el, fill, words } from "./dom.js";
import { Drawing } from "./drawing.js";
import { filters } from "./filters.js";
import { PLACES, TABS, ZOOM, frame } from "./frame.js";
import { Model } from "./model.js";
import { all, glance, selected } from "./panel.js";
import { search } from "./search.js";
import { read, write } from "./state.js";
import { count, say } from "./words.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./words.js").Lang} Lang */

/**
 * Shows a view inside an element.
 *
 * @param {HTMLElement} element what it holds is replaced
 * @param {object} data view, languages, terms, elements: as kg export html writes them
 * @param {{lang?: Lang, fragment?: boolean, href?: (id: string, lang: Lang) => string}} [options]
 *   lang: to begin with; fragment: false where the fragment of the address belongs to someone
 *   else; href: the address of the page of a thing or a statement, where there is one
 * @returns {{show: (fragment: string) => void, stop: () => void}} show: go to a state
 */
export function mount(element, data, options = {}) {
  const model = new Model(data);
  const first = model.languages.find((one) => one === options.lang) ?? model.languages[0];
  const kept = options.fragment !== false;
  let state = read(kept ? location.hash : "", model, first);
  let told = "";

  const set = (/** @type {Partial<State>} */ change, moved = false) => {
    state = { ...state, ...change };
    const fragment = write(state, model, first);
    if (kept && fragment !== told) {
      const address = `${location.pathname}${location.search}${fragment ? `#${fragment}` : ""}`;
      if (moved) history.pushState(null, "", address);
      else history.replaceState(null, "", address);
      told = fragment;
    }
    update();
  };
  const select = (/** @type {string} */ id) => {
    // In layers, what is under a thing is drawn with it, and so is what it stands under.
    const open = new Set([...state.open, ...model.above(id)]);
    // One thing stays in the middle while what is around it is read.
    const centre = state.around || (drawing.scene?.large ? drawing.scene.centre : "");
    const around = centre && model.things.has(id) && !isNear(model, centre, id) ? id : centre;
    // Where there is room for one of them only, what is chosen is for reading.
    if (id) parts.root.dataset.place = "read";
    set(
      {
        see: id,
        open,
        around,
        tab: id ? "selected" : state.tab === "selected" ? "glance" : state.tab,
      },
      true,
    );
  };
  const around = (/** @type {string} */ id) =>
    set({ around: id, see: id || state.see, tab: id ? "selected" : state.tab }, true);
  const toGaps = () => {
    parts.root.dataset.place = "read";
    set({ tab: "glance" });
    parts.panel.querySelector(".gaps")?.scrollIntoView();
  };
  const page = () => ({ model, lang: state.lang, select, href: options.href });

  const drawing = new Drawing(model, {
    select,
    around,
    open: (section) => set({ open: new Set([...state.open, section]) }),
  });
  const box = search(page);
  const parts = frame(drawing.element, box.element);
  element.classList.add("kg");
  fill(element, parts.root);
  parts.tabs.forEach((tab, at) => {
    tab.addEventListener("click", () => set({ tab: TABS[at] }));
    tab.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = (at + step + TABS.length) % TABS.length;
      set({ tab: TABS[next] });
      parts.tabs[next].focus();
    });
  });
  parts.places.forEach((button, at) =>
    button.addEventListener("click", () => {
      parts.root.dataset.place = PLACES[at];
      update();
    }),
  );
  parts.zoom.forEach((button, at) =>
    button.addEventListener("click", () =>
      at === 2 ? drawing.fit() : drawing.zoom(at ? 0.8 : 1.25),
    ),
  );
  drawing.start();
  const onHash = () => {
    const now = location.hash.replace(/^#/, "");
    if (now === told) return;
    told = now;
    state = read(now, model, first);
    update();
  };
  const onKey = (/** @type {any} */ event) => {
    const typing = /^(?:INPUT|TEXTAREA|SELECT)$/.test(
      /** @type {Element} */ (event.target).tagName,
    );
    if (event.key === "/" && !typing) {
      box.element.querySelector("input")?.focus();
      event.preventDefault();
    } else if (event.key === "Escape" && !typing && state.see) select("");
  };
  if (kept) {
    addEventListener("hashchange", onHash);
    addEventListener("popstate", onHash);
  }
  const keys = kept ? document : element;
  keys.addEventListener("keydown", onKey);

  let panel = "";
  function update() {
    const { lang } = state;
    const focus = /** @type {HTMLElement|null} */ (document.activeElement);
    const key = focus?.dataset?.key;
    const reading = parts.panel.contains(focus);
    element.lang = lang;
    if (kept) document.documentElement.lang = lang;
    parts.title.textContent = model.view.title[lang] ?? model.view.id;
    if (kept) document.title = parts.title.textContent;
    box.update();
    fill(parts.filters, ...filters(page(), state, set, toGaps));
    fill(parts.language, ...languages());
    drawing.update(state);
    fill(parts.status, ...status());
    parts.tabs.forEach((tab, at) => {
      const here = TABS[at] === state.tab;
      tab.textContent = say(TABS[at], lang);
      tab.setAttribute("aria-selected", String(here));
      tab.tabIndex = here ? 0 : -1;
    });
    parts.places.forEach((button, at) => {
      button.textContent = say(PLACES[at], lang);
      button.setAttribute("aria-pressed", String(parts.root.dataset.place === PLACES[at]));
    });
    parts.zoom.forEach((button, at) => {
      const name = say(ZOOM[at], lang);
      button.setAttribute("aria-label", name);
      button.title = name;
    });
    parts.language.setAttribute("aria-label", say("language", lang));
    parts.sideTitle.textContent = say("filters", lang);
    const wanted = `${state.tab} ${state.see}`;
    const make = { glance, selected, list: all }[state.tab];
    fill(parts.panel, ...make(page(), state, { around }));
    if (wanted !== panel) parts.panel.scrollTop = 0;
    panel = wanted;
    // What was made anew keeps the focus where it was.
    if (document.activeElement === focus) return;
    const again = key ? parts.root.querySelector(`[data-key="${CSS.escape(key)}"]`) : null;
    (again ?? (reading ? parts.panel : null))?.focus({ preventScroll: true });
  }

  function languages() {
    if (model.languages.length < 2) return [];
    const names = { zh: "中文", en: "English" };
    return model.languages.map((one) =>
      el(
        "button",
        {
          type: "button",
          lang: one,
          "data-key": `lang ${one}`,
          "aria-pressed": String(one === state.lang),
          onclick: () => set({ lang: one }),
        },
        names[one],
      ),
    );
  }

  /** How much is drawn, and how to see the rest. */
  function status() {
    const drawn = drawing.scene;
    if (!drawn) return [];
    const { lang } = state;
    const [colon, comma, stop] = lang === "zh" ? ["：", "，", "。"] : [": ", ", ", "."];
    const of = (/** @type {number} */ part, /** @type {string} */ all) =>
      `${part.toLocaleString("en")} / ${all}`;
    const things = of(drawn.things, count(model.things.size, "thing", lang));
    const links = of(drawn.links, count(model.links.length, "link", lang));
    const said = [`${say("drawn", lang)}${colon}${things}${comma}${links}${stop}`];
    if (state.kinds || state.roles || state.forces || state.measures)
      said.push(say("hidden", lang));
    if (!drawn.things) said.push(say("nothingLeft", lang));
    if (drawn.boxes.some((box) => box.under)) said.push(say("folded", lang));
    if (drawn.centre) said.push(`${say("aroundShort", lang)}${colon}`);
    return [
      el("span", {}, said.join(lang === "zh" ? "" : " ")),
      drawn.centre ? el("strong", {}, words(short(model.label(drawn.centre, lang)))) : "",
      state.around && !drawn.large
        ? el("button", { type: "button", onclick: () => around("") }, say("back", lang))
        : "",
      drawn.large ? el("span", { class: "large" }, say("tooMany", lang)) : "",
    ].filter(Boolean);
  }

  update();
  return {
    show(fragment) {
      state = read(fragment, model, first);
      set({});
    },
    stop() {
      removeEventListener("hashchange", onHash);
      removeEventListener("popstate", onHash);
      keys.removeEventListener("keydown", onKey);
      drawing.stop();
      fill(element);
    },
  };
}

function short(/** @type {string} */ text) {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}

/** Whether a thing is linked to the one in the middle; what is no thing stays where it is. */
function isNear(
  /** @type {Model} */ model,
  /** @type {string} */ centre,
  /** @type {string} */ id,
) {
  if (!model.things.has(id)) return true;
  return Boolean(model.things.get(centre)?.links.some((link) => model.far(link, centre) === id));
}
