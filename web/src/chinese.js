// What yasgui says in English only, in Chinese: its options have no place for these words.

/** @type {[RegExp, string][]} whole texts and titles, nothing but what yasgui itself says */
const TABLE = [
  [/^(\d+) results?$/, "$1 行"],
  [/^(\d+) results? in ([\d.]+) seconds?$/, "$1 行，用时 $2 秒"],
  [/^Response in ([\d.]+) seconds?$/, "用时 $1 秒"],
  [/^Run query$/, "运行查询"],
  [/^Shows (.+) view$/, "以“$1”显示"],
  [/^Show all$/, "全部显示"],
  [/^Download Results?$/i, "下载结果"],
  [/^Download not supported$/, "不能下载"],
  [/^Prefix '(.+)' is not defined$/, "前缀“$1”没有定义"],
  [/^This line is invalid\. Expected: $/, "此行有误，此处可写："],
];
const NAMES = ["title", "aria-label"];
// What a person wrote, and what an answer holds, are left as they are.
const DATA = ".CodeMirror-code, .CodeMirror-hints, .yasr_results .scroll, .yasr_results .problem";
const OURS = ".yasqe_tooltip"; // stands inside the code

/** Keeps the words of yasgui inside an element Chinese, now and as they change. */
export function chinese(/** @type {Element} */ root) {
  const all = { subtree: true, childList: true, characterData: true, attributeFilter: NAMES };
  const watch = new MutationObserver(() => {
    walk(root);
    watch.takeRecords(); // of what this did
  });
  watch.observe(root, all);
  walk(root);
}

function walk(/** @type {Element} */ root) {
  for (const one of root.querySelectorAll("[title], [aria-label]"))
    for (const name of NAMES) {
      const text = one.getAttribute(name);
      const told = text && !one.closest(DATA) && said(text);
      if (told) one.setAttribute(name, told);
    }
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let one = texts.nextNode(); one; one = texts.nextNode()) {
    const { parentElement: place, nodeValue: text } = one;
    const told = text && (place?.closest(OURS) || !place?.closest(DATA)) && said(text);
    if (told) one.nodeValue = told;
  }
}

/** A text in Chinese, or "" where it is none of the table. */
function said(/** @type {string} */ text) {
  const found = TABLE.find(([pattern]) => pattern.test(text));
  return found ? text.replace(...found) : "";
}
