// Draws the view of the page from the data that stands in it; see main.js.

/** @type {any} */ (window).kg.mount(
  document.getElementById("kg"),
  JSON.parse(document.getElementById("data")?.textContent ?? "null"),
  {
    lang: document.documentElement.lang,
    href: (/** @type {string} */ id, /** @type {string} */ lang) =>
      `/thing?lang=${lang}&id=${encodeURIComponent(id)}`,
  },
);
