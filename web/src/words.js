// What the page itself says, in both languages. What the graph says comes with the data.

/** @typedef {"zh"|"en"} Lang */

const WORDS = {
  itsPage: { zh: "页面", en: "page" },
  about: {
    zh: "力度是分句提出其行为所用的词，是名称，不是高低：鼓励不等于要求。角色说明某物在分句中担当什么：牵头者与会同者实施行为；受动员者只是被鼓励、支持或指导，并不因此负责。",
    en: "Force is how a clause calls for its act; it is a name and not a rank: encouraged is not required. Role is what a thing does in a clause: lead and joined actors do the act; an addressee is encouraged, supported or guided, and is not made responsible by it.",
  },
  aboutForce: {
    zh: "力度是分句提出其行为所用的词，是名称，不是高低：鼓励不等于要求。角色说明某物在分句中担当什么。",
    en: "Force is how a clause calls for its act; it is a name and not a rank: encouraged is not required. Role is what a thing does in a clause.",
  },
  act: { zh: "行为", en: "act" },
  actorStatus: { zh: "行为主体", en: "who acts" },
  all: { zh: "全部", en: "all" },
  around: { zh: "画出它的周围", en: "Draw what is around it" },
  aroundShort: { zh: "只画一物及其周围", en: "One thing and what is around it" },
  back: { zh: "画出全图", en: "Draw the whole view" },
  carried: {
    zh: "本句无提示词：力度承自前文",
    en: "no cue in this clause: carried over from an earlier one",
  },
  clear: { zh: "取消选择", en: "Clear the selection" },
  condition: { zh: "条件", en: "condition" },
  cue: { zh: "提示词", en: "cue" },
  drawing: { zh: "图", en: "Drawing" },
  drawingHelp: {
    zh: "图。方向键移动，加减号缩放，0 显示全图。图中的一切也可在旁边的列表中读到。",
    en: "Drawing. Arrow keys move it, plus and minus zoom, 0 shows all of it. All that it shows can also be read in the lists beside it.",
  },
  drawn: { zh: "已画", en: "Drawn" },
  filters: { zh: "筛选与图例", en: "Filters and legend" },
  fit: { zh: "显示全图", en: "Show all" },
  force: { zh: "力度", en: "Force" },
  glance: { zh: "一览", en: "At a glance" },
  hidden: { zh: "其余被筛选隐去。", en: "The rest is hidden by filters." },
  incoming: { zh: "指向它", en: "points to it" },
  kind: { zh: "种类", en: "Kind" },
  language: { zh: "语言", en: "Language" },
  links: { zh: "关系", en: "Relations" },
  list: { zh: "陈述列表", en: "Statements" },
  measure: { zh: "所在举措", en: "measure" },
  measures: { zh: "举措", en: "Measure" },
  more: { zh: "另有", en: "more:" },
  noForce: { zh: "无力度", en: "no force" },
  noKind: { zh: "未归类", en: "no kind" },
  noneSelected: {
    zh: "尚未选择。点击图中的事物或连线，或用搜索框查找。",
    en: "Nothing is selected. Click a thing or a link in the drawing, or use the search box.",
  },
  noActor: { zh: "未写明主体", en: "no actor named" },
  numberLinks: { zh: "连线数", en: "number of links" },
  numberThings: { zh: "事物数", en: "number of things" },
  nobody: { zh: "无行为主体与受动员者", en: "nobody acts or is addressed" },
  noActorLong: {
    zh: "其规定没有一条写明由谁实施（没有牵头者或会同者）。这里不替原文补上任何部门。",
    en: "None of its provisions says who acts (no lead, no joined actor). No department is added here in place of the text.",
  },
  nobodyLong: {
    zh: "其规定既没有写明由谁实施，也没有写明鼓励、支持、指导谁或由谁承担义务。这里不替原文补上任何部门。",
    en: "None of its provisions says who acts, whom it addresses, or whose duty it is. No department is added here in place of the text.",
  },
  nobodyNote: {
    zh: "这里只看规定：举措的标题可能仍点名某一方。",
    en: "Only provisions are looked at: the heading of a measure may still name somebody.",
  },
  noActorOnly: {
    zh: "有受动员者，而未写明主体",
    en: "somebody addressed, no actor named",
  },
  noActorTitle: { zh: "未写明主体的举措", en: "Measures that name no actor" },
  nothingFound: { zh: "没有找到。", en: "Nothing found." },
  nothingLeft: {
    zh: "筛选之后没有可画的内容。",
    en: "The filters leave nothing to draw.",
  },
  oneLanguage: {
    zh: "本文件只含中文；用 --lang both 导出的文件可用两种语言搜索。",
    en: "This file holds English names only; one made with --lang both can be searched in both languages.",
  },
  only: { zh: "只看", en: "only" },
  often: { zh: "×数字：见于几个分句", en: "×n: in so many clauses" },
  lookAt: { zh: "列出", en: "list" },
  thick: { zh: "线越粗，分句越多。", en: "The thicker a line, the more clauses." },
  twice: {
    zh: "担当几种角色的事物，每种角色各画一次。",
    en: "A thing with several roles is drawn once for each.",
  },
  open: { zh: "等（开放列举）", en: "among others (open list)" },
  openLegend: {
    zh: "“等”：原文的列举是开放的，所列并非全部。",
    en: "等: the list in the text is open; what it names is not all.",
  },
  outgoing: { zh: "它指向", en: "it points to" },
  pairing: {
    zh: "同一分句列出多项；原文没有说明何者对应何者。",
    en: "The clause names several things; the text does not say which goes with which.",
  },
  read: { zh: "阅读", en: "Read" },
  reset: { zh: "取消筛选", en: "Clear filters" },
  role: { zh: "角色", en: "Role" },
  search: { zh: "搜索", en: "Search" },
  searchHint: { zh: "中文或英文名称、原文", en: "a name or words, in Chinese or English" },
  seeAll: { zh: "全部显示", en: "show all" },
  selected: { zh: "所选", en: "Selected" },
  statement: { zh: "陈述", en: "statement" },
  statements: { zh: "陈述", en: "Statements" },
  things: { zh: "事物", en: "Things" },
  tooMany: {
    zh: "全图太大，一次只画一物及其周围：搜索、双击或筛选可画别处，列表中有全部内容。",
    en: "Too much for one drawing: search, double-click or filter to see another part. The lists hold all.",
  },
  unlinked: { zh: "没有连线的事物", en: "Things without a link" },
  zoomIn: { zh: "放大", en: "Zoom in" },
  zoomOut: { zh: "缩小", en: "Zoom out" },
  folded: {
    zh: "“▸ 数字”是其下尚未画出的个数，点击即画出。",
    en: "▸ tells how many under a thing are not drawn yet: click it to draw them.",
  },
};

