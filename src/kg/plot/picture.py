"""Pictures as the house declares them: queries/pictures/<name>.rq, each a question with a form.

The header is that of a question, with `summary` as the title and `rows` as the caption, and
besides:

- form: `matrix` or `flow`; the module of that name says what its query selects.
- marks: by name, the sign and what it means in zh and en.
- words: by name, what to write in zh and en where the query gives that text.
- columns: of a flow, the titles in zh and en, and how wide each is.
- derived: the rules that it leans on.

In any form a solution with ?tagged and ?tag puts that short text before the name of a thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg import catalogue, sparql
from kg.catalogue import Question
from kg.errors import KGError
from kg.house import House

FORMS = ("flow", "matrix")
Texts = Mapping[str, Any]


@dataclass(frozen=True)
class Picture:
    """One picture.

    Attributes:
        question: its query, title, caption and parameters.
        form: how it is drawn.
        marks: see above.
        words: see above.
        columns: see above.
        derived: CURIEs of rules.
    """

    question: Question
    form: str
    marks: Mapping[str, Texts]
    words: Mapping[str, Texts]
    columns: tuple[Texts, ...]
    derived: tuple[str, ...]

    @property
    def id(self) -> str:
        """The name of its file."""
        return self.question.id


def pictures(house: House) -> list[str]:
    """The names of the pictures, sorted."""
    return [path.stem for path in house.pictures()]


def read(house: House, name: str) -> Picture:
    """The picture of that name.

    Raises:
        KGError: there is none, or its header lacks something.
    """
    paths = {path.stem: path for path in house.pictures()}
    if name not in paths:
        raise KGError(f"there is no picture {name!r}", hint=f"pictures are: {', '.join(paths)}")
    question = catalogue.read(paths[name])
    place = (house.name(paths[name]), 1)
    head = sparql.header(question.text, place[0])
    if head.get("form") not in FORMS:
        raise KGError(f"the form must be one of: {', '.join(FORMS)}", place)
    told = {key: head.get(key) or {} for key in ("marks", "words")}
    columns = head.get("columns") or []
    texts = [*told["marks"].values(), *told["words"].values(), *columns]
    if not all(isinstance(text, dict) and {"zh", "en"} <= set(text) for text in texts):
        raise KGError("each mark, word and column of the header needs zh and en", place)
    if not all("sign" in mark for mark in told["marks"].values()):
        raise KGError("each mark of the header needs a sign", place)
    widths = [column.get("width") for column in columns]
    if head["form"] == "flow" and not (widths and all(isinstance(one, int) for one in widths)):
        raise KGError("a flow needs columns in its header, each with a width", place)
    return Picture(
        question, head["form"], told["marks"], told["words"], tuple(columns),
        tuple(head.get("derived") or ()),
    )  # fmt: skip
