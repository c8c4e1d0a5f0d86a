// Builds dist/kg.js, which gives the page `kg.mount`, and dist/kg.css beside it.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const made = await build({
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  entryPoints: { kg: "src/main.js", page: "src/page.css" },
  format: "iife",
  globalName: "kg",
  legalComments: "eof",
  metafile: true,
  minify: true,
  outdir: "dist",
  target: ["chrome105", "firefox121", "safari16"],
  write: false,
});
const [script, style] = [".js", ".css"].map(
  (end) => made.outputFiles.find((file) => file.path.endsWith(end)).text,
);
mkdirSync(join(here, "dist"), { recursive: true });
put("kg.css", style);
put("kg.js", `${licences(Object.keys(made.metafile.inputs))}\n${script}`);

/** The licence of each package of which the bundle holds a part, and of what that rests on. */
function licences(inputs) {
  const folders = inputs.map((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const packages = new Map();
  const waiting = [...new Set(folders.filter(Boolean))];
  for (const folder of waiting) {
    if (packages.has(folder)) continue;
    const own = JSON.parse(read(folder, "package.json"));
    packages.set(folder, own);
    waiting.push(...Object.keys(own.dependencies ?? {}).map((name) => `node_modules/${name}`));
  }
  const told = [...packages]
    .sort()
    .map(
      ([folder, { name, version, license }]) =>
        `${name} ${version}, ${license}\n\n${read(folder, "LICENSE").trim()}`,
    );
  return `/*\nThis file holds parts of:\n\n${told.join("\n\n---\n\n").replaceAll("*/", "* /")}\n*/`;
}

function read(folder, name) {
  return readFileSync(join(here, folder, name), "utf8").replaceAll("\r\n", "\n");
}

/** Nothing is left half-written. */
function put(name, text) {
  const path = join(here, "dist", name);
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
}
