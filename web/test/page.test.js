// The page in a real browser: PAGES is the folder of the pages, CHROMIUM the browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { axe, launch } from "./browser.js";

const folder = process.env.PAGES ?? "";
const VIEWS = [
  "responsibility",
  "coverage",
  "mechanisms",
  "places",
  "structure",
  "evidence",
  "ontology",
  "everything",
];

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Opens a page, and tells of all that it must not do. */
async function open(name, fragment = "", size = { width: 1400, height: 900 }) {
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  const wrong = [];
  const told = (what) => (value) => wrong.push(`${what}: ${value}`);
  page.on("request", (one) => /^(?:file|data):/.test(one.url()) || told("request")(one.url()));
  page.on("pageerror", (error) => told("error")(error.stack));
  // What it says of reading the canvas back is said of this test.
  page.on("console", (one) => one.text().startsWith("Canvas2D") || told("console")(one.text()));
  page.on("dialog", async (one) => {
    told("dialog")(one.message());
    await one.dismiss();
  });
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", (one) =>
      window.violations.push(one.violatedDirective),
    );
  });
  const address = pathToFileURL(join(folder, `${name}.html`)).href;
  await page.goto(fragment ? `${address}#${fragment}` : address);
  await page.locator(".kg .status").waitFor({ state: "attached" });
  await page.waitForTimeout(150);
  const close = async () => {
    assert.deepEqual(await page.evaluate(() => window.violations), []);
    assert.deepEqual(wrong, []);
    await context.close();
  };
  return { page, close };
}

/** How much of the canvas is inked: no drawing, no ink. */
const ink = (page) =>
  page.evaluate(() => {
    let inked = 0;
    for (const canvas of document.querySelectorAll(".kg .canvas canvas")) {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      for (let at = 3; at < data.length; at += 4) if (data[at]) inked += 1;
    }
    return inked;
  });

/** Where on the screen a thing is drawn in this section, or the first line of this role to it. */
async function spot(page, of, role = "") {
  const box = await page.locator(".kg .canvas").boundingBox();
  const at = await page.evaluate(
    ([id, wanted]) => {
      const { cy } = document.querySelector(".kg .canvas")._cyreg;
      const nodes = cy.nodes().filter((node) => node.data("of") === id);
      if (!wanted) return nodes[0].renderedPosition();
      const edges = nodes.connectedEdges();
      return edges.filter((edge) => edge.scratch("line").role === wanted)[0].renderedMidpoint();
    },
    [of, role],
  );
  return [box.x + at.x, box.y + at.y];
}

const panel = (page) => page.locator(".kg .panel");
const fragment = (page) => page.evaluate(() => decodeURIComponent(location.hash.slice(1)));

describe("each view", () => {
  for (const name of VIEWS) {
    it(`${name} is drawn, in both languages`, async () => {
      const { page, close } = await open(name);
      const status = page.locator(".kg .status");
      assert.match(
        await status.innerText(),
        /^已画：[\d,]+ \/ [\d,]+ 个事物，[\d,]+ \/ [\d,]+ 条连线/,
      );
      assert.ok((await ink(page)) > 5000);
      await page.getByRole("button", { name: "English" }).click();
      assert.match(
        await status.innerText(),
        /^Drawn: [\d,]+ \/ [\d,]+ things, [\d,]+ \/ [\d,]+ links/,
      );
      assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
      assert.ok((await ink(page)) > 5000);
      await close();
    });
  }

  it("small ones whole, large ones with how much is left", async () => {
    for (const [name, text] of [
      ["responsibility", "已画：45 / 45 个事物，73 / 73 条连线。"],
      ["coverage", "已画：78 / 78 个事物，61 / 61 条连线。"],
      ["mechanisms", "已画：61 / 61 个事物，41 / 41 条连线。"],
      ["places", "已画：26 / 26 个事物，30 / 30 条连线。"],
    ]) {
      const { page, close } = await open(name);
      assert.equal(await page.locator(".kg .status").innerText(), text);
      await close();
    }
    const { page, close } = await open("everything");
    const [things, links] = JSON.parse(readFileSync(join(folder, "everything.json"), "utf8"));
    assert.ok(
      (await page.locator(".kg .status").innerText()).includes(
        `/ ${things.toLocaleString("en")} 个`,
      ),
    );
    assert.match(await page.locator(".kg .status").innerText(), /全图太大/);
    // nothing is lost: the lists hold every thing and every link
    const sizes = await panel(page).locator("section h2").allInnerTexts();
    assert.ok(sizes.includes(`事物 (${things})`) && sizes.includes(`关系 (${links})`));
    await close();
  });
});

