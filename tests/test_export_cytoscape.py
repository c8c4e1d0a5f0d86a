"""Cytoscape.js JSON: what is written, and that cytoscape itself reads it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import hostile
import pytest

from kg import look, view
from kg.assembly import Assembly
from kg.export import cytoscape
from kg.export.told import Options, Told
from kg.house import House
from kg.store import Lang, Store
from kg.view import Projection

ROOT = Path(__file__).parents[1]
OPTIONS = Options("cytoscape")
VIEWS = view.views(House.find())


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


def written(projection: Projection, folder: Path) -> tuple[dict[str, Any], Told]:
    out = folder / "view.cyjs"
    told = cytoscape.write(projection, out, OPTIONS)
    return json.loads(out.read_text("utf-8")), told


def projected(graph: Store, house: House, name: str, lang: Lang) -> Projection:
    return Projection(graph, view.read(house, name), lang)


@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("lang", ["zh", "both"])
def test_each_view(name: str, lang: Lang, graph: Store, house: House, tmp_path: Path) -> None:
    projection = projected(graph, house, name, lang)
    data, told = written(projection, tmp_path)
    nodes, edges = ([one["data"] for one in data["elements"][of]] for of in ("nodes", "edges"))
    assert [one["id"] for one in nodes] == [one.id for one in projection.nodes]
    assert told == Told(len(nodes), len(edges))
    plain = sum(counts["edge"] for _, counts in projection.account())
    assert sum("statement" not in one for one in edges) == plain
    statements = {one["statement"] for one in edges if "statement" in one}
    types = dict(projection.account())["rdf:type"]["folded"]
    assert len(statements) == types  # a class each
    ids = [one["id"] for one in nodes + edges]  # Cytoscape has one space for both
    assert len(set(ids)) == len(ids)
    known = {one["id"] for one in nodes}
    assert all(one["source"] in known and one["target"] in known for one in edges)
    assert all(one["label"] and one["colour"].startswith("#") for one in nodes + edges)
    assert all({"role", "lineStyle"} <= one.keys() for one in edges)
    assert not any("parent" in one for one in nodes)
    if lang == "both":
        named = [one for one in nodes if one["label"] != one["id"]]
        assert all({"label_zh", "label_en"} & one.keys() for one in named)
    else:
        assert not any("label_zh" in one for one in nodes)


def test_an_edge_says_who_where_how_strongly_and_in_which_words(
    graph: Store, house: House, tmp_path: Path
) -> None:
    data, _ = written(projected(graph, house, "responsibility", "both"), tmp_path)
    edges = {one["data"]["id"]: one["data"] for one in data["elements"]["edges"]}
    edge = edges["p:q6-3-c"]
    assert edge["source"] == "kind:insurer"
    assert edge["target"] == edge["measure"] == "m:5-3"
    assert (edge["role"], edge["label_zh"], edge["label_en"]) == (
        "sti:hasAddressee", "受动员者", "addressee",
    )  # fmt: skip
    assert edge["forceId"] == "force:encouraged"
    assert (edge["colour"], edge["lineStyle"]) == ("#009E73", "dashed")
    assert edge["quote_zh"].startswith("鼓励保险机构在国际科技创新中心")
    assert edge["translation_en"].startswith("Encourage insurance institutions to set up")
    assert edge["cue_zh"] == "鼓励"
    assert edge["measureLabel"].startswith("鼓励科技保险专业化经营 / ")
    lead = edges["p:q8-1-a org:most sti:hasLead m:7-1"]
    assert lead["statement"] == "p:q8-1-a"
    assert "open" not in lead
    assert edges["p:q8-1-a org:miit sti:hasJoined m:7-1"]["open"] is True


def test_attributes_keep_clear_of_names_that_mean_something(
    graph: Store, house: House, tmp_path: Path
) -> None:
    data, _ = written(projected(graph, house, "everything", "zh"), tmp_path)
    nodes = {one["data"]["id"]: one["data"] for one in data["elements"]["nodes"]}
    assert nodes["sti:Place"]["sti_colour"] == "#F0E442"
    assert nodes["sti:Place"]["colour"] == look.PALE  # a class is not a place
    assert nodes["place:beijing"]["colour"] == "#F0E442"
    assert nodes["force:studied"]["sti_lineStyle"] == "dotted"


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_hostile_labels_come_back_whole(lang: Lang, tmp_path: Path) -> None:
    data, told = written(Projection(hostile.store(), hostile.view(), lang), tmp_path)
    assert (told.nodes, told.edges) == (2 * len(hostile.LABELS), len(hostile.LABELS))
    name = "label" if lang != "both" else "label_en"
    labels = {one["data"]["id"]: one["data"][name] for one in data["elements"]["nodes"]}
    assert [labels[f"org:x{number}"] for number in range(len(hostile.LABELS))] == list(
        hostile.LABELS
    )
    edges = {one["data"]["source"]: one["data"] for one in data["elements"]["edges"]}
    quote = "quote_zh" if lang == "both" else "quote"
    assert [edges[f"org:x{number}"][quote] for number in range(len(hostile.LABELS))] == list(
        hostile.LABELS
    )
    assert all("sti_parent" in one["data"] for one in data["elements"]["nodes"][-3:])


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    made = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "kg", "export", "cytoscape", "--lang", "both", "-o", str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True, cwd=ROOT, capture_output=True,
        )  # fmt: skip
        made.append(out.read_bytes())
    assert made[0] == made[1]


@pytest.mark.full
def test_cytoscape_reads_each_view_and_lays_it_out(
    graph: Store, house: House, tmp_path: Path
) -> None:
    node = shutil.which("node")
    assert node, "Node is needed: see requirements of make test-full"
    told = {}
    for name in VIEWS:
        told[name] = cytoscape.write(
            projected(graph, house, name, "both"), tmp_path / f"{name}.cyjs", OPTIONS
        )
    out = tmp_path / "hostile.cyjs"
    told["hostile"] = cytoscape.write(
        Projection(hostile.store(), hostile.view(), "both"), out, OPTIONS
    )
    done = subprocess.run(
        [node, "test/cytoscape.js", *(str(tmp_path / f"{name}.cyjs") for name in told)],
        cwd=ROOT / "web", capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["nodes"], one["edges"]) for one in read] == [
        (one.nodes, one.edges) for one in told.values()
    ]
    assert all(one["placed"] == one["nodes"] for one in read)
