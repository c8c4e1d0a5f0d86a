"""Pictures: the answers to queries drawn as SVG or PNG, in Chinese and English.

What a picture shows is a query in queries/pictures/; how it is drawn is one of two forms. What
a force looks like is in the ontology.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg import catalogue
from kg.errors import KGError
from kg.plot.picture import Picture, pictures, read
from kg.store import Lang, Store

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = ("svg", "png")
SELECTS = {"matrix": ("row", "column"), "flow": ("column", "from", "to")}
_MARGIN = 18.0


@dataclass(frozen=True)
class Drawing:
    """A picture that has been drawn.

    Attributes:
        page: what to write.
        title: of the file.
        statements: how many it stands on.
        replaced: characters that the font lacks, drawn as 〓.
    """

    page: "Figure"
    title: str
    statements: int
    replaced: int


def draw(
    store: Store,
    picture: Picture,
    lang: Lang,
    values: Mapping[str, str | int | Sequence[str | int] | None] | None = None,
) -> Drawing:
    """Draws a picture.

    Args:
        store: the graph.
        picture: what `read` gives.
        lang: of its words.
        values: of its parameters; see `catalogue.ask`.

    Raises:
        KGError: matplotlib or the font is missing, the query selects what its form cannot draw,
            or it finds nothing.
    """
    try:
        import matplotlib as mpl  # noqa: PLC0415

        from kg.plot import canvas  # noqa: PLC0415
        from kg.plot.flow import Flow  # noqa: PLC0415
        from kg.plot.matrix import Matrix  # noqa: PLC0415
        from kg.plot.sheet import Sheet  # noqa: PLC0415
    except ImportError:
        raise KGError(
            "matplotlib is not installed", hint="pip install 'sci-tech-insurance-kg[plot]'"
        ) from None
    canvas.need_font()
    answer = catalogue.ask(store, picture.question, values)
    needed = SELECTS[picture.form]
    if missing := {*needed} - {*answer.variables}:
        raise KGError(
            f"the query of the picture {picture.id} selects no ?{min(missing)}",
            hint=f"a {picture.form} draws ?{', ?'.join(needed)}",
        )
    rows = [
        {name: term for name, term in zip(answer.variables, row, strict=True) if term is not None}
        for row in answer.rows
    ]
    sheet = Sheet(store, picture, lang)
    for row in rows:
        if "tagged" in row:
            sheet.tag(row["tagged"], sheet.key(row, "tag") or "")
    rows = [row for row in rows if "tagged" not in row]
    with mpl.rc_context(canvas.SETTINGS):
        body = Matrix(sheet, rows) if picture.form == "matrix" else Flow(sheet, rows)
        if not body.width:
            raise KGError(
                f"the picture {picture.id} has nothing to show",
                hint="kg show THING tells all that is said of a thing",
            )
        title = sheet.title(body.width)
        sheet.canvas.text(title, _MARGIN, _MARGIN)
        y = _MARGIN + title.height + 8
        y += body.draw(_MARGIN, y) + 8
        y += sheet.below(_MARGIN, y, body.width)
        page = sheet.canvas.figure(body.width + 2 * _MARGIN, y + _MARGIN)
    name = " / ".join(words.text for words in sheet.texts(picture.question.summary))
    return Drawing(page, name, sheet.statements, sheet.canvas.replaced)


def save(drawing: Drawing, out: Path, form: str) -> None:
    """Writes a drawing; aside first, so that nothing is half-written.

    Args:
        drawing: from `draw`.
        out: the file.
        form: one of FORMATS.

    Raises:
        KGError: there is no such format, or the file cannot be written.
    """
    from kg.plot import canvas  # noqa: PLC0415

    if form not in FORMATS:
        raise KGError(f"a picture is written as {' or '.join(FORMATS)}, not {form}", (str(out), 0))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as aside:
            fresh = Path(aside) / out.name
            canvas.save(drawing.page, fresh, form, drawing.title)
            fresh.replace(out)
    except OSError as error:
        raise KGError(f"the picture cannot be written: {error.strerror}", (str(out), 0)) from None
    except ValueError:  # what the renderer says of a bitmap with too many dots
        raise KGError("the picture is too large for PNG", (str(out), 0), "write SVG") from None


__all__ = ["FORMATS", "Drawing", "Picture", "draw", "pictures", "read", "save"]
