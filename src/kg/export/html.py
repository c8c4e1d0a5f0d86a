"""HTML: a view as one page that needs no network, drawn and read in any browser.

The page is made of the bundle that web/ builds, which gives `kg.mount(element, data, options)`,
and of the data that it is called with; a server may call the same bundle with the same data:

    view        id, title and description
    languages   those that the data holds
    terms       by CURIE, what kinds, roles, forces and attributes are called, mean and look like
    attributes  name of an attribute to the CURIE of its property
    elements    nodes and edges; see `kg.export.cytoscape`
"""

import base64
import hashlib
import json
import re
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import KGError
from kg.export.cytoscape import Element, Elements, languages, resource
from kg.export.held import Out
from kg.export.told import Options, Told
from kg.house import House
from kg.look import Look
from kg.prefixes import shrink
from kg.statement import rank
from kg.view import Attributes, Projection

BUNDLE = "web/dist"
_START = (
    "kg.mount(document.getElementById('kg'),"
    "JSON.parse(document.getElementById('data').textContent));"
)
_NO_SCRIPT = {
    "zh": "本页需要脚本才能显示；它不访问网络。",
    "en": "This page needs scripts to show anything; it uses no network.",
}
# Inside a script element these would end it, or begin a comment; JSON can write them otherwise.
_UNSAFE = {ord(one): f"\\u{ord(one):04x}" for one in "<>&\u2028\u2029"}


def write(projection: Projection, out: Out, options: Options) -> Told:
    """Writes the page.

    Raises:
        KGError: the bundle is not built.
    """
    script, style = bundle()
    found = data(projection)
    out.write_text(page(found, script, style), encoding="utf-8", newline="\n")
    return Told(len(found["elements"]["nodes"]), len(found["elements"]["edges"]))


def bundle() -> tuple[str, str]:
    """Script and style sheet of the page.

    Raises:
        KGError: they are not built, or are not fit to stand in a page.
    """
    return _bundle(House.find().root / BUNDLE)


@cache
def _bundle(folder: Path) -> tuple[str, str]:
    try:
        script, style = ((folder / name).read_text("utf-8") for name in ("kg.js", "kg.css"))
    except FileNotFoundError:
        raise KGError(
            "the script of the page is not built", (f"{BUNDLE}/kg.js", 0),
            "run make web, which needs npm; an installed package holds it",
        ) from None  # fmt: skip
    for name, text in (("kg.js", script), ("kg.css", style)):
        if any(mark in text.lower() for mark in ("</script", "</style", "<!--")):
            raise KGError("this would end its element in the page", (f"{BUNDLE}/{name}", 0))
    return script, style


def page(found: dict[str, Any], script: str, style: str) -> str:
    """The page. It allows these scripts and this style and nothing else, and no request at all.

    Args:
        found: the data, as `data` gives it.
        script: that gives `kg.mount`.
        style: the style sheet.
    """
    lang = found["languages"][0]
    title = escape(found["view"]["title"][lang])
    inner = embedded(found)
    policy = (
        f"default-src 'none'; script-src {_hash(script)} {_hash(_START)}; "
        f"style-src {_hash(style)}; img-src data:; base-uri 'none'; form-action 'none'"
    )
    said = "<br>".join(_NO_SCRIPT[one] for one in found["languages"])
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="icon" href="data:,">\n<style>{style}</style>\n'
        f'</head>\n<body>\n<main id="kg"><noscript>{said}</noscript></main>\n'
        f'<script type="application/json" id="data">{inner}</script>\n'
        f"<script>{script}</script>\n<script>{_START}</script>\n</body>\n</html>\n"
    )


def embedded(data: object) -> str:
    """Data as JSON that may stand inside a script element."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


# ---------------------------------------------------------------- data


def data(projection: Projection) -> dict[str, Any]:
    """What the page shows, as plain data; see the top of this module."""
    made, terms, shown = Elements(projection), _Terms(projection), languages(projection)
    found: dict[str, list[Element]] = {"nodes": [], "edges": []}
    for vertex in projection.nodes:
        found["nodes"].append(made.node(vertex))
        terms.kind(vertex.kind)
        terms.attributes(vertex.attributes)
    for edge in projection.edges():
        found["edges"].append(made.edge(edge))
        terms.role(edge.kind)
        if edge.kind == "sti:force":
            terms.force(edge.target)
        terms.attributes(edge.attributes)
    view = projection.view
    return {
        "view": {
            "id": view.id,
            "title": {lang: view.title[lang] for lang in shown},
            "description": {lang: view.description[lang] for lang in shown},
        },
        "languages": list(shown),
        "terms": dict(sorted(terms.found.items())),
        "attributes": dict(sorted(terms.names.items())),
        "elements": found,
    }


class _Terms:
    """What the view's kinds, roles, forces and attributes are called, mean and look like.

    Attributes:
        found: by CURIE.
        names: of attributes, without their language, to the CURIE of the property.
    """

    def __init__(self, projection: Projection) -> None:
        self._store, self._languages = projection.store, languages(projection)
        self._look = Look(projection.store)
        self.found: dict[str, dict[str, Any]] = {}
        self.names: dict[str, str] = {}

    def kind(self, name: str) -> None:
        """A class."""
        if name and "colour" not in self._term(name):
            self._term(name)["colour"] = self._look.shape(name).colour

    def role(self, name: str) -> None:
        """A property; what it means is told best by the concept of the role that it expresses."""
        term = self._term(name)
        if "order" in term:
            return
        term["order"] = rank(name)[0]
        for concept in self._store.objects(resource(name), "sti:expressesRole"):
            if isinstance(concept, ox.NamedNode):
                term["definition"] = self._texts(concept, "skos:definition")
                for group in self._store.objects(concept, "skos:broader"):
                    if isinstance(group, ox.NamedNode):
                        term["group"] = shrink(group.value)

    def attributes(self, found: Attributes) -> None:
        """The properties of attributes, and the things that are their values."""
        for name, one in found.items():
            # A column that a query computes is called as the property that it is named after.
            named = one.property or f"sti:{name}"
            self.names[re.sub("_(?:zh|en)$", "", name)] = named
            self._term(named)
            for value in one.ids:
                self._term(value)
                if one.property == "sti:force":
                    self.force(value)

    def force(self, name: str) -> None:
        """A force."""
        term = self._term(name)
        if "line" not in term:
            term["colour"], term["line"] = self._look.line(name)

    def _term(self, name: str) -> dict[str, Any]:
        if name not in self.found:
            thing = resource(name)
            labels = {lang: self._store.own_label(thing, lang) for lang in self._languages}
            self.found[name] = {
                "label": {lang: label for lang, label in labels.items() if label},
                "definition": self._texts(thing, "skos:definition"),
            }
        return self.found[name]

    def _texts(self, thing: ox.NamedNode, name: str) -> dict[str, str]:
        texts = {lang: self._store.text(thing, [name], lang) for lang in self._languages}
        return {lang: text for lang, text in texts.items() if text}
