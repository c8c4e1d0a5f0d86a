"""The words of the interface, in Chinese and English: what is no label of the graph."""

from collections.abc import Mapping

from kg.site.request import Speech

WORDS: Mapping[str, tuple[str, str]] = {
    "site": ("科技保险知识图谱", "Sci-tech insurance graph"),
    "skip": ("跳到正文", "Skip to content"),
    "menu": ("网站", "Site"),
    "start": ("首页", "Start"),
    "questions": ("问题", "Questions"),
    "source": ("原文", "Text"),
    "explore": ("图景", "Explorer"),
    "query": ("查询", "SPARQL"),
    "ontology": ("术语", "Terms"),
    "about": ("说明与引用", "About and citing"),
    "search": ("查找", "Search"),
    "search for": ("查找名称或文字", "Search names and words"),
    "search hint": ("如 保险机构、协作、insurer", "e.g. insurer, 保险机构"),
    "other language": ("English", "中文"),
    "data": ("数据", "Data"),
    "colon": ("：", ": "),
    "comma": ("、", ", "),
    # the start page
    "what": (
        "四部门联合发布的《科技保险意见》（七个部分、二十项举措），据解读它的问答逐句编码而成。"
        "每一条都写明谁做、力度多大、为谁、保什么，并附逐字原文；鼓励不写成应当，未写明主体的不代填。",
        "The Opinion on sci-tech insurance that four departments issued jointly (seven parts, "
        "twenty measures), encoded clause by clause from the questions and answers that explain "
        "it. Each statement says who acts, how strongly, for whom, covering what, with its "
        "verbatim words. What is encouraged is never told as a duty, and where the text names "
        "nobody, nobody is filled in.",
    ),
    "in numbers": ("图中有", "It holds"),
    "by family": ("按类别提问", "Ask by topic"),
    "all questions": ("全部问题", "All questions"),
    "measures": ("二十项举措", "The measures"),
    "measures note": (
        "数字是其规定的条数，旁边是这些规定的力度。",
        "The figure counts its provisions; beside it are their forces.",
    ),
    "of them added": ("（其中{n}个为编者所加）", "({n} of them curated)"),
    "added": ("（编者所加）", " (curated)"),
    "forces": ("力度", "Forces"),
    "forces note": (
        "力度是名称，不是等级；数字是规定的条数。",
        "A force is a name, not a rank; the figure counts provisions.",
    ),
    # pages of things
    "identifier": ("标识", "Identifier"),
    "facts": ("图中所记", "What the graph holds of it"),
    "in place": ("原文所在", "In its place in the text"),
    "its words": ("讲述它的原文", "The text that tells it"),
    "see in source": ("在原文中查看", "see it in the text"),
    "where named": ("在原文中查看其名所在", "see where the text names it"),
    "layer": ("层", "Layer"),
    "more": ("另有", "and more:"),
    "show all": ("全部显示", "show all"),
    "ask about": ("就此提问", "Ask about it"),
    "draw": ("画出", "Draw it"),
    "download": ("下载", "Download"),
    "cite": ("引用", "How to cite"),
    "cite note": (
        "引用时请写明版本与所用条目的标识；引文以所附原文为准。",
        "Name the version and the identifiers of what you use; the Chinese words are what the text "
        "says, translations are a help to reading.",
    ),
    "caution": (
        "由规则得出，并非原文所述",
        "Concluded by rules; the text does not say so",
    ),
    "translation": ("译文（编者所加）", "translation (curated)"),
    "reading": ("可作另一种读法", "Can be read in another way"),
    "external": ("外部术语，其定义见", "An outside term; it is defined at"),
    "graph size": ("三元组", "triples"),
    "graph query": ("在查询页打开", "open in the query page"),
    "open list": ("开放列举（等）", "open list (等)"),
    "closed list": ("封闭列举", "closed list"),
    "in open list": ("属开放列举", "in an open list"),
    "members": ("成员", "members"),
    "genus": ("类属", "genus"),
    "no force": ("无力度", "no force"),
    "no statement": ("没有陈述述及它。", "No statement is about it."),
    # search
    "results": ("查找结果", "Results"),
    "things": ("名称", "Names"),
    "statements": ("含有这些文字的陈述", "Statements with these words"),
    "nothing": ("没有找到", "Nothing found for"),
    "near": ("相近的名称", "Near names"),
    "previous": ("上一页", "Previous"),
    "next": ("下一页", "Next"),
    "page": ("页", "Page"),
    "empty search": (
        "写一个名称或原文中的词，中文英文均可；英文在译文中查找。",
        "Give a name, or a word of the text, in Chinese or English; English words are looked for "
        "in the translations.",
    ),
    # questions
    "ask": ("提问", "Ask"),
    "any": ("不限", "any"),
    "preset": ("现在只看", "Shown is only"),
    "see all": ("看全部", "see all"),
    "answer": ("回答", "Answer"),
    "rows": ("行", "rows"),
    "row": ("行", "row"),
    "none": ("没有结果", "No rows"),
    "why": ("原因", "Why"),
    "permalink": ("本回答的固定链接", "Permanent link to this answer"),
    "sparql": ("所用的 SPARQL", "The SPARQL behind it"),
    "edit": ("在查询页中修改", "edit it in the query page"),
    "starred": ("* 可作另一种读法，见其页面", "* can be read in another way: see its page"),
    "dropped": ("各行均空、从略的列：", "Columns left out, empty in all rows: "),
    "all of": ("图中所记全部内容", "All that the graph says of it"),
    "parameters": ("条件", "About"),
    # what the command line has commands for
    "kg find": ("查找", "the search"),
    "kg show": ("其页面", "its page"),
    "kg source": ("原文", "the text of"),
    "typed": ("写名称或标识，留空为不限", "a name or identifier; empty for any"),
    "derived question": (
        "这一问题的回答含有由规则推导、而非原文所述的内容。",
        "Answers to this question hold what rules derive; the text does not say it.",
    ),
    "questions intro": (
        "共 {n} 个问题。每个回答都附逐字原文，可下载为 CSV 或 JSON，也可由程序调用（",
        "{n} questions. Each answer shows the verbatim words and can be had as CSV or JSON, also "
        "by programs (",
    ),
    # reader
    "reader": ("原文与标注", "The text, with what it says marked"),
    "reader intro": (
        "点一句话，看它在图中记作什么；虚线下是所提及的事物。",
        "Choose a sentence to see how the graph records it; dotted lines mark named things.",
    ),
    "chosen": ("所选", "Chosen"),
    "choose": ("请点左侧的一句话。", "Choose a sentence of the text."),
    "sections": ("各节", "Sections"),
    "places": ("处", "places"),
    "full page": ("完整页面", "its own page"),
    # explorer
    "view": ("图景", "View"),
    "show": ("显示", "Show"),
    "label language": ("名称语言", "Language of labels"),
    "both": ("中英并列", "both"),
    "not stated": ("原文未写明", "Not stated"),
    "not stated note": (
        "述及它的分句都没有写明这些；这里不替原文补上。",
        "No clause that names it says so; nothing is added here in place of the text.",
    ),
    "no script": (
        "画图需要脚本。不用脚本时，可下载图景，或从各条目的页面浏览。",
        "Drawing needs scripts. Without them, download the view, or browse the pages of things.",
    ),
    "no script query": (
        "编辑器需要脚本；不用脚本时，可在此书写，结果以数据形式返回。",
        "The editor needs scripts; without them, write here: the answer comes as data.",
    ),
    "drawn elsewhere": (
        "图片（SVG、PNG、PDF）用 kg export 在自己的机器上画。",
        "Pictures (SVG, PNG, PDF) are drawn on your own machine by kg export.",
    ),
    # query
    "editor": ("SPARQL 查询", "Ask in SPARQL"),
    "editor intro": (
        "默认图是各层的并集；用 GRAPH graph:stated { … } 只问原文所述。前缀已备好。",
        "The default graph is the union of all layers; GRAPH graph:stated { … } asks only what the "
        "text states. The prefixes are there.",
    ),
    "examples": ("例：问题目录", "Examples: the catalogue"),
    "load": ("载入", "Load"),
    "run": ("运行", "Run"),
    # terms
    "terms": ("术语：类与属性", "Terms: classes and properties"),
    "classes": ("类", "Classes"),
    "properties": ("属性", "Properties"),
    "vocabularies": ("词表", "Vocabularies"),
    "modules": ("模块", "Modules"),
    # about
    "layers": ("各层", "Layers"),
    "layers note": (
        "原文所述、规则推导、编者所加，分层存放，从不混写；每一处都标明层。",
        "What the text states, what rules derive and what curators add are kept in layers of their "
        "own; each line shows its layer.",
    ),
    "for programs": ("供程序使用", "For programs"),
    "licence": ("许可", "Licence"),
    "endpoint": ("SPARQL 1.1 端点", "SPARQL 1.1 endpoint"),
    "description": ("数据集描述（VoID、DCAT）", "Description of the dataset (VoID, DCAT)"),
    "iri page": (
        "各标识：同一地址按 Accept 给出网页、Turtle 或 JSON-LD",
        "Every identifier: a page, Turtle or JSON-LD, by the Accept header",
    ),
    # problems
    "400": ("请求有误", "The request is not right"),
    "404": ("没有这一页", "There is no such page"),
    "405": ("此处只能读取", "This can only be read"),
    "406": ("没有所要的格式", "Not available in the format asked for"),
    "413": ("请求过大", "The request is too large"),
    "429": ("请求过多，请稍候", "Too many requests: please wait"),
    "500": ("服务器出错", "Something went wrong here"),
    "503": ("此刻繁忙，请稍候再试", "Busy just now: please try again"),
    "did you mean": ("是否要找", "Did you mean"),
    "try": ("可以从这里继续", "From here you can go to"),
}

