"""Violations with a known place: the false changes of tests/fixtures/fail/shapes, made to corpora.

They are made to copies of the small document of tests/fixtures/pass, each under names of its own;
those of enterprises, contracts and concepts to copies of these in market.ttl. Changes to
different statements share a copy.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from bench.passage import NUMERALS, Triple, turtle
from kg.house import House
from kg.load import CURATED, EXTRA, READBACK, STATED
from kg.prefixes import STI, expand, shrink, table

PASS, FAIL = "tests/fixtures/pass", "tests/fixtures/fail/shapes"
MARKET = "market.ttl"
# What cannot be said by a document or beside it, with the reason.
NOT_INJECTED = {
    "cue-word-own": "changes the vocabulary of forces",
    "link-not-wider": "changes what the build computes",
    "term-definition": "changes the ontology",
    "term-label": "changes the ontology",
}
# With these the build refuses the corpus, since words or quotes are left without a place.
NOT_BUILT = frozenset(
    [
        "actor",
        "cue-carried",
        "etc-in-open-list",
        "force-opens",
        "forceless-cue",
        "heading-measure",
        "join-cue-given",
        "joined-needs-lead-lead",
        "list-quote",
        "list-used",
        "measure-told",
        "mention-linked",
        "provision-act",
        "provision-cue",
        "provision-object",
        "section-document",
        "section-opening",
        "statement-place",
        "statement-quote",
        "word-accounted",
    ]
)
QUADS_A_COPY = 1900  # rows of graph.nq for one document
_EXAMPLE = "https://example.org/"  # of the enterprises and contracts
_OWN = ("code", "ex", "judged", "m", "p", "part", "sec", "x")
_CONCEPT = "kind:insurer"  # the concept that changes are made to


@dataclass(frozen=True)
class Kind:
    """One false change.

    Attributes:
        shape: what must catch it.
        update: what makes it, as the tests have it.
    """

    shape: str
    update: str

    @property
    def of_market(self) -> bool:
        """Whether it is made to what stands in market.ttl."""
        return bool(re.search(r"graph:(?:extra|vocabulary)\b", self.update))

    @property
    def touched(self) -> set[str]:
        """The statements and other nodes that it changes; a statement with lists and exceptions."""
        names = re.findall(rf"\b(?:{'|'.join(_OWN)}|kind):[\w-]+", self.update)
        return {
            re.sub(r"^(?:x|judged):|-(?:list|cue|link)(?:-\d+)?$", "p:", name) for name in names
        }


def kinds(house: House) -> list[Kind]:
    """Every false change that can be made to generated data, by name."""
    found = []
    for path in sorted((house.root / FAIL).glob("*.ru")):
        lines = path.read_text("utf-8").splitlines()
        text = "\n".join(line for line in lines if not line.startswith("#"))
        # What the build computes is computed from what is false then.
        parts = [part for part in text.split(" ;\n") if "graph:text" not in part]
        if path.stem not in NOT_INJECTED:
            found.append(Kind(path.stem, " ;\n".join(parts)))
    return found


def shared(them: Iterable[Kind]) -> list[list[Kind]]:
    """Kinds in groups, no two of which touch the same node; what is not built is by itself."""
    groups: list[tuple[set[str], list[Kind]]] = []
    for kind in them:
        for touched, group in groups:
            alone = kind.shape in NOT_BUILT or group[0].shape in NOT_BUILT
            if not alone and touched.isdisjoint(kind.touched):
                break
        else:
            touched, group = set[str](), []
            groups.append((touched, group))
        touched |= kind.touched
        group.append(kind)
    return [group for _, group in groups]


@dataclass(frozen=True)
class Expected:
    """A violation that has to be found.

    Attributes:
        shape: what finds it.
        copy: what the names of the copy's own nodes begin with.
        update: what made it; it may name the focus itself, which is then not of the copy.
    """

    shape: str
    copy: str
    update: str

    def met(self, check: str, focus: str) -> bool:
        """Whether a finding is this one: its check, and its focus as an IRI."""
        curie = shrink(focus)
        own = f":{self.copy}" in curie or f"/{self.copy}-" in curie
        return check == f"shape:{self.shape}" and (own or curie in self.update.split())


@dataclass(frozen=True)
class Injected:
    """What was written.

    Attributes:
        folders: of the documents.
        market: the file with enterprises, contracts and concepts.
        expected: one for each violation.
    """

    folders: list[Path]
    market: Path
    expected: list[Expected]

    def missed(self, found: Iterable[tuple[str, str]]) -> list[Expected]:
        """What findings, by check and focus, do not tell."""
        by: dict[str, list[str]] = {}
        for check, focus in found:
            by.setdefault(check, []).append(focus)
        return [
            one
            for one in self.expected
            if not any(one.met(f"shape:{one.shape}", f) for f in by.get(f"shape:{one.shape}", ()))
        ]


def inject(
    house: House, folder: Path, times: int = 1, *, buildable: bool = False, most: int | None = None
) -> Injected:
    """Writes documents, and a file beside them, with each kind of violation so many times.

    Args:
        house: whose tests the changes are of.
        folder: where to write.
        times: how often each kind.
        buildable: leaves out what the build refuses.
        most: so many copies of the document at most, and with them fewer kinds.

    Raises:
        ValueError: a change changes nothing in its copy.
    """
    every = [one for one in kinds(house) if not (buildable and one.shape in NOT_BUILT)]
    documents = shared(kind for kind in every if not kind.of_market)[:most]
    markets = shared(kind for kind in every if kind.of_market)
    small, sample = _Small(house), _Sample(house)
    done = Injected([], folder / MARKET, [])
    beside: list[Triple] = []
    for time in range(times):
        for number, group in enumerate(documents, time * len(documents) + 1):
            name = f"v{number}"
            done.folders.append(small.write(folder, name, number, group))
            done.expected.extend(Expected(kind.shape, name, kind.update) for kind in group)
        for number, group in enumerate(markets, time * len(markets) + 1):
            name = f"w{number}"
            beside += sample.triples(name, number, group)
            done.expected.extend(Expected(kind.shape, name, kind.update) for kind in group)
    done.market.write_text(_head() + turtle(beside), encoding="utf-8", newline="")
    return done


def _head() -> str:
    declared = {**table(), "ex": _EXAMPLE}
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in declared.items()) + "\n"


def _said(quads: Iterable[ox.Quad]) -> list[Triple]:
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in quads]


def _renamed(text: str, name: str) -> str:
    """Turtle, N-Triples or an update, with what is a copy's own under its name."""
    text = re.sub(r"\bdoc:opinion\b", f"doc:{name}", text)
    text = re.sub(r"/id/document/opinion\b", f"/id/document/{name}", text)
    for prefix in _OWN:
        local = "(?=m-)" if prefix == "code" else r"(?=\w)"
        namespace = _EXAMPLE if prefix == "ex" else table()[prefix]
        text = re.sub(rf"(?<![\w/:]){prefix}:{local}", f"{prefix}:{name}-", text)
        text = re.sub(f"<{re.escape(namespace)}{local}", f"<{namespace}{name}-", text)
    return text


