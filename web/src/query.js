// The SPARQL editor of the site: @zazuko/yasgui with our prefixes, and no request but to /sparql.

import Yasgui from "@zazuko/yasgui";
import "@zazuko/yasgui/build/yasgui.min.css";

/** @type {{prefixes: Record<string, string>, base: string, examples: {id: string, query: string}[]}} */
const data = JSON.parse(document.getElementById("data")?.textContent ?? "null");
const form = /** @type {HTMLFormElement} */ (document.getElementById("plain"));
const text = /** @type {HTMLTextAreaElement} */ (document.getElementById("text"));
const place = /** @type {HTMLElement} */ (document.getElementById("editor"));

// Its own completion of prefixes, classes and properties asks other hosts.
Yasgui.Yasqe.defaults.autocompleters = ["variables"];
const editor = new Yasgui(place, {
  requestConfig: { endpoint: `${location.origin}/sparql`, method: "POST" },
  copyEndpointOnNewTab: true,
  persistenceId: null,
  persistencyExpire: 0,
  yasqe: { persistenceId: null, createShareableLink: null, queryingDisabled: undefined },
  yasr: { persistenceId: null, prefixes: data.prefixes },
});
