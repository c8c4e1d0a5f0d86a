// The frame of the page: its places, and the buttons that lead to them.

import { el } from "./dom.js";

export const TABS = /** @type {const} */ (["glance", "selected", "list"]);
export const PLACES = /** @type {const} */ (["drawing", "read", "filters"]);
export const ZOOM = /** @type {const} */ (["zoomIn", "zoomOut", "fit"]);

/** The frame of the page; what it says comes with the state. */
export function frame(/** @type {Element} */ drawing, /** @type {Element} */ searching) {
  const title = el("h1", {});
  const language = el("div", { class: "language", role: "group" });
  const places = PLACES.map(() => el("button", { type: "button" }));
  const filterList = el("div", { class: "facets" });
  const sideTitle = el("h2", { id: "kg-side" });
  const side = el(
    "section",
    { class: "side", "aria-labelledby": "kg-side" },
    sideTitle,
    filterList,
  );
  const status = el("p", { class: "status", role: "status" });
  const zoom = ["+", "−", "⤢"].map((text) => el("button", { type: "button" }, text));
  const tabs = TABS.map((name) =>
    el("button", {
      type: "button",
      role: "tab",
      id: `kg-tab-${name}`,
      "aria-controls": "kg-panel",
    }),
  );
  const panel = el("div", { class: "panel", id: "kg-panel", role: "tabpanel", tabindex: 0 });
  const root = el(
    "div",
    { class: "frame", "data-place": "read" },
    el("header", {}, title, searching, language),
    el("nav", { class: "places" }, places),
    el(
      "div",
      { class: "body" },
      side,
      el(
        "section",
        { class: "stage" },
        el("div", { class: "top" }, status, el("div", { class: "zoom" }, zoom)),
        drawing,
      ),
      el("section", { class: "reading" }, el("div", { role: "tablist" }, tabs), panel),
    ),
  );
  return {
    root,
    title,
    language,
    places,
    filters: filterList,
    sideTitle,
    status,
    zoom,
    tabs,
    panel,
  };
}
