"""Exports: what each format must hold, by rules of our own, and that nothing is lost in silence."""

import csv
import json
import os
import re
import subprocess
import sys
import tracemalloc
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import graphs
import pyoxigraph as ox
import pytest

from kg import view
from kg.assembly import Assembly
from kg.errors import KGError
from kg.export import FORMATS, dot, export
from kg.export.columns import Cells, Schema, Spool
from kg.export.markup import Cleaner
from kg.export.picture import MOST, Picture, caption, labelled
from kg.export.told import Options, Told
from kg.house import House
from kg.prefixes import expand, full, shrink, table
from kg.results import columns
from kg.store import Lang, Store
from kg.view import BUCKETS, Projection

VIEWS = view.views(House.find())
GEXF = "{http://gexf.net/1.3}"
VIZ = "{http://gexf.net/1.3/viz}"
GRAPHML = "{http://graphml.graphdrawing.org/xmlns}"
YED = "{http://www.yworks.com/xml/graphml}"
DRAWN = ("pdf", "png", "svg")  # by Graphviz: see test_readers.py
every_view = pytest.mark.parametrize("name", VIEWS)


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


def written(projection: Projection, out: Path, name: str, **more: bool) -> Path:
    export(projection, out, Options(name, **more))
    return out


@pytest.fixture
def file(graph: Store, house: House, tmp_path: Path) -> Any:
    """Writes a view of the house: `file(view, format, lang)`."""

    def write(name: str, how: str, lang: Lang = "zh", **more: bool) -> Path:
        projection = Projection(graph, view.read(house, name), lang)
        return written(projection, tmp_path / f"out-{how}", how, **more)

    return write


def table_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def account_of(path: Path) -> dict[str, dict[str, int]]:
    return {
        row.pop("predicate"): {bucket: int(count) for bucket, count in row.items()}
        for row in table_of(path)
    }


# ---------------------------------------------------------------- the account


def cell(text: str) -> list[str]:
    """The values of a cell of nodes.csv or edges.csv."""
    return [str(one) for one in json.loads(text)] if text[:2] == '["' else [text] if text else []


