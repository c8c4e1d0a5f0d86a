// The SPARQL editor of the site: @zazuko/yasgui with our prefixes, and no request but to /sparql.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";
import { table } from "./answer.js";
import { chinese } from "./chinese.js";
import { problem } from "./problem.js";
import "./query.css";

/**
 * @typedef {object} Data
 * @property {Record<string, string>} prefixes
 * @property {string} base of the IRIs that have a page here
 * @property {string} terms namespace of the terms, whose pages are apart
 * @property {{id: string, query: string}[]} examples
 */

const at = (/** @type {string} */ id) => /** @type {any} */ (document.getElementById(id));
/** @type {Data} */
const data = JSON.parse(at("data").textContent);
const lang = document.documentElement.lang === "zh" ? "zh" : "en";

// Its own completion of prefixes, classes and properties asks other hosts.
Yasgui.Yasqe.defaults.autocompleters = ["variables"];
Yasgui.Yasr.registerPlugin("table", /** @type {any} */ (table(data, lang)));
const plugins = /** @type {any} */ (Yasgui.Yasr.plugins);
if (lang === "zh") {
  Yasgui.Yasr.registerPlugin(
    "response",
    /** @type {any} */ (
      class extends plugins.response {
        label = "原始回答";
      }
    ),
  );
}
// The focus comes and goes by the Tab key, as on the rest of the page.
Object.assign(Yasgui.Yasqe.defaults.extraKeys, { Tab: false, "Shift-Tab": false });
Yasgui.Yasr.defaults.errorRenderers = [/** @type {any} */ (problem(lang))];
Yasgui.Yasqe.defaults.value = at("text").value;
const editor = new Yasgui(at("editor"), {
  requestConfig: {
    endpoint: `${location.origin}/sparql`,
    method: "POST",
    acceptHeaderSelect: "application/sparql-results+json",
    acceptHeaderGraph: "text/turtle",
    headers: { "Accept-Language": lang },
  },
  persistenceId: null,
  autofocus: false,
  yasr: { ...Yasgui.defaults.yasr, persistenceId: null, prefixes: data.prefixes },
});
if (lang === "zh") chinese(at("editor"));
const tab = () => /** @type {any} */ (editor.getTab());
at("editor").querySelector(".CodeMirror textarea").setAttribute("aria-label", document.title);
at("plain").remove();
at("load").hidden = false;
at("load").addEventListener("click", () => {
  const chosen = data.examples.find((one) => one.id === at("example").value);
  if (!chosen) return;
  tab().setQuery(chosen.query);
  tab().query();
});
