"""The page of a card: what it says, laid out for the screen."""

from collections.abc import Sequence
from itertools import groupby, zip_longest

from kg.card import TEXT_KEYS, Card
from kg.results import columns, pad, wrap
from kg.store import Lang

MOST = 12  # things shown that point here, where there may be hundreds; JSON has them all
_WIDEST = 24  # columns for the names of properties
WORDS = {
    "kind": ("种类", "kind"),
    "definition": ("定义", "definition"),
    "scopeNote": ("范围", "scope"),
    "example": ("示例", "example"),
    "names": ("中文名称", "Chinese names"),
    "phrases": ("文中合写作", "stands in the text as"),
    "class": ("此类真实事物的类", "class of real things"),
    "concept": ("所界定的概念", "concept that texts speak of"),
    "place": ("位置", "place"),
    # the longest name wins: words inside a longer name count for that one
    "mentions": ("单独提及次数", "mentions by itself"),
    "within": ("长名中", "in longer names"),
    "list": ("列举", "list"),
    "open": ("开放（等）", "open"),
    "closed": ("封闭", "closed"),
    "members": ("成员", "members"),
    "genus": ("类属", "genus"),
    "of open": ("属开放列举", "in an open list"),
    "said": ("相关陈述", "What statements say of it"),
    "pointing": ("其他指向", "What else points here"),
    "more": ("另有", "and more:"),
    "derived": ("由规则推导，并非原文所述", "Derived by rules, not said by the text"),
    "included": ("下位或在其范围之内的事物", "What it includes"),
    "named": (
        "名称含有其名称的事物（只由名称得知）",
        "Things whose name holds its name (no more is known by that)",
    ),
    "words": (
        "文字中另有其名、但并不述及它的陈述",
        "Statements whose words hold its name without being about it",
    ),
    "part of": ("这几个字属于", "these signs belong to"),
    "<sti:genus": ("类属：列举的成员即此类", "genus: named as what the members of a list are"),
    "carried": ("承前", "carried over from"),
    "continued": ("接续的分句", "continued by"),
    "under": ("标题之下的规定", "provisions under this heading"),
    "announced": ("此问所答的举措", "measures that answer this question"),
    "reading": ("可作另一种读法", "has another reading"),
    "<sti:continues": ("接续的分句", "continued by"),
    "<sti:judges": ("复核结论", "outcome of reading back"),
    "skos:broader": ("上位概念", "broader"),
    "<skos:broader": ("下位概念", "narrower"),
    "skos:inScheme": ("所属词表", "scheme"),
    "<skos:inScheme": ("收录概念", "concepts"),
    "rdfs:subClassOf": ("上位类", "subclass of"),
    "<rdfs:subClassOf": ("下位类", "subclasses"),
    "rdfs:subPropertyOf": ("上位属性", "subproperty of"),
    "<rdfs:subPropertyOf": ("下位属性", "subproperties"),
    "<rdf:type": ("实例", "instances"),
}


def text(found: Card, lang: Lang, width: int = 100, most: int = MOST) -> str:
    """A card for the screen; of things that may be hundreds it shows at most `most`."""
    return _Page(found, lang, max(width, 40), most).run()


class Speaker:
    """What things and properties of a card are called in a language."""

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def word(self, key: str) -> str:
        """A heading or a name of WORDS."""
        zh, en = WORDS[key]
        return {"zh": zh, "en": en, "both": f"{zh} / {en}"}[self.lang]

    def name(self, thing: Card) -> str:
        """A label in the language of the page, else in the other, else the CURIE."""
        labels: dict[str, str] = thing["label"]
        if self.lang == "both":
            return " / ".join(dict.fromkeys(labels.values())) or str(thing["id"])
        return labels.get(self.lang) or next(iter(labels.values()), str(thing["id"]))

    def named(self, thing: Card) -> str:
        """Label and CURIE."""
        name = self.name(thing)
        return f"{name} ({thing['id']})" if name != thing["id"] else name

    def property(self, thing: Card, mark: str = "") -> str:
        """The name of a property; with the mark `<` as seen from the other end."""
        key = mark + thing["id"]
        return self.word(key) if key in WORDS else f"{'← ' if mark else ''}{self.name(thing)}"

    def texts(self, found: dict[str, list[str]]) -> list[str]:
        """Texts in the languages of the page; in another where there is none."""
        wanted = ["zh", "en"] if self.lang == "both" else [self.lang]
        chosen = [text for lang in wanted for text in found.get(lang, [])]
        return chosen or [text for texts in found.values() for text in texts]

    def value(self, value: Card) -> str:
        """A value: its text, or the label and CURIE of a thing."""
        return str(value["text"]) if "text" in value else self.named(value)

    def chosen(self, facts: list[Card]) -> list[Card]:
        """The facts for this page: of one property, a text in its language hides the others."""
        if self.lang == "both":
            return facts
        told = {
            fact["property"]["id"] for fact in facts if fact["value"].get("language") == self.lang
        }
        return [
            fact
            for fact in facts
            if fact["value"].get("language") in (None, self.lang)
            or fact["property"]["id"] not in {*told, "sti:translation"}
        ]

    def role(self, thing: Card) -> str:
        """The property of a group of statements, as it reads from this card."""
        key = "<" + thing["id"]
        return f"{self.word(key)} ({thing['id']})" if key in WORDS else self.named(thing)


