"""What is measured: how much of it, and the graphs that it is measured on."""

import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench import violation

ROOT = Path(__file__).resolve().parent.parent
KG = str(Path(sys.executable).with_name("kg"))


@dataclass(frozen=True)
class Settings:
    """How much is measured.

    Attributes:
        sizes: name to rows of graph.nq.
        alone: sizes that are measured without the fixed script.
        short: rounds of what takes less than a second or so.
        long: rounds of what takes longer.
        budget: seconds for all; the fixed script is ended when they are up.
        question: seconds that one question may take.
        longest: seconds that one process of kg may take.
        served: seconds of look-ups over HTTP, for each number of connections.
        copies: how many documents with violations at most; None for all kinds.
    """

    sizes: dict[str, float]
    alone: tuple[str, ...] = ()
    short: int = 9
    long: int = 3
    budget: float = 840
    question: float = 5
    longest: float = 1500
    served: float = 6
    copies: int | None = None


DEFAULT = Settings({"1e5": 1e5, "1e6": 1e6})
LARGE = Settings({"1e5": 1e5, "1e6": 1e6, "1e7": 1e7}, alone=("1e7",), budget=4200)
SMALL = Settings({"1e5": 1e5}, short=5, budget=300)
QUICK = Settings({"2e4": 2.2e4}, short=1, long=1, budget=45, question=3, served=0.6, copies=1)


@dataclass
class Graph:
    """One graph of the bench.

    Attributes:
        name: of its size.
        files: what is built beside the house; () for the real graph.
        folder: where it is built.
        quads: rows of graph.nq.
        injected: the violations that were injected; None for none.
    """

    name: str
    files: list[str] = field(default_factory=list)
    folder: str = ""
    quads: int = 0
    injected: violation.Injected | None = None

    @property
    def build(self) -> list[str]:
        """The command that builds it."""
        return [KG, "build", *self.files, *(["--out", self.folder] if self.files else [])]

    def rounds(self, settings: Settings) -> int:
        """How often a question is asked of it: the larger, the fewer."""
        return settings.short if self.quads < 5e5 else settings.long if self.quads < 5e6 else 1

    @property
    def violations(self) -> int:
        """How many violations were injected."""
        return len(self.injected.expected) if self.injected else 0

    @property
    def option(self) -> list[str]:
        """What tells `kg ask` of it; nothing for the graph that it finds by itself."""
        return ["--build", self.folder] if self.files else []

    @property
    def store(self) -> str:
        """The store on disk."""
        return str(Path(self.folder, "current", "store"))
