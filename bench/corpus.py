"""Corpora of policy documents, made from the structure of the real one: seeded, of any size.

One document in a few is national, with all that the real one has; the others are local, implement
a national one, and have some of its measures. Each is a folder as documents/opinion-qa is.
"""

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path

from bench import local
from bench import passage as marks
from bench.passage import NUMERALS, Passage, Real, Variation
from kg.house import House
from kg.prefixes import table

# Rows of graph.nq: of the real graph without its document, and for each statement of a document.
QUADS_OF_HOUSE, QUADS_A_STATEMENT = 5452, 75
NATIONAL = 5  # one document in so many
_TRIES = 40  # at a variant of each passage

# Of these, two and two, are made the names of places that do not exist.
_SYLLABLES = tuple(zip(
    "云岭宁昌泰丰禾松柏梅兰溪泉潭涧峡原坪桥浦湾洲峰石玉银锦虹霞霜露雁鹤凤鹿麟",
    "yun ling ning chang tai feng he song bai mei lan xi quan tan jian xia yuan ping qiao pu wan "
    "zhou feng shi yu yin jin hong xia shuang lu yan he feng lu lin".split(),
    strict=True,
))  # fmt: skip

_NAMED = """doc:{d} a sti:PolicyDocument ;
    skos:prefLabel "{e}"@en , "{t}"@zh ;
    skos:altLabel "{le}"@en , "{l}"@zh ;
    skos:definition "A policy document made for the bench."@en , "为性能测试生成的政策文件。"@zh .

doc:{d}-qa a sti:Interpretation ;
    skos:prefLabel "Questions and answers on the {e}"@en , "{t}问答"@zh ;
    skos:definition "Questions and answers made for the bench."@en , "为性能测试生成的问答。"@zh ;
    sti:interprets doc:{d} ;
    sti:sha256 "{sha}" ;
    sti:sourceFile "source.txt" .

"""
_PART = """part:{d}-{n} a sti:Part ;
    skos:prefLabel "Part {n}"@en , "第{zh}部分"@zh ;
    skos:definition "Part {n} of the document."@en , "文件的第{zh}部分。"@zh ;
    sti:number {n} ;
    sti:partOf doc:{d} .

"""
_BODY = """org:{d}-{n} a sti:PublicAuthority ;
    skos:prefLabel "{en}"@en , "{zh}"@zh ;
    skos:definition "An authority made for the bench."@en , "为性能测试生成的机构。"@zh .

"""
_JUDGEMENT = """judged:{local} a sti:Judgement ;
    sti:judges p:{local} ;
    sti:statementDigest "{digest}" ;
    sti:textDigest "{sha}" ;
    sti:verdict sti:supported .

"""
_MADE = "# Made by bench/corpus.py.\n"


@dataclass(frozen=True)
class Block:
    """A question, the lead-in of its answer, and the measures that it tells."""

    question: Passage
    answer: Passage
    measures: tuple[Passage, ...]


@dataclass(frozen=True)
class Plan:
    """One document before it is written.

    Attributes:
        name: local name of the policy document; its folder is called `<name>-qa`.
        place: what it is called after, in zh and en.
        national: the document that a local one implements.
        head: the passages before the measures.
        blocks: the questions that tell measures.
    """

    name: str
    place: tuple[str, str]
    national: "Plan | None"
    head: tuple[Passage, ...]
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """In Chinese, with its marks."""
        return f"《{self.place[0]}科技保险{'实施' if self.national else ''}意见》"

    @property
    def title_en(self) -> str:
        """In English."""
        kind = "implementing opinion" if self.national else "opinion"
        return f"{self.place[1]} {kind} on sci-tech insurance"

    @property
    def long(self) -> str:
        """The Chinese title in full."""
        return f"《{self.place[0]}关于加快推动科技保险高质量发展的若干意见》"

    @property
    def long_en(self) -> str:
        """The English title in full."""
        return f"Several opinions of {self.place[1]} on the development of sci-tech insurance"

    @property
    def first(self) -> int:
        """The number of the first question that tells measures."""
        return 2 if self.national else 3

    def passages(self) -> Iterator[tuple[Passage, int, int, int]]:
        """Each passage with the numbers of its question and measure, and how many measures."""
        for one in self.head:
            yield one, int(one.name[1]) if one.name != "lead" else 0, 0, 0
        for number, block in enumerate(self.blocks, self.first):
            many = len(block.measures)
            yield block.question, number, 0, many
            yield block.answer, number, 0, many
            for measure, one in enumerate(block.measures, 1):
                yield one, number, measure, many

    @property
    def statements(self) -> int:
        """How many there are."""
        return sum(len(one.subjects) for one, *_ in self.passages())


