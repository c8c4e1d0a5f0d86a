"""Answers in Python: rows as dicts, with what is told of them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.results import noted, records, text_notes, text_table, wrap
from kg.store import Lang, Result, Store

if TYPE_CHECKING:
    import pandas as pd


class Told(NamedTuple):
    """What is told with rows.

    Attributes:
        notes: what a reader has to know of the answer: what the rows mean, what parameters
            stand for, what may be wrong with the query.
        why: why there is no row, as far as that is known; "" where there are rows.
        order: see `View`.
    """

    notes: Sequence[str] = ()
    why: str = ""
    order: Sequence[str] = ()


class Rows(list[dict[str, Any]]):
    """An answer as a list of dicts: IRIs as str, with `<name>Label` beside each.

    An ASK gives one row, {"answer": True}, or none.

    Attributes:
        columns: the names, in order.
        notes: what is told of it, see `Told`.
        why: why there is no row.
        text: the answer as a table for the screen, with the notes.
    """

    def __init__(self, result: Result, store: Store, lang: Lang, told: Told | None = None) -> None:
        told = told or Told()
        if result.triples is not None:
            names = ("subject", "predicate", "object")
            rows = tuple((t.subject, t.predicate, t.object) for t in result.triples)
            result = Result(names, rows)
        elif result.boolean is not None:
            result = Result(("answer",), ((ox.Literal(True),),) if result.boolean else ())
        super().__init__(records(result, store, lang))
        self.columns: list[str] = list(self[0]) if self else list(result.variables)
        self.why, self.notes = told.why, list(told.notes)
        self._noted = noted(result, store, lang, told.order)

    @property
    def text(self) -> str:
        """The answer as a table of 100 columns."""
        table = text_table(self._noted.names, self._noted.cells, 100) + text_notes(self._noted, 100)
        told = [line for note in self.notes for line in wrap(note, 100)]
        return table + "".join(f"{line}\n" for line in ["", *told] if told)

    def __str__(self) -> str:
        """The same as `text`."""
        return self.text

    def _repr_html_(self) -> str:
        """The answer as a table in a notebook."""
        from html import escape  # noqa: PLC0415

        names, rows, notes, remarks = self._noted
        head = "".join(f"<th>{escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>\n" for row in rows
        )
        words = "".join(
            f"<p><code>{escape(curie)}</code> {escape(' — '.join(said))}</p>\n"
            for curie, said in notes
        )
        words += "".join(f"<p>{escape(line)}</p>\n" for line in [*remarks, *self.notes])
        return (
            f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n{words}"
        )

    def to_dataframe(self) -> "pd.DataFrame":
        """The answer as a pandas DataFrame.

        Raises:
            ImportError: pandas is not installed.
        """
        try:
            import pandas as pd  # noqa: PLC0415
        except ImportError:
            install = "pip install 'sci-tech-insurance-kg[notebook]'"
            raise ImportError(f"pandas is not installed: {install}") from None
        return pd.DataFrame(list(self), columns=self.columns)
