"""The HTML page: what it holds, that nothing in it can break out, and that a browser can use it."""

import base64
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import hostile
import pytest

from kg import view
from kg.assembly import Assembly
from kg.errors import KGError
from kg.export import export, html
from kg.export.told import Options, Told
from kg.house import House
from kg.store import Lang, Store
from kg.view import Projection

ROOT = Path(__file__).parents[1]
VIEWS = view.views(House.find())
OPTIONS = Options("html")


@pytest.fixture(scope="module")
def graph(assembly: Assembly) -> Store:
    return Store(assembly.store)


def projected(graph: Store, house: House, name: str, lang: Lang = "both") -> Projection:
    return Projection(graph, view.read(house, name), lang)


class Page(HTMLParser):
    """The elements of a page with their attributes and the text inside them."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.comments: list[str] = []
        self._open = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs), []))
        self._open = True

    def handle_endtag(self, tag: str) -> None:
        self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.elements[-1][2].append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def all(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attrs, "".join(text)) for name, attrs, text in self.elements if name == tag]

    @property
    def data(self) -> dict[str, Any]:
        found = [text for attrs, text in self.all("script") if attrs.get("id") == "data"]
        assert len(found) == 1
        data: dict[str, Any] = json.loads(found[0])
        return data


def page(projection: Projection) -> tuple[str, dict[str, Any]]:
    found = html.data(projection)
    return html.page(found, "var kg = {mount() {}};", ".kg { color: #000 }"), found


# ---------------------------------------------------------------- the file


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_the_page_is_one_file_that_asks_for_nothing(
    lang: Lang, graph: Store, house: House, tmp_path: Path
) -> None:
    out = tmp_path / "view.html"
    projection = projected(graph, house, "responsibility", lang)
    assert export(projection, out, OPTIONS) == Told(45, 73)
    text = out.read_text("utf-8")
    found = Page(text)
    first = {"zh": "zh", "en": "en", "both": "zh"}[lang]
    assert found.all("html")[0][0]["lang"] == first
    assert (
        found.all("title")[0][1]
        == {"zh": "谁行动、谁受动员", "en": "Who acts, who is addressed"}[first]
    )
    # nothing that a browser would fetch: no address in any attribute but an empty icon
    names = {"href", "src", "srcset", "action", "data", "poster", "background", "style"}
    asked = [(tag, name, value) for tag, attrs, _ in found.elements for name, value in attrs.items()
             if name in names or name.startswith("on")]  # fmt: skip
    assert asked == [("link", "href", "data:,")]
    style = found.all("style")[0][1]
    assert "url(" not in style
    assert "@import" not in style
    tags = {tag for tag, _, _ in found.elements}
    assert not tags & {"iframe", "img", "object", "embed", "base", "form", "a", "video", "audio"}
    assert out.with_name("view.html.account.csv").is_file()


def test_only_what_the_policy_names_may_run(graph: Store, house: House) -> None:
    found = Page(page(projected(graph, house, "places"))[0])
    policy = found.all("meta")[1][0]
    assert policy["http-equiv"] == "Content-Security-Policy"  # before any script or style
    assert [tag for tag, _, _ in found.elements][:5] == ["html", "head", "meta", "meta", "meta"]
    rules = dict(rule.strip().split(" ", 1) for rule in str(policy["content"]).split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["base-uri"] == rules["form-action"] == "'none'"
    assert "unsafe" not in str(policy["content"])
    scripts = [text for attrs, text in found.all("script") if attrs.get("type") is None]
    assert len(scripts) == 2
    assert rules["script-src"].split() == [digest(text) for text in scripts]
    assert rules["style-src"] == digest(found.all("style")[0][1])


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_hostile_texts_stay_texts(lang: Lang) -> None:
    text, data = page(Projection(hostile.store(), hostile.view(), lang))
    found = Page(text)
    assert found.data == data
    assert [attrs for attrs, _ in found.all("script")] == [
        {"type": "application/json", "id": "data"}, {}, {},
    ]  # fmt: skip
    assert found.comments == []
    assert len(found.all("style")) == len(found.all("title")) == 1
    tags = {tag for tag, _, _ in found.elements}
    assert tags <= {"html", "head", "meta", "title", "link", "style", "body", "main", "noscript",
                    "script", "br"}  # fmt: skip
    name = "label_en" if lang == "both" else "label"
    labels = [one["data"][name] for one in data["elements"]["nodes"]]
    assert sorted(labels) == sorted(2 * hostile.LABELS)
    inside = text[text.index('id="data">') : text.index("</script>")]
    assert not set(inside[len('id="data">') :]) & set("<>&\u2028\u2029\r\n\0")


@pytest.mark.parametrize("name", VIEWS)
def test_the_data_is_the_view(name: str, graph: Store, house: House) -> None:
    projection = projected(graph, house, name)
    data = Page(page(projection)[0]).data
    nodes, edges = ([one["data"] for one in data["elements"][of]] for of in ("nodes", "edges"))
    assert [one["id"] for one in nodes] == [one.id for one in projection.nodes]
    plain = sum(counts["edge"] for _, counts in projection.account())
    assert sum("statement" not in one for one in edges) == plain
    # whatever has to be named in either language is among the terms
    used = {one["kind"] for one in nodes if "kind" in one} | {one["role"] for one in edges}
    used |= {force for one in nodes + edges for force in listed(one.get("forceId"))}
    assert used <= data["terms"].keys()
    assert data["languages"] == ["zh", "en"]
    assert {*data["view"]["title"]} == {"zh", "en"}


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


def test_terms_say_what_roles_and_forces_mean_and_look_like(graph: Store, house: House) -> None:
    terms = html.data(projected(graph, house, "responsibility"))["terms"]
    assert terms["sti:hasLead"]["group"] == terms["sti:hasJoined"]["group"] == "role:responsible"
    assert terms["sti:hasAddressee"]["group"] == "role:addressed"
    assert terms["sti:hasLead"]["order"] < terms["sti:hasAddressee"]["order"]
    assert terms["sti:hasAddressee"]["label"] == {"zh": "受动员者", "en": "addressee"}
    assert terms["sti:hasAddressee"]["definition"]["zh"].startswith("被鼓励、支持、指导")
    encouraged = terms["force:encouraged"]
    assert (encouraged["colour"], encouraged["line"]) == ("#009E73", "dashed")
    assert terms["sti:Place"]["colour"] == "#F0E442"
    chinese = html.data(projected(graph, house, "responsibility", "zh"))
    assert {lang for term in chinese["terms"].values() for lang in term["label"]} == {"zh"}


def test_the_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    made = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "kg", "export", "html", "--view", "evidence", "-o", str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed}, check=True, cwd=ROOT, capture_output=True,
        )  # fmt: skip
        made.append(out.read_bytes())
    assert made[0] == made[1]


def test_what_the_bundle_lacks_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(html.House, "find", lambda: House(tmp_path))
    with pytest.raises(KGError, match="not built") as caught:
        html.bundle()
    assert "make web" in str(caught.value)
    folder = tmp_path / html.BUNDLE
    folder.mkdir(parents=True)
    (folder / "kg.js").write_text("var s = '</SCRIPT>'", "utf-8")
    (folder / "kg.css").write_text("", "utf-8")
    with pytest.raises(KGError, match="would end its element"):
        html.bundle()


def test_the_bundle_tells_its_licences(house: House) -> None:
    script, style = html.bundle()
    head = script[: script.index("*/")]
    assert head.startswith("/*")
    for name in ("cytoscape", "@dagrejs/dagre", "@dagrejs/graphlib"):
        assert re.search(rf"^{name} [\d.]+, MIT$", head, re.MULTILINE)
    assert "Permission is hereby granted" in head
    assert "http" not in style
    lock = json.loads((ROOT / "web/package-lock.json").read_text("utf-8"))
    assert not [name for name, one in lock["packages"].items() if "resolved" in one]
    assert all("integrity" in one for name, one in lock["packages"].items() if name)


# ---------------------------------------------------------------- in a browser


@pytest.mark.full
def test_a_browser_shows_it(graph: Store, house: House, tmp_path: Path) -> None:
    """See web/test/page.test.js for what is tried."""
    node, chromium = shutil.which("node"), shutil.which("chromium")
    assert node, "Node is needed"
    assert chromium, "chromium is needed: see requirements-debian.txt"
    for name in VIEWS:
        export(projected(graph, house, name), tmp_path / f"{name}.html", OPTIONS)
    export(projected(graph, house, "responsibility", "zh"), tmp_path / "zh.html", OPTIONS)
    hostile_page = Projection(hostile.store(), hostile.view(), "both")
    export(hostile_page, tmp_path / "hostile.html", OPTIONS)
    (tmp_path / "hostile.json").write_text(json.dumps(hostile.LABELS), "utf-8")
    every = projected(graph, house, "everything")
    sizes = [len(list(every.nodes)), len(list(every.edges()))]
    (tmp_path / "everything.json").write_text(json.dumps(sizes), "utf-8")
    done = subprocess.run(
        [node, "--test", "--test-reporter=spec", "test/page.test.js"],
        cwd=ROOT / "web", env={**os.environ, "PAGES": str(tmp_path), "CHROMIUM": chromium},
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