def _changed(layers: dict[str, list[Triple]], group: Iterable[tuple[str, str]]) -> ox.Store:
    """Layers after updates, each of which has to change something.

    Raises:
        ValueError: one does not.
    """
    lines = (f"{s} {p} {o} <{graph}> ." for graph, them in layers.items() for s, p, o in them)
    store = ox.Store()
    store.bulk_load(input="\n".join(lines), format=ox.RdfFormat.N_QUADS)
    for shape, update in group:
        before = set(store)
        store.update(update, prefixes={**table(), "ex": _EXAMPLE})
        if set(store) == before:
            raise ValueError(f"the change for {shape} changes nothing")
    return store


_NOTES = (f"<{STI}reading>", f"<{STI}reason>")


class _Small:
    """The small document, to be copied."""

    def __init__(self, house: House) -> None:
        root = house.root / PASS / "opinion-qa"
        self.text = (root / "source.txt").read_text("utf-8")
        files = [path for path in root.rglob("*.ttl") if path.name in ("document.ttl", "all.ttl")]
        stated = [t for path in sorted(files) for t in _said(ox.parse(path=path))]
        notes = [t for t in stated if t[1] in _NOTES]
        curated = [_said(ox.parse(path=root / f"{n}.ttl")) for n in ("translation", "curated")]
        kept = tuple(f"<{namespace}" for namespace in (table()["p"], table()["code"] + "m-"))
        self.layers = {
            STATED: [t for t in stated if t not in notes],
            # What is curated of the house is there already.
            CURATED: [*notes, *(t for them in curated for t in them if t[0].startswith(kept))],
            READBACK: _said(ox.parse(path=root / "readback.ttl")),
        }
        # The vocabulary of the house knows more names than the small one, and its parts are told
        # by a curator.
        self.layers[STATED].append(
            (f"<{expand('p:q2')}>", f"<{STI}about>", f"<{expand('topic:main-feature')}>")
        )
        self.layers[CURATED] += [
            (f"<{expand(f'm:2-{n}')}>", f"<{STI}inPart>", f"<{expand('part:2')}>")
            for n in (1, 2, 3)
        ]

    def write(self, folder: Path, name: str, number: int, group: list[Kind]) -> Path:
        """A copy with a group of changes, in a folder of its own."""
        text = _titled(self.text, number)
        sha = sha256(text.encode()).hexdigest()
        old = sha256(self.text.encode()).hexdigest()
        layers = {
            graph: [
                _triple(_titled(_renamed(" ".join(t), name), number).replace(old, sha))
                for t in them
            ]
            for graph, them in self.layers.items()
        }
        store = _changed(layers, [(one.shape, _renamed(one.update, name)) for one in group])
        target = folder / f"{name}-qa"
        (target / "stated").mkdir(parents=True, exist_ok=True)
        (target / "source.txt").write_text(text, encoding="utf-8", newline="")
        said = {
            graph: sorted(_said(store.quads_for_pattern(None, None, None, ox.NamedNode(graph))))
            for graph in layers
        }
        divided = tuple(f"<{table()[prefix]}" for prefix in ("doc", "m", "part", "sec"))
        files = {
            "document": [t for t in said[STATED] if t[0].startswith(divided)],
            "stated/all": [t for t in said[STATED] if not t[0].startswith(divided)],
            "curated": said[CURATED],
            "readback": said[READBACK],
        }
        for part, triples in files.items():
            (target / f"{part}.ttl").write_text(
                _head() + turtle(triples), encoding="utf-8", newline=""
            )
        return target


