// What there is to read: the view at a glance, what is selected, all statements.

import { byRole, card, forceMark, list, others, thing } from "./cards.js";
import { el, words } from "./dom.js";
import { compare, values } from "./model.js";
import { say } from "./words.js";

/** @typedef {import("./cards.js").Page} Page */
/** @typedef {import("./model.js").Link} Link */
/** @typedef {import("./model.js").Thing} Thing */
/** @typedef {import("./model.js").Statement} Statement */
/** @typedef {import("./state.js").State} State */

// ---------------------------------------------------------------- at a glance

/** What the view says, without the drawing: who by role and force, the gaps, all things by kind. */
export function glance(/** @type {Page} */ page, /** @type {State} */ state) {
  const { model, lang } = page;
  const links = model.links.filter((link) => model.leavesLink(link, state));
  return [
    el("p", {}, model.view.description?.[lang] ?? ""),
    model.forces.length
      ? el(
          "p",
          { class: "about" },
          say(model.tellsActors ? "about" : "aboutForce", lang),
          model.links.some((link) => link.statement) && el("small", {}, say("often", lang)),
        )
      : null,
    byRoleAndForce(
      page,
      links.filter((link) => link.statement),
    ),
    gaps(page, state),
    kinds(page, state),
    plainRoles(
      page,
      links.filter((link) => !link.statement),
    ),
  ]
    .flat()
    .filter(Boolean);
}

function byRoleAndForce(/** @type {Page} */ page, /** @type {Link[]} */ links) {
  const { model, lang } = page;
  const found = byRole(links);
  return model.roles
    .filter((role) => found.has(role))
    .map((role) => {
      const told = found.get(role) ?? [];
      const forces = model.forces.filter((force) => told.some((link) => link.force === force));
      return el(
        "section",
        { class: "role" },
        el("h2", {}, words(model.term(role, lang)), ` (${told.length})`),
        model.meaning(role, lang) && el("p", { class: "note" }, words(model.meaning(role, lang))),
        forces.map((force) =>
          el(
            "div",
            { class: "of" },
            el("h3", {}, forceMark(page, force)),
            things(
              page,
              told.filter((link) => link.force === force),
            ),
          ),
        ),
      );
    });
}

