"""A build: the files that are made of the whole graph."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

from kg import catalogue, describe, write
from kg.assembly import Assembly, assemble
from kg.coverage import Coverage
from kg.errors import KGError
from kg.house import House
from kg.inputs import Stamp
from kg.lines import Lines
from kg.publish import building, publish
from kg.published import CATALOGUE, GRAPH


@dataclass(frozen=True)
class Built:
    """What was published.

    Attributes:
        triples: how many there are.
        coverage: how much of each text is encoded, one entry a document.
    """

    triples: int
    coverage: list[Coverage]


def build(house: House, out: Path, extra: Sequence[Path] = ()) -> Built:
    """Publishes the graph: graph.nq, graph.ttl, graph.jsonld, void.ttl, the catalogue, the store.

    Args:
        house: where the files are.
        out: folder to write; what an earlier build published there is replaced as a whole.
        extra: see `load.load`.

    Raises:
        KGError: an error finding exists, or `out` cannot be written; what was published before
            is then still there.
    """
    with building(out):
        stamp = Stamp(str(house.root), [str(path) for path in extra])
        assembly = assemble(house, extra)
        _require_sound(assembly)
        built = Built(len(assembly.store), assembly.coverage)
        names = list(assembly.layers)
        with TemporaryFile() as quads:
            assembly.layers.dump(quads)
            del assembly  # the rest is made of the lines, and needs the room
            quads.seek(0)
            lines = Lines(quads)
        publish(out, _files(house, lines, names), stamp.text)
    return built


def _files(
    house: House, lines: Lines, layers: Sequence[str]
) -> Iterator[tuple[str, Iterable[str]]]:
    """What is published, one file after another, each in pieces: it can be large.

    Args:
        house: where the questions are.
        lines: the graph as N-Quads.
        layers: graph IRIs, those of layers that are empty too.
    """
    yield GRAPH, lines
    whole = "The whole graph, all layers in one. Made by kg build."
    yield "graph.ttl", write.turtle_of(lines, whole)
    yield "graph.jsonld", write.jsonld_of(lines, layers)
    told = "What the graph holds, layer by layer. Made by kg build."
    yield "void.ttl", write.turtle(describe.describe(write.subjects(lines), layers), told)
    yield CATALOGUE, [catalogue.compile(house)]


def _require_sound(assembly: Assembly) -> None:
    errors = [finding for finding in assembly.findings if finding.severity == "error"]
    if not errors:
        return
    # A gap in the coverage is often the shadow of another error: that one is shown.
    first = min(errors, key=lambda finding: (finding.check in ("words", "slots"), finding))
    more = len(errors) - 1
    raise KGError(
        first.message + (f" (and {more} more)" if more else ""),
        (first.file, first.line) if first.file else None,
        f"{first.mend}; kg check lists all".removeprefix("; "),
    )
