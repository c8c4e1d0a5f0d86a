"""The small house that every shape and check holds for, and false changes to it.

tests/fixtures/pass/ holds its document and the things that it names; the ontology, the codes of
statements, shapes and queries are the real ones. Each file under tests/fixtures/fail/ is one
false change, a SPARQL Update named after what must catch it.
"""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox

from kg.assembly import Assembly, assemble
from kg.house import House
from kg.prefixes import table

FIXTURES = Path(__file__).parent / "fixtures"


def small_house(root: Path) -> House:
    """The small house, under `root`."""
    real = House.find()
    codes = [path for path in real.vocabularies() if path.stem in ("force", "role", "status")]
    parts = {
        **{f"ontology/{path.name}": path for path in real.ontology()},
        **{f"ontology/vocabulary/{path.name}": path for path in codes},
        "ontology/vocabulary/small.ttl": FIXTURES / "pass" / "vocabulary.ttl",
        "documents/opinion-qa": FIXTURES / "pass" / "opinion-qa",
        "queries/owl-rl": real.root / "queries" / "owl-rl",
        "queries/checks": real.root / "queries" / "checks",
        "queries/rules": real.root / "queries" / "rules",
        "shapes": real.root / "shapes",
    }
    for name, target in parts.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
    return House(root)


def small_graph(root: Path) -> Assembly:
    """The graph of the small house, real enterprises included."""
    return assemble(small_house(root), [FIXTURES / "pass" / "real.ttl"])


def changed(base: Assembly, update: str) -> Assembly:
    """The graph after a SPARQL Update; prefixes of the house need no PREFIX line."""
    store = ox.Store()
    store.bulk_extend(base.store)
    before = set(store)
    store.update(update, prefixes={**table(), "ex": "https://example.org/"})
    assert set(store) != before, "the update changes nothing"
    return replace(base, store=store)


def false_changes(kind: str) -> dict[str, str]:
    """Name of what must catch it to the update, for `shapes` or `checks`."""
    return {
        path.stem: path.read_text("utf-8") for path in sorted(FIXTURES.glob(f"fail/{kind}/*.ru"))
    }
