// The search box: a list of what matches, to walk with the arrow keys.

import { el, fill, words } from "./dom.js";
import { say } from "./words.js";

/** @typedef {import("./cards.js").Page} Page */

const MOST = 30;
let made = 0;

/**
 * @param {() => Page} page as it is now
 * @returns {{element: HTMLElement, update: () => void}}
 */
export function search(page) {
  const id = `kg-search-${(made += 1)}`;
  let at = -1;
  /** @type {string[]} */
  let ids = [];
  const input = el("input", {
    id,
    type: "search",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": `${id}-list`,
    oninput: () => find(),
    onfocus: () => find(),
    onkeydown: (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!ids.length) return;
        const step = event.key === "ArrowDown" ? 1 : -1;
        move((at + step + ids.length) % ids.length);
      } else if (event.key === "Enter" && ids.length) choose(ids[Math.max(at, 0)]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    },
    onblur: () => setTimeout(close, 150),
  });
  const options = el("ul", { id: `${id}-list`, role: "listbox", hidden: true });
  const told = el("p", { class: "told", "aria-live": "polite" });
  const label = el("label", { for: id });
  const element = el("div", { class: "search" }, label, input, told, options);

  function find() {
    const { model, lang } = page();
    const text = input.value;
    const found = text.trim() ? model.search(text) : [];
    ids = found.slice(0, MOST).map((one) => one.id);
    at = -1;
    fill(
      options,
      ...found.slice(0, MOST).map((one, number) =>
        el(
          "li",
          {
            id: `${id}-${number}`,
            role: "option",
            "aria-selected": "false",
            onmousedown: () => choose(one.id),
          },
          words(model.name(one.id, lang)),
          one.words !== model.name(one.id, lang) && el("small", {}, words(around(one.words, text))),
        ),
      ),
    );
    show(ids.length > 0);
    const one = model.languages.length === 1 ? say("oneLanguage", lang) : "";
    const none = [say("nothingFound", lang), one].filter(Boolean).join(" ");
    told.textContent = !text.trim() ? "" : found.length ? `${found.length}` : none;
  }

  function show(/** @type {boolean} */ open) {
    options.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    input.removeAttribute("aria-activedescendant");
  }

  function move(/** @type {number} */ to) {
    options.children[at]?.setAttribute("aria-selected", "false");
    at = to;
    const option = options.children[at];
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function choose(/** @type {string} */ chosen) {
    close();
    page().select(chosen);
  }

  function close() {
    show(false);
  }

  return {
    element,
    update() {
      const { lang } = page();
      label.textContent = say("search", lang);
      input.placeholder = say("searchHint", lang);
      options.setAttribute("aria-label", say("search", lang));
    },
  };
}

/** The part of a long text in which the wanted words stand. */
function around(/** @type {string} */ text, /** @type {string} */ wanted) {
  const at = text.toLowerCase().indexOf(wanted.trim().toLowerCase());
  const from = Math.max(at - 24, 0);
  const cut = text.slice(from, from + 90);
  return `${from ? "…" : ""}${cut}${from + 90 < text.length ? "…" : ""}`;
}
