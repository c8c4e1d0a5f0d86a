"""The card of a thing: what it is, what the graph says of it, and on which words that rests."""

from itertools import zip_longest
from typing import Any

import pyoxigraph as ox

from kg.prefixes import shrink, table
from kg.results import columns, pad, wrap
from kg.statement import Statement, in_order, layer, rank, span
from kg.store import Lang, Node, Resource, Store, node

Card = dict[str, Any]

_MOST = 12  # things shown that point here, where there may be hundreds; JSON has them all
_WIDEST = 24  # columns for the names of properties
_TEXTS = ("skos:definition", "skos:scopeNote", "skos:example")
_TEXT_KEYS = tuple(name.partition(":")[2] for name in _TEXTS)
_NAMES = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")
# Told in the head of the card, or only a step on the way to a place in the text.
_HEAD = {*_TEXTS, *_NAMES, "rdfs:label", "rdf:type", "oa:hasTarget", "oa:start", "oa:end"}
# What leads from a thing to others of which more may be said.
_NEAR = ("sti:nameHolds", "sti:locatedIn", "skos:broader")
# What a judgement or an exception has to say.
_DETAILS = ("sti:verdict", "sti:judgesSlot", "sti:word", "sti:mentions", "sti:reason")
_WORDS = {
    "kind": ("种类", "kind"),
    "definition": ("定义", "definition"),
    "scopeNote": ("范围", "scope"),
    "example": ("示例", "example"),
    "names": ("中文名称", "Chinese names"),
    "place": ("位置", "place"),
    "mentions": ("提及次数", "mentions"),
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
    "related": (
        "名称含有其名称、或在其范围之内的事物",
        "Things whose name holds its name, or that it includes",
    ),
    "continued": ("接续的分句", "continued by"),
    "under": ("标题之下的规定", "provisions under this heading"),
    "reading": ("可作另一种读法", "has another reading"),
    "<sti:continues": ("接续的分句", "continued by"),
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


# ---------------------------------------------------------------- reading


def card(store: Store, thing: ox.NamedNode) -> Card:
    """Everything that the graph says of a thing, as plain data in a fixed order.

    Args:
        store: the graph.
        thing: any resource: a concept, an organisation, a statement, a measure, a term.
    """
    place = span(store, thing)
    kinds = [one for one in _nodes(store, thing, "rdf:type") if not _is_bare(one)]
    marks = {quad.subject for quad in store.quads(None, node("sti:mentions"), thing)}
    return {
        "id": shrink(thing.value),
        "iri": thing.value,
        "label": _labels(store, thing),
        "kind": [_thing(store, one) for one in kinds],
        **{key: _texts(store, thing, name) for key, name in zip(_TEXT_KEYS, _TEXTS, strict=True)},
        "names": _surfaces(store, thing),
        "place": {"start": place[0], "end": place[1]} if place else None,
        "mentions": len({mark for mark in marks if _is_place(mark)}),
        "facts": _facts(store, thing),
        "lists": [_list(store, one) for one in _nodes(store, thing, "sti:inList")],
        **_incoming(store, thing),
    }


def _is_bare(kind: ox.NamedNode) -> bool:
    """Kinds that say nothing that the scheme and the other kinds do not say."""
    return shrink(kind.value) in ("skos:Concept", "owl:NamedIndividual")


def _is_place(term: Node) -> bool:
    """Whether this is a place in the text that the build made."""
    return not isinstance(term, ox.Literal | ox.Triple) and term.value.startswith(
        (table()["occ"], table()["t"])
    )


def _nodes(store: Store, thing: Resource, name: str) -> list[ox.NamedNode]:
    return [one for one in store.objects(thing, name) if isinstance(one, ox.NamedNode)]


def _labels(store: Store, thing: Resource) -> dict[str, str]:
    names = {lang: store.own_label(thing, lang) for lang in ("zh", "en")}
    return {lang: name for lang, name in names.items() if name}


def _thing(store: Store, thing: Resource) -> Card:
    return {"id": shrink(thing.value), "label": _labels(store, thing)}


def _value(store: Store, value: Node) -> Card:
    if isinstance(value, ox.Literal):
        return {"text": value.value, "language": value.language}
    return {"text": str(value)} if isinstance(value, ox.Triple) else _thing(store, value)


def _texts(store: Store, thing: Resource, name: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in store.objects(thing, name):
        if isinstance(value, ox.Literal):
            found.setdefault(value.language or "", []).append(value.value)
    return found


def _surfaces(store: Store, thing: Resource) -> list[str]:
    """The Chinese names by which the text knows a thing, longest first."""
    names = {name for one in _NAMES for name in _texts(store, thing, one).get("zh", [])}
    return sorted(names, key=lambda name: (-len(name), name))


def _facts(store: Store, thing: ox.NamedNode) -> list[Card]:
    """What the graph says of it beyond the head of the card, each with its layers."""
    layers: dict[tuple[ox.NamedNode, Node], set[str]] = {}
    for quad in store.quads(thing):
        # The anonymous parts of an OWL axiom say nothing on a line of their own.
        if shrink(quad.predicate.value) not in _HEAD and not isinstance(quad.object, ox.BlankNode):
            layers.setdefault((quad.predicate, quad.object), set()).add(layer(quad.graph_name))
    return [
        {
            "property": _thing(store, predicate),
            "value": _value(store, value),
            "layers": sorted(layers[predicate, value]),
        }
        for predicate, value in sorted(
            layers, key=lambda pair: (rank(shrink(pair[0].value)), str(pair[1]))
        )
    ]


def _list(store: Store, node_: ox.NamedNode) -> Card:
    opened = [o.value for o in store.objects(node_, "sti:open") if isinstance(o, ox.Literal)]
    return {
        "id": shrink(node_.value),
        "quote": store.text(node_, ["sti:quote"], "zh"),
        "open": "true" in opened,
        "members": [_thing(store, one) for one in _nodes(store, node_, "sti:member")],
        "genus": [_thing(store, one) for one in _nodes(store, node_, "sti:genus")],
    }


def _incoming(store: Store, thing: ox.NamedNode) -> Card:
    """Statements that point at it, by property and in text order; then all else that does."""
    kinds = store.below(node("sti:Statement"))
    lists = set(store.subjects("sti:member", thing)) | set(store.subjects("sti:genus", thing))
    said: dict[ox.NamedNode, dict[ox.NamedNode, set[str]]] = {}
    others: dict[tuple[ox.NamedNode, ox.NamedNode], set[str]] = {}
    # What a role does is told by the statements that use its property.
    used = store.roles & {thing, *store.subjects("sti:expressesRole", thing)}
    uses = [quad for role in used for quad in store.quads(None, role)]
    for quad in [*store.quads(None, None, thing), *uses]:
        subject, predicate = quad.subject, quad.predicate
        if not isinstance(subject, ox.NamedNode) or _is_place(subject) or subject in lists:
            continue
        types = {one.object for one in store.quads(subject, node("rdf:type"))}
        where = layer(quad.graph_name)
        if types & kinds and shrink(predicate.value) != "rdf:type":
            said.setdefault(predicate, {}).setdefault(subject, set()).add(where)
        else:
            others.setdefault((predicate, subject), set()).add(where)
    groups = sorted(said, key=lambda one: rank(shrink(one.value)))
    return {
        "statements": [
            {
                "property": _thing(store, predicate),
                "note": _texts(store, predicate, "skos:scopeNote"),
                "statements": [
                    _statement(store, one, said[predicate][one.node], lists)
                    for one in in_order(store, set(said[predicate]))
                ],
            }
            for predicate in groups
        ],
        "related": _related(store, thing, [one for one in others if shrink(one[0].value) in _NEAR]),
        "pointing": [
            {
                "property": _thing(store, predicate),
                **_thing(store, subject),
                "details": [
                    {"property": {"id": name}, "value": _value(store, value)}
                    for name in _DETAILS
                    for value in store.objects(subject, name)
                    if value != thing
                ],
                "layers": sorted(others[predicate, subject]),
            }
            for predicate, subject in sorted(
                others, key=lambda pair: (shrink(pair[0].value), pair[1].value)
            )
            if predicate != node("sti:nameHolds")  # told as related
        ],
    }


def _related(
    store: Store, thing: ox.NamedNode, near: list[tuple[ox.NamedNode, ox.NamedNode]]
) -> list[Card]:
    """What provisions say of things that bear its name in theirs, lie in it, or are narrower."""
    mine = set(_provisions(store, thing))
    found = {subject: set(_provisions(store, subject)) - mine for _, subject in near}
    return [
        {
            **_thing(store, one),
            "statements": [
                _statement(store, said, {"stated"}, set()) for said in in_order(store, found[one])
            ],
        }
        for one in sorted(found, key=lambda one: one.value)
        if found[one]
    ]


def _provisions(store: Store, thing: ox.NamedNode) -> list[ox.NamedNode]:
    """The provisions that tie a thing to themselves by a role."""
    kind, provision = node("rdf:type"), node("sti:Provision")
    return [
        quad.subject
        for quad in store.quads(None, None, thing)
        if quad.predicate in store.roles
        and isinstance(quad.subject, ox.NamedNode)
        and next(store.quads(quad.subject, kind, provision), None)
    ]


def _statement(store: Store, one: Statement, layers: set[str], lists: set[Any]) -> Card:
    """A statement in a line; `open` where it names the thing in a list that is open."""
    in_lists = [_list(store, at) for at in _nodes(store, one.node, "sti:inList") if at in lists]
    heads = [one.place] if one.kind == node("sti:Heading") and one.place else []
    under = [at for measure in heads for at in store.subjects("sti:inMeasure", measure)]
    provision = node("sti:Provision")
    return {
        "id": one.curie,
        "kind": _thing(store, one.kind) if one.kind else None,
        "force": _thing(store, one.force) if one.force else None,
        "place": _thing(store, one.place) if one.place else None,
        "quote": one.quote,
        "translation": one.translation,
        "open": any(found["open"] for found in in_lists),
        "reading": _texts(store, one.node, "sti:reading"),
        "continued": [shrink(at.value) for at in store.subjects("sti:continues", one.node)],
        "under": [
            shrink(at.value)
            for at in under
            if next(store.quads(at, node("rdf:type"), provision), None)
        ],
        "layers": sorted(layers),
    }


def _is_derived(group: Card) -> bool:
    """Whether it is only by rules that these statements point here."""
    return all(
        layer.startswith("derived") for one in group["statements"] for layer in one["layers"]
    )


# ---------------------------------------------------------------- showing


def text(found: Card, lang: Lang, width: int = 100) -> str:
    """A card for the screen."""
    return _Page(found, lang, max(width, 40)).run()


class _Page:
    """A card in the making."""

    def __init__(self, found: Card, lang: Lang, width: int) -> None:
        self.card, self.lang, self.width = found, lang, width
        self.lines: list[str] = []
        self.shown = {one["id"] for group in found["statements"] for one in group["statements"]}

    def run(self) -> str:
        found, lines = self.card, self.lines
        name = self.name(found)
        lines += wrap(found["id"] + (f"  {name}" if name != found["id"] else ""), self.width)
        self.pairs([*self.head(), *self.facts(), *self.lists()])
        derived = [group for group in found["statements"] if _is_derived(group)]
        stated = [group for group in found["statements"] if group not in derived]
        if stated:
            lines += ["", self.word("said")]
        for group in stated:
            lines += ["", f"  {self.role(group['property'])}: {len(group['statements'])}"]
            for one in group["statements"]:
                self.statement(one)
        self.related(
            any(
                one["kind"]["id"] == "sti:Provision"
                for g in stated
                for one in g["statements"]
                if one["kind"]
            )
        )
        if derived:
            lines += ["", *wrap(self.word("derived"), self.width)]
        for group in derived:
            self.derived(group)
        if found["pointing"]:
            lines += ["", self.word("pointing"), ""]
            self.pairs(self.pointing())
        return "\n".join(lines) + "\n"

    # ------------------------------------------------------------ names

    def word(self, key: str) -> str:
        zh, en = _WORDS[key]
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
        return self.word(key) if key in _WORDS else f"{'← ' if mark else ''}{self.name(thing)}"

    def texts(self, found: dict[str, list[str]]) -> list[str]:
        """Texts in the languages of the page; in another where there is none."""
        wanted = ["zh", "en"] if self.lang == "both" else [self.lang]
        chosen = [text for lang in wanted for text in found.get(lang, [])]
        return chosen or [text for texts in found.values() for text in texts]

    def value(self, value: Card) -> str:
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
            **{key: " / ".join(self.texts(found[key])) for key in _TEXT_KEYS},
            "names": "、".join(found["names"]),
            "place": f"{place['start']}–{place['end']}" if place else "",
            "mentions": str(found["mentions"] or ""),
        }
        return [(self.word(key), value) for key, value in values.items() if value]

    def facts(self) -> list[tuple[str, str]]:
        facts = [fact for fact in self.card["facts"] if fact["property"]["id"] != "sti:inList"]
        return [
            (
                self.property(fact["property"]),
                f"{self.value(fact['value'])}  [{', '.join(fact['layers'])}]",
            )
            for fact in self.chosen(facts)
        ]

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

    def role(self, thing: Card) -> str:
        """The property of a group of statements, as it reads from this card."""
        key = "<" + thing["id"]
        return f"{self.word(key)} ({thing['id']})" if key in _WORDS else self.named(thing)

    def related(self, provided: bool) -> None:
        """Things to look at as well; with the words where the card has no provision of its own."""
        things = self.card["related"]
        if things:
            self.lines += ["", *wrap(self.word("related"), self.width), ""]
        for one in things[:_MOST]:
            said = one["statements"]
            ids = "" if not provided else ": " + ", ".join(at["id"] for at in said)
            self.lines += [f"  {line}" for line in wrap(self.named(one) + ids, self.width - 2)]
            for at in [] if provided else said:
                self.statement(at)
        if len(things) > _MOST:
            self.lines.append(f"  {self.word('more')} {len(things) - _MOST}")

    def derived(self, group: Card) -> None:
        """Statements that only rules tie to the thing: their names, and what to make of them."""
        said = group["statements"]
        layers = ", ".join(sorted({layer for one in said for layer in one["layers"]}))
        head = f"{self.named(group['property'])}: {len(said)}  [{layers}]"
        note = " / ".join(self.texts(group["note"]))
        for at, text in ((2, head), (4, note), (4, ", ".join(one["id"] for one in said))):
            self.lines += [" " * at + line for line in wrap(text, self.width - at) if text]

    def statement(self, one: Card) -> None:
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
        for key in ("continued", "under"):
            more = [at for at in one[key] if at not in known]
            words += [f"({self.word(key)}: {', '.join(more)})"] if more else []
        for text in words:
            self.lines += [f"      {line}" for line in wrap(text, self.width - 6)]

    def pointing(self) -> list[tuple[str, str]]:
        """What points here besides statements, the first few of each property."""
        groups: dict[str, list[Card]] = {}
        for one in self.card["pointing"]:
            groups.setdefault(self.property(one["property"], "<"), []).append(one)
        out = []
        for name, things in groups.items():
            for one in things[:_MOST]:
                details = "; ".join(self.value(at["value"]) for at in self.chosen(one["details"]))
                shown = ": ".join(part for part in (self.named(one), details) if part)
                out.append((name, f"{shown}  [{', '.join(one['layers'])}]"))
            if len(things) > _MOST:
                out.append((name, f"{self.word('more')} {len(things) - _MOST}"))
        return out
