// Usage: node mermaid.js BROWSER FILE [PNG]: draws a chart in a browser, tells what it drew.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [browser, file, picture] = process.argv.slice(2);
const library = createRequire(import.meta.url).resolve("mermaid/dist/mermaid.min.js");
const started = await chromium.launch({
  executablePath: browser,
  args: [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
try {
  const page = await started.newPage();
  const dialogs = [];
  page.on("dialog", (dialog) => { dialogs.push(dialog.message()); dialog.dismiss(); });
  await page.setContent("<main id=chart></main>");
  await page.addScriptTag({ path: library });
  const told = await page.evaluate(async (text) => {
    mermaid.initialize({ startOnLoad: false });
    const { svg } = await mermaid.render("drawn", text);
    document.getElementById("chart").innerHTML = svg;
    const all = (query) => [...document.querySelectorAll(query)];
    return {
      nodes: all("g.node").map((node) => node.textContent.trim()),
      edges: all("path.flowchart-link").map((path) => path.getAttribute("style") ?? ""),
      labels: all("g.edgeLabel").map((label) => label.textContent.trim()).filter(Boolean),
      scripts: all("#chart script, #chart img").length,
      boxes: all("g.node").filter((node) => node.getBoundingClientRect().width > 0).length,
    };
  }, readFileSync(file, "utf8"));
  if (picture) await page.locator("#chart svg").screenshot({ path: picture });
  console.log(JSON.stringify({ ...told, dialogs }));
} finally {
  await started.close();
}
