"""Readings: what was read against the text, and whether it still is as it was then.

A folder keeps its readings in a file: the sha256 of all that a Turtle file of it says of a thing,
blank nodes included. It changes with every word and link, and with nothing else: neither order
nor layout counts.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KGError
from kg.files import ONTOLOGY_HEADER
from kg.finding import Finding
from kg.house import READINGS, House
from kg.prefixes import full, identity, shrink
from kg.turtle import Locator, parse_text, read_text

Key = tuple[str, str]  # file within the folder, IRI
_HEAD = """\
# What was read against the text: the sha256 of what a file says of a thing.
# Written by kg read, once a person has read it; kg check tells what has changed since.
"""


@dataclass(frozen=True)
class Readings:
    """What was read of the Turtle files of one folder.

    Attributes:
        house: tells how files are called.
        folder: where the record is.
        files: whose things are to be read.
    """

    house: House
    folder: Path
    files: tuple[Path, ...]

    @property
    def record(self) -> Path:
        """The file that keeps them."""
        return self.folder / READINGS

    @property
    def size(self) -> int:
        """How many lines the record has."""
        if not self.record.is_file():
            return 0
        return sum(line[:1] not in (b"#", b"") for line in self.record.read_bytes().splitlines())

    def now(self) -> dict[Key, str]:
        """Digests as they are; files that cannot be read are left out."""
        found: dict[Key, str] = {}
        for path in self.files:
            try:
                _, triples = self._said(path)
            except KGError:
                continue  # told by the step `syntax`
            name = path.relative_to(self.folder).as_posix()
            found |= {(name, iri): digest for iri, digest in digests(triples).items()}
        return found

    def then(self) -> dict[Key, str]:
        """Digests as they were recorded; none when there is no record.

        Raises:
            KGError: a line is not one of a record.
        """
        if not self.record.is_file():
            return {}
        name, found = self.house.name(self.record), {}
        for number, line in enumerate(read_text(self.record, name).splitlines(), 1):
            if line.startswith("#"):
                continue
            parts = line.split(maxsplit=2)
            if len(parts) != 3 or len(parts[0]) != 64:
                hint = "take the line out, then run kg read to see what is unread"
                raise KGError("this is not DIGEST FILE THING", (name, number), hint)
            found[parts[1], full(parts[2])] = parts[0]
        return found

    def keep(self, wanted: Collection[Key]) -> None:
        """Records these as read, as they are now; what is gone is taken out."""
        known, now = self.then(), self.now()
        lines = sorted(
            (file, identity(iri), now[file, iri] if (file, iri) in wanted else known[file, iri])
            for file, iri in now
            if (file, iri) in wanted or (file, iri) in known
        )
        text = _HEAD + "".join(f"{digest}  {file} {name}\n" for file, name, digest in lines)
        aside = self.record.with_suffix(".new")
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(self.record)

    def open(self) -> dict[Key, str]:
        """What has to be read: changed since, never read, or gone."""
        known, now = self.then(), self.now()
        found = {key: "gone" for key in known if key not in now}
        for key, digest in now.items():
            if known.get(key) != digest:
                found[key] = "changed" if key in known else "unread"
        return dict(sorted(found.items()))

    def findings(self) -> Iterator[Finding]:
        """What has to be read, with its place."""
        if not self.record.is_file():
            told = "nothing here was read back", "此目录从未复核"
            hints = (
                "have everything read against the text by somebody else, then run kg read --all",
                "请由他人对照原文通读，然后运行 kg read --all",
            )
            yield Finding(
                self.house.name(self.record), 0, "readback", "error", "", "", *told, *hints
            )
            return
        try:
            found = self.open()
        except KGError as error:
            file, line = error.place or (self.house.name(self.record), 0)
            told = error.message, "此行不是“摘要 文件 事物”"
            hints = error.hint or "", "请删去该行，再运行 kg read 查看何者未读"
            yield Finding(file, line, "readback", "error", "", "", *told, *hints)
            return
        lines = Lines(self.house)
        for (file, iri), why in found.items():
            where = self.house.name(self.folder / file), 0
            if why != "gone":
                where = lines.of(self.folder / file, iri)
            name, (mend, mend_zh) = shrink(iri), _MEND[why]
            texts = (*_TOLD[why], mend.format(name), mend_zh.format(name))
            yield Finding(*where, "readback", "error", iri, name, *texts)

    def _said(self, path: Path) -> tuple[str, list[ox.Triple]]:
        name = self.house.name(path)
        text = read_text(path, name)
        return text, parse_text(text, name)


_TOLD = {
    "changed": ("it was changed since it was read", "该事物在复核之后被改动"),
    "unread": ("it was never read back", "该事物从未复核"),
    "gone": ("it was read, but the file says nothing of it any more", "曾经复核，文件中现已没有"),
}
_MEND = {
    why: (f"{en}, then run kg read {{}}", f"{zh}，然后运行 kg read {{}}")
    for why, en, zh in (
        ("changed", "read it against the text again", "请对照原文重新阅读"),
        ("unread", "read it against the text", "请对照原文阅读"),
        ("gone", "put it back, or make sure that it may go", "请恢复，或确认可以删去"),
    )
}


class Lines:
    """Lines of things in files, each file read once."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.known: dict[Path, Locator] = {}

    def of(self, path: Path, iri: str) -> tuple[str, int]:
        """Name of the file, and the line where it tells of the thing."""
        if path not in self.known:
            name = self.house.name(path)
            text = read_text(path, name)
            self.known[path] = Locator()
            self.known[path].add(name, text, parse_text(text, name))
        return self.known[path].place(iri)