@every_view
def test_the_account_can_be_made_again_from_the_tables(name: str, file: Any, graph: Store) -> None:
    """Each name, type, attribute, edge and tie in the tables is looked up in the graph."""
    folder = file(name, "csv", "both")
    told = account_of(folder / "account.csv")
    found: dict[str, set[ox.Triple]] = {bucket: set() for bucket in BUCKETS}
    said = {
        thing: {shrink(p.value): [] for p, _ in graph.said(thing)}
        for thing in {
            quad.subject for quad in graph.quads() if isinstance(quad.subject, ox.NamedNode)
        }
    }
    for thing, them in said.items():
        for predicate, value in graph.said(thing):
            them[shrink(predicate.value)].append(value)

    def look(bucket: str, thing: str, predicates: Any, shown: str) -> None:
        """Books every triple of the thing whose value is shown so; there must be one."""
        subject = ox.NamedNode(full(thing))
        hits = [
            ox.Triple(subject, ox.NamedNode(expand(p)), value)
            for p in predicates
            for value in said.get(subject, {}).get(p, ())
            if shown == (shrink(value.value) if isinstance(value, ox.NamedNode) else value.value)
        ]
        assert hits, (thing, shown)
        found[bucket].update(hits)

    names = ("skos:prefLabel", "rdfs:label")
    for row in table_of(folder / "nodes.csv"):
        for kind in cell(row.get("types", "")) or cell(row["kind"]):
            look("node", row["Id"], ["rdf:type"], kind)
        predicates = said.get(ox.NamedNode(full(row["Id"])), {}).keys()
        for column in ("label_zh", "label_en"):
            if text := row.get(column):
                own = [p for p in names if p in predicates] or ["sti:quote", "sti:translation"]
                look("node", row["Id"], own[:1] if own[0] in names else own, text)
        for column, text in row.items():
            base = column.removesuffix("_zh").removesuffix("_en")
            if column in (
                "Id",
                "Label",
                "iri",
                "kind",
                "kindLabel",
                "types",
                "label_zh",
                "label_en",
            ):
                continue
            if f"{column}Id" in row:
                continue  # the labels of things, whose ids are beside
            wanted = {base, base.removesuffix("Id")}
            fitting = [p for p in predicates if wanted & {p.partition(":")[2], p.replace(":", "_")}]
            for value in cell(text):
                look("attribute", row["Id"], fitting, value)
    for row in table_of(folder / "edges.csv"):
        if not row.get("statement"):
            look("edge", row["Source"], [row["kind"]], row["Target"])
            continue
        statement, ends = row["statement"], (row["Source"], row["Target"])
        tied = said[ox.NamedNode(full(statement))]
        thing, place = ends if ox.NamedNode(full(ends[0])) in tied[row["kind"]] else ends[::-1]
        look("folded", statement, [row["kind"]], thing)
        look("folded", statement, ["sti:inMeasure", "sti:inSection"], place)
        for column, text in row.items():
            if column in ("Id", "Source", "Target", "Type", "Label", "kind", "statement", "open",
                          "label_zh", "label_en") or f"{column}Id" in row:  # fmt: skip
                continue
            base = column.removesuffix("_zh").removesuffix("_en")
            wanted = {base, base.removesuffix("Id")}
            fitting = [p for p in tied if wanted & {p.partition(":")[2], p.replace(":", "_")}]
            for value in cell(text):
                look("folded", statement, fitting, value)
    # an attribute that says the name again is the name
    found["node"] -= found["attribute"]
    for bucket in ("node", "edge", "attribute", "folded"):
        again = Counter(shrink(triple.predicate.value) for triple in found[bucket])
        assert again == Counter({p: c[bucket] for p, c in told.items() if c[bucket]}), bucket
    everything = {quad.triple for quad in graph.quads()}
    assert sum(counts["all"] for counts in told.values()) == len(everything)
    assert all(sum(c[b] for b in BUCKETS) == c["all"] for c in told.values())
    assert all(counts["language"] == 0 for counts in told.values())  # both were asked for


@pytest.mark.parametrize("how", ["ttl", "nq", "jsonld"])
@every_view
def test_the_triples_of_a_view_are_those_of_its_account(
    name: str, how: str, file: Any, graph: Store
) -> None:
    out = file(name, how, "en")
    kinds = {"ttl": ox.RdfFormat.TURTLE, "nq": ox.RdfFormat.N_QUADS, "jsonld": ox.RdfFormat.JSON_LD}
    triples = {quad.triple for quad in ox.parse(path=str(out), format=kinds[how])}
    told = account_of(out.with_name(f"{out.name}.account.csv"))
    held = {p: sum(c[b] for b in BUCKETS[:4]) for p, c in told.items()}
    again = Counter(shrink(triple.predicate.value) for triple in triples)
    assert again == Counter({p: count for p, count in held.items() if count})
    assert all(next(graph.quads(t.subject, t.predicate, t.object), None) for t in triples)


# ---------------------------------------------------------------- rules of formats


def check_ends(nodes: list[str], edges: list[tuple[str, str, str]]) -> None:
    assert len(set(nodes)) == len(nodes)
    assert len({own for own, _, _ in edges}) == len(edges)
    known = set(nodes)
    assert all(source in known and target in known for _, source, target in edges)


LISTED = {"string", "boolean", "long", "double"}