describe("reading", () => {
  it("a click on a thing shows what is said of it, by role and force, with quotes", async () => {
    const { page, close } = await open("responsibility");
    await page.mouse.click(...(await spot(page, "kind:insurer")));
    assert.match(await fragment(page), /^see=kind:insurer/);
    const text = await panel(page).innerText();
    assert.match(text, /从事保险业务的机构/);
    assert.match(text, /受动员者 \(10\)/);
    assert.match(text, /会同者 \(4\)/);
    assert.match(text, /鼓励保险机构在国际科技创新中心和区域科技创新中心等设立科技保险专营机构/);
    assert.match(text, /本句无提示词：力度承自前文/);
    await close();
  });

  it("a click on a line shows its statement: quote, cue, role, force, measure", async () => {
    const { page, close } = await open("responsibility", "lang=en&roles=sti:hasDutyHolder");
    const at = await spot(page, "kind:insurer", "sti:hasDutyHolder");
    await page.mouse.move(...at);
    const tip = await page.locator(".kg .tip").innerText();
    assert.match(
      tip,
      /^insurance institution — 7-4 Reinforce responsibility.*\nRole: duty holder · Force: plain/,
    );
    await page.mouse.click(...at);
    const text = await panel(page).innerText();
    assert.match(text, /Role: duty holder/);
    assert.match(text, /Force:\s*plain/);
    assert.match(text, /明确科技和行业主管部门、金融监管部门、保险机构的风险防控责任/);
    assert.match(text, /make clear the responsibility for risk prevention and control/);
    assert.match(text, /Reinforce responsibility for risk prevention and control/);
    await close();
  });

  it("lists that the text leaves open, conditions and carried force are told", async () => {
    const { page, close } = await open("responsibility", "lang=en&see=p:q8-1-a");
    assert.match(await panel(page).innerText(), /\(MIIT\)\s*among others \(open list\)/);
    await page.evaluate(() => (location.hash = "see=kind:locality"));
    await page.getByText("有条件的", { exact: true }).first().waitFor();
    await close();
  });

  it("measures that name no actor are marked and listed, and an addressee is no actor", async () => {
    const { page, close } = await open("responsibility");
    const section = panel(page).locator("section", { hasText: "未写明主体的举措 (17)" });
    assert.equal(await section.locator("li").count(), 17);
    assert.match(await section.innerText(), /无行为主体与受动员者 \(6\)/);
    await section.getByRole("button", { name: "扩大科技保险覆盖面" }).click();
    assert.match(await panel(page).innerText(), /未写明主体 其规定没有一条写明由谁实施/);
    await page.getByRole("tab", { name: "一览" }).click();
    const lead = panel(page).locator("section", { has: page.locator("h2", { hasText: "牵头者" }) });
    assert.deepEqual(await lead.locator("li").allInnerTexts(), ["科技部 ×10", "金融监管总局 ×10"]);
    await close();
  });

  it("all statements can be read as a list, without the drawing", async () => {
    const { page, close } = await open("responsibility", "tab=list");
    // so many provisions name one who leads, joins, is addressed or has a duty set
    assert.equal(await panel(page).locator("article").count(), 37);
    assert.equal(await panel(page).locator("h2").first().innerText(), "陈述 (37)");
    await close();
  });

  it("a term that names another thing of the view leads there, and back", async () => {
    const { page, close } = await open("responsibility", "see=m:7-1");
    await panel(page).locator("article").getByRole("button", { name: "科技部" }).first().click();
    assert.match(await fragment(page), /^see=org:most/);
    await page.goBack();
    assert.match(await fragment(page), /^see=m:7-1/);
    assert.match(await panel(page).locator("h2").first().innerText(), /建立协调推进机制/);
    await close();
  });
});

