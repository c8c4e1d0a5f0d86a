// What went wrong with a query, in the words of the service (RFC 9457); all of it is text.

import { el } from "./dom.js";

const SILENT = {
  zh: "没有得到服务的回答：请检查网络，稍候再试。",
  en: "No answer came from the service: look at the network, then try again.",
};

/** Makes what yasr shows of an error: of the service its own words, of anything else what came. */
export function problem(/** @type {"zh"|"en"} */ lang) {
  return async (/** @type {{text?: string}} */ { text = "" }) => {
    const { status, title, detail, hint } = read(text);
    return el(
      "div",
      { class: "problem", role: "alert" },
      el("p", {}, el("strong", {}, title ? `${status} ${title}` : SILENT[lang])),
      detail && el("pre", {}, String(detail)),
      hint && el("p", {}, String(hint)),
    );
  };
}

/** @returns {Record<string, unknown>} */
function read(/** @type {string} */ text) {
  try {
    const found = JSON.parse(text);
    if (found?.title) return found;
  } catch {
    // It is no problem of the service.
  }
  return { detail: text };
}
