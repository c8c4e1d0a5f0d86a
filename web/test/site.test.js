// The site in a real browser: SITE is where it is served, CHROMIUM the browser.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { axe, launch } from "./browser.js";

const site = process.env.SITE ?? "";
const hostile = process.env.HOSTILE ?? "";
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await launch();
});
after(() => browser.close());

/** Opens a page, and tells of all that it must not do. */
async function open(path, { size = DESK, base = site, more = {} } = {}) {
  const context = await browser.newContext({ viewport: size, acceptDownloads: true, ...more });
  const page = await context.newPage();
  const wrong = [];
  const told = (what) => (value) => wrong.push(`${what}: ${value}`);
  page.on("request", (one) => {
    if (!one.url().startsWith(`${base}/`) && !/^(?:data|blob):/.test(one.url()))
      told("request")(one.url());
  });
  page.on("pageerror", (error) => told("error")(error.stack));
  page.on("console", (one) => {
    const text = one.text();
    if (!text.startsWith("Canvas2D") && !text.includes("status of 4")) told("console")(text);
  });
  page.on("dialog", async (one) => {
    told("dialog")(one.message());
    await one.dismiss();
  });
  await page.goto(base + path);
  const close = async () => {
    assert.deepEqual(wrong, []);
    await context.close();
  };
  return { page, close };
}

/** No part of the page is wider than the window. */
async function fits(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `${page.url()} is ${wide}px too wide`);
}

const WORDS = {
  zh: {
    search: "保险机构",
    found: "保险机构",
    addressed: "受动员者",
    source: "在原文中查看",
    question: "某一主体在各项规定中担当什么角色、涉及什么行为？",
    edit: "在查询页中修改",
    ask: "提问",
    download: "下载",
  },
  en: {
    search: "insurance institution",
    found: "insurance institution",
    addressed: "addressee",
    source: "see it in the text",
    question: "In which roles does an actor stand in the provisions, and with which acts?",
    edit: "edit it in the query page",
    ask: "Ask",
    download: "Download",
  },
};

/** From the start page to an actor, its words, its question, SPARQL, a drawing and a file. */
async function journey(lang, size) {
  const words = WORDS[lang];
  const { page, close } = await open(`/?lang=${lang}`, { size });
  await fits(page);
  await page.locator("main input[name=q]").fill(words.search);
  await page.locator("main form button").click();
  await page.waitForURL(/\/search/);
  await fits(page);
  await page.locator(".results a", { hasText: words.found }).first().click();
  await page.waitForURL(/\/id\/kind\/insurer/);
  await fits(page);
  const actor = page.url();
  assert.equal(await page.locator("h1").textContent(), words.found);
  // A quote of the group of addressees, with its force and its layer.
  const heading = page.locator("h3", { hasText: "sti:hasAddressee" });
  assert.ok((await heading.textContent()).includes(words.addressed));
  const said = page.locator("article.said", { hasText: "p:q4-1-b" }).first();
  const quote = await said.locator("blockquote").first().textContent();
  assert.ok(quote.includes("维权费用"));
  assert.match(await said.locator(".force").first().textContent(), /鼓励|encouraged/);
  assert.match(await said.locator(".layer").first().textContent(), /原文|stated/);
  // In its place, and back.
  await said.getByText(words.source).first().click();
  await page.waitForURL(/\/source\/opinion-qa\?at=/);
  const marked = (await page.locator("mark").allTextContents()).join("");
  assert.equal(marked, quote);
  const box = await page.locator("#at").boundingBox();
  assert.ok(box && box.y >= 0 && box.y < size.height, "the quote is in the window");
  await fits(page);
  await page.goBack();
  assert.equal(page.url(), actor);
  // Its question, asked of another thing by hand.
  const details = page.locator(".tools details");
  if (!(await details.evaluate((one) => one.open))) await details.locator("summary").click();
  await page.locator(".tools a", { hasText: words.question }).first().click();
  await page.waitForURL(/\/questions\//);
  const before = await page.locator(".answer tbody tr").count();
  assert.ok(before > 5);
  await fits(page);
  await page.locator("form.ask input").first().fill("科技部");
  await page.getByRole("button", { name: words.ask, exact: true }).click();
  await page.waitForURL(/%E7%A7%91%E6%8A%80%E9%83%A8/);
  assert.ok((await page.locator(".answer tbody tr").count()) > 0);
  // The SPARQL behind it, edited.
  await page.locator("details summary").last().click();
  await page.getByText(words.edit).click();
  await page.waitForURL(/\/query\?/);
  await page.locator(".CodeMirror").waitFor();
  await fits(page);
  await page.evaluate(() => {
    const editor = /** @type {any} */ (document.querySelector(".CodeMirror")).CodeMirror;
    editor.setValue(`${editor.getValue().trim()}\nLIMIT 1`);
  });
  await page.locator(".yasqe_queryButton").click();
  await page.locator("#editor table.answer tbody tr").first().waitFor();
  assert.equal(await page.locator("#editor table.answer tbody tr").count(), 1);
  await page.locator("#editor a.to").first().click();
  await page.waitForURL(/\/id\//);
  // Drawn, and taken home.
  await page.goto(`${site}/explore?view=responsibility&lang=${lang}#see=kind%3Ainsurer`);
  await page.locator(".kg .status").waitFor({ state: "attached" });
  assert.equal(await page.locator(".kg .panel .name").textContent(), words.found);
  await page.locator("#format").selectOption("gexf");
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: words.download }).click(),
  ]);
  assert.equal(file.suggestedFilename(), "responsibility.gexf");
  const text = readFileSync(await file.path(), "utf8");
  assert.ok(text.includes("<gexf") && text.includes(`label="${words.found}"`));
  await close();
}

