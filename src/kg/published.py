"""The graph to be asked: what `kg build` has published, else what the files say as they stand."""

from __future__ import annotations

import os

from kg.errors import KGError
from kg.inputs import STAMP, fresh

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kg.catalogue import Compiled
    from kg.house import House
    from kg.store import Store

# A build folder holds generations, and a link to the one that is to be read.
CURRENT, CATALOGUE, GRAPH, STORE = "current", "catalogue.tsv", "graph.nq", "store"


class Published:
    """One generation: it is whole, never changes, and stays until two builds later.

    Attributes:
        folder: where the build is.
        generation: the generation's own folder.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.generation = f"{folder}/{os.readlink(f'{folder}/{CURRENT}')}"

    def store(self) -> Store:
        """The graph, opened for reading.

        Raises:
            KGError: it is broken.
        """
        from kg import store  # noqa: PLC0415

        try:
            return store.Store(store.Oxigraph.disk(f"{self.generation}/{STORE}"))
        except OSError as error:
            try:
                now = Published(self.folder)
            except OSError:
                now = self
            if now.generation != self.generation:  # two builds went by since it was looked up
                return now.store()
            raise KGError(
                f"the built graph cannot be read: {error}", (self.generation, 0), "run kg build"
            ) from None

    def questions(self) -> Compiled:
        """The catalogue as it was compiled.

        Raises:
            KGError: it is broken.
        """
        from kg.catalogue import Compiled  # noqa: PLC0415

        return Compiled(f"{self.generation}/{CATALOGUE}")


def at(folder: str) -> Published | None:
    """The current generation of a build; None where there is none."""
    try:
        return Published(folder)
    except OSError:
        return None


def find(house: str, say: Callable[[str], None] = lambda text: None) -> Published | None:
    """The build of a house, or that of the working folder, if no file of the house has changed.

    Args:
        house: root of the house.
        say: is told of a build that is out of date.
    """
    for folder in dict.fromkeys((f"{house}/build", f"{os.getcwd()}/build")):
        built = at(folder)
        if built and fresh(f"{built.generation}/{STAMP}", house):
            return built
        if built or os.path.isfile(f"{folder}/{GRAPH}"):
            name = folder.removeprefix(f"{house}/").removeprefix(f"{os.getcwd()}/")
            say(f"{name}/{GRAPH} is out of date: the files are read instead")
    return None


def read(folder: Path | str) -> Store:
    """Opens what `kg build` wrote.

    Args:
        folder: that of a build, or any that holds graph.nq.

    Raises:
        KGError: there is no graph, or it is broken.
    """
    if built := at(str(folder)):
        return built.store()
    import pyoxigraph as ox  # noqa: PLC0415

    from kg.store import Store  # noqa: PLC0415

    path = f"{folder}/{GRAPH}"
    try:
        return Store(ox.parse(path=path, format=ox.RdfFormat.N_QUADS))
    except FileNotFoundError:
        raise KGError(
            f"{GRAPH} is not there",
            (str(folder), 0),
            "run kg build first, or leave --build out",
        ) from None
    except (SyntaxError, OSError) as error:
        line = getattr(error, "lineno", None) or 0
        raise KGError(
            f"the built graph cannot be read: {error}", (path, line), "run kg build"
        ) from None


def open_store(
    house: House, folder: Path | str | None = None, say: Callable[[str], None] = lambda text: None
) -> Store:
    """The graph to ask: the one built in `folder`, or that of the house's files as they stand.

    Without a folder, the build of the house or of the working folder is opened if the files
    that it was made of have not changed. Otherwise the graph is assembled in memory, so that no
    answer is older than the files and an installed package needs no build.

    Args:
        house: the files.
        folder: holds what `kg build` wrote.
        say: is told what the user should know.

    Raises:
        KGError: `folder` holds no graph, or the files cannot be put together.
    """
    if folder is not None:
        return read(folder)
    if built := find(str(house.root), say):
        return built.store()
    from kg.assembly import assemble  # noqa: PLC0415 - needed only where nothing is built
    from kg.store import Store  # noqa: PLC0415

    assembly = assemble(house)
    if wrong := sum(finding.severity == "error" for finding in assembly.findings):
        say(f"the files have {wrong} error{'s' * (wrong > 1)}: kg check lists them")
    return Store(assembly.store)
