// What went wrong with a query, in the words of the service (RFC 9457) and no others.

import { el } from "./dom.js";

const SILENT = {
  zh: "服务没有回答：请检查网络，稍候再试。",
  en: "The service did not answer: look at the network, then try again.",
};

/** Makes what yasr shows of an error; all of it is text. */
export function problem(/** @type {"zh"|"en"} */ lang) {
  return async (/** @type {{status?: number, text?: string}} */ { status, text }) => {
    if (!status) return el("p", { class: "problem" }, SILENT[lang]);
    const { title, detail, hint } = read(text ?? "");
    return el(
      "div",
      { class: "problem" },
      el("p", {}, el("strong", {}, `${status} ${title}`)),
      detail && el("pre", {}, detail),
      hint && el("p", {}, hint),
    );
  };
}

/** The parts of a problem that are text; what is none is shown as it came. */
function read(/** @type {string} */ text) {
  const told = /** @type {Record<string, string>} */ ({ title: "", detail: "", hint: "" });
  try {
    const found = Object.entries(JSON.parse(text));
    for (const [name, value] of found)
      if (name in told && typeof value === "string") told[name] = value;
  } catch {
    told.detail = text;
  }
  return told;
}
