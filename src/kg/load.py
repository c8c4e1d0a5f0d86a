"""From files to layers: each file's triples into the named graph that it belongs to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import pyoxigraph as ox

from kg.errors import KGError
from kg.finding import Finding
from kg.house import DocumentFolder, House
from kg.prefixes import BASE, table
from kg.turtle import Locator, parse_text, read_text

GRAPH = f"{BASE}graph/"
ONTOLOGY, VOCABULARY = f"{GRAPH}ontology", f"{GRAPH}vocabulary"
STATED, CURATED, READBACK = f"{GRAPH}stated", f"{GRAPH}curated", f"{GRAPH}readback"
EXTRA = f"{GRAPH}extra"  # Turtle given on the command line
TEXT, MENTIONS, META = f"{GRAPH}text", f"{GRAPH}mentions", f"{GRAPH}meta"

_NARROWER = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subPropertyOf")
_NOTE = ox.NamedNode(f"{table()['sti']}note")

Layers = dict[str, list[ox.Triple]]


@dataclass(frozen=True)
class Document:
    """One text as loaded.

    Attributes:
        name: folder name, the local name of the document's IRI.
        text: source.txt as it is; "" when it could not be read.
        source: name of source.txt as shown to the user.
        files: names of the Turtle files that belong to it.
    """

    name: str
    text: str
    source: str
    files: frozenset[str]

    @property
    def iri(self) -> str:
        """IRI of the document."""
        return f"{table()['doc']}{self.name}"


@dataclass
class Loaded:
    """What the files hold, with what is wrong with them."""

    layers: Layers = field(default_factory=dict)
    locator: Locator = field(default_factory=Locator)
    documents: list[Document] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def load(house: House, extra: Sequence[Path] = ()) -> Loaded:
    """Reads every Turtle file and source text; a broken one becomes a finding.

    Args:
        house: where the files are.
        extra: Turtle files to read besides (layer graph:extra), or folders of further
            documents, each with its source.txt.

    Raises:
        KGError: a folder that the house cannot do without is missing.
    """
    house.require()
    loaded = Loaded()
    further = [DocumentFolder(path.resolve()) for path in extra if _is_document(path)]
    _read(house, loaded, house.ontology(), ONTOLOGY)
    _read(house, loaded, house.vocabularies(), VOCABULARY)
    for folder in [*house.documents(), *further]:
        with collected(loaded.findings):
            _document(house, loaded, folder)
    loaded.findings += [
        _misplaced(house.name(path))
        for path in [*house.stray(), *(path for folder in further for path in folder.stray)]
    ]
    if not loaded.documents:
        with collected(loaded.findings):
            raise KGError("there is no document", ("documents", 0), "add a folder with source.txt")
    _read(house, loaded, [path for path in extra if not _is_document(path)], EXTRA)
    _part(loaded.layers)
    loaded.layers = {
        graph: list(dict.fromkeys(triples)) for graph, triples in sorted(loaded.layers.items())
    }
    return loaded


def _part(layers: Layers) -> None:
    """What an encoder notes beside a clause is curated: the text does not say it."""
    notes = {
        triple.subject
        for triple in layers.get(ONTOLOGY, ())
        if triple.predicate == _NARROWER and triple.object == _NOTE
    }
    noted = [triple for triple in layers.get(STATED, ()) if triple.predicate in notes]
    if noted:
        layers[STATED] = [one for one in layers[STATED] if one.predicate not in notes]
        layers.setdefault(CURATED, []).extend(noted)


_BELONGS = {
    "documents": (
        "move it: what a text says goes to documents/NAME/stated/, what a curator adds to "
        "documents/NAME/curated.ttl, translations to translation.ttl there; a new text is a "
        "folder of its own with source.txt and document.ttl",
        "请移动：文本所述放入 documents/NAME/stated/，整理者所加写入 documents/NAME/curated.ttl，"
        "译文写入其 translation.ttl；新的文本另建目录，内有 source.txt 和 document.ttl",
    ),
    "ontology": (
        "move it: a module goes to ontology/, a scheme to ontology/vocabulary/",
        "请移动：本体模块放入 ontology/，词表放入 ontology/vocabulary/",
    ),
    "queries": (
        "move it into queries/questions/, rules/ or checks/, a view into a folder of views/",
        "请移入 queries/ 下的 questions/、rules/ 或 checks/；视图放入 views/ 下的目录",
    ),
    "shapes": ("move it into shapes/ itself", "请直接放入 shapes/"),
}


def _misplaced(name: str) -> Finding:
    """A file that nothing reads: what it says would be missing without a word."""
    mend, mend_zh = _BELONGS.get(name.partition("/")[0], _BELONGS["documents"])
    told = "nothing reads this file where it stands", "文件放在这里不会被读取"
    return Finding(name, 0, "stray", "error", "", "", *told, mend, mend_zh)


def _is_document(path: Path) -> bool:
    return (path / "source.txt").is_file()


def _document(house: House, loaded: Loaded, folder: DocumentFolder) -> None:
    """Reads one text and what is said of it.

    Raises:
        KGError: the IRIs of its places cannot have the name of its folder in them.
    """
    source, text = house.name(folder.source), ""
    files = frozenset(house.name(path) for path in folder.turtle)
    try:
        ox.NamedNode(Document(folder.name, text, source, files).iri)
    except ValueError:
        raise KGError(
            f"the folder {folder.name!r} cannot be named so: IRIs are made of its name",
            (source, 0),
            "name it by letters, digits and hyphens",
        ) from None
    _read(house, loaded, folder.stated, STATED)
    _read(house, loaded, folder.curated, CURATED)
    _read(house, loaded, folder.readback, READBACK)
    with collected(loaded.findings):
        text = read_text(folder.source, source)
    loaded.documents.append(Document(folder.name, text, source, files))


def _read(house: House, loaded: Loaded, paths: Iterable[Path], layer: str) -> None:
    for path in paths:
        name = house.name(path)
        with collected(loaded.findings):
            text = read_text(path, name)
            triples = parse_text(text, name)
            loaded.layers.setdefault(layer, []).extend(triples)
            loaded.locator.add(name, text, triples)


# What to do about a file that cannot be read, in Chinese.
_HINTS = {
    "add a folder with source.txt": "请加入带有 source.txt 的目录",
    "check the path": "请核对路径",
    "declare it at the top, as ontology/prefixes.ttl does: @prefix name: <…> .": (
        "请照 ontology/prefixes.ttl 的写法在文件开头声明：@prefix name: <…> ."
    ),
    "fill it or remove it": "请填写内容，或删去该文件",
    "mend the file": "请改正该文件",
    "mend the syntax there or just before": "请改正该处或紧接其前的语法",
    "name it by letters, digits and hyphens": "请用字母、数字和连字符命名",
    "save as UTF-8 without BOM": "请存为不带 BOM 的 UTF-8",
    "save the file as UTF-8": "请把文件存为 UTF-8",
}


@contextmanager
def collected(findings: list[Finding], check: str = "syntax") -> Iterator[None]:
    """What cannot be read becomes a finding of `check`, and the work goes on."""
    try:
        yield
    except KGError as error:
        file, line = error.place or ("", 0)
        hint = error.hint or "mend the file"
        zh, mend_zh = f"文件有误：{error.message}", _HINTS.get(hint, hint)
        findings.append(
            Finding(file, line, check, "error", "", "", error.message, zh, hint, mend_zh)
        )


P = ParamSpec("P")
R = TypeVar("R")


def once(work: Callable[Concatenate["Facts", P], R]) -> Callable[Concatenate["Facts", P], R]:
    """Remembers what was worked out of facts, which never change: texts are many, facts one."""

    @wraps(work)
    def remembered(facts: "Facts", /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (work, args)
        if key not in facts.known:
            facts.known[key] = work(facts, *args, **kwargs)
        found: R = facts.known[key]
        return found

    return remembered


class Facts:
    """Triples by subject and predicate, as plain strings: quick to ask from Python.

    Attributes:
        known: what was worked out of them; see `once`.
    """

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._objects: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
        self._subjects: dict[str, dict[str, None]] = {}
        self.known: dict[Any, Any] = {}
        for triple in triples:
            subject, value = triple.subject, triple.object
            if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
                predicate = triple.predicate.value
                values = self._objects.setdefault(subject.value, {}).setdefault(predicate, [])
                values.append(value)
                self._subjects.setdefault(predicate, {})[subject.value] = None

    def subjects(self, predicate: str) -> list[str]:
        """IRIs that have the predicate, in the order first met."""
        return list(self._subjects.get(predicate, ()))

    def holders(self, predicate: str, object: str) -> list[str]:
        """IRIs that have this IRI as an object of the predicate, in the order first met."""
        return list(self._by_object(predicate).get(object, ()))

    @once
    def _by_object(self, predicate: str) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for subject in self._subjects.get(predicate, ()):
            for value in self.iris(subject, predicate):
                found.setdefault(value, []).append(subject)
        return found

    def iris(self, subject: str, predicate: str) -> list[str]:
        """IRIs that are objects, in the order first met."""
        values = self._objects.get(subject, {}).get(predicate, ())
        return list(dict.fromkeys(v.value for v in values if isinstance(v, ox.NamedNode)))

    def texts(self, subject: str, predicate: str, lang: str | None = "zh") -> list[str]:
        """Literals that are objects: those in `lang`, or all when it is None."""
        values = self._objects.get(subject, {}).get(predicate, ())
        found = (v for v in values if isinstance(v, ox.Literal))
        return list(dict.fromkeys(v.value for v in found if lang in (None, v.language)))

    @once
    def below(self, top: str, predicate: str) -> frozenset[str]:
        """`top` and all that lead to it by `predicate`, e.g. all subclasses of a class."""
        found, open_ends = {top}, [top]
        while open_ends:
            new = set(self.holders(predicate, open_ends.pop())) - found
            found |= new
            open_ends.extend(new)
        return frozenset(found)
