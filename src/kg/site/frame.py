"""What all pages have in common: the frame around them, how things and layers are shown in it."""

from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from kg import __version__
from kg.look import Line, Look, declared
from kg.page import Speaker
from kg.site import address
from kg.site.assets import Asset
from kg.site.request import Reply, Request, Speech
from kg.site.words import LAYERS, TAGS, say
from kg.store import Store

HTML = "text/html; charset=utf-8"
_OTHER: dict[Speech, Speech] = {"zh": "en", "en": "zh"}


class Frame:
    """Renders pages; all that they need is read when it is made.

    Args:
        store: the graph.
        assets: see `kg.site.assets.read`.
    """

    def __init__(self, store: Store, assets: Mapping[str, Asset]) -> None:
        self.store = store
        self._assets = assets
        self._look = Look(store)
        self._environment = Environment(
            loader=PackageLoader("kg.site"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        for name in self._environment.list_templates():
            self._environment.get_template(name)

    def reply(
        self,
        request: Request,
        template: str,
        title: str,
        *,
        status: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
        **values: Any,
    ) -> Reply:
        """A page.

        Args:
            request: what is answered.
            template: its file, without `.html`.
            title: of the page.
            status: of HTTP.
            headers: further ones.
            values: what the template shows.
        """
        lang = request.lang
        told = {
            "request": request,
            "title": title,
            "lang": lang,
            "other": _OTHER[lang],
            "version": __version__,
            "speaker": Speaker(lang),
            "say": lambda key, **values: say(key, lang).format(**values) if values
            else say(key, lang),
            "tag": lambda key: say(key, lang, TAGS),
            "link": lambda path, **pairs: request.link(path, *pairs.items()),
            "href": lambda identity, **pairs: self.href(request, identity, **pairs),
            "asset": lambda name: self._assets[name].path,
            "layers": lambda names: self._layers(request, names),
            "force": self.force,
        }  # fmt: skip
        body = self._environment.get_template(f"{template}.html").render(told | values)
        common = (("Content-Language", lang), ("Vary", "Accept, Accept-Language"))
        return Reply(status, HTML, body.encode("utf-8", "replace"), (*common, *headers))

    def href(self, request: Request, identity: str, **pairs: str) -> str:
        """The address of the page of a thing, by its CURIE or IRI."""
        path, query = address.of(identity)
        return request.link(path, *query, *pairs.items())

    def force(self, name: str) -> tuple[Line, str]:
        """How a force looks: its line, and its sign."""
        return self._look.line(name), declared(self.store, name, "sti:sign")

    def _layers(self, request: Request, names: list[str]) -> list[dict[str, str]]:
        """Layers as they are shown: the word, the class of its style, the page that tells more."""
        shown = []
        for name in names:
            kind, _, rule = name.partition(" (rule:")
            rule = rule.rstrip(")")
            shown.append(
                {
                    "kind": kind,
                    "word": say(kind, request.lang, LAYERS) + (f" · {rule}" if rule else ""),
                    "href": self.href(request, f"rule:{rule}" if rule else f"graph:{kind}"),
                }
            )
        return shown