@every_view
@pytest.mark.parametrize("lang", ["zh", "both"])
def test_gexf(name: str, lang: Lang, file: Any) -> None:
    root = ET.parse(file(name, "gexf", lang)).getroot()
    assert (root.tag, root.get("version")) == (f"{GEXF}gexf", "1.3")
    drawn = root.find(f"{GEXF}graph")
    assert drawn is not None
    assert drawn.get("defaultedgetype") == "directed"
    nodes, edges = list(root.iter(f"{GEXF}node")), list(root.iter(f"{GEXF}edge"))
    ends = [(one.get("id", ""), one.get("source", ""), one.get("target", "")) for one in edges]
    check_ends([one.get("id", "") for one in nodes], ends)
    for of, them in (("node", nodes), ("edge", edges)):
        block = next(one for one in drawn.iter(f"{GEXF}attributes") if one.get("class") == of)
        types = {one.get("id"): one.get("type", "") for one in block}
        assert len(types) == len(list(block))
        assert len({one.get("title") for one in block}) == len(types)
        assert all(kind.removeprefix("list") in LISTED for kind in types.values())
        for one in them:
            assert one.get("label")
            values = {v.get("for"): v.get("value", "") for v in one.iter(f"{GEXF}attvalue")}
            assert len(values) == len(list(one.iter(f"{GEXF}attvalue")))
            for key, value in values.items():
                kind = types[key]  # declared
                if kind.startswith("list"):
                    assert json.loads(value)
                elif kind != "string":
                    {"boolean": ["false", "true"].index, "long": int, "double": float}[kind](value)
            colour = one.find(f"{VIZ}color")
            assert colour is not None
            assert all(0 <= int(colour.get(part, "-1")) < 256 for part in "rgb")
        assert used(them) == set(types)
    assert all(one.find(f"{VIZ}size") is not None for one in nodes)
    styles = {shape.get("value") for one in edges for shape in one.iter(f"{VIZ}shape")}
    assert styles <= {"solid", "dashed", "dotted"}
    assert all(one.get("kind") for one in edges)


def used(elements: list[ET.Element]) -> set[str | None]:
    return {value.get("for") for one in elements for value in one.iter(f"{GEXF}attvalue")}


def test_gexf_has_spells_where_they_are_asked_for(file: Any) -> None:
    """The one date of the graph is that of the report on the Opinion."""
    still = file("everything", "gexf").read_text("utf-8")
    assert "2026-03-02" in still
    assert "spell>" not in still
    root = ET.parse(file("everything", "gexf", dynamic=True)).getroot()
    drawn = root.find(f"{GEXF}graph")
    assert drawn is not None
    assert (drawn.get("mode"), drawn.get("timeformat")) == ("dynamic", "date")
    spells = list(root.iter(f"{GEXF}spell"))
    assert [spell.attrib for spell in spells] == [{"start": "2026-03-02"}]


@every_view
@pytest.mark.parametrize("how", ["graphml", "graphml-yed"])
def test_graphml(name: str, how: str, file: Any) -> None:
    root = ET.parse(file(name, how)).getroot()
    keys = {one.get("id"): one for one in root.iter(f"{GRAPHML}key")}
    assert len(keys) == len(list(root.iter(f"{GRAPHML}key")))
    names = {(one.get("for"), one.get("attr.name")) for one in keys.values()}
    assert {
        ("node", "label"),
        ("node", "name"),
        ("edge", "label"),
        ("edge", "interaction"),
    } <= names
    nodes, edges = list(root.iter(f"{GRAPHML}node")), list(root.iter(f"{GRAPHML}edge"))
    ends = [(one.get("id", ""), one.get("source", ""), one.get("target", "")) for one in edges]
    check_ends([one.get("id", "") for one in nodes], ends)
    for of, them in (("node", nodes), ("edge", edges)):
        for one in them:
            data = [value.get("key") for value in one.iter(f"{GRAPHML}data")]
            assert len(set(data)) == len(data)
            assert all(keys[key].get("for") == of for key in data)
    assert {one.get("attr.type") for one in keys.values()} <= {*LISTED, None}
    shapes = [one.get("type") for one in root.iter(f"{YED}Shape")]
    lines = [one.get("type") for one in root.iter(f"{YED}LineStyle")]
    labels = [one.text for one in root.iter(f"{YED}NodeLabel")]
    assert (len(shapes), len(lines)) == (
        (len(nodes), len(edges)) if how == "graphml-yed" else (0, 0)
    )
    assert {*shapes} <= {"rectangle", "roundrectangle", "ellipse", "hexagon", "octagon",
                         "parallelogram", "trapezoid"}  # fmt: skip
    assert {*lines} <= {"line", "dashed", "dotted"}
    assert all(labels)