describe("finding", () => {
  it("finds in Chinese and in English whichever is shown", async () => {
    const { page, close } = await open("responsibility");
    const box = page.getByRole("combobox", { name: "搜索" });
    for (const text of ["金融监管总局", "regulatory administration", "NFRA"]) {
      await box.fill(text);
      const options = page.getByRole("option");
      assert.equal(await options.first().locator("bdi").first().innerText(), "金融监管总局");
    }
    await box.fill("设立科技保险专营机构"); // words of a statement
    await page.getByRole("option").first().click();
    assert.match(await panel(page).innerText(), /鼓励保险机构在国际科技创新中心/);
    await box.fill("no such thing");
    assert.equal(await page.locator(".kg .told").innerText(), "没有找到。");
    await close();
  });

  it("says so where the file holds one language only", async () => {
    const { page, close } = await open("zh");
    await page.getByRole("combobox", { name: /^(?:搜索|Search)$/ }).fill("ministry");
    assert.match(await page.locator(".kg .told").innerText(), /--lang both/);
    assert.equal(await page.getByRole("button", { name: "English" }).count(), 0);
    await close();
  });

  it("finds and draws any thing of a large view", async () => {
    const { page, close } = await open("everything");
    await page.getByRole("combobox", { name: /^(?:搜索|Search)$/ }).fill("cyber insurance product");
    await page.getByRole("option").first().click();
    assert.match(await page.locator(".kg .status").innerText(), /网络安全保险产品/);
    assert.match(await fragment(page), /see=prod:cyber-product/);
    await close();
  });
});

describe("filters", () => {
  it("narrow the drawing and the lists, and are kept in the address", async () => {
    const { page, close } = await open("responsibility", "lang=en");
    await page.getByRole("button", { name: "only lead" }).click();
    const status = page.locator(".kg .status");
    assert.match(
      await status.innerText(),
      /^Drawn: 5 \/ 45 things, 20 \/ 73 links\. The rest is hidden/,
    );
    assert.match(await fragment(page), /roles=sti:hasLead/);
    await page.getByRole("button", { name: "Clear filters" }).click();
    await page.getByRole("button", { name: "only encouraged" }).click();
    assert.match(await status.innerText(), /17 \/ 73 links/);
    await page.getByRole("checkbox", { name: /place/ }).uncheck();
    assert.match(await fragment(page), /kinds=/);
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    assert.match(await status.innerText(), /17 \/ 73 links/);
    assert.equal(await page.getByRole("checkbox", { name: /place/ }).isChecked(), false);
    await close();
  });

  it("show one measure, by number and title, and keep it in the address", async () => {
    const { page, close } = await open("responsibility", "lang=en");
    const pick = page.getByLabel("Measure", { exact: true });
    assert.equal(await pick.locator("option").count(), 21);
    await pick.selectOption("m:7-1");
    const status = page.locator(".kg .status");
    assert.match(await status.innerText(), /The rest is hidden/);
    assert.equal(await fragment(page), "lang=en&measures=m:7-1");
    await page.getByRole("tab", { name: "Statements" }).click();
    assert.match(await panel(page).innerText(), /7-1/);
    assert.doesNotMatch(await panel(page).innerText(), /3-1/);
    await page.getByRole("button", { name: "中文" }).click();
    const chosen = page.getByLabel("举措", { exact: true });
    assert.equal(await chosen.inputValue(), "m:7-1");
    assert.match(await chosen.locator("option:checked").innerText(), /^7-1 .*[\u4e00-\u9fff]/);
    await chosen.selectOption("");
    assert.doesNotMatch(await fragment(page), /measures/);
    await close();
  });

  it("tell how many there are, and what is drawn how", async () => {
    const { page, close } = await open("responsibility", "lang=en");
    const row = (name) => page.locator(".facets li", { hasText: name }).first();
    assert.match(await row("encouraged").innerText(), /17/);
    const colour = await row("encouraged")
      .locator("svg path")
      .evaluate((path) => path.style.getPropertyValue("--colour"));
    assert.equal(colour, "#009E73");
    assert.equal(
      await row("encouraged").locator("svg path").getAttribute("stroke-dasharray"),
      "7 4",
    );
    assert.equal(await row("plain").locator("svg path").getAttribute("stroke-dasharray"), null);
    assert.match(await row("addressee").innerText(), /33/);
    await close();
  });
});

describe("the state in the address", () => {
  it("leads back to what was seen; what it tells wrongly is left out", async () => {
    const { page, close } = await open(
      "responsibility",
      "lang=en&see=nothing&around=%3Cscript%3E&roles=x,sti:hasLead&open=%22&tab=../..",
    );
    assert.match(await page.locator(".kg .status").innerText(), /20 \/ 73 links/);
    assert.equal(await panel(page).locator("script").count(), 0);
    await close();
  });

  it("draws what is around one thing, and the whole again", async () => {
    const { page, close } = await open("responsibility", "lang=en&see=kind:insurer");
    await page.getByRole("button", { name: "Draw what is around it" }).click();
    assert.match(await page.locator(".kg .status").innerText(), /around it: insurance institution/);
    assert.match(await fragment(page), /around=kind:insurer/);
    await page.getByRole("button", { name: "Draw the whole view" }).first().click();
    assert.match(await page.locator(".kg .status").innerText(), /45 \/ 45 things/);
    await close();
  });

  it("opens what is folded, and keeps it open", async () => {
    const { page, close } = await open("structure", "see=m:7-3");
    assert.match(await page.locator(".kg .status").innerText(), /已画：34 \/ 100/);
    await close();
  });
});

