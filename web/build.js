// Builds dist/: kg.js, which gives the page `kg.mount`, with kg.css; and for the site explore.js,
// query.js with query.css, and site.css.

import { mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
mkdirSync(join(here, "dist"), { recursive: true });
await bundle("kg", "src/main.js", { globalName: "kg" });
await bundle("explore", "src/explore.js");
await bundle("query", "src/query.js");
await bundle("page", "src/page.css", {}, "kg");
await bundle("site", "src/site.css");

/** Bundles one entry into dist/NAME.js or .css, and the style that a script imports beside it. */
async function bundle(entry, path, more = {}, name = entry) {
  const made = await build({
    absWorkingDir: here,
    bundle: true,
    charset: "utf8",
    entryPoints: { [entry]: path },
    format: "iife",
    legalComments: "eof",
    loader: { ".svg": "dataurl" },
    metafile: true,
    minify: true,
    outdir: "dist",
    target: ["chrome105", "firefox121", "safari16"],
    write: false,
    ...more,
  });
  const told = licences(Object.keys(made.metafile.inputs));
  for (const file of made.outputFiles) {
    const end = file.path.slice(file.path.lastIndexOf("."));
    put(`${name}${end}`, told ? `${told}\n${file.text}` : file.text);
  }
}

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
      ([folder, { name, version, license, author }]) =>
        `${name} ${version}, ${license}\n\n${licence(folder) ?? `By ${author?.name ?? author}`}`,
    );
  if (!told.length) return "";
  return `/*\nThis file holds parts of:\n\n${told.join("\n\n---\n\n").replaceAll("*/", "* /")}\n*/`;
}

/** The text of a package's licence, where it brings one. */
function licence(folder) {
  const names = readdirSync(join(here, folder)).sort();
  const name = names.find((one) => /^licen[cs]e(?:\.(?:md|txt))?$/i.test(one));
  return name && read(folder, name).trim();
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