def test_yed_tells_forces_by_their_lines(file: Any) -> None:
    root = ET.parse(file("responsibility", "graphml-yed")).getroot()
    style = {
        label.text: (line.get("type"), line.get("color"))
        for edge in root.iter(f"{YED}PolyLineEdge")
        for line, label in [(edge[0], edge[2])]
    }
    assert style["受动员者 · 鼓励"] == ("dashed", "#009E73")
    assert style["牵头者 · 直述"] == ("line", "#333333")


@every_view
def test_cx2(name: str, file: Any) -> None:
    """What CX2 asks for, and ndex2 does not look at."""
    parts = json.loads(file(name, "cx2").read_text("utf-8"))
    assert parts[0] == {"CXVersion": "2.0", "hasFragments": False}
    assert [*parts[-1]] == ["status"]
    assert parts[-1]["status"] == [{"success": True}]
    aspects = {key: value for part in parts[1:-1] for key, value in part.items()}
    meta = {one["name"]: one["elementCount"] for one in aspects.pop("metaData")}
    assert meta == {key: len(value) for key, value in aspects.items()}
    nodes, edges = aspects["nodes"], aspects["edges"]
    check_ends(
        [str(one["id"]) for one in nodes],
        [(str(one["id"]), str(one["s"]), str(one["t"])) for one in edges],
    )
    assert len({one["v"]["id"] for one in nodes}) == len(nodes)
    fits = {"string": str, "boolean": bool, "long": int, "double": float}
    for of, them in (("nodes", nodes), ("edges", edges)):
        declared = aspects["attributeDeclarations"][0][of]
        for one in them:
            for key, value in one["v"].items():
                kind = declared[key]["d"]
                values = value if kind.startswith("list_of_") else [value]
                assert isinstance(values, list)
                assert all(type(v) is fits[kind.removeprefix("list_of_")] for v in values), key
        assert {key for one in them for key in one["v"]} == declared.keys()
    (style,) = aspects["visualProperties"]
    colours = style["nodeMapping"]["NODE_BACKGROUND_COLOR"]["definition"]
    assert {one["v"] for one in colours["map"]} == {
        one["v"]["kind"] for one in nodes if "kind" in one["v"]
    }
    for mapping in (style["nodeMapping"], style["edgeMapping"]):
        for told in mapping.values():
            of = "nodes" if mapping is style["nodeMapping"] else "edges"
            name = told["definition"]["attribute"]
            assert name in aspects["attributeDeclarations"][0][of] or not told["definition"]["map"]


@every_view
def test_d3(name: str, file: Any) -> None:
    found = json.loads(file(name, "d3").read_text("utf-8"))
    ends = [(one["id"], one["source"], one["target"]) for one in found["links"]]
    check_ends([one["id"] for one in found["nodes"]], ends)
    assert all(one["label"] for one in found["nodes"] + found["links"])
    # what d3-force writes into nodes
    assert not {"index", "x", "y", "vx", "vy", "fx", "fy"} & {
        k for one in found["nodes"] for k in one
    }


FIELD = re.compile(
    r"(id:ID|id:string|:LABEL|:START_ID|:END_ID|:TYPE|[^:,\"]+:(string|long|double|boolean)(\[\])?)"
)


