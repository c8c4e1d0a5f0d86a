"""Files opened by the libraries that people open them with: what goes in comes out.

graphology (GEXF, GraphML) and Mermaid run in Node, see tests/readers/; igraph, networkx, ndex2
and ladybug run here. Neo4j, Gephi, yEd and Cytoscape themselves are not run.
"""

import csv
import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import graphs
import pytest
from graphs import Drawing
from hypothesis import HealthCheck, assume, given, settings

from kg import view
from kg.assembly import Assembly
from kg.export import export
from kg.export.told import Options
from kg.house import House
from kg.store import Store
from kg.view import Projection

VIEWS = view.views(House.find())
READERS = Path(__file__).parent / "readers"
every_view = pytest.mark.parametrize("name", VIEWS)
many = settings(max_examples=60, deadline=None, suppress_health_check=[*HealthCheck])

Nodes = dict[str, dict[str, list[Any]]]
Edges = dict[str, tuple[str, str, dict[str, list[Any]]]]


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Path:
    made: Path = tmp_path_factory.mktemp("read")
    return made


def written(drawing: Drawing, folder: Path, how: str) -> Path:
    out = folder / f"drawing-{how}"
    export(Projection(drawing.store(), graphs.VIEW, "zh"), out, Options(how))
    return out


def of_house(graph: Store, house: House, name: str, out: Path, how: str) -> tuple[int, int]:
    """Writes a view of the house; the numbers of its nodes and edges by SPARQL alone."""
    found = view.read(house, name)
    export(Projection(graph, found, "zh"), out, Options(how))
    nodes = {row[0] for row in graph.query(found.nodes).rows}
    asked = graph.query(found.edges)
    names = [name for name in asked.variables if name in ("source", "kind", "target", "edge")]
    at = [asked.variables.index(name) for name in names]
    return len(nodes), len({tuple(row[column] for column in at) for row in asked.rows})


# ---------------------------------------------------------------- comparing


