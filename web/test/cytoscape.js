// Usage: node cytoscape.js FILE…: reads each by cytoscape, lays it out, tells how much it read.

import { readFileSync } from "node:fs";
import cytoscape from "cytoscape";

for (const path of process.argv.slice(2)) {
  const { data, elements } = JSON.parse(readFileSync(path, "utf8"));
  const cy = cytoscape({ headless: true, styleEnabled: true, data, elements });
  await new Promise((done) => {
    const box = { x1: 0, y1: 0, w: 4000, h: 3000 };
    cy.one("layoutstop", done);
    cy.layout({ name: "concentric", animate: false, boundingBox: box }).run();
  });
  const at = new Set(cy.nodes().map((node) => JSON.stringify(node.position())));
  const told = { name: cy.data("name"), nodes: cy.nodes().length, edges: cy.edges().length };
  console.log(JSON.stringify({ ...told, placed: at.size }));
  cy.destroy(); // or Node never ends
}