class _Page(Speaker):
    """A card in the making."""

    def __init__(self, found: Card, lang: Lang, width: int, most: int) -> None:
        super().__init__(lang)
        self.card, self.width, self.most = found, width, most
        self.lines: list[str] = []
        self.shown = {one["id"] for group in found["statements"] for one in group["statements"]}

    def run(self) -> str:
        found, lines = self.card, self.lines
        name = self.name(found)
        lines += wrap(found["id"] + (f"  {name}" if name != found["id"] else ""), self.width)
        self.pairs([*self.head(), *self.facts(), *self.lists()])
        derived = [group for group in found["statements"] if is_derived(group)]
        stated = [group for group in found["statements"] if group not in derived]
        if stated:
            lines += ["", self.word("said")]
        for group in stated:
            lines += ["", f"  {self.role(group['property'])}: {len(group['statements'])}"]
            for one in group["statements"]:
                self.statement(one)
        for key in ("included", "named"):
            self.related(key, bool(stated))
        self.words()
        if pointing := self.pointing():
            lines += ["", self.word("pointing"), ""]
            self.pairs(pointing)
        self.conclusions(derived)
        return "\n".join(lines) + "\n"

    # ------------------------------------------------------------ pieces

    def pairs(self, pairs: list[tuple[str, str]]) -> None:
        """Names and values in two columns; a name is not said twice in a row."""
        widest = min(max((columns(name) for name, _ in pairs), default=0), _WIDEST)
        before = ""
        for name, value in pairs:
            lines = wrap(value, max(self.width - widest - 4, 20))
            names = wrap(name if name != before else "", widest)
            for left, right in zip_longest(names, lines, fillvalue=""):
                self.lines.append(f"  {pad(left, widest)}  {right}".rstrip())
            before = name

    def head(self) -> list[tuple[str, str]]:
        found = self.card
        place = found["place"]
        values = {
            "kind": ", ".join(self.named(kind) for kind in found["kind"]),
            **{key: " / ".join(self.texts(found[key])) for key in TEXT_KEYS},
            "names": "、".join(found["names"]),
            "phrases": "；".join(found["phrases"]),
            **{key: self.named(found[key]) if found[key] else "" for key in ("class", "concept")},
            "place": f"{place['start']}–{place['end']}" if place else "",
            "mentions": str(found["mentions"] or ""),
            "within": str(found["within"] or ""),
        }
        return [(self.word(key), value) for key, value in values.items() if value]

    def facts(self, *, derived: bool = False) -> list[tuple[str, str]]:
        """What is said of the thing; what rules derive has the caution of its property below."""
        facts = [
            fact
            for fact in self.card["facts"]
            if fact["property"]["id"] != "sti:inList" and by_rule(fact["layers"]) == derived
        ]
        out = []
        for name, group in groupby(
            self.chosen(facts), lambda fact: self.property(fact["property"])
        ):
            same = list(group)
            out += [
                (name, f"{self.value(fact['value'])}  [{', '.join(fact['layers'])}]")
                for fact in same
            ]
            note = " / ".join(self.texts(same[0]["note"])) if derived else ""
            out += [(name, f"({note})")] if note else []
        return out

    def lists(self) -> list[tuple[str, str]]:
        out = []
        for one in self.card["lists"]:
            state = self.word("open" if one["open"] else "closed")
            parts = [f"“{one['quote']}” ({one['id']}): {state}"]
            for key in ("members", "genus"):
                if one[key]:
                    parts.append(f"{self.word(key)}: {', '.join(self.named(m) for m in one[key])}")
            out.append((self.word("list"), "; ".join(parts)))
        return out

    def related(self, key: str, provided: bool) -> None:
        """Things to look at as well; with the words where the card has no statement of its own."""
        things = self.card["related"][key]
        if things:
            self.lines += ["", *wrap(self.word(key), self.width), ""]
        for one in things[: self.most]:
            said = one["statements"]
            ids = "" if not provided else ": " + ", ".join(at["id"] for at in said)
            self.lines += [f"  {line}" for line in wrap(self.named(one) + ids, self.width - 2)]
            for at in [] if provided else said:
                self.statement(at)
        if len(things) > self.most:
            self.lines.append(f"  {self.more(len(things))}")

    def more(self, count: int) -> str:
        return f"{self.word('more')} {count - self.most} (kg show {self.card['id']} --all)"

    def words(self) -> None:
        """Statements that hold the name and are not about the thing, with why they are not."""
        if self.card["words"]:
            self.lines += ["", *wrap(self.word("words"), self.width), ""]
        for one in self.card["words"]:
            part = f"({self.word('part of')}: {', '.join(one['part'])})" if one["part"] else ""
            why = " / ".join(self.texts(one["reason"]))
            self.statement(one, [part, why])

    def conclusions(self, groups: list[Card]) -> None:
        """What only rules say: facts of the thing, statements and others that they tie to it."""
        pairs = [*self.facts(derived=True), *self.pointing(derived=True)]
        if pairs or groups:
            self.lines += ["", *wrap(self.word("derived"), self.width), ""]
        self.pairs(pairs)
        for group in groups:
            self.derived(group)

    def derived(self, group: Card) -> None:
        """Statements that only rules tie to the thing: their names, and what to make of them."""
        said = group["statements"]
        layers = ", ".join(sorted({layer for one in said for layer in one["layers"]}))
        head = f"{self.named(group['property'])}: {len(said)}  [{layers}]"
        note = " / ".join(self.texts(group["note"]))
        for at, text in ((2, head), (4, note), (4, ", ".join(one["id"] for one in said))):
            self.lines += [" " * at + line for line in wrap(text, self.width - at) if text]

    def statement(self, one: Card, besides: Sequence[str] = ()) -> None:
        parts = [self.name(one[key]) for key in ("kind", "force") if one[key]]
        if one["place"] and one["place"]["id"] != self.card["id"]:
            name, where = self.name(one["place"]), one["place"]["id"]
            parts.append(f"{where} {name}" if name != where else where)
        parts += [self.word("of open")] if one["open"] else []
        parts += [self.word("reading")] if one["reading"] else []
        parts.append(f"[{', '.join(one['layers'])}]")
        first, *rest = wrap(" · ".join(parts), self.width - 18)
        self.lines.append(f"    {pad(one['id'], 12)}  {first}")
        self.lines += [" " * 18 + line for line in rest]
        # The words of the text are always there; a translation goes before them.
        translation = [one["translation"]] if self.lang != "zh" and one["translation"] else []
        words = [*translation, f"“{one['quote']}”"]
        known = {self.card["id"], *self.shown}
        self.carried(one, known)
        for text in [*words, *filter(None, besides)]:
            self.lines += [f"      {line}" for line in wrap(text, self.width - 6)]
        for key in ("continued", "under", "announced"):
            if more := [at for at in one[key] if at["id"] not in known]:
                self.lines.append(f"      {self.word(key)}:")
                for at in more:
                    self.clause(at)

    def carried(self, one: Card, known: set[str]) -> None:
        """The clause whose cue or actor it carries on; its words where the card has them not."""
        for at in one["carried"]:
            if at["id"] in known:
                self.lines.append(f"      ({self.word('carried')}: {at['id']})")
            else:
                self.lines.append(f"      {self.word('carried')}:")
                self.clause(at)

    def clause(self, one: Card) -> None:
        """A clause that goes with a statement: name, force and words."""
        words = f"“{one['quote']}”"
        if self.lang != "zh" and one["translation"]:
            words = f"{one['translation']} {words}"
        force = [self.name(one["force"])] if one["force"] else []
        lines = wrap(" · ".join([one["id"], *force, words]), self.width - 8)
        self.lines += [f"        {line}" for line in lines]

    def pointing(self, *, derived: bool = False) -> list[tuple[str, str]]:
        """What points here besides statements, the first few of each property."""
        groups: dict[str, list[Card]] = {}
        for one in self.card["pointing"]:
            if by_rule(one["layers"]) == derived:
                groups.setdefault(self.property(one["property"], "<"), []).append(one)
        out = []
        for name, things in groups.items():
            for one in things[: self.most]:
                details = "; ".join(self.value(at["value"]) for at in self.chosen(one["details"]))
                shown = ": ".join(part for part in (self.named(one), details) if part)
                out.append((name, f"{shown}  [{', '.join(one['layers'])}]"))
            if len(things) > self.most:
                out.append((name, self.more(len(things))))
        return out


def is_derived(group: Card) -> bool:
    """Whether it is only by rules that these statements point here."""
    return all(by_rule(one["layers"]) for one in group["statements"])


def by_rule(layers: list[str]) -> bool:
    """Whether only rules say it."""
    return all(layer.startswith("derived") for layer in layers)