describe("a reader", () => {
  it("finds, reads, asks, edits, draws and downloads, in Chinese", () => journey("zh", DESK));
  it("finds, reads, asks, edits, draws and downloads, in English", () => journey("en", DESK));
  it("does the same on a phone, in Chinese", () => journey("zh", PHONE));
  it("does the same on a phone, in English", () => journey("en", PHONE));

  it("gets there by keyboard alone", async () => {
    const { page, close } = await open("/?lang=en");
    const active = () => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 200) ?? "");
    const tab = async (/** @type {RegExp} */ until, most = 80) => {
      for (let at = 0; at < most; at += 1) {
        await page.keyboard.press("Tab");
        if (until.test(await active())) return;
      }
      assert.fail(`no ${until} within ${most} steps`);
    };
    await page.keyboard.press("Tab");
    assert.match(await active(), /class="skip"/);
    await page.keyboard.press("Enter");
    await tab(/<input type="search"/);
    await page.keyboard.type("premium subsidy");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/search/);
    await tab(/id\/(?:mechanism|instrument)\//);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/id\//);
    await tab(/\/source\?at=/);
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/source\/opinion-qa/);
    await page.goto(`${site}/explore?view=places&lang=en`);
    await page.locator(".kg .status").waitFor();
    await tab(/role="tab"/, 60);
    await page.goto(`${site}/query?lang=en`);
    await page.locator(".CodeMirror").waitFor();
    await tab(/id="load"/, 40);
    await page.keyboard.press("Enter");
    await page.locator("#editor table.answer tbody tr").first().waitFor();
    // The editor lets go of the focus.
    await tab(/class="to"/, 40);
    await close();
  });

  it("walks explorer and file by keyboard alone", async () => {
    const { page, close } = await open("/explore?view=responsibility&lang=zh");
    await page.locator(".kg .status").waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("保险机构");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    assert.equal(await page.locator(".kg .panel .name").textContent(), "保险机构");
    await page.locator("#format").focus();
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    const [file] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
    assert.equal(file.suggestedFilename(), "responsibility.gexf");
    await close();
  });

  it("sees the choice of a measure in the drawing", async () => {
    const { page, close } = await open("/explore?view=responsibility&lang=en");
    const status = page.locator(".kg .status");
    await status.waitFor();
    const whole = await status.textContent();
    await page.locator(".kg .measures select").selectOption("m:7-1");
    assert.notEqual(await status.textContent(), whole);
    await page.locator(".kg .measures select").selectOption("");
    assert.equal(await status.textContent(), whole);
    await close();
  });

  it("reads the editor and its errors in the language of the page", async () => {
    for (const lang of ["zh", "en"]) {
      const query = encodeURIComponent("SELECT * { SERVICE <http://a.example/> { ?a ?b ?c } }");
      const { page, close } = await open(`/query?lang=${lang}&query=${query}`);
      await page.locator(".yasqe_queryButton").click();
      const told = await page.locator("#editor .problem").textContent();
      assert.match(told, lang === "zh" ? /^400 不支持 SERVICE/ : /^400 SERVICE/);
      await page.locator("#load").click();
      await page.locator("#editor table.answer tbody tr").first().waitFor();
      const names = await page.locator("#editor").evaluate((editor) =>
        [...editor.querySelectorAll("[title], [aria-label], .yasr_response_chip, .yasr_btn")]
          .filter((one) => !one.closest(".answer") && one.checkVisibility())
          .flatMap((one) => [
            one.getAttribute("title"),
            one.getAttribute("aria-label"),
            one.children.length ? "" : one.textContent,
          ])
          .filter(Boolean),
      );
      assert.ok(names.length > 4);
      const english = names.filter((name) => !/[一-鿿]/.test(name));
      if (lang === "zh") assert.deepEqual(english, []);
      else assert.deepEqual(english, names);
      await close();
    }
  });

  it("gets what the screen is: light or dark, also when it changes", async () => {
    for (const [path, place] of [
      ["/explore?view=places&lang=en", ".kg"],
      ["/query?lang=en", ".CodeMirror"],
    ]) {
      const { page, close } = await open(path, { more: { colorScheme: "dark" } });
      const paper = () =>
        page.locator(place).evaluate((one) => getComputedStyle(one).backgroundColor);
      await page.locator(place).waitFor();
      assert.equal(await paper(), "rgb(22, 24, 26)");
      await page.emulateMedia({ colorScheme: "light" });
      assert.equal(await paper(), "rgb(255, 255, 255)");
      await close();
    }
  });

  it("needs no script to read", async () => {
    const { page, close } = await open("/source/opinion-qa?lang=zh", {
      more: { javaScriptEnabled: false },
    });
    await page.locator(".text a", { hasText: "重点保障" }).first().click();
    assert.ok((await page.locator(".beside").textContent()).includes("鼓励"));
    await page.goto(`${site}/query?lang=zh`);
    assert.ok(await page.locator("textarea[name=query]").isVisible());
    await page.goto(`${site}/explore?view=places&lang=zh`);
    assert.ok((await page.locator("#kg").textContent()).includes("需要脚本"));
    await close();
  });
});

