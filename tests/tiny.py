"""A graph small enough to know by heart, for the tests of everything that reads a graph.

One text, one measure with a heading and three provisions (the last leans on the one before),
an open list, a translation, a judgement and a derived link; the same label on two things.
"""

import pyoxigraph as ox

from kg.prefixes import table
from kg.store import Store

TEXT = (
    " 问题一：谁做？\n答：一是建立机制。"
    "科技部会同有关部门建立机制，鼓励企业、大学等开展合作，形成合力。\n"
)

_ONTOLOGY = """
sti:Statement rdfs:label "statement"@en , "陈述"@zh .
sti:Provision rdfs:subClassOf sti:Statement ; rdfs:label "provision"@en , "规定"@zh .
sti:Heading rdfs:subClassOf sti:Statement ; rdfs:label "heading"@en , "标题"@zh .
sti:Frame rdfs:subClassOf sti:Statement ; rdfs:label "frame"@en , "框架语"@zh .
sti:Agent rdfs:label "agent"@en , "主体"@zh .
sti:Organisation rdfs:subClassOf sti:Agent ; rdfs:label "organisation"@en , "机构"@zh .
sti:ActorKind rdfs:label "actor kind"@en , "主体种类"@zh .
sti:Subdivision rdfs:label "subdivision"@en , "组成部分"@zh .
sti:Measure rdfs:subClassOf sti:Subdivision ; rdfs:label "measure"@en , "举措"@zh .
sti:Section rdfs:subClassOf sti:Subdivision ; rdfs:label "section"@en , "段落"@zh .
sti:presumedLead skos:scopeNote "Derived, never stated."@en , "属于推导。"@zh .
sti:hasLead rdfs:subPropertyOf sti:involves ; rdfs:label "lead"@en , "牵头者"@zh .
sti:hasJoined rdfs:subPropertyOf sti:involves ; rdfs:label "joined actor"@en , "会同者"@zh .
sti:hasAddressee rdfs:subPropertyOf sti:involves ; rdfs:label "addressee"@en , "受动员者"@zh .
"""
_VOCABULARY = """
force:plain a sti:Force ; skos:prefLabel "plain"@en , "直述"@zh .
force:encouraged a sti:Force ; skos:prefLabel "encouraged"@en , "鼓励"@zh .
org:most a sti:Organisation ;
  skos:prefLabel "Ministry of Science and Technology"@en , "科学技术部"@zh ;
  skos:altLabel "MOST"@en , "科技部"@zh ; skos:definition "The ministry."@en , "该部。"@zh .
kind:enterprise a skos:Concept , sti:ActorKind ; skos:inScheme scheme:kind ;
  skos:prefLabel "enterprise"@en , "企业"@zh ; skos:hiddenLabel "“企业”主体"@zh .
kind:tech-enterprise a skos:Concept , sti:ActorKind ; skos:inScheme scheme:kind ;
  skos:broader kind:enterprise ; skos:prefLabel "tech enterprise"@en , "科技型企业"@zh .
kind:university a skos:Concept , sti:ActorKind ; skos:inScheme scheme:kind ;
  skos:prefLabel "university"@en , "大学"@zh .
place:university a sti:Place ; skos:prefLabel "university (place)"@en , "大学"@zh .
kind:departments a sti:ActorKind ; skos:prefLabel "departments"@en , "有关部门"@zh .
"""
_STATED = """
doc:tiny a sti:Document .
m:2-1 a sti:Measure ; skos:prefLabel "Build a mechanism"@en , "建立机制"@zh ; sti:number 1 .
sec:q1 a sti:Section ; sti:sectionOf doc:tiny ; sti:opening "问题一："@zh .
sec:q1-1 a sti:Section ; sti:sectionOf doc:tiny ; sti:tells m:2-1 ; sti:opening "答："@zh .
p:q1 a sti:Frame ; sti:inSection sec:q1 ; sti:quote "问题一：谁做？"@zh .
p:1 a sti:Heading ; sti:inMeasure m:2-1 ; sti:force force:plain ; sti:quote "建立机制"@zh .
p:1-a a sti:Provision ; sti:inMeasure m:2-1 ; sti:force force:plain ; sti:act "建立"@zh ;
  sti:hasLead org:most ; sti:hasJoined kind:departments ;
  sti:quote "科技部会同有关部门建立机制"@zh .
p:1-b a sti:Provision ; sti:inMeasure m:2-1 ; sti:force force:encouraged ; sti:act "开展"@zh ;
  sti:hasAddressee kind:enterprise , kind:university ; sti:inList p:1-b-list ;
  sti:quote "鼓励企业、大学等开展合作"@zh ; sti:reading "another reading"@en , "另一种读法"@zh .
p:1-b-list a sti:ListInText ; sti:quote "企业、大学等"@zh ; sti:open true ;
  sti:member kind:enterprise , kind:university .
p:1-c a sti:Provision ; sti:inMeasure m:2-1 ; sti:force force:encouraged ; sti:act "形成"@zh ;
  sti:continues p:1-b ; sti:hasAddressee kind:enterprise ; sti:quote "形成合力"@zh .
"""
_LAYERS = {
    "ontology": _ONTOLOGY,
    "vocabulary": _VOCABULARY,
    "stated": _STATED,
    "curated": 'p:1-b sti:translation "encourage enterprises, universities and others"@en .\n'
    # said twice, in two layers: no row may come twice because of it
    'org:most skos:altLabel "MOST"@en .',
    "readback": "judged:1 a sti:Judgement ; sti:judges p:1-a ; sti:verdict sti:supported .",
    "derived-presumed-lead": "p:1-c sti:presumedLead org:most .",
    "derived-name-within": "kind:university sti:nameHolds place:university .",
}
_QUOTES = {
    "p:q1": "问题一：谁做？",
    "p:1": "建立机制",
    "p:1-a": "科技部会同有关部门建立机制",
    "p:1-b": "鼓励企业、大学等开展合作",
    "p:1-c": "形成合力",
}


