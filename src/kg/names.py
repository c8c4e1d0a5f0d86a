"""Names: which thing a name means, and what comes nearest to it.

A name is an IRI, a CURIE, or a label in zh or en; what is nearly one is suggested, never taken.
"""

from __future__ import annotations

import pyoxigraph as ox

from kg.errors import KGError
from kg.prefixes import expand, shrink, table
from kg.spelling import bare, plain, singular
from kg.store import Resource, Store, node

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kg.sparql import Term

LABELS = ("skos:prefLabel", "skos:altLabel", "skos:hiddenLabel", "rdfs:label")
_FEW = 12  # things that a message can list
_LEAST, _BEHIND = 0.5, 0.25  # what is less alike, or so much less than the best, helps nobody
_SURE = 2.0  # the very name, its prefix left out


def resolve(store: Store, text: str, of: Iterable[str] = (), what: str = "") -> ox.NamedNode:
    """The thing that `text` names.

    A class of real things and the concept that texts speak of may share a name: the concept is
    meant, for it is what statements are about.

    Args:
        store: the graph.
        text: an IRI, a CURIE, or a label in zh or en: preferred, alternative or hidden, in
            capitals or not, in the plural or not, with its punctuation or without.
        of: CURIEs of classes or schemes; the thing must belong to one of them.
        what: the parameter's name, for messages.

    Raises:
        KGError: nothing or more than one thing has that name, or it is of another kind.
    """
    of = tuple(of)
    written = text.strip()
    about = f"{what}: " if what else ""
    direct = iri(written)
    found = {direct: 0} if direct and store.knows(direct) else _labelled(store, written)
    for thing, rank in list(found.items()):
        concept = concept_of(store, thing)
        if concept and not (thing == direct and _fits(store, thing, of)):
            del found[thing]
            found[concept] = min(rank, found.get(concept, rank))
    ranks = {thing: rank for thing, rank in found.items() if _fits(store, thing, of)}
    # Those that prefer the name go before those that only bear it.
    fitting = sorted((t for t, rank in ranks.items() if rank == min(ranks.values())), key=str)
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise KGError(
            f"{about}{written!r} names more than one thing",
            hint="write the one you mean: " + "; ".join(shown(store, one) for one in fitting),
        )
    kinds = " or ".join(of)
    if found:
        message = (
            f"{about}{shown(store, min(found, key=str))} is not of the kind asked for ({kinds})"
        )
    else:
        message = f"{about}nothing is called {written!r}" + (f" among {kinds}" if of else "")
    raise KGError(message, hint=_hint(store, written, of, named=bool(found)))


def _hint(store: Store, written: str, of: Sequence[str], *, named: bool) -> str:
    """What a name that means nothing may have meant, and whether the text says the word."""
    if near := nearest(store, written, of):
        hint = f"did you mean: {'; '.join(shown(store, one) for one in near)}?"
    elif of and len(every := members(store, of)) <= _FEW:
        hint = f"it can be: {'; '.join(shown(store, one) for one in every)}"
    else:
        hint = "give a CURIE like kind:tech-sme, or a label"
    if named or iri(written):
        return hint
    from kg import search  # noqa: PLC0415 - what is found needs no search

    return f"{hint}\n  {search.count(store, written)}"


def iri(text: str) -> ox.NamedNode | None:
    """The node that an IRI or a CURIE of the table writes, whether it is in the graph or not."""
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    try:
        prefix, colon, _ = bare.partition(":")
        if colon and prefix in table():
            return ox.NamedNode(expand(bare))
        return ox.NamedNode(bare)
    except ValueError:  # no IRI: a label
        return None


def _fits(store: Store, thing: ox.NamedNode, of: Sequence[str]) -> bool:
    return not of or any(store.is_a(thing, one) for one in of)


def concept_of(store: Store, real: ox.NamedNode) -> ox.NamedNode | None:
    """The concept by which a class of real things is defined: those of this kind; else None."""
    for part in _parts(store, real):
        if node("sti:ofKind") in store.objects(part, "owl:onProperty"):
            for concept in store.objects(part, "owl:hasValue"):
                if isinstance(concept, ox.NamedNode):
                    return concept
    return None


def _parts(store: Store, defined: ox.NamedNode) -> list[Resource]:
    """The anonymous parts of the axioms that define a class."""
    found: list[Resource] = []
    waiting = store.objects(defined, "owl:equivalentClass")
    while waiting:
        part = waiting.pop()
        if isinstance(part, ox.BlankNode) and part not in found:
            found.append(part)
            waiting += [quad.object for quad in store.quads(part)]
    return found


def class_of(store: Store, concept: ox.NamedNode) -> ox.NamedNode | None:
    """The class of real things that a concept defines; else None."""
    defined = {quad.subject for quad in store.quads(None, node("owl:equivalentClass"))}
    classes = sorted((one for one in defined if isinstance(one, ox.NamedNode)), key=str)
    return next((one for one in classes if concept_of(store, one) == concept), None)


# ---------------------------------------------------------------- as messages name things


def told(store: Store, term: Term) -> str:
    """A parameter's value as messages name it."""
    return term.value if isinstance(term, ox.Literal) else shown(store, term)


