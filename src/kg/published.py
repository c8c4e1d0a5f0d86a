"""What `kg build` has published: which generation is the current one, and what it holds."""

from __future__ import annotations

import os

from kg.errors import KGError
from kg.inputs import STAMP, fresh

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Callable

    from kg.catalogue import Compiled
    from kg.store import Store

# A build folder holds generations, and a link to the one that is to be read.
CURRENT, CATALOGUE, STORE = "current", "catalogue.tsv", "store"


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
        if built or os.path.isfile(f"{folder}/graph.nq"):
            name = folder.removeprefix(f"{house}/").removeprefix(f"{os.getcwd()}/")
            say(f"{name}/graph.nq is out of date: the files are read instead")
    return None