def digests(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Digest of each thing; a blank node is called by what it says, so that it counts too.

    An axiom that is no part of a thing, as owl:AllDisjointClasses, counts for the ontology.
    """
    said = list(triples)
    within = {triple.object for triple in said if isinstance(triple.object, ox.BlankNode)}
    ontology = next((t.subject for t in said if t.object == ONTOLOGY_HEADER), None)
    lines: dict[str, list[str]] = {}
    for triple in said:
        subject = ontology if _is_apart(triple.subject, within) else triple.subject
        if isinstance(subject, ox.NamedNode):
            lines.setdefault(subject.value, []).append(f"{triple} .\n")
    return {iri: sha256("".join(sorted(them)).encode()).hexdigest() for iri, them in lines.items()}


def _is_apart(subject: object, within: Collection[ox.BlankNode]) -> bool:
    return isinstance(subject, ox.BlankNode) and subject not in within


def readings(house: House, extra: Iterable[Path] = ()) -> list[Readings]:
    """The readings of a house, then of added folders of documents that have some."""
    found = [Readings(house, folder, tuple(files)) for folder, files in house.to_read()]
    given = [Readings(house, path, tuple(sorted(path.rglob("*.ttl")))) for path in extra]
    return found + [one for one in given if one.record.is_file()]


def recorded(house: House, names: Iterable[str], *, all: bool = False) -> int:
    """Records as read what a person has read.

    Args:
        house: where the files are.
        names: CURIEs, IRIs, or paths of Turtle files of the house.
        all: everything that is open.

    Returns:
        How many things, file by file, were open and are not any more.

    Raises:
        KGError: a name is not of the house, or a record is broken.
    """
    books = {one: one.open() for one in readings(house)}
    wanted: Mapping[Readings, set[Key]] = {
        one: set(open_) if all else set() for one, open_ in books.items()
    }
    for name in names:
        path, hit = Path(name).absolute(), False
        iri = "" if path.is_file() else full(name)
        for one in books:
            keys = {
                key
                for key in {**one.now(), **one.then()}
                if key[1] == iri or one.folder.absolute() / key[0] == path
            }
            wanted[one].update(keys)
            hit |= bool(keys)
        if not hit:
            hint = "give a CURIE, an IRI or a Turtle file of ontology/ or documents/"
            raise KGError(f"nothing of the house is called {name}", hint=hint)
    count = 0
    for one, keys in wanted.items():
        count += len(keys & set(books[one]))
        if keys & set(books[one]):
            one.keep(keys)
    return count