class Generator:
    """Plans documents without end, the same ones for the same seed.

    Args:
        house: whose document is varied.
        seed: of all that is left to chance.
    """

    def __init__(self, house: House, seed: int) -> None:
        self.rng = random.Random(seed)
        real = Real(house)
        variation = Variation(real, self.rng)
        kept = {"lead", "q1", "a1", "q2", "a2"}
        self.variants = {
            name: [one] if name in kept else variation.of(one, _TRIES)
            for name, one in real.passages.items()
        }
        self.local = local.passages()

    def plans(self) -> Iterator[Plan]:
        """One plan after another."""
        places, nationals = self._places(), list[Plan]()
        for number in count(1):
            name, place = f"g{number}", next(places)
            if number % NATIONAL == 1:
                head = tuple(self.variants[one][0] for one in ("lead", "q1", "a1", "q2", "a2"))
                blocks = tuple(self._block(question, whole=True) for question in range(3, 9))
                nationals.append(Plan(name, place, None, head, blocks))
                yield nationals[-1]
                continue
            chosen = sorted(self.rng.sample(range(3, 9), self.rng.randint(2, 6)))
            head = self.local["lead"], self.variants["q1"][0], self.local["a1"]
            blocks = tuple(self._block(question, whole=False) for question in chosen)
            yield Plan(name, place, self.rng.choice(nationals), head, blocks)

    def _block(self, question: int, whole: bool) -> Block:
        told = [name for name in self.variants if name.startswith(f"q{question}-")]
        if not whole:
            told = sorted(self.rng.sample(told, self.rng.randint(1, len(told))))
        names = [f"q{question}", f"a{question}", *told]
        first, second, *rest = (self.rng.choice(self.variants[name]) for name in names)
        return Block(first, second, tuple(rest))

    def _places(self) -> Iterator[tuple[str, str]]:
        """Names of places, each once."""
        for length in count(2):
            base = len(_SYLLABLES)
            for number in range(base**length):
                digits = [_SYLLABLES[number // base**n % base] for n in range(length)]
                if len({zh for zh, _ in digits}) == length:
                    yield (
                        "".join(zh for zh, _ in digits),
                        "".join(e for _, e in digits).capitalize(),
                    )


def write(plan: Plan, folder: Path) -> Path:
    """Writes one document into a folder of its own under `folder`, and gives that."""
    tables = [(one, _table(plan, *numbers)) for one, *numbers in plan.passages()]
    files: dict[str, list[str]] = {}
    text = _source(tables)
    sha = sha256(text.encode()).hexdigest()
    for one, table_ in tables:
        number = table_[ord(marks.QUESTION)]
        for part, turtle in one.turtle.items():
            name = f"stated/q{number}" if part == "stated" else part
            files.setdefault(name, []).append(turtle.translate(table_))
        for node, lines in one.judgements:
            digest = "\n".join(sorted(lines.translate(table_).split("\n")))
            files.setdefault("readback", []).append(
                _JUDGEMENT.format(
                    local=node.translate(table_),
                    digest=sha256(digest.encode()).hexdigest(),
                    sha=sha,
                )
            )
    files["document"][:0] = _named(plan, sha)
    files["curated"] = [*files.get("curated", ()), *_order(plan)]
    target = folder / f"{plan.name}-qa"
    (target / "stated").mkdir(parents=True, exist_ok=True)
    (target / "source.txt").write_text(text, encoding="utf-8", newline="")
    for name, parts in files.items():
        (target / f"{name}.ttl").write_text(
            _MADE + _prefixes() + "".join(parts), encoding="utf-8", newline=""
        )
    return target


def _prefixes() -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table().items()) + "\n"


def _table(plan: Plan, question: int, measure: int, many: int) -> dict[int, str]:
    """What the marks of a passage stand for."""
    values = {
        marks.DOCUMENT: plan.name,
        marks.TITLE: plan.title,
        marks.TITLE_EN: plan.title_en,
        marks.LONG: plan.long,
        marks.LONG_EN: plan.long_en,
        marks.QUESTION: str(question),
        marks.PART: str(question - plan.first + (1 if plan.national else 2)),
        marks.MEASURE: str(measure),
        marks.NUMERAL: NUMERALS[question],
        marks.ORDINAL: NUMERALS[measure],
        marks.COUNT: str(many),
    }
    if plan.national:
        bodies = _bodies(plan)
        values |= {
            local.NATION: plan.national.name,
            local.NATIONAL: plan.national.title,
            local.NATIONAL_EN: plan.national.title_en,
            local.FIRST: bodies[0][0],
            local.FIRST_EN: bodies[0][1],
            local.SECOND: bodies[1][0],
            local.SECOND_EN: bodies[1][1],
        }
    return {ord(mark): value for mark, value in values.items()}


def _bodies(plan: Plan) -> tuple[tuple[str, str], tuple[str, str]]:
    zh, en = plan.place
    return (
        (f"{zh}市科技局", f"Science and Technology Bureau of {en}"),
        (f"{zh}市金融局", f"Financial Bureau of {en}"),
    )


def _source(tables: Sequence[tuple[Passage, dict[int, str]]]) -> str:
    """The text: a paragraph for the lead, for each question and each answer."""
    lines = [" "]
    for one, table_ in tables:
        if one.name != "lead" and "-" not in one.name:
            lines.append("\n")
        lines.append(one.text.translate(table_))
    return "".join(lines) + "\n"


def _named(plan: Plan, sha: str) -> list[str]:
    """The document, who issued a local one, and its parts."""
    names = {"t": plan.title, "e": plan.title_en, "l": plan.long, "le": plan.long_en}
    parts = [_NAMED.format(d=plan.name, sha=sha, **names)]
    if plan.national:
        for number, (zh, en) in enumerate(_bodies(plan), 1):
            parts.append(_BODY.format(d=plan.name, n=number, zh=zh, en=en))
    for number in range(1, len(plan.blocks) + (1 if plan.national else 2)):
        parts.append(_PART.format(d=plan.name, n=number, zh=NUMERALS[number]))
    return parts


def _order(plan: Plan) -> Iterator[str]:
    """The part that each measure stands in: here a curator says so, not a rule."""
    for part, block in enumerate(plan.blocks, 1 if plan.national else 2):
        for measure in range(1, len(block.measures) + 1):
            yield f"m:{plan.name}-{part}-{measure} sti:inPart part:{plan.name}-{part} .\n\n"


def make(house: House, folder: Path, quads: float, seed: int = 1) -> list[Path]:
    """Writes a corpus with which the graph has about so many quads.

    Args:
        house: whose document is varied.
        folder: where the folders of the documents are to stand.
        quads: rows that graph.nq is to have, with those of the house itself.
        seed: of all that is left to chance.
    """
    wanted = (quads - QUADS_OF_HOUSE) / QUADS_A_STATEMENT - 152  # with the real document
    written, statements = list[Path](), 0
    for plan in Generator(house, seed).plans():
        if statements >= wanted:
            break
        written.append(write(plan, folder))
        statements += plan.statements
    told = {"seed": seed, "statements": statements, "documents": [p.name for p in written]}
    (folder / "corpus.json").write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return written


def main(argv: Sequence[str] | None = None) -> int:
    """Writes a corpus, as told on the command line."""
    parser = argparse.ArgumentParser(prog="bench.corpus", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quads", type=float, default=1e5)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(argv)
    given.folder.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    written = make(House.find(), given.folder, given.quads, given.seed)
    took = time.perf_counter() - start
    print(f"{len(written)} documents in {took:.1f} s", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