@every_view
def test_neo4j_headers_and_rows(name: str, file: Any) -> None:
    folder = file(name, "neo4j")
    heads, rows = {}, {}
    for of in ("nodes", "edges"):
        with (folder / f"{of}-header.csv").open(encoding="utf-8", newline="") as lines:
            (heads[of],) = csv.reader(lines)
        with (folder / f"{of}.csv").open(encoding="utf-8", newline="") as lines:
            rows[of] = list(csv.reader(lines))
        assert all(FIELD.fullmatch(field) for field in heads[of])
        assert len({field.partition(":")[0] or field for field in heads[of]}) == len(heads[of])
        assert all(len(row) == len(heads[of]) for row in rows[of])
        for at, field in enumerate(heads[of]):
            values = [part for row in rows[of] if row[at] for part in row[at].split("\x1f")]
            for kind, read in (
                ("long", int),
                ("double", float),
                ("boolean", ["true", "false"].index),
            ):
                if field.endswith((f":{kind}", f":{kind}[]")):
                    assert [read(value) for value in values] or not values  # type: ignore[operator]
            if not field.endswith("[]") and field != ":LABEL":
                assert not any("\x1f" in row[at] for row in rows[of])
    assert heads["nodes"][:2] == ["id:ID", ":LABEL"]
    assert heads["edges"][:4] == ["id:string", ":START_ID", ":END_ID", ":TYPE"]
    check_ends(
        [row[0] for row in rows["nodes"]], [(row[0], row[1], row[2]) for row in rows["edges"]]
    )
    assert all(row[1].split("\x1f")[0] == "Thing" for row in rows["nodes"])
    script = (folder / "import.sh").read_text("utf-8")
    assert os.access(folder / "import.sh", os.X_OK)
    subprocess.run(["sh", "-n", folder / "import.sh"], check=True)
    for option in ("--multiline-fields=true", "--array-delimiter=U+001F",
                   "--nodes=nodes-header.csv,nodes.csv",
                   "--relationships=edges-header.csv,edges.csv"):  # fmt: skip
        assert option in script
    cypher = (folder / "load.cypher").read_text("utf-8")
    assert cypher.count("LOAD CSV FROM 'file:///nodes.csv'") == len(
        {row[1] for row in rows["nodes"]}
    )
    assert cypher.count("LOAD CSV FROM 'file:///edges.csv'") == len(
        {row[3] for row in rows["edges"]}
    )


@every_view
def test_mermaid_stays_within_what_it_draws(name: str, file: Any) -> None:
    text = file(name, "mermaid").read_text("utf-8")
    assert len(text) <= 50_000
    lines = text.splitlines()
    assert lines[1] == "flowchart LR"
    nodes = [line for line in lines if re.match(r"  n\d+[\[({]", line)]
    edges = [line for line in lines if re.match(r"  n\d+ -", line)]
    assert 0 < len(nodes) <= MOST
    assert 0 < len(edges) <= MOST
    assert len(nodes) == len({line.split("(")[0].split("[")[0].split("{")[0] for line in nodes})
    assert ("cut[" in text) == (name in ("everything", "evidence"))


def test_excel_gets_its_mark_and_others_none(file: Any) -> None:
    plain = (file("places", "csv") / "nodes.csv").read_bytes()
    marked = (file("places", "csv", excel=True) / "nodes.csv").read_bytes()
    assert marked.startswith(b"\xef\xbb\xbfId,Label,")
    assert marked[3:].replace(b"\r\n", b"\n") == plain


# ---------------------------------------------------------------- all formats


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    """Every format but the drawn ones, all in one process for each seed."""
    program = (
        "import sys, graphs; from pathlib import Path; from kg.export import export; "
        "from kg.export.told import Options; "
        "from kg.view import Projection\n"
        "for how in sys.argv[2:]:\n"
        "    projection = Projection(graphs.hostile().store(), graphs.VIEW, 'both')\n"
        "    export(projection, Path(sys.argv[1]) / how, Options(how))"
    )
    outs = []
    formats = [one for one in FORMATS if one not in DRAWN]
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", program, tmp_path / seed, *formats], check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
        )  # fmt: skip
        files = sorted(path for path in (tmp_path / seed).rglob("*") if path.is_file())
        outs.append({str(one.relative_to(tmp_path / seed)): one.read_bytes() for one in files})
    assert outs[0] == outs[1]
    assert {name.partition("/")[0].removesuffix(".account.csv") for name in outs[0]} == {*formats}
    assert all(outs[0].values())