// Terms from outside, for which the graph has no label in our languages.
const OUTSIDE = {
  "oa:exact": { zh: "原文", en: "exact" },
  "oa:hasSelector": { zh: "选择器", en: "selector" },
  "oa:hasSource": { zh: "来源文本", en: "source" },
  "oa:hasTarget": { zh: "文本位置", en: "target in the text" },
  "oa:SpecificResource": { zh: "文本片段", en: "piece of text" },
  "oa:TextPositionSelector": { zh: "按位置", en: "text position" },
  "oa:TextQuoteSelector": { zh: "按引文", en: "text quote" },
  "owl:AnnotationProperty": { zh: "注释属性", en: "annotation property" },
  "owl:Class": { zh: "类", en: "class" },
  "owl:DatatypeProperty": { zh: "数据属性", en: "datatype property" },
  "owl:disjointWith": { zh: "不相交", en: "disjoint with" },
  "owl:imports": { zh: "引入", en: "imports" },
  "owl:ObjectProperty": { zh: "对象属性", en: "object property" },
  "owl:Ontology": { zh: "本体", en: "ontology" },
  "owl:propertyDisjointWith": { zh: "不相交属性", en: "property disjoint with" },
  "owl:versionIRI": { zh: "版本", en: "version" },
  "rdf:type": { zh: "类型", en: "type" },
  "rdfs:domain": { zh: "定义域", en: "domain" },
  "rdfs:range": { zh: "值域", en: "range" },
  "rdfs:subClassOf": { zh: "上位类", en: "subclass of" },
  "rdfs:subPropertyOf": { zh: "上位属性", en: "subproperty of" },
  "skos:altLabel": { zh: "别名", en: "also called" },
  "skos:broader": { zh: "上位概念", en: "broader" },
  "skos:Concept": { zh: "概念", en: "concept" },
  "skos:ConceptScheme": { zh: "词表", en: "concept scheme" },
  "skos:definition": { zh: "定义", en: "definition" },
  "skos:example": { zh: "示例", en: "example" },
  "skos:hiddenLabel": { zh: "文中名称", en: "name in the text" },
  "skos:inScheme": { zh: "所属词表", en: "in scheme" },
  "skos:prefLabel": { zh: "名称", en: "name" },
  "skos:scopeNote": { zh: "范围", en: "scope" },
};

/** A word of the page. */
export function say(/** @type {keyof typeof WORDS} */ key, /** @type {Lang} */ lang) {
  return WORDS[key][lang];
}

/** The name of a term from outside, or "". */
export function outside(/** @type {string} */ id, /** @type {Lang} */ lang) {
  return OUTSIDE[/** @type {keyof typeof OUTSIDE} */ (id)]?.[lang] ?? "";
}

/** "3 things", "3 个事物". */
export function count(
  /** @type {number} */ number,
  /** @type {"thing"|"link"|"statement"|"measure"} */ of,
  /** @type {Lang} */ lang,
) {
  const zh = { thing: "个事物", link: "条连线", statement: "条陈述", measure: "项举措" };
  const shown = number.toLocaleString("en");
  return lang === "zh" ? `${shown} ${zh[of]}` : `${shown} ${of}${number === 1 ? "" : "s"}`;
}