LAYERS: Mapping[str, tuple[str, str]] = {
    "stated": ("原文", "stated"),
    "derived": ("推导", "derived"),
    "curated": ("编者", "curated"),
    "vocabulary": ("词表", "vocabulary"),
    "ontology": ("本体", "ontology"),
    "text": ("位置", "text"),
    "mentions": ("提及", "mentions"),
    "readback": ("复读", "readback"),
    "meta": ("规则", "meta"),
    "extra": ("另加", "extra"),
}

TAGS: Mapping[str, tuple[str, str]] = {
    "responsibility": ("谁负责", "Who is responsible"),
    "coverage": ("保障什么", "What is covered"),
    "force": ("力度", "How strongly"),
    "gap": ("空白", "What is left open"),
    "evidence": ("依据", "On which words"),
    "structure": ("结构", "How the text is built"),
    "money": ("资金与工具", "Money and instruments"),
    "mechanism": ("机制", "Mechanisms"),
    "status": ("已有与将有", "What exists, what is planned"),
    "comparison": ("比较", "Comparisons"),
    "overview": ("概述", "The overview"),
    "count": ("计数", "Counts"),
    "derived": ("推导", "What rules derive"),
}

TRUTH: Mapping[str, tuple[str, str]] = {"true": ("是", "yes"), "false": ("否", "no")}