def clean(value: Any) -> Any:
    """What XML can hold of a text."""
    if not isinstance(value, str):
        return value
    return re.sub("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "\ufffd", value)


def same(nodes: Nodes, edges: Edges, drawing: Drawing, cleaned: Any = lambda value: value) -> None:
    """Asserts that this is what went in; lists in any order."""

    def usual(told: dict[str, list[Any]]) -> dict[str, list[Any]]:
        return {key: sorted(map(cleaned, them), key=repr) for key, them in told.items()}

    wanted = {key: usual(told) for key, told in drawing.nodes().items()}
    assert {key: usual(told) for key, told in nodes.items()} == wanted
    ties = {key: (one, other, usual(told)) for key, (one, other, told) in drawing.edges().items()}
    assert {key: (one, other, usual(told)) for key, (one, other, told) in edges.items()} == ties


def values(told: dict[str, Any], without: set[str] = frozenset()) -> dict[str, list[Any]]:  # type: ignore[assignment]
    """Attributes as lists; what only a format needs is left out."""
    return {
        key: value if isinstance(value, list) else [value]
        for key, value in told.items()
        if value is not None and key not in without
    }


def unlisted(told: dict[str, Any], lists: set[str]) -> dict[str, Any]:
    """The attributes that are JSON lists as text, read."""
    return {key: json.loads(v) if key in lists and v else v for key, v in told.items()}


def listed(drawing: Drawing) -> set[str]:
    """The attributes of which anything has several values."""
    told = [*drawing.nodes().values(), *(one[2] for one in drawing.edges().values())]
    return {key for one in told for key, them in one.items() if len(them) > 1}


# ---------------------------------------------------------------- graphology


class Graphology:
    """A Node process that reads one file after the other."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            ["node", "graph.js"], cwd=READERS, text=True, encoding="utf-8",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def read(self, how: str, path: Path) -> dict[str, Any]:
        assert self._node.stdin
        assert self._node.stdout
        self._node.stdin.write(f"{how}\t{path}\n")
        self._node.stdin.flush()
        told: dict[str, Any] = json.loads(self._node.stdout.readline())
        assert "error" not in told, told
        return told

    def close(self) -> None:
        assert self._node.stdin
        self._node.stdin.close()
        assert self._node.wait(20) == 0


@pytest.fixture(scope="module")
def graphology() -> Iterator[Graphology]:
    reader = Graphology()
    yield reader
    reader.close()


def check_graphology(reader: Graphology, drawing: Drawing, folder: Path, how: str) -> None:
    told = reader.read(how.partition("-")[0], written(drawing, folder, how))
    lists = listed(drawing) if how != "gexf" else set()
    drawn = {"color", "size", "shape", "name", "interaction", ""}
    nodes = {one["key"]: values(unlisted(one["attributes"], lists), drawn) for one in told["nodes"]}
    edges = {
        one["key"]: (one["source"], one["target"],
                     values(unlisted(one["attributes"], lists), drawn))
        for one in told["edges"]
    }  # fmt: skip
    same(nodes, edges, drawing, clean)
    assert told["type"] == "directed" or not told["edges"]


@pytest.mark.full
@pytest.mark.parametrize("how", ["gexf", "graphml", "graphml-yed"])
def test_graphology_reads_hostile_labels(how: str, graphology: Graphology, folder: Path) -> None:
    check_graphology(graphology, graphs.hostile(), folder, how)


@pytest.mark.full
@pytest.mark.parametrize("how", ["gexf", "graphml"])
@many
@given(drawing=graphs.drawings())
def test_graphology_reads_any_graph(
    how: str, graphology: Graphology, folder: Path, drawing: Drawing
) -> None:
    check_graphology(graphology, drawing, folder, how)


@pytest.mark.full
@pytest.mark.parametrize("how", ["gexf", "graphml", "graphml-yed"])
@every_view
def test_graphology_reads_each_view(
    name: str, how: str, graphology: Graphology, graph: Store, house: House, folder: Path
) -> None:
    counts = of_house(graph, house, name, folder / "view", how)
    told = graphology.read(how.partition("-")[0], folder / "view")
    assert (len(told["nodes"]), len(told["edges"])) == counts
    labels = [one["attributes"]["label"] for one in told["nodes"] + told["edges"]]
    assert any(re.search("[\u4e00-\u9fff]", label) for label in labels)
    if name == "responsibility":
        most = next(one for one in told["nodes"] if one["key"] == "org:most")
        assert most["attributes"]["label"] == "科技部"
        assert how != "gexf" or most["attributes"]["color"] == "rgb(0,114,178)"


# ---------------------------------------------------------------- igraph, networkx


EXTRA = {"id", "name", "interaction"}  # what only the format needs


def check_igraph(drawing: Drawing, folder: Path) -> None:
    igraph = pytest.importorskip("igraph", reason="igraph has no wheel here")
    read = igraph.Graph.Read_GraphML(str(written(drawing, folder, "graphml")))
    assert read.is_directed()
    lists = listed(drawing)

    def told(one: dict[str, Any], said: dict[str, list[Any]]) -> dict[str, list[Any]]:
        own = {key: value for key, value in one.items() if key in said}
        rest = [value for key, value in one.items() if key not in {*said, *EXTRA}]
        assert all(value in ("", False) or value != value for value in rest)  # no values at all
        return values(unlisted(own, lists))

    nodes = {one["id"]: told(one.attributes(), drawing.nodes()[one["id"]]) for one in read.vs}
    names = read.vs["id"]
    # not by their ids: igraph 1.0.0 gives edges the ids of nodes
    edges = {
        one["name"]: (names[one.source], names[one.target],
                      told(one.attributes(), drawing.edges()[one["name"]][2]))
        for one in read.es
    }  # fmt: skip
    same(nodes, edges, drawing, clean)


def test_igraph_reads_hostile_labels(folder: Path) -> None:
    check_igraph(graphs.hostile(), folder)


@pytest.mark.full
@many
@given(drawing=graphs.drawings())
def test_igraph_reads_any_graph(folder: Path, drawing: Drawing) -> None:
    check_igraph(drawing, folder)


@every_view
def test_igraph_reads_each_view(name: str, graph: Store, house: House, folder: Path) -> None:
    import igraph

    counts = of_house(graph, house, name, folder / "view", "graphml")
    read = igraph.Graph.Read_GraphML(str(folder / "view"))
    assert (read.vcount(), read.ecount()) == counts
    assert {"label", "name", "kind"} <= {*read.vs.attributes()}
    assert {"id", "label", "interaction", "kind"} <= {*read.es.attributes()}


def test_networkx_sees_what_yed_shows(folder: Path) -> None:
    """It knows the dialect of yEd: labels, shapes, labels of edges."""
    import networkx as nx

    drawing = graphs.hostile()
    read = nx.read_graphml(written(drawing, folder, "graphml-yed"), force_multigraph=True)
    assert set(read.nodes) == {*drawing.nodes()}
    assert {key for _, _, key in read.edges(keys=True)} == {*drawing.edges()}
    assert {told["shape_type"] for _, told in read.nodes(data=True)} == {"ellipse"}
    assert {told["label"] for *_, told in read.edges(data=True)} >= {"角色hasLead · 力度plain"}


# ---------------------------------------------------------------- ndex2, D3, networkx


def check_ndex2(drawing: Drawing, folder: Path) -> None:
    from ndex2.cx2 import RawCX2NetworkFactory

    raw = json.loads(written(drawing, folder, "cx2").read_text("utf-8"))
    read = RawCX2NetworkFactory().get_cx2network(raw)
    named = {key: one["v"]["id"] for key, one in read.get_nodes().items()}
    nodes = {one["v"]["id"]: values(one["v"], EXTRA) for one in read.get_nodes().values()}
    edges = {
        one["v"]["id"]: (named[one["s"]], named[one["t"]], values(one["v"], EXTRA))
        for one in read.get_edges().values()
    }
    same(nodes, edges, drawing)
    assert read.get_network_attributes()["name"] == "</title>编造"


def test_ndex2_reads_hostile_labels(folder: Path) -> None:
    check_ndex2(graphs.hostile(), folder)


@pytest.mark.full
@many
@given(drawing=graphs.drawings())
def test_ndex2_reads_any_graph(folder: Path, drawing: Drawing) -> None:
    check_ndex2(drawing, folder)


@every_view
def test_ndex2_reads_each_view(name: str, graph: Store, house: House, folder: Path) -> None:
    from ndex2.cx2 import RawCX2NetworkFactory

    counts = of_house(graph, house, name, folder / "view", "cx2")
    read = RawCX2NetworkFactory().get_cx2network(json.loads((folder / "view").read_text("utf-8")))
    assert (len(read.get_nodes()), len(read.get_edges())) == counts


@many
@given(drawing=graphs.drawings())
def test_node_link_json_of_any_graph(folder: Path, drawing: Drawing) -> None:
    import networkx as nx

    data = json.loads(written(drawing, folder, "d3").read_text("utf-8"))
    read = nx.node_link_graph(data, edges="links", key="id")
    nodes = {key: values(told) for key, told in read.nodes(data=True)}
    edges = {
        key: (one, other, values(told))
        for one, other, key, told in read.edges(keys=True, data=True)
    }
    same(nodes, edges, drawing)


# ---------------------------------------------------------------- tables


@many
@given(drawing=graphs.drawings())
def test_tables_of_any_graph(folder: Path, drawing: Drawing) -> None:
    out = written(drawing, folder, "csv")
    lists = listed(drawing)

    def told(row: dict[str, str], said: dict[str, list[Any]]) -> dict[str, list[Any]]:
        """The cells as the values that are said, where they write the same."""
        found = {}
        for key, text in row.items():
            name = "label" if key == "Label" else key
            if name not in said:
                assert not text or name in ("Id", "Source", "Target", "Type")
                continue
            cells = json.loads(text) if name in lists and len(said[name]) > 1 else [text]
            kind = type(said[name][0])
            found[name] = [one == "true" if kind is bool else kind(one) for one in cells]
        return found

    with (out / "nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = {row["Id"]: told(row, drawing.nodes()[row["Id"]]) for row in csv.DictReader(file)}
    with (out / "edges.csv").open(encoding="utf-8", newline="") as file:
        edges = {
            row["Id"]: (row["Source"], row["Target"], told(row, drawing.edges()[row["Id"]][2]))
            for row in csv.DictReader(file)
        }
    same(nodes, edges, drawing)


# ---------------------------------------------------------------- ladybug, for Neo4j


TYPES = {"string": "STRING", "long": "INT64", "boolean": "BOOL", "double": "DOUBLE"}


class Ladybug:
    """The CSV for Neo4j in an embedded property graph, by its own header files."""

    def __init__(self, folder: Path) -> None:
        import ladybug

        self._folder = folder
        # By itself it would reserve terabytes of addresses, again for each graph.
        self._base = ladybug.Connection(ladybug.Database(":memory:", max_db_size=2**30))
        self._load("nodes", "NODE TABLE Thing", ", PRIMARY KEY(id)", [0, 1])
        self._load("edges", "REL TABLE Tie", "", [1, 2, 0, 3])

    def _load(self, of: str, table: str, end: str, first: list[int]) -> None:
        with (self._folder / f"{of}-header.csv").open(encoding="utf-8", newline="") as file:
            (head,) = csv.reader(file)
        order = [*first, *range(len(first), len(head))]
        columns, reads = [], []
        for at in order:
            name, _, kind = head[at].partition(":")
            if kind.endswith("[]") or kind == "LABEL":
                split = f"string_split(column{at}, '\x1f')"
                inner = TYPES[kind[:-2]] if kind != "LABEL" else "STRING"
                columns.append((name or "LABELS", f"{inner}[]"))
                reads.append(f"CASE WHEN column{at} IS NULL THEN NULL ELSE {split} END")
            elif kind in ("START_ID", "END_ID"):
                reads.append(f"column{at}")
            else:
                own = TYPES.get(kind, "STRING")
                columns.append((name or kind, own))
                reads.append(f"CAST(column{at}, '{own}')")
        told = ", ".join(f"`{name}` {kind}" for name, kind in columns)
        self.ask(f"CREATE {table}({'FROM Thing TO Thing, ' if of == 'edges' else ''}{told}{end})")
        as_text = ", ".join(f"column{at} STRING" for at in range(len(head)))
        options = "(HEADER=false, PARALLEL=false, AUTO_DETECT=false, QUOTE='\"', ESCAPE='\"')"
        self.ask(
            f"COPY {table.rsplit(maxsplit=1)[-1]} FROM (LOAD WITH HEADERS ({as_text}) "
            f"FROM '{self._folder / of}.csv' {options} RETURN {', '.join(reads)})"
        )

    def ask(self, cypher: str) -> list[list[Any]]:
        rows: list[list[Any]] = self._base.execute(cypher).get_all()
        return rows

    def nodes(self) -> Nodes:
        extra = {"_ID", "_LABEL", "id", "LABELS"}
        return {one["id"]: values(one, extra) for (one,) in self.ask("MATCH (n:Thing) RETURN n")}

    def edges(self) -> Edges:
        extra = {"_SRC", "_DST", "_ID", "_LABEL", "id", "TYPE"}
        rows = self.ask("MATCH (a)-[t:Tie]->(b) RETURN a.id, b.id, t")
        return {one["id"]: (start, end, values(one, extra)) for start, end, one in rows}


LISTS = ("scopeNote", "reading")


def without_separators(value: Any) -> Any:
    """Neo4j ends a text at NUL; what parts the members of a list cannot stand in one."""
    return re.sub("[\x00\x1f]", "\ufffd", value) if isinstance(value, str) else value


def check_ladybug(drawing: Drawing, folder: Path) -> None:
    read = Ladybug(written(drawing, folder, "neo4j"))
    same(read.nodes(), read.edges(), drawing, without_separators)


def test_ladybug_reads_hostile_labels(folder: Path) -> None:
    check_ladybug(graphs.hostile(), folder)


@pytest.mark.full
@many
@given(drawing=graphs.drawings())
def test_ladybug_reads_any_graph(folder: Path, drawing: Drawing) -> None:
    # string_split drops a member that is empty
    told = [*drawing.nodes().values(), *(one[2] for one in drawing.edges().values())]
    assume(not any("" in them for one in told for name, them in one.items() if name in LISTS))
    check_ladybug(drawing, folder)


@every_view
def test_cypher_counts_what_sparql_counts(
    name: str, graph: Store, house: House, folder: Path
) -> None:
    counts = of_house(graph, house, name, folder / f"neo4j-{name}", "neo4j")
    read = Ladybug(folder / f"neo4j-{name}")
    (nodes,), (edges,) = (
        read.ask("MATCH (n) RETURN count(*)")[0],
        read.ask("MATCH ()-[t]->() RETURN count(*)")[0],
    )
    assert (nodes, edges) == counts


def test_cypher_and_sparql_agree_on_who_does_what(graph: Store, house: House, folder: Path) -> None:
    of_house(graph, house, "responsibility", folder / "neo4j-who", "neo4j")
    read = Ladybug(folder / "neo4j-who")
    asked = graph.query("""
      SELECT ?kind ?force (COUNT(*) AS ?n) WHERE {
        VALUES ?kind { sti:hasAddressee sti:hasDutyHolder sti:hasJoined sti:hasLead }
        ?p a sti:Provision ; sti:force ?force ; ?kind ?who .
      } GROUP BY ?kind ?force""")
    wanted = Counter({
        (graph_name(row[0]), graph_name(row[1])): int(row[2].value)  # type: ignore[union-attr]
        for row in asked.rows
    })  # fmt: skip
    told = read.ask("MATCH ()-[t]->() RETURN t.kind, t.forceId, count(*)")
    assert Counter({(kind, force): count for kind, force, count in told}) == wanted
    leads = read.ask(
        "MATCH (a)-[t {TYPE: 'hasLead'}]->(b {id: 'm:7-1'}) "
        "RETURN DISTINCT a.label ORDER BY a.label"
    )
    assert leads == [["科技部"], ["金融监管总局"]]


def graph_name(term: Any) -> str:
    from kg.prefixes import shrink

    return shrink(term.value)


# ---------------------------------------------------------------- Graphviz


SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.full
@every_view
def test_dot_draws_each_view(name: str, graph: Store, house: House, folder: Path) -> None:
    """All of a small view, in the font that has Chinese; as much as fits of a large one."""
    nodes, edges = of_house(graph, house, name, folder / "view.svg", "svg")
    root = ET.parse(folder / "view.svg").getroot()
    groups = Counter(one.get("class") for one in root.iter(f"{SVG}g"))
    texts = list(root.iter(f"{SVG}text"))
    assert {one.get("font-family") for one in texts} == {"Noto Sans CJK SC"}
    shown = "".join(one.text or "" for one in texts)
    assert re.search("[\u4e00-\u9fff]", shown)
    assert "\ufffd" not in shown
    if name in ("everything", "evidence"):
        assert groups["node"] <= 300
        assert groups["edge"] <= 300
        assert "图只画出前一部分" in shown
    else:
        assert groups["node"] == nodes
        counts = sum(int(one) - 1 for one in re.findall(r"×(\d+)", shown))
        assert groups["edge"] + counts == edges


@pytest.mark.full
def test_dot_draws_hostile_labels(folder: Path) -> None:
    drawing = graphs.hostile()
    dot = written(drawing, folder, "dot")
    done = subprocess.run(["dot", "-Tplain", dot], capture_output=True, text=True, check=True)
    kinds = Counter(line.split()[0] for line in done.stdout.splitlines())
    assert (kinds["node"], kinds["edge"]) == (len(drawing.nodes()), len(drawing.edges()))
    root = ET.parse(written(drawing, folder, "svg")).getroot()
    shown = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert not list(root.iter(f"{SVG}script"))
    for words in (
        "back\\slash\\",
        "שלום مرحبا",
        "a & b &amp; &#60; ]]>",
        "</title>编造",
    ):
        assert any(words in line for line in shown), words


@pytest.mark.full
@pytest.mark.parametrize(
    ("how", "magic"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")]
)
def test_pictures_are_the_same_each_time(
    how: str, magic: bytes, graph: Store, house: House, folder: Path
) -> None:
    outs = []
    for at in (1, 2):
        of_house(graph, house, "places", folder / f"{at}.{how}", how)
        outs.append((folder / f"{at}.{how}").read_bytes())
    assert outs[0] == outs[1]
    assert outs[0].startswith(magic)
    if how == "pdf":
        assert b"NotoSansCJK" in outs[0]


# ---------------------------------------------------------------- Mermaid


def drawn(path: Path) -> dict[str, Any]:
    browser = shutil.which("chromium")
    assert browser, "chromium is not installed: make test-full installs it"
    done = subprocess.run(
        ["node", "mermaid.js", browser, path], cwd=READERS, capture_output=True, text=True,
        encoding="utf-8", check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    assert told["dialogs"] == []
    assert told["scripts"] == 0
    assert told["boxes"] == len(told["nodes"])
    return told


@pytest.mark.full
@every_view
def test_a_browser_draws_each_view(name: str, graph: Store, house: House, folder: Path) -> None:
    nodes, edges = of_house(graph, house, name, folder / "view.mmd", "mermaid")
    told = drawn(folder / "view.mmd")
    assert re.search("[\u4e00-\u9fff]", "".join(told["nodes"]))
    if name in ("everything", "evidence"):
        assert any("图只画出前一部分" in text for text in told["nodes"])
        return
    assert len(told["nodes"]) == nodes
    counts = sum(int(one) - 1 for text in told["labels"] for one in re.findall(r"×(\d+)", text))
    assert len(told["edges"]) + counts == edges
    if name == "responsibility":
        assert "科技部" in told["nodes"]
        assert any("stroke-dasharray:6 4" in style for style in told["edges"])


@pytest.mark.full
def test_a_browser_draws_hostile_labels(folder: Path) -> None:
    told = drawn(written(graphs.hostile(), folder, "mermaid"))
    assert len(told["nodes"]) == len(graphs.hostile().nodes())
    for words in ('</script><script>alert("x")', "%%{init: {}}%%", "שלום مرحبا", "a & b &amp;"):
        assert any(words in text for text in told["nodes"]), words