describe("every page", () => {
  const PATHS = [
    "/",
    "/questions",
    "/questions/whose-duty",
    "/questions/by-force?force=nope",
    "/search?q=insurance",
    "/source/opinion-qa?at=p:q4-1-b",
    "/id/kind/insurer",
    "/id/measure/3-1",
    "/id/statement/q7-2-c",
    "/term/Provision",
    "/ontology",
    "/about",
    "/nothing",
    "/explore?view=places",
    "/query",
  ];
  for (const lang of ["zh", "en"])
    for (const scheme of /** @type {const} */ (["light", "dark"]))
      it(`has no serious fault of access: ${lang}, ${scheme}`, async () => {
        for (const path of PATHS) {
          const where = `${path}${path.includes("?") ? "&" : "?"}lang=${lang}`;
          const { page, close } = await open(where, {
            more: { colorScheme: scheme, bypassCSP: true },
          });
          await page.waitForTimeout(path.startsWith("/explore") ? 500 : 50);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run());
          const serious = violations
            .filter((one) => ["serious", "critical"].includes(one.impact))
            .map(
              (one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).slice(0, 3)}`,
            );
          assert.deepEqual(serious, [], where);
          await close();
        }
      });

  it("fits a phone", async () => {
    for (const path of PATHS) {
      const { page, close } = await open(`${path}${path.includes("?") ? "&" : "?"}lang=en`, {
        size: PHONE,
      });
      await fits(page);
      await close();
    }
  });

  it("prints the words and leaves out what is for the screen", async () => {
    const { page, close } = await open("/id/measure/3-1?lang=zh");
    await page.emulateMedia({ media: "print" });
    assert.ok(!(await page.locator("header.top").isVisible()));
    assert.ok(await page.locator("blockquote").first().isVisible());
    await close();
  });
});

describe("what is hostile", () => {
  const NAMES = [
    "<img src=x onerror=alert(1)>",
    "__proto__",
    '"><script>alert(2)</script>',
    "constructor",
    "a'b`${alert(3)}",
  ];

  it("is only text in the editor: names of variables, values, errors", async () => {
    const { page, close } = await open("/query?lang=en");
    let reply = {
      contentType: "application/sparql-results+json",
      body: JSON.stringify({
        head: { vars: NAMES },
        results: {
          bindings: ["literal", "uri"].map((type) =>
            Object.fromEntries(
              NAMES.map((name) => [
                name,
                { type, value: (type === "uri" ? "javascript:alert(4)//" : "") + name },
              ]),
            ),
          ),
        },
      }),
    };
    await page.route("**/sparql*", (route) => route.fulfill(reply));
    await page.locator(".yasqe_queryButton").click();
    await page.locator("#editor table.answer tbody tr").first().waitFor();
    assert.deepEqual(await page.locator("#editor th").allTextContents(), NAMES);
    assert.equal(await page.locator("#editor table.answer :is(img, script, a)").count(), 0);
    await page.locator(".select_response").click();
    await page.waitForTimeout(300);
    assert.equal(await page.locator("#editor :is(img, script)").count(), 0);
    reply = { status: 400, contentType: "text/html", body: NAMES.join(" ") };
    await page.locator(".yasqe_queryButton").click();
    await page.waitForTimeout(500);
    assert.equal(await page.locator("#editor :is(img, script)").count(), 0);
    await close();
  });

  it("is only text in pages, whatever a label says", async () => {
    const labels = JSON.parse(process.env.LABELS ?? "[]");
    assert.ok(labels.length > 5);
    for (const at of labels.keys()) {
      for (const path of [
        `/id/organisation/x${at}`,
        `/id/statement/x${at}`,
        `/id/measure/9-${at}`,
      ]) {
        const { page, close } = await open(`${path}?lang=zh`, { base: hostile });
        assert.equal(await page.locator("main :is(img, script)").count(), 0);
        await close();
      }
    }
    const { page, close } = await open(`/search?q=${encodeURIComponent(labels[0])}`, {
      base: hostile,
    });
    assert.equal(await page.locator("main :is(img, script)").count(), 0);
    await close();
  });
});
