"""Where the files of the house are: ontology, documents, shapes, queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KGError
from kg.inputs import root

# Not loaded with the core: what outside terms our terms match.
ALIGNMENT = "alignment.ttl"
# Beside what was read: digests of it as it was then.
READINGS = "read.sha256"


@dataclass(frozen=True)
class DocumentFolder:
    """One policy text: its folder, whose name is the local name of the document's IRI."""

    path: Path

    @property
    def name(self) -> str:
        """Folder name, e.g. `opinion-qa` for `doc:opinion-qa`."""
        return self.path.name

    @property
    def source(self) -> Path:
        """The text, byte for byte."""
        return self.path / "source.txt"

    @property
    def turtle(self) -> list[Path]:
        """Every Turtle file of the folder, sorted."""
        return sorted(self.path.rglob("*.ttl"))

    @property
    def stated(self) -> list[Path]:
        """What the text itself states: the document, its sections, its statements."""
        return [*sorted(self.path.glob("document.ttl")), *sorted(self.path.glob("stated/*.ttl"))]

    @property
    def readback(self) -> list[Path]:
        """Verdicts of the second reading."""
        return sorted(self.path.glob("readback.ttl"))

    @property
    def curated(self) -> list[Path]:
        """What people add: translations, codings, facts from elsewhere."""
        return sorted([*self.path.glob("curated.ttl"), *self.path.glob("translation.ttl")])

    @property
    def stray(self) -> list[Path]:
        """Turtle files of the folder that stand where nothing is read, sorted."""
        known = {*self.stated, *self.curated, *self.readback}
        return [path for path in self.turtle if path not in known]


@dataclass(frozen=True)
class House:
    """The folders of one house.

    Attributes:
        root: the folder that holds ontology/, documents/, shapes/ and queries/.
    """

    root: Path

    @classmethod
    def find(cls) -> "House":
        """The checkout that this module lies in, else the copy inside the installed package.

        Raises:
            KGError: neither is there.
        """
        return cls(Path(root()))

    def require(self) -> "House":
        """This house, when the folders that it cannot do without are there.

        Raises:
            KGError: a folder is missing.
        """
        for name in ("ontology", "documents"):
            if not (self.root / name).is_dir():
                raise KGError(
                    f"the folder {name}/ is missing",
                    (str(self.root), 0),
                    "give the root of a house: the folder that holds ontology/ and documents/",
                )
        return self

    def name(self, path: Path) -> str:
        """`path` as users see it: relative to the house, else to the working folder."""
        absolute = path.absolute()
        for base in (self.root.absolute(), Path.cwd()):
            if absolute.is_relative_to(base):
                return absolute.relative_to(base).as_posix()
        return str(path)

    def _files(self, pattern: str) -> list[Path]:
        return sorted(self.root.glob(pattern))

    def ontology(self) -> list[Path]:
        """The OWL modules, without the alignment."""
        return [path for path in self._files("ontology/*.ttl") if path.name != ALIGNMENT]

    def alignment(self) -> list[Path]:
        """The alignment to outside vocabularies (no file or one)."""
        return self._files(f"ontology/{ALIGNMENT}")

    def vocabularies(self) -> list[Path]:
        """The SKOS schemes."""
        return self._files("ontology/vocabulary/*.ttl")

    def shapes(self) -> list[Path]:
        """The SHACL files."""
        return self._files("shapes/*.ttl")

    def queries(self) -> list[Path]:
        """Every query, of whatever folder."""
        return self._files("queries/**/*.rq")

    def questions(self) -> list[Path]:
        """The competency questions."""
        return self._files("queries/questions/*.rq")

    def rules(self) -> list[Path]:
        """The CONSTRUCT rules."""
        return self._files("queries/rules/*.rq")

    def checks(self) -> list[Path]:
        """The SELECT queries that must return nothing."""
        return self._files("queries/checks/*.rq")

    def owl_rl(self) -> list[Path]:
        """Rules of OWL 2 RL that the reasoning engine has not."""
        return self._files("queries/owl-rl/*.rq")

    def views(self) -> list[Path]:
        """The queries of the views: nodes.rq and edges.rq in a folder each."""
        return self._files("queries/views/*/*.rq")

    def pictures(self) -> list[Path]:
        """The queries of the pictures."""
        return self._files("queries/pictures/*.rq")

    def to_read(self) -> list[tuple[Path, list[Path]]]:
        """Folders with the Turtle files that a person reads against the text."""
        folders = [(one.path, one.turtle) for one in self.documents()]
        return [(self.root / "ontology", self._files("ontology/**/*.ttl")), *folders]

    def stray(self) -> list[Path]:
        """Turtle files and queries that stand where nothing reads them."""
        known = {
            *self.ontology(), *self.alignment(), *self.vocabularies(), *self.shapes(),
        }  # fmt: skip
        every = [*self._files("ontology/**/*.ttl"), *self._files("shapes/**/*.ttl")]
        found = [path for path in every if path not in known]
        found += [*self._files("queries/*.rq"), *self._files("documents/*.ttl")]
        return found + [path for folder in self.documents() for path in folder.stray]

    def documents(self) -> Sequence[DocumentFolder]:
        """One entry a folder under documents/."""
        folders = self.root.glob("documents/*/")
        return [DocumentFolder(path) for path in sorted(folders) if not path.name.startswith(".")]
