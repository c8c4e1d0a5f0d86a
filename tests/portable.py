"""Words that questions which find nothing in the text would find elsewhere, and others."""

import pyoxigraph as ox

from kg.house import House
from kg.prefixes import table
from kg.store import Store

HOUSE = House.find()
SAID = {
    # number or date of a document, by the signs that the query is to find
    "document-number-or-date-stated": {
        "国发〔二〇二五〕四": True, "第12号公告": True, "２０２５年": True, "十二月发布": True,
        "自公布之日起施行": True, "有效期": True, "公布之日起施行": False, "号召各方": False,
        "每年投入": False, "日益完善": False, "一号文件": False, "今年": False,
    },
    "penalty-stated": {"依法查处": True, "通报批评": True, "严格管理": False},
    "subsidy-rate-stated": {"补贴百分之五": True, "补贴三成": True, "补贴2次": True, "成效": False,
                            "万元": True, "元旦": False},
}  # fmt: skip


def quads_of(name: str) -> list[ox.Quad]:
    """A graph of the statements whose words the question is to find, and others."""
    turtle = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table().items())
    turtle += "sti:hasObject sti:expressesRole role:object .\n"
    for number, quote in enumerate(SAID[name]):
        turtle += (
            f"p:x{number} a sti:Provision ; sti:inSection sec:q1 ; sti:inMeasure m:2-1 ; "
            "sti:force force:plain ; sti:hasObject instr:premium-subsidy ; "
            f'sti:quote "{quote}"@zh .\n'
        )
    graph = ox.NamedNode(f"{table()['graph']}stated")
    return [
        ox.Quad(q.subject, q.predicate, q.object, graph)
        for q in ox.parse(input=turtle, format=ox.RdfFormat.TURTLE)
    ]


def found(store: Store, name: str) -> list[str]:
    """The words that the question finds."""
    result = store.query((HOUSE.root / f"queries/questions/{name}.rq").read_text("utf-8"))
    at = result.variables.index("quote")
    return sorted(str(getattr(row[at], "value", "")) for row in result.rows)
