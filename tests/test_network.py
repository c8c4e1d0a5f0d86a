"""networkx: the view with plain attributes, and measures that can be checked by hand."""

import subprocess
import sys
from pathlib import Path

import networkx as nx
import pytest
from graphs import VIEW, Drawing, Statement, Thing

import kg
from kg import network
from kg.view import Projection


def drawing() -> Drawing:
    """Two stars that one thing holds together: t0 to t2 in m:9-0, t2 to t4 in m:9-1."""
    ends = [("hasLead", 0), ("hasJoined", 1), ("hasLead", 2)]
    more = [("hasAddressee", 2), ("hasAddressee", 3), ("hasAddressee", 4)]
    return Drawing(
        tuple(Thing(name, frozenset({f"{name}1", f"{name}2"})) for name in "甲乙丙丁戊己"),
        ("一", "二"),
        (
            Statement(0, "话", frozenset(ends)),
            Statement(1, "语", frozenset(more), "encouraged"),
            Statement(0, "再", frozenset({("hasLead", 0)})),
        ),
    )


def projected(lang: str = "zh") -> Projection:
    return Projection(drawing().store(), VIEW, lang)  # type: ignore[arg-type]


def test_the_graph_has_plain_attributes(tmp_path: Path) -> None:
    made = network.graph(projected())
    assert made.is_directed()
    assert made.is_multigraph()
    wanted = drawing()
    assert set(made.nodes) == {*wanted.nodes()}
    edges = {key: (one, other) for one, other, key in made.edges(keys=True)}
    assert edges == {key: ends[:2] for key, ends in wanted.edges().items()}
    assert made.nodes["kind:t0"]["scopeNote"] == '["甲1", "甲2"]'
    assert made.edges["kind:t0", "m:9-0", "p:s2"]["force"] == "力度plain"
    told = [*(one for _, one in made.nodes(data=True)), *(one for *_, one in made.edges(data=True))]
    assert all(type(value) in (str, int, float, bool) for one in told for value in one.values())
    nx.write_graphml(made, tmp_path / "x")  # which takes nothing else


def test_measures() -> None:
    """Read off the drawing: t2 alone holds both halves, t5 stands alone."""
    found = network.measures(projected())
    assert found["kind:t0"] == {
        "degree": 2, "degree_hasLead": 2, "betweenness": 0.0,
        "community": found["m:9-0"]["community"], "bridging": False,
    }  # fmt: skip
    assert (found["kind:t2"]["degree_hasLead"], found["kind:t2"]["degree_hasAddressee"]) == (1, 1)
    assert found["m:9-0"]["degree"] == 4
    bridging = {key for key, told in found.items() if told["bridging"]}
    assert bridging == {"kind:t2", "m:9-0", "m:9-1"}
    # t2 lies on every path between the halves: 3 × 3 pairs of the 21 of seven other nodes
    assert found["kind:t2"]["betweenness"] == round(9 / 21, 6)
    halves = {found["m:9-0"]["community"], found["m:9-1"]["community"]}
    assert halves == {1, 2}
    assert found["kind:t5"] == {"degree": 0, "betweenness": 0.0, "community": 3, "bridging": False}


def test_measures_become_columns() -> None:
    projection = projected()
    projection.added = network.measures(projection)
    made = network.graph(projection)
    assert made.nodes["kind:t2"]["bridging"] is True
    assert made.nodes["kind:t5"]["degree"] == 0
    none = Projection(drawing().store(), VIEW, "zh")
    assert "degree" not in network.graph(none).nodes["kind:t0"]


def test_measures_are_the_same_whatever_the_hash_seed() -> None:
    program = (
        "import kg; g = kg.open(lang='en').networkx('responsibility', measures=True); "
        "print(sorted((n, sorted(told.items())) for n, told in g.nodes(data=True)))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], env={"PYTHONHASHSEED": seed},
            check=True, capture_output=True, text=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1
    assert "betweenness" in told.pop()


def test_a_view_by_name() -> None:
    made = kg.open(lang="zh").networkx("responsibility")
    assert made.nodes["org:most"]["label"] == "科技部"
    assert made.name == "谁行动、谁受动员"
    with pytest.raises(kg.errors.KGError, match="there is no view"):
        kg.open().networkx("x")
