"""Lines sorted and each once, on disk where they are many."""

import heapq
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import groupby, islice
from tempfile import SpooledTemporaryFile
from typing import IO

_RUN = 250_000  # lines that are sorted at once
_HELD = 1 << 22  # bytes of a file that are held in memory


class Lines(Iterable[str]):
    """Lines in the order of their code points, to be read as often as one likes.

    They are sorted in runs, and the runs are merged: the memory holds one run.

    Args:
        lines: in UTF-8, each with its line break; read to their end at once.
    """

    def __init__(self, lines: Iterable[bytes]) -> None:
        rest = iter(lines)
        with ExitStack() as stack:
            runs = []
            while run := sorted(set(islice(rest, _RUN))):
                runs.append(stack.enter_context(_file()))
                runs[-1].writelines(run)
                del run
            for one in runs:
                one.seek(0)
            if len(runs) == 1:
                self._file = runs[0]
                stack.pop_all()
            else:  # bytes of UTF-8 are in the order of the code points
                self._file = _file()
                self._file.writelines(line for line, _ in groupby(heapq.merge(*runs)))

    def file(self) -> IO[bytes]:
        """The lines as a file, at its beginning; there is one, to be read by one at a time."""
        self._file.seek(0)
        return self._file

    def __iter__(self) -> Iterator[str]:
        """Line after line."""
        for line in self.file():  # not an expression: that would let go of the file
            yield line.decode()


def _file() -> IO[bytes]:
    return SpooledTemporaryFile(_HELD, "w+b")
