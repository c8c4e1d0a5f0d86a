"""What else there is of a thing that a question was asked about, beyond the rows of the answer."""

from __future__ import annotations

import pyoxigraph as ox

from kg.prefixes import shrink
from kg.statement import in_order, naming
from kg.store import Result, Store

TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    from collections.abc import Mapping

    Texts = Mapping[str, str]


def under_headings(store: Store, thing: ox.NamedNode, result: Result) -> Texts | None:
    """The provisions that stand under a heading of a measure that names a thing, and not it.

    They are no rows, since their own words do not name it: who reads the heading above them has
    to judge.

    Args:
        store: the graph.
        thing: what was asked about.
        result: the answer; what it tells of is left out.

    Returns:
        What is to be said in zh and en; None where there is no such provision.
    """
    own = naming(store, thing)
    told = own | {one for row in result.rows for one in row if isinstance(one, ox.NamedNode)}
    found: dict[ox.NamedNode, set[ox.NamedNode]] = {}
    for heading in own:
        if not store.is_a(heading, "sti:Heading"):
            continue
        for measure in store.objects(heading, "sti:inMeasure"):
            below = set(store.subjects("sti:inMeasure", measure)) - told
            found.setdefault(heading, set()).update(
                one
                for one in below
                if isinstance(one, ox.NamedNode) and store.is_a(one, "sti:Provision")
            )
    lines = [
        (one.quote, [clause.curie for clause in in_order(store, found[one.node])], one.place)
        for one in in_order(store, {heading for heading in found if found[heading]})
    ]
    if not lines:
        return None
    name = shrink(thing.value)
    zh = "；".join(f"{quote}：{'、'.join(ids)}" for quote, ids, _ in lines)
    en = "; ".join(f"{quote}: {', '.join(ids)}" for quote, ids, _ in lines)
    see = [f"kg source {shrink(place.value)}" for _, _, place in lines if place]
    return {
        "zh": f"另有规定位于点名 {name} 的标题之下，其本身的文字没有点名它，因此不成行："
        f"{zh}。见 {'、'.join(see)}",
        "en": f"no rows, since their own words do not name it, but under a heading that names "
        f"{name}: {en}. See {', '.join(see)}",
    }


def counted(store: Store, thing: ox.NamedNode) -> Texts:
    """How many statements there are of a thing that a question gave no row for.

    Those that name it, and apart from them those that name what is narrower or bears its name.
    """
    name, own = shrink(thing.value), naming(store, thing)
    around = {*store.below(thing, "skos:broader"), *store.subjects("sti:nameHolds", thing)}
    more = {one for other in around for one in naming(store, other)} - own
    said = {0: "no statement names", 1: "1 statement names"}
    en = f"{said.get(len(own), f'{len(own)} statements name')} {name} itself"
    zh = f"点名 {name} 本身的陈述共{len(own)}条"
    if more:
        zh += f"，另有{len(more)}条点名其下位或名称含有其名称的事物"
        en += f", {len(more)} more what is narrower or bears its name"
    return {
        "zh": f"{zh}；全部内容见 kg show {name}",
        "en": f"{en}: kg show {name} tells all that is said",
    }
