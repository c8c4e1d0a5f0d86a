"""The reader: a source text with its statements marked, and beside it what the graph records."""

from typing import Any

import pyoxigraph as ox

from kg.card import Card, brief, card
from kg.names import iri
from kg.page import Speaker, is_derived
from kg.prefixes import table
from kg.site.frame import Frame
from kg.site.request import Problem, Reply, Request
from kg.site.text import Texts
from kg.site.thing import by_property
from kg.site.words import say
from kg.store import node

PATH = "/source"
_SHOWN = ("sti:quote", "sti:translation")  # above the others


class Reader:
    """The texts to be read.

    Args:
        frame: renders.
        texts: what is read.
    """

    def __init__(self, frame: Frame, texts: Texts) -> None:
        self._frame, self._store, self._texts = frame, frame.store, texts

    def index(self, request: Request) -> Reply:
        """The way to the text; a list where there are several."""
        found = sorted({one.document for one in self._texts.sections})
        if len(found) == 1:
            pairs = [pair for pair in request.query if pair[0] != "lang"]
            where = request.link(f"{PATH}/{found[0]}", *pairs)
            return Reply(302, "text/plain; charset=utf-8", b"", (("Location", where),))
        documents = [brief(self._store, node(f"doc:{name}")) for name in found]
        return self._frame.reply(
            request, "texts", say("source", request.lang), documents=list(zip(found, documents,
            strict=True)),
        )  # fmt: skip

    def reply(self, request: Request, name: str) -> Reply:
        """A text, with what `?at=` names marked in it and told beside it.

        Raises:
            Problem: there is no such text (404).
        """
        sections = [one for one in self._texts.sections if one.document == name]
        if not sections:
            raise Problem(404, f"没有名为 {name} 的原文。", f"There is no text called {name}.")
        document = brief(self._store, ox.NamedNode(table()["doc"] + name))
        at = request.get("at")
        thing = self._thing(at)
        marks = self._texts.places(thing) if thing else []
        return self._frame.reply(
            request,
            "source",
            Speaker(request.lang).name(document),
            document=document,
            path=request.path,
            sections=sections,
            titles={one.id: [brief(self._store, told) for told in one.tells] for one in sections},
            at=at,
            marks=marks,
            chosen=self._told(thing, Speaker(request.lang)) if thing else None,
        )

    def _thing(self, name: str) -> ox.NamedNode | None:
        thing = iri(name) if name else None
        return thing if thing and self._store.knows(thing) else None

    def _told(self, thing: ox.NamedNode, speaker: Speaker) -> dict[str, Any]:
        """What the graph records of what was chosen."""
        found: Card = card(self._store, thing)
        stated = [group for group in found["statements"] if not is_derived(group)]
        names = sorted(
            {
                name
                for section in self._texts.sections
                for piece in section.pieces
                if piece.statement == found["id"]
                for name in piece.names
            }
        )
        return {
            "card": found,
            "facts": [
                one
                for one in by_property(found, speaker, derived=False)
                if one["property"]["id"] not in _SHOWN
            ],
            "stated": [] if found["place"] else stated,
            "names": [brief(self._store, node(name)) for name in names if ":" in name],
        }