describe("hostile texts", () => {
  const labels = JSON.parse(readFileSync(join(folder, "hostile.json"), "utf8"));
  it("are shown as texts, run nothing and fetch nothing", async () => {
    const { page, close } = await open("hostile", "lang=en");
    for (const at of labels.keys()) {
      await page.evaluate((id) => (location.hash = `lang=en&see=${id}`), `org:x${at}`);
      const name = panel(page).locator("h2 bdi").first();
      await page.waitForFunction(
        (id) => document.querySelector(".kg .panel code")?.textContent === id,
        `org:x${at}`,
      );
      assert.equal(await name.textContent(), labels[at]);
      const quote = panel(page).locator("blockquote").first();
      assert.equal(await quote.textContent(), labels[at]);
    }
    for (const tab of ["At a glance", "Statements"]) {
      await page.getByRole("tab", { name: tab }).click();
      for (const details of await page.locator(".kg details").all()) await details.click();
    }
    await page.getByRole("combobox", { name: /^(?:搜索|Search)$/ }).fill("<");
    assert.ok((await page.getByRole("option").count()) > 0);
    await page.getByRole("combobox", { name: /^(?:搜索|Search)$/ }).fill("");
    await page.getByRole("tab", { name: "At a glance" }).click();
    await page.mouse.move(...(await spot(page, "org:x0")));
    assert.ok((await page.locator(".kg .tip").innerText()).startsWith(labels[0]));
    const made = "script,style,img,iframe,object,b,i,u,s";
    assert.equal(await page.locator(`.kg :is(${made})`).count(), 0);
    assert.ok((await ink(page)) > 5000);
    await close();
  });
});

describe("by keyboard, on a phone, for all", () => {
  it("works by keyboard alone", async () => {
    const { page, close } = await open("responsibility", "lang=en");
    await page.locator("body").press("/");
    await page.keyboard.type("MIIT");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.match(await fragment(page), /see=org:miit/);
    await page.getByRole("tab", { name: "Selected" }).focus();
    await page.keyboard.press("ArrowRight");
    assert.equal(
      await page.getByRole("tab", { name: "Statements" }).getAttribute("aria-selected"),
      "true",
    );
    await page.locator(".kg .canvas").focus();
    const shown = () => page.locator(".kg .canvas").screenshot();
    const first = await shown();
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowDown");
    assert.notDeepEqual(await shown(), first);
    await page.keyboard.press("Escape");
    assert.doesNotMatch(await fragment(page), /see=/);
    const only = page.getByRole("button", { name: "only lead" });
    await only.focus();
    await page.keyboard.press("Enter");
    assert.match(await fragment(page), /roles=sti:hasLead/);
    // the page was made anew around it: the focus is where it was
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), "all");
    await close();
  });

  it("fits a phone", async () => {
    const { page, close } = await open("responsibility", "", { width: 390, height: 844 });
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    assert.equal(await wide(), 390);
    await page.getByRole("button", { name: "图", exact: true }).click();
    await page.waitForTimeout(200);
    assert.ok((await ink(page)) > 5000);
    assert.equal(await wide(), 390);
    await page.mouse.click(...(await spot(page, "kind:locality")));
    assert.match(await panel(page).innerText(), /有条件的/);
    await page.getByRole("button", { name: "筛选与图例" }).click();
    assert.ok(await page.getByRole("checkbox", { name: /牵头者/ }).isVisible());
    await close();
  });

  for (const [name, state, width] of [
    ["responsibility", "", 390],
    ["responsibility", "lang=en&see=kind:insurer", 1400],
    ["coverage", "lang=en&tab=list", 1400],
    ["structure", "see=m:7-3", 390],
    ["everything", "lang=en&see=prod:insurance", 1400],
  ]) {
    it(`axe finds no fault in ${name} ${state} at ${width}`, async () => {
      const { page, close } = await open(name, state, { width, height: 844 });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      const told = violations.map(
        (one) => `${one.impact} ${one.id}: ${one.nodes.slice(0, 3).map((node) => node.html)}`,
      );
      assert.deepEqual(told, []);
      await close();
    });
  }
});
