"""Golden rows: what a question must answer, worked out from the text and never copied."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.catalogue import Question, ask
from kg.finding import Finding
from kg.house import House
from kg.prefixes import shrink
from kg.store import Store
from kg.text import short

Text = tuple[str, str]  # en and zh


def golden(
    house: House, graph: Store, question: Question, *, added: bool = False
) -> Iterator[Finding]:
    """Rows that come twice, that do not come, or that should not.

    Args:
        house: where the question is.
        graph: is asked.
        question: with its golden rows beside it, in a .csv of its name.
        added: more than the house is asked; then golden rows are not compared.

    Raises:
        KGError: the question cannot be asked.
    """

    def wrong(path: Path, line: int, check: str, told: Text, mend: Text) -> Finding:
        return Finding(house.name(path), line, check, "error", "", "", *told, *mend)

    answer = ask(graph, question)
    rows = [tuple(_cell(term) for term in row) for row in answer.rows]
    for one, times in Counter(rows).items():
        if times > 1:
            told = (
                f"a row comes {times} times: {row(one)}",
                f"同一行出现 {times} 次：{row(one)}",
            )
            mend = (
                "SELECT DISTINCT, or show what tells them apart",
                "请用 SELECT DISTINCT，或列出区分它们的内容",
            )
            yield wrong(Path(question.path), 0, "duplicate-row", told, mend)
    if added:  # what is added brings rows of its own; the golden ones are of the house
        return
    mend = (
        "see whether the data, the query or the golden rows are wrong",
        "请核对是数据、查询还是标准答案有误",
    )
    if question.expects == "nothing" and rows:
        told = f"nothing is to come, but {len(rows)} rows do", f"应无结果，却有 {len(rows)} 行"
        yield wrong(Path(question.path), 0, "golden", told, mend)
    path = Path(question.path).with_suffix(".csv")
    if not path.is_file():
        told = "the question has no golden rows", "该问题没有标准答案"
        mend = (
            "work them out from the text, into this file",
            "请由原文得出标准答案，写入该文件",
        )
        yield wrong(path, 0, "golden", told, mend)
        return
    with path.open(encoding="utf-8", newline="") as lines:
        names, *wanted_rows = [tuple(line) for line in csv.reader(lines)] or [()]
    if names != answer.variables:
        shown, wanted = row(answer.variables), row(names)
        told = f"the columns are {shown}, not {wanted}", f"列应为 {shown}，而非 {wanted}"
        mend = "name the columns as the query does", "请让列名与查询一致"
        yield wrong(path, 1, "golden", told, mend)
        return
    for one in sorted((Counter(wanted_rows) - Counter(rows)).elements()):
        told = (
            f"a golden row does not come: {row(one)}",
            f"标准答案中的一行没有出现：{row(one)}",
        )
        yield wrong(path, wanted_rows.index(one) + 2, "golden", told, mend)
    for one in sorted((Counter(rows) - Counter(wanted_rows)).elements()):
        told = (
            f"a row comes that is not golden: {row(one)}",
            f"出现了标准答案之外的一行：{row(one)}",
        )
        yield wrong(path, 0, "golden", told, mend)


def _cell(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return shrink(term.value)
    return "" if term is None else str(getattr(term, "value", term))


def row(cells: Iterable[str]) -> str:
    """Cells as messages show them."""
    return " | ".join(short(cell, 40) for cell in cells)