class _Sample:
    """Enterprises and contracts, and a concept, to be copied."""

    def __init__(self, house: House) -> None:
        self.triples_ = _said(ox.parse(path=house.root / PASS / "real.ttl"))
        concept = f"<{expand(_CONCEPT)}>"
        vocabulary = house.root / "ontology/vocabulary/kind.ttl"
        kept = [
            t for t in _said(ox.parse(path=vocabulary)) if t[0] == concept and "Label" not in t[1]
        ]
        label = f"<{table()['skos']}prefLabel>"
        self.triples_ += [
            *kept,
            (concept, label, '"sample kind"@en'),
            (concept, label, '"样本种类"@zh'),
        ]

    def triples(self, name: str, number: int, group: list[Kind]) -> list[Triple]:
        """A copy with a group of changes."""
        them = [_triple(self.named(" ".join(t), name, number)) for t in self.triples_]
        updates = [
            (
                one.shape,
                self.named(one.update.replace("graph:vocabulary", "graph:extra"), name, number),
            )
            for one in group
        ]
        return sorted(_said(_changed({EXTRA: them}, updates)))

    @staticmethod
    def named(text: str, name: str, number: int) -> str:
        concept = expand(_CONCEPT)
        text = _renamed(text, name).replace(f"<{concept}>", f"<{table()['kind']}{name}>")
        text = re.sub(rf"\b{_CONCEPT}\b", f"kind:{name}", text)
        return re.sub(r"(样本|甲公司|乙保险公司)", rf"\1{_numeral(number)}", text)


def _triple(line: str) -> Triple:
    s, p, o = line.split(" ", 2)
    return s, p, o


def _numeral(number: int) -> str:
    return "".join(NUMERALS[int(digit)] for digit in str(number))


def _titled(text: str, number: int) -> str:
    zh = f"样本{_numeral(number)}"
    text = text.replace("《科技保险意见》", f"《{zh}科技保险意见》")
    text = text.replace("《关于加快推动", f"《{zh}关于加快推动")
    return text.replace("pinion on sci-tech insurance", f"pinion {number} on sci-tech insurance")
