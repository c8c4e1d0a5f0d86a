"""What the tests of pictures share."""

import re
from pathlib import Path

import pytest

from kg import plot
from kg.house import House
from kg.store import Lang

ROOT = House.find().root
SHOWN = ("coverage", "measures", "path", "responsibility")  # in the READMEs
PICTURES = plot.pictures(House.find())
LANGS: tuple[Lang, ...] = ("zh", "en", "both")
every = pytest.mark.parametrize("name", PICTURES)

HEAD = """#+ id: mine
#+ form: flow
#+ summary: {zh: 题, en: title}
#+ rows: {zh: 说明, en: caption}
#+ columns: [{zh: 一, en: one, width: 90}]
#+ marks: {gap: {sign: ∅, zh: 空, en: gap}}
SELECT ?column ?from ?to { VALUES (?column ?from) { (1 <urn:a>) } OPTIONAL { ?from ?none ?to } }
"""


def house_with(root: Path, text: str) -> House:
    """A house with one picture, `mine`."""
    path = root / "queries" / "pictures" / "mine.rq"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return House(root)


def guide(name: str) -> str:
    """The picture that a guide shows how to add."""
    text = (ROOT / "docs" / name).read_text("utf-8")
    (block,) = re.findall(r"^```sparql picture\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return block.replace("id: places-by-force", "id: mine")