def shown(store: Store, thing: ox.NamedNode) -> str:
    """A thing as messages name it: CURIE, with its labels, and a mark where no text names it."""
    curie, label = shrink(thing.value), store.label(thing, "both")
    layers = {quad.graph_name for quad in store.quads(thing, node("rdf:type"))}
    marks = [label] if label else []
    marks += ["curated, not in the text"] if layers == {node("graph:curated")} else []
    return f"{curie} ({'; '.join(marks)})" if marks else curie


def members(store: Store, of: Sequence[str]) -> list[ox.NamedNode]:
    """Everything that belongs to one of the classes or schemes, sorted."""
    kinds = {kind for one in of for kind in store.below(node(one))}
    typed = {s for kind in kinds for s in store.subjects("rdf:type", kind)}
    listed = {s for one in of for s in store.subjects("skos:inScheme", node(one))}
    return sorted((s for s in typed | listed if isinstance(s, ox.NamedNode)), key=str)


def _lexicon(store: Store) -> list[tuple[str, int, ox.NamedNode]]:
    """Every label, the rank of its property (0 the preferred), and its thing.

    After all others come the two halves of a label like "X (Y)".
    """
    import re  # noqa: PLC0415

    whole, halves = [], []
    for rank, name in enumerate(LABELS):
        for quad in store.quads(None, node(name)):
            if isinstance(quad.object, ox.Literal) and isinstance(quad.subject, ox.NamedNode):
                whole.append((quad.object.value, rank, quad.subject))
                if parts := re.fullmatch(r"(.+) \((.+)\)", quad.object.value):
                    half, more = parts.groups()
                    named = [half] if more.islower() else [half, more]  # (local) is no name
                    halves += [(part, len(LABELS), quad.subject) for part in named]
    return whole + halves


def _labelled(store: Store, text: str) -> dict[ox.NamedNode, int]:
    """The things called `text`, each with the rank of the best name that it bears it by.

    A name that differs by punctuation or the plural counts where none is the very same.
    """
    every = _lexicon(store)
    for alike in (plain, singular, bare):
        wanted = alike(text)
        hits: dict[ox.NamedNode, int] = {}
        for label, rank, thing in every:
            if wanted and alike(label) == wanted:
                hits.setdefault(thing, rank)
        if hits:
            return hits
    return {}


def nearest(store: Store, text: str, of: Sequence[str] = (), most: int = 5) -> list[ox.NamedNode]:
    """The things whose label, CURIE or local name comes nearest to `text`, of the right kind.

    Of those that are equally near, what the text names more often comes first.
    """
    local = list(_local(store, text))
    scores = dict.fromkeys(local, _SURE)
    for name, thing in _every_name(store):
        if (score := _likeness(name, text)) > scores.get(thing, 0.0):
            scores[thing] = score
    scores = {one: score for one, score in scores.items() if _fits(store, one, of)}
    least = max(_LEAST, max(scores.values(), default=0.0) - _BEHIND)

    def first(thing: ox.NamedNode) -> tuple[float, int, str]:
        named = sum(1 for _ in store.quads(None, node("sti:mentions"), thing))
        return -scores[thing], -named, thing.value

    near = sorted((one for one, score in scores.items() if least <= score < _SURE), key=first)
    found = [*(one for one in local if one in scores), *near]
    # A class of real things gives way to the concept that it is defined by.
    return [one for one in found if concept_of(store, one) not in found][:most]


def _local(store: Store, text: str) -> Iterator[ox.NamedNode]:
    """What a CURIE that lacks its prefix may mean; a statement first, a place in the text never."""
    for prefix in sorted(table(), key=lambda prefix: (prefix != "p", prefix)):
        thing = None if prefix in ("occ", "t") else iri(f"{prefix}:{text}")
        if thing and store.knows(thing):
            yield thing


def _every_name(store: Store) -> Iterator[tuple[str, ox.NamedNode]]:
    every = _lexicon(store)
    yield from ((label, thing) for label, _, thing in every)
    for thing in dict.fromkeys(thing for _, _, thing in every):
        curie = shrink(thing.value)
        yield curie, thing
        yield curie.partition(":")[2], thing


def _likeness(name: str, text: str) -> float:
    """How near a name comes to a text, 0 to 1."""
    import re  # noqa: PLC0415 - only what is not found needs these
    from difflib import SequenceMatcher  # noqa: PLC0415

    signs, wanted = bare(name), bare(text)
    if not signs or not wanted:
        return 0.0
    matcher = SequenceMatcher(None, signs, wanted, autojunk=False)
    score = matcher.ratio() if matcher.real_quick_ratio() >= _LEAST else 0.0
    if len(wanted) < 3 and signs[0] != wanted[0] and signs[-1] != wanted[-1]:
        score = 0.0  # 银行 and 行业 share a sign and no more
    # A Chinese word may stand anywhere in a name, another only as a word.
    inside = (
        re.search(rf"\b{re.escape(singular(text))}\b", singular(name))
        if wanted.isascii()
        else wanted in signs
    )
    if len(wanted) > 1 and inside:
        return max(score, 0.8 + 0.2 * len(wanted) / len(signs))
    # An abbreviation takes signs from all over a name: 共保体 of 专业保险共同体.
    short = len(wanted) > 2 and not wanted.isascii() and set(wanted) <= set(signs)
    return max(score, 0.6) if short else score