@pytest.mark.parametrize("how", ["gexf", "graphml", "graphml-yed"])
def test_what_xml_forbids_is_replaced_and_counted(how: str, tmp_path: Path) -> None:
    drawing = graphs.hostile()
    projection = Projection(drawing.store(), graphs.VIEW, "zh")
    told = export(projection, tmp_path / "x", Options(how))
    text = (tmp_path / "x").read_text("utf-8")
    assert told.replaced == text.count("\ufffd") > 0
    ET.fromstring(text)


@pytest.mark.parametrize("how", [one for one in FORMATS if one not in DRAWN])
def test_nothing_half_written_stays(how: str, tmp_path: Path, monkeypatch: Any) -> None:
    """An edge that fails in the middle leaves what was there before."""
    drawing = graphs.hostile()
    out = written(Projection(drawing.store(), graphs.VIEW, "zh"), tmp_path / "x", how)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    projection = Projection(drawing.store(), graphs.VIEW, "zh")
    edges = Projection.edges

    def failing(self: Projection) -> Any:
        yield next(edges(self))
        raise KGError("no more")

    monkeypatch.setattr(Projection, "edges", failing)
    with pytest.raises(KGError, match="no more"):
        export(projection, out, Options(how))
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    projection = Projection(graphs.hostile().store(), graphs.VIEW, "zh")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(KGError, match="not of an earlier export"):
        export(projection, tmp_path / "mine", Options("csv"))
    with pytest.raises(KGError, match="this is a folder"):
        export(projection, tmp_path / "mine", Options("gexf"))
    export(projection, tmp_path / "new" / "csv", Options("csv"))
    export(projection, tmp_path / "new" / "csv", Options("csv"))  # its own may be written again


@pytest.mark.parametrize("how", [one for one in FORMATS if one not in DRAWN])
def test_a_view_without_anything_is_still_a_file(how: str, tmp_path: Path) -> None:
    empty = view.View(
        "none", {"zh": "无", "en": "none"}, {"zh": "无", "en": "none"},
        "SELECT ?node { ?node a sti:Nothing }",
        "SELECT ?source ?kind ?target { ?source sti:nothing ?target ; ?kind ?target }",
    )  # fmt: skip
    told = export(Projection(graphs.hostile().store(), empty, "zh"), tmp_path / "x", Options(how))
    assert told == Told(0, 0)


def test_excel_runs_no_label(tmp_path: Path) -> None:
    projection = Projection(graphs.hostile().store(), graphs.VIEW, "zh")
    out = written(projection, tmp_path / "x", "csv", excel=True)
    labels = {row["\ufeffId"]: row["Label"] for row in table_of(out / "nodes.csv")}
    assert labels["kind:t12"] == "'=1+1"
    assert labels["kind:t13"] == "科技保险"


@pytest.mark.parametrize("how", ["gexf", "graphml", "csv", "cx2", "d3", "neo4j", "dot"])
def test_memory_does_not_grow_with_the_edges(how: str, tmp_path: Path) -> None:
    """Five thousand edges are written in less memory than their file takes."""
    projection = Projection(graphs.large(1000), graphs.VIEW, "zh")
    tracemalloc.start()
    told = export(projection, tmp_path / "x", Options(how))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told == Told(51, 5000)
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert how == "dot" or size > 3_000_000
    assert peak < 3_000_000


# ---------------------------------------------------------------- parts


