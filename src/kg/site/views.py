"""The explorer: the views of the graph, drawn by the script of the HTML export; downloads."""

import io
import zipfile
from functools import lru_cache
from importlib import import_module

from kg import view
from kg.export import FORMATS, account_table
from kg.export import html as page
from kg.export.held import Held
from kg.export.told import Options
from kg.house import House
from kg.site.frame import Frame
from kg.site.request import Problem, Reply, Request
from kg.site.words import say
from kg.store import Lang
from kg.view import Projection, View

_DRAWN = ("pdf", "png", "svg")  # by Graphviz: a program of its own
_ORDER = ("responsibility", "coverage", "mechanisms", "places", "structure", "evidence")
_MEDIA = {
    "csv": "application/zip",
    "cx2": "application/json",
    "cytoscape": "application/json",
    "d3": "application/json",
    "dot": "text/vnd.graphviz; charset=utf-8",
    "gexf": "application/gexf+xml; charset=utf-8",
    "graphml": "application/graphml+xml; charset=utf-8",
    "graphml-yed": "application/graphml+xml; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "jsonld": "application/ld+json",
    "mermaid": "text/plain; charset=utf-8",
    "neo4j": "application/zip",
    "nq": "application/n-quads; charset=utf-8",
    "ttl": "text/turtle; charset=utf-8",
}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # no file tells when it was made


class Views:
    """The views of a graph.

    Args:
        frame: renders.
        house: where their queries are.

    Attributes:
        titles: of the views, zh and en.
        nodes: of each view, the IRIs of what it draws.
        formats: in which a view can be downloaded.
    """

    def __init__(self, frame: Frame, house: House) -> None:
        self._frame, self._store = frame, frame.store
        names = view.views(house)
        known = [name for name in _ORDER if name in names]
        self._all = {name: view.read(house, name)
                     for name in [*known, *(one for one in names if one not in known)]}  # fmt: skip
        self.titles = {name: one.title for name, one in self._all.items()}
        self.nodes = {name: self._drawn(one) for name, one in self._all.items()}
        self.formats = [name for name in FORMATS if name not in _DRAWN]
        self._writers = {name: import_module(f"kg.export.{FORMATS[name].module}")
                         for name in self.formats}  # fmt: skip
        # Once, while files can be opened: writers read what they need when they first write.
        small = min(self._all, key=lambda name: len(self.nodes[name]))
        for name in self.formats:
            self._written(small, name, "en")

    def _drawn(self, one: View) -> set[str]:
        names, rows = self._store.stream(one.nodes)
        at = names.index("node")
        return {getattr(row[at], "value", "") for row in rows}

    def _asked(self, request: Request) -> View:
        name = request.get("view") or next(iter(self._all))
        if name not in self._all:
            known = ", ".join(self._all)
            raise Problem(404, f"没有图景 {name}。有：{known}",
                          f"There is no view {name}. There are: {known}")  # fmt: skip
        return self._all[name]

    # ------------------------------------------------------------ drawn

    def explore(self, request: Request) -> Reply:
        """The page that draws a view."""
        one, lang = self._asked(request), request.lang
        return self._frame.reply(
            request,
            "explore",
            f"{one.title[lang]} – {say('explore', lang)}",
            view=one,
            views=list(self._all.values()),
            formats=[FORMATS[name] for name in self.formats],
            data=self._data(one.id),
            large=len(self.nodes[one.id]) > 1000,
        )

    @lru_cache(16)  # noqa: B019 - there is one of these in a process
    def _data(self, name: str) -> str:
        """The data of a view as JSON that may stand in a page."""
        return page.embedded(page.data(Projection(self._store, self._all[name], "both")))

    # ------------------------------------------------------------ downloaded

    def export(self, request: Request) -> Reply:
        """A view in a format.

        Raises:
            Problem: there is no such view (404) or format (406).
            KGError: the graph does not give it; this is nobody's fault who asks.
        """
        one = self._asked(request)
        name = request.get("format") or "cytoscape"
        if name not in self.formats:
            known = ", ".join(self.formats)
            drawn_zh = say("drawn elsewhere", "zh") if name in _DRAWN else ""
            drawn_en = say("drawn elsewhere", "en") if name in _DRAWN else ""
            raise Problem(406, f"没有格式 {name}。有：{known}。{drawn_zh}",
                          f"There is no format {name}. There are: {known}. {drawn_en}")  # fmt: skip
        lang: Lang = "both" if request.get("lang") == "both" else request.lang
        chosen = FORMATS[name]
        projection, out = self._written(one.id, name, lang)
        file = chosen.file(one.id).name
        if chosen.folder:
            (out / "account.csv").write_text(account_table(projection.account()), encoding="utf-8")
            body, file = _zipped(out, file), f"{file}.zip"
        else:
            body = out.text.encode("utf-8", "replace")
        return Reply(
            200, _MEDIA[name], body,
            (("Content-Disposition", f'attachment; filename="{file}"'),
             ("Vary", "Accept-Language")),
        )  # fmt: skip

    def _written(self, view: str, name: str, lang: Lang) -> tuple[Projection, Held]:
        """A view in a format; a view has its account once it is written."""
        projection, out = Projection(self._store, self._all[view], lang), Held()
        self._writers[name].write(projection, out, Options(name))
        return projection, out


def _zipped(out: Held, folder: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in sorted(out.files.items()):
            entry = zipfile.ZipInfo(f"{folder}/{name}", _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".sh") else 0o644) << 16
            archive.writestr(entry, text.encode("utf-8", "replace"))
    return made.getvalue()
