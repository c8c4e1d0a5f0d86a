// For each line "FORMAT<tab>FILE" on stdin: reads the file by graphology, prints the graph as JSON.

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Graph from "graphology";
import gexf from "graphology-gexf";
import graphml from "graphology-graphml";

for await (const line of createInterface({ input: process.stdin })) {
  const [format, path] = line.split("\t");
  try {
    const parse = { gexf: gexf.parse, graphml: graphml.parse }[format];
    const graph = parse(Graph, readFileSync(path, "utf8"));
    console.log(JSON.stringify({ ...graph.export(), multi: graph.multi, type: graph.type }));
  } catch (error) {
    console.log(JSON.stringify({ error: String(error) }));
  }
}