def test_captions() -> None:
    assert caption("科技保险") == ["科技保险"]
    assert caption("支持投资国家重大科技项目和重点科技领域") == [
        "支持投资国家重大科技",
        "项目和重点科技领域",
    ]
    assert caption("coordinated multi-department supervision", 20) == [
        "coordinated", "multi-department", "supervision"]  # fmt: skip
    long = caption("长" * 10_000)
    assert len(long) == 5
    assert long[-1].endswith("长…")
    assert all(columns(line) <= 26 for line in long)
    assert caption("a\nb\x00c") == ["a b c"]


def test_chinese_stands_above_english() -> None:
    both: Cells = {"label": ("科技部 / MOST",), "label_zh": ("科技部",), "label_en": ("MOST",)}
    assert labelled(both) == ["科技部", "MOST"]
    assert labelled({"label": ("MOST",), "label_en": ("MOST",)}) == ["MOST"]
    assert labelled(both | {"label_en": ("科技部",)}) == ["科技部"]


def test_a_picture_keeps_what_it_has_room_for_and_tells_the_rest() -> None:
    drawing = graphs.hostile()
    every = Picture(Projection(drawing.store(), graphs.VIEW, "zh"))
    assert sum(count for *_, count in every.lines) == every.told.edges == len(drawing.edges())
    assert (every.told.cut, every.note) == (0, "")
    most = max(count for *_, count in every.lines)
    assert most == 3  # one of three ends, and twice "again"
    cut = Picture(Projection(drawing.store(), graphs.VIEW, "zh"), 5)
    kept = {own for own, _ in cut.nodes()}
    assert len(kept) <= 5
    assert len(cut.lines) <= 5
    assert all({source, target} <= kept for source, target, *_ in cut.lines)
    drawn = len(kept) + sum(count for *_, count in cut.lines)
    assert cut.told.cut == cut.told.nodes + cut.told.edges - drawn
    assert cut.note.startswith("图只画出前一部分：另有")


def test_the_schema_finds_types_and_lists() -> None:
    schema = Schema()
    schema.see({"a": (1,), "b": ("x",), "c": (1,), "d": (True,)})
    schema.see({"a": (1, 2), "b": (True,), "c": (0.5,)})
    assert list(schema) == [
        ("a", int, True), ("b", str, False), ("c", float, False), ("d", bool, False)
    ]  # fmt: skip


def test_a_spool_gives_back_what_it_got() -> None:
    projection = Projection(graphs.hostile().store(), graphs.VIEW, "zh")
    spool, edges = Spool(), list(projection.edges()) * 50
    for one in edges:
        spool.add(projection, (one.id,), one)
    assert spool.count == len(edges) > 2000
    for _ in range(2):
        assert [row.ids[0] for row in spool] == [one.id for one in edges]
    rows = list(spool)
    assert rows[0].cells["label"] == ("上位",)
    shared = [row.rest for row in rows if row.head.get("statement") == ("p:s0",)][:3]
    assert shared[0] is shared[1] is shared[2]


def test_the_cleaner_leaves_plain_text_alone() -> None:
    clean = Cleaner()
    text = "科技保险 (a-b) 'x'"
    assert clean.escaped(text) is text
    assert (
        clean.escaped('<a b="c">&\t\r\n\x00')
        == "&lt;a b=&quot;c&quot;&gt;&amp;&#9;&#13;&#10;\ufffd"
    )
    assert clean.replaced == 1
    assert table()["sti"]


@pytest.mark.parametrize("count", [1, dot.ROW, dot.ROW + 1, 2 * dot.ROW])
def test_no_style_hides_a_node(count: int) -> None:
    """An invisible line has two ends; one node by itself would be hidden by its style."""
    names = [f"sti:n{number}" for number in range(count)]
    picture = SimpleNamespace(
        nodes=lambda: [(one, {"kind": ("sti:x",)}) for one in names], lines=[]
    )
    for line in dot.ranks(picture):  # type: ignore[arg-type]
        assert "invis" not in line or " -> " in line
