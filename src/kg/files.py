"""The files that people write, each looked at by itself: syntax, prefixes, layout, headers."""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg import sparql
from kg.errors import KGError
from kg.finding import Finding
from kg.house import DocumentFolder, House
from kg.load import collected
from kg.prefixes import table
from kg.turtle import RDF_TYPE, parse_text, read_text

ONTOLOGY_HEADER = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^>]*)>", re.IGNORECASE | re.MULTILINE)


class Files:
    """The files of a house, and those that are added to it.

    Args:
        house: where they are.
        extra: Turtle files or folders of documents, given on the command line.
    """

    def __init__(self, house: House, extra: Sequence[Path] = ()) -> None:
        self.house, self.extra = house, extra

    @cached_property
    def documents(self) -> list[DocumentFolder]:
        """The documents of the house, and those that are added."""
        added = [DocumentFolder(path.resolve()) for path in self.extra if path.is_dir()]
        return [*self.house.documents(), *added]

    @cached_property
    def of_documents(self) -> set[Path]:
        """Turtle files of documents."""
        return {path for folder in self.documents for path in folder.turtle}

    def turtle(self) -> list[Path]:
        """Every Turtle file that people write."""
        house = self.house
        files = [*house.ontology(), *house.alignment(), *house.vocabularies(), *house.shapes()]
        files += [path for folder in self.documents for path in folder.turtle]
        return files + [path for path in self.extra if path.is_file()]

    def is_added(self, path: Path) -> bool:
        """Whether a file was given on the command line, by itself or in a folder."""
        return any(path.resolve().is_relative_to(given.resolve()) for given in self.extra)

    def wrong(
        self, path: Path, line: int, check: str, told: tuple[str, str], mend: tuple[str, str]
    ) -> Finding:
        """A finding about a file, told in en and zh."""
        return Finding(self.house.name(path), line, check, "error", "", "", *told, *mend)

    def broken(self, path: Path) -> list[Finding]:
        """What is wrong with the syntax of a Turtle file or a query."""
        found: list[Finding] = []
        with collected(found):
            if path.suffix == ".rq":
                self.parse(path)
            else:
                name = self.house.name(path)
                parse_text(read_text(path, name), name)
        return found

    def parse(self, path: Path) -> None:
        """Whether a query is one, with its header, its prefixes declared.

        Raises:
            KGError: it is not; with its place.
        """
        name = self.house.name(path)
        text, line = read_text(path, name), 0
        try:
            sparql.header(text, name)
            sparql.guard(text, {})
            ox.Store().query(text)
        except SyntaxError as error:
            spot = re.search(r"\d+", str(error))
            line = int(spot[0]) if spot else 0
            raise KGError(sparql.explain(error, text).message, (name, line)) from None
        except KGError as error:
            raise KGError(error.message, error.place or (name, line), error.hint) from None

    def misused(self, path: Path) -> Iterator[Finding]:
        """Prefixes that the table does not hold, or holds for something else."""
        text = path.read_text(encoding="utf-8", errors="replace")
        for match in _PREFIX.finditer(text):
            prefix, namespace = match.groups()
            known = table().get(prefix)
            if known == namespace or (not known and self.is_added(path)):
                continue  # people who extend may have prefixes of their own
            en = f"means <{known}>" if known else "is not in the prefix table"
            zh = f"应为 <{known}>" if known else "不在前缀表中"
            told = f"the prefix {prefix}: {en}", f"前缀 {prefix}: {zh}"
            mend = (
                "use the prefixes of ontology/prefixes.ttl, or declare the new one there",
                "请用 ontology/prefixes.ttl 中的前缀，或在那里声明新的前缀",
            )
            line = text.count("\n", 0, match.start(1)) + 1
            yield self.wrong(path, line, "prefix", told, mend)

    def untidy(self, path: Path) -> list[Finding]:
        """Whether a file is laid out in another way."""
        from kg.layout import unformatted  # noqa: PLC0415

        told = "the file is not laid out in the one way", "文件排版不统一"
        try:
            name = self.house.name(path)
            parse_text(read_text(path, name), name)
            changed = unformatted([path])
        except KGError:
            return []  # told by the step `syntax`
        mend = f"kg format {self.house.name(path)}", f"请运行 kg format {self.house.name(path)}"
        return [self.wrong(one, 0, "format", told, mend) for one in changed]

    def headers(self) -> list[Finding]:
        """One ontology header in each file of ontology and shapes, none in a document."""
        found: list[Finding] = []
        seen: dict[str, str] = {}
        documents = self.of_documents
        for path in self.turtle():
            name, wanted = self.house.name(path), 0 if path in documents else 1
            try:
                one_file = self.is_added(path) and path not in documents  # it may be of any kind
                triples = [] if one_file else parse_text(read_text(path, name), name)
            except KGError:
                continue  # told by the step `syntax`
            headers = [
                str(t.subject)
                for t in triples
                if t.predicate.value == RDF_TYPE and t.object == ONTOLOGY_HEADER
            ]
            if triples and len(headers) != wanted:
                en = f"the file has {len(headers)} ontology headers, not {wanted}"
                zh = f"文件有 {len(headers)} 个本体头，应为 {wanted} 个"
                mend = (
                    "a file of ontology/ or shapes/ is one owl:Ontology; a document is none",
                    "ontology/ 或 shapes/ 的每个文件是一个 owl:Ontology，文档的文件则不是",
                )
                found.append(self.wrong(path, 1, "header", (en, zh), mend))
            for header in headers:
                if (other := seen.setdefault(header, name)) != name:
                    told = f"its header is that of {other}", f"本体头与 {other} 相同"
                    mend = "give each file an IRI of its own", "请让每个文件有自己的 IRI"
                    found.append(self.wrong(path, 1, "header", told, mend))
        return found