/** Of whom or what links tell, with how often. */
function things(/** @type {Page} */ page, /** @type {Link[]} */ links) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const link of links) {
    const told = page.model.told(link);
    counts.set(told, (counts.get(told) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || compare(a, b));
  return list(
    page,
    sorted,
    ([id, number]) => thing(page, id, number > 1 ? ` ×${number}` : ""),
    30,
    {
      class: "names",
    },
  );
}

/** Plain facts, by role, made when first opened: there may be thousands. */
function plainRoles(/** @type {Page} */ page, /** @type {Link[]} */ links) {
  const { model, lang } = page;
  const found = byRole(links);
  const parts = model.roles
    .filter((role) => found.has(role))
    .map((role) => {
      const all = found.get(role) ?? [];
      return later([words(model.term(role, lang)), ` (${all.length})`], () =>
        list(page, all, (link) => fact(page, link), 60, { class: "facts" }),
      );
    });
  if (!parts.length) return [];
  return [
    el(
      "section",
      { class: "role" },
      el("h2", {}, `${say("links", lang)} (${links.length})`),
      parts,
    ),
  ];
}

function fact(/** @type {Page} */ page, /** @type {Link} */ link) {
  const role = words(page.model.term(link.role, page.lang));
  return el("span", {}, thing(page, link.source), " — ", role, " → ", thing(page, link.target));
}

/** Details that are made when they are first opened. */
function later(/** @type {any[]} */ summary, /** @type {() => Node[]} */ make) {
  const made = el("details", {}, el("summary", {}, summary));
  made.addEventListener("toggle", () => made.childElementCount > 1 || made.append(...make()));
  return made;
}

function gaps(/** @type {Page} */ page, /** @type {State} */ state) {
  const { model, lang } = page;
  const open = [...model.things.values()].filter(
    (one) => model.gap(one) && model.leaves(one, state),
  );
  if (!open.length) return [];
  open.sort((a, b) => compare(a.id, b.id));
  const of = (/** @type {string} */ gap) => open.filter((one) => model.gap(one) === gap);
  const nobody = of("nobody");
  return [
    el(
      "section",
      { class: "role gaps" },
      el("h2", {}, `${say("noActorTitle", lang)} (${open.length})`),
      el("p", { class: "note" }, say("noActorLong", lang)),
      el("h3", {}, `${say("noActorOnly", lang)} (${of("noActor").length})`),
      el(
        "ul",
        { class: "names" },
        of("noActor").map((one) => el("li", {}, thing(page, one.id))),
      ),
      nobody.length > 0 && el("h3", {}, `${say("nobody", lang)} (${nobody.length})`),
      nobody.length > 0 && el("p", { class: "note" }, say("nobodyNote", lang)),
      nobody.length > 0 &&
        el(
          "ul",
          { class: "names" },
          nobody.map((one) => el("li", {}, thing(page, one.id))),
        ),
    ),
  ];
}

function kinds(/** @type {Page} */ page, /** @type {State} */ state) {
  const { model, lang } = page;
  const left = model.left(state);
  const section = el(
    "section",
    { class: "role" },
    el("h2", {}, `${say("things", lang)} (${left.length})`),
  );
  const parts = model.kinds.map((kind) => {
    const name = kind ? model.term(kind, lang) : say("noKind", lang);
    return /** @type {[string, Thing[]]} */ ([name, left.filter((one) => one.kind === kind)]);
  });
  parts.push([say("unlinked", lang), left.filter((one) => !one.links.length)]);
  for (const [name, all] of parts) {
    if (!all.length) continue;
    const sorted = all.sort((a, b) => compare(a.id, b.id));
    section.append(
      later([words(name), ` (${all.length})`], () =>
        list(page, sorted, (one) => thing(page, one.id), 100, { class: "names" }),
      ),
    );
  }
  return [section];
}

// ---------------------------------------------------------------- selected

/** All of one thing, link or statement. */
export function selected(
  /** @type {Page} */ page,
  /** @type {State} */ state,
  /** @type {any} */ act,
) {
  const { model, lang } = page;
  const found = model.things.get(state.see);
  if (found) return ofThing(page, state, found, act);
  const link = model.linkById.get(state.see);
  if (link) return ofLink(page, link);
  const statement = model.statements.get(state.see);
  if (statement) return [el("h2", {}, say("statement", lang)), card(page, statement)];
  return [el("p", { class: "empty" }, say("noneSelected", lang))];
}

function ofThing(
  /** @type {Page} */ page,
  /** @type {State} */ state,
  /** @type {Thing} */ found,
  /** @type {any} */ act,
) {
  const { model, lang } = page;
  const gap = model.gap(found);
  const other = model.languages.find((one) => one !== lang);
  const kind = found.kind ? model.term(found.kind, lang) : say("noKind", lang);
  const statement = model.statements.get(found.id);
  const here = state.around === found.id;
  return [
    el("h2", { class: "name" }, words(model.label(found.id, lang))),
    other && el("p", { class: "other", lang: other }, words(model.label(found.id, other))),
    el(
      "p",
      { class: "kind" },
      swatch(found.data.colour),
      " ",
      words(kind),
      " ",
      page.href
        ? el("a", { href: page.href(found.id, lang) }, el("code", {}, found.id))
        : el("code", {}, found.id),
    ),
    gap &&
      el(
        "p",
        { class: "gap" },
        el("strong", {}, say(/** @type {any} */ (gap), lang)),
        " ",
        say(gap === "nobody" ? "nobodyLong" : "noActorLong", lang),
      ),
    values(found.data, "definition", lang).map((text) => el("p", {}, words(text))),
    el(
      "p",
      { class: "buttons" },
      el(
        "button",
        { type: "button", onclick: () => act.around(here ? "" : found.id) },
        say(here ? "back" : "around", lang),
      ),
      el("button", { type: "button", onclick: () => page.select("") }, say("clear", lang)),
    ),
    statement ? card(page, statement) : about(page, found),
    said(page, found),
    plain(page, found, Boolean(statement)),
  ]
    .flat()
    .filter(Boolean);
}

export function swatch(/** @type {string} */ colour) {
  const made = el("span", { class: "swatch", "aria-hidden": "true" });
  if (/^#[0-9a-f]{6}$/i.test(colour)) made.style.setProperty("--colour", colour);
  return made;
}

function about(/** @type {Page} */ page, /** @type {Thing} */ found) {
  const { definition: _1, definition_zh: _2, definition_en: _3, ...rest } = found.data;
  const rows = others(page, rest);
  if (!rows.length) return [];
  return [
    el(
      "dl",
      {},
      rows.map(([name, shown]) => el("div", {}, el("dt", {}, name), el("dd", {}, shown))),
    ),
  ];
}

/** The statements that say something of a thing: by role and force; of a measure by force. */
function said(/** @type {Page} */ page, /** @type {Thing} */ found) {
  const { model, lang } = page;
  const links = found.links.filter((link) => isSaid(page, link, found));
  if (!links.length) return [];
  const whole = found.kind === model.hub;
  const roles = byRole(links);
  const order = model.roles.filter((role) => roles.has(role));
  /** @type {any[]} */
  const made = [];
  for (const role of whole ? order : []) {
    const name = el("h3", {}, words(model.term(role, lang)));
    made.push(el("div", { class: "of" }, name, things(page, roles.get(role) ?? [])));
  }
  for (const role of whole ? [""] : order) {
    const told = role ? (roles.get(role) ?? []) : links;
    const size = new Set(told.map((link) => model.saidBy(link))).size;
    const name = role ? words(model.term(role, lang)) : say("statements", lang);
    made.push(el("h2", {}, name, ` (${size})`));
    if (role && model.meaning(role, lang))
      made.push(el("p", { class: "note" }, words(model.meaning(role, lang))));
    for (const force of new Set([...model.forces, ""])) {
      const ids = new Set(
        told.filter((link) => model.forceOf(link) === force).map((link) => model.saidBy(link)),
      );
      const cards = [...model.statements.values()].filter((one) => ids.has(one.id));
      if (cards.length && force)
        made.push(el("h3", {}, forceMark(page, force), ` (${cards.length})`));
      made.push(...list(page, cards, (one) => card(page, one), 25, { class: "cards" }));
    }
  }
  return made;
}

/** Whether a link is what a statement says of a thing. */
function isSaid(
  /** @type {Page} */ { model },
  /** @type {Link} */ link,
  /** @type {Thing} */ found,
) {
  return Boolean(link.statement || (link.source !== found.id && model.saidBy(link)));
}

/** Links that are plain facts, by role and direction. */
function plain(
  /** @type {Page} */ page,
  /** @type {Thing} */ found,
  /** @type {boolean} */ statement,
) {
  const { model, lang } = page;
  /** @type {any[]} */
  const made = [];
  for (const [role, all] of byRole(found.links.filter((link) => !isSaid(page, link, found)))) {
    for (const out of [true, false]) {
      // A statement's own links stand on its card.
      const links = all.filter((link) => (link.source === found.id) === out);
      if (!links.length || (statement && out)) continue;
      const name = words(model.term(role, lang));
      const way = out ? say("outgoing", lang) : say("incoming", lang);
      made.push(
        el("h3", {}, name, ` · ${way} (${links.length})`),
        ...list(page, links, (link) => thing(page, model.far(link, found.id)), 30, {
          class: "names",
        }),
      );
    }
  }
  return made;
}

function ofLink(/** @type {Page} */ page, /** @type {Link} */ link) {
  const { model, lang } = page;
  const force = model.forceOf(link);
  const same = model.links.filter(
    (one) =>
      one.source === link.source &&
      one.target === link.target &&
      one.role === link.role &&
      one.force === link.force,
  );
  const cards = same.map((one) => model.statements.get(model.saidBy(one))).filter(Boolean);
  const meaning = (/** @type {string} */ id) =>
    id && model.meaning(id, lang)
      ? el(
          "p",
          { class: "note" },
          words(model.term(id, lang)),
          lang === "zh" ? "：" : ": ",
          words(model.meaning(id, lang)),
        )
      : null;
  return [
    el("h2", { class: "ends" }, thing(page, link.source), " — ", thing(page, link.target)),
    el(
      "p",
      {},
      `${say("role", lang)}${lang === "zh" ? "：" : ": "}`,
      el("strong", {}, words(model.term(link.role, lang))),
    ),
    meaning(link.role),
    force &&
      el("p", {}, `${say("force", lang)}${lang === "zh" ? "：" : ": "}`, forceMark(page, force)),
    meaning(force),
    same.some((one) => one.open) && el("p", { class: "open" }, say("openLegend", lang)),
    ...list(page, cards, (one) => card(page, one), 25, { class: "cards" }),
  ].filter(Boolean);
}

// ---------------------------------------------------------------- the list

/** All statements that the filters leave, then all plain links as a table. */
export function all(/** @type {Page} */ page, /** @type {State} */ state) {
  const { model, lang } = page;
  const links = model.links.filter((link) => model.leavesLink(link, state));
  const told = new Set(links.map((link) => link.statement).filter(Boolean));
  const found = [...model.statements.values()].filter(({ id }) =>
    model.things.has(id) ? model.leaves(model.things.get(id), state) : told.has(id),
  );
  const plains = links.filter((link) => !link.statement);
  /** @type {any[]} */
  const made = [];
  if (found.length) {
    made.push(el("h2", {}, `${say("statements", lang)} (${found.length})`));
    made.push(...list(page, found, (one) => card(page, one), 40, { class: "cards" }));
  }
  if (plains.length) {
    made.push(el("h2", {}, `${say("links", lang)} (${plains.length})`));
    made.push(...list(page, plains, (link) => fact(page, link), 60, { class: "facts" }));
  }
  if (!made.length) made.push(el("p", { class: "empty" }, say("nothingLeft", lang)));
  return made;
}