# Columns that are not called as a term of the ontology. Whether someone acts or is addressed is
# said by the role, never by the name of the column.
COLUMNS: Mapping[str, tuple[str, str]] = {
    "actor": ("何者", "who"),
    "basis": ("依据", "basis"),
    "beneficiary": ("受益者", "beneficiary"),
    "class": ("类", "class"),
    "cueFrom": ("提示词所在分句", "clause with the cue"),
    "cueFromQuote": ("该分句原文", "words of that clause"),
    "duty": ("义务", "duty"),
    "end": ("止于", "end"),
    "force": ("力度", "force"),
    "gap": ("空白", "gap"),
    "genusOf": ("作为类属", "genus of"),
    "interest": ("利益", "interest"),
    "kind": ("种类", "kind"),
    "layer": ("层", "layer"),
    "list": ("列举", "list"),
    "listQuote": ("列举原文", "words of the list"),
    "measureNumber": ("举措序号", "number of the measure"),
    "measures": ("举措数", "measures"),
    "named": ("所点名者", "named"),
    "overviewForce": ("概述力度", "force in the overview"),
    "overviewQuote": ("概述原文", "words of the overview"),
    "overviewRole": ("概述中的角色", "role in the overview"),
    "partNumber": ("部分序号", "number of the part"),
    "participant": ("参与方", "participant"),
    "phrase": ("短语", "phrase"),
    "presumed": ("推定者", "presumed"),
    "product": ("险种", "product"),
    "readingEn": ("另一种读法", "other reading"),
    "readingZh": ("另一种读法", "other reading"),
    "reasonEn": ("理由", "reason"),
    "reasonZh": ("理由", "reason"),
    "risk": ("风险", "risk"),
    "role": ("角色", "role"),
    "service": ("服务", "service"),
    "stage": ("阶段", "stage"),
    "start": ("起于", "start"),
    "statements": ("陈述数", "statements"),
    "status": ("状态", "status"),
    "thing": ("事物", "thing"),
    "tie": ("关联方式", "tie"),
    "value": ("内容", "value"),
}


def say(key: str, lang: Speech, table: Mapping[str, tuple[str, str]] = WORDS) -> str:
    """A word of a table; the key itself where the table lacks it, as with a tag that is new."""
    pair = table.get(key)
    return key if pair is None else pair[lang == "en"]
