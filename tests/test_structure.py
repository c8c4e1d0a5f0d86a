"""The structure of src/kg: data flows one way, so no module leads back to itself."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from kg.export import FORMATS

SOURCE = Path(__file__).parent.parent / "src"


def _imported(node: ast.AST) -> Iterator[str]:
    """What a module imports, at its head or late, except for the type checker alone."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            child = ast.Module(child.orelse, [])  # noqa: PLW2901
        if isinstance(child, ast.Import):
            yield from (one.name for one in child.names)
        elif isinstance(child, ast.ImportFrom):
            yield from (f"{child.module}.{one.name}" for one in child.names)
        yield from _imported(child)


def _flow(source: Path) -> dict[str, set[str]]:
    """The modules of a folder, each with those that it imports."""
    files = {
        ".".join(path.relative_to(source).with_suffix("").parts).removesuffix(".__init__"): path
        for path in source.rglob("*.py")
    }

    def module(name: str) -> str:
        """The module that a name is, or stands in; "" for those of others."""
        while name and name not in files:
            name = name.rpartition(".")[0]
        return name

    return {
        name: {module(one) for one in _imported(ast.parse(path.read_text("utf-8")))} - {name, ""}
        for name, path in files.items()
    }


def test_no_module_leads_back_to_itself() -> None:
    flow = _flow(SOURCE)
    flow["kg.export"] |= {f"kg.export.{one.module}" for one in FORMATS.values()}  # by name
    order = list(TopologicalSorter(flow).static_order())
    assert {"kg.text", "kg.cli", "kg.export.gexf"} <= set(order)
    assert {"kg.house", "kg.search"} <= flow["kg.cli"]  # those that it imports late count


def test_a_circle_is_found_where_an_import_is_late(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("import two\nTYPE_CHECKING = False\n")
    (tmp_path / "two.py").write_text("def f():\n    from one import g\n")
    with pytest.raises(CycleError):
        TopologicalSorter(_flow(tmp_path)).prepare()
    (tmp_path / "two.py").write_text("if TYPE_CHECKING:\n    from one import g\n")
    TopologicalSorter(_flow(tmp_path)).prepare()