def _text() -> str:
    out = [f"sec:q1 oa:start 1 ; oa:end 9 .\nsec:q1-1 oa:start 9 ; oa:end {len(TEXT)} ."]
    sections = {"p:q1": "sec:q1"}
    for name, quote in _QUOTES.items():
        at, local = TEXT.index(quote), name.partition(":")[2]
        out.append(
            f"{name} oa:hasTarget t:{local} . t:{local} oa:hasSelector t:{local}.position ; "
            "oa:hasSource doc:tiny . "
            f"t:{local}.position oa:start {at} ; oa:end {at + len(quote)} .\n"
            f"{name} sti:inSection {sections.get(name, 'sec:q1-1')} ."
        )
    return "\n".join(out)


def _mentions() -> str:
    out = []
    for number, (surface, thing) in enumerate(
        {"科技部": "org:most", "企业": "kind:enterprise", "大学": "kind:university"}.items()
    ):
        at = TEXT.index(surface)
        within = next(name for name, quote in _QUOTES.items() if surface in quote)
        out.append(
            f"occ:{number} a sti:Mention ; sti:mentions {thing} ; sti:within {within} ; "
            f"oa:start {at} ; oa:end {at + len(surface)} ."
        )
    return "\n".join(out)


def quads() -> list[ox.Quad]:
    """The quads of the graph."""
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in table().items())
    layers = {**_LAYERS, "text": _text(), "mentions": _mentions()}
    return [
        ox.Quad(q.subject, q.predicate, q.object, ox.NamedNode(f"{table()['graph']}{name}"))
        for name, turtle in layers.items()
        for q in ox.parse(input=prefixes + turtle, format=ox.RdfFormat.TURTLE)
    ]


def store() -> Store:
    """The graph, opened."""
    return Store(quads())


def text() -> str:
    """The tiny graph as N-Quads, sorted."""
    data = ox.serialize(quads(), format=ox.RdfFormat.N_QUADS) or b""
    return "".join(f"{line}\n" for line in sorted(data.decode().split("\n")) if line)
