"""What tests share: the real house, and a tiny one that a test may break."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kg.assembly import Assembly, assemble
from kg.finding import Finding
from kg.house import House

TINY_TEXT = (
    " 一是推广产品。支持保险机构开发条款简便的产品，鼓励企业投保。\n"
    "二是建立协调机制。科技部会同财政部等部门建立协调机制。\n"
)

_ONTOLOGY = """# The terms that the machinery asks for by name.
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .

<https://w3id.org/sci-tech-insurance/ontology/tiny> a owl:Ontology ;
    sti:connective "和"@zh , "并"@zh ;
    sti:functionWord "的"@zh , "等"@zh .

sti:Heading rdfs:subClassOf sti:Statement .

sti:Provision rdfs:subClassOf sti:Statement .

sti:ProductLine rdfs:subClassOf sti:NamedThing .

sti:Organisation rdfs:subClassOf sti:Agent .

sti:Agent rdfs:subClassOf sti:NamedThing .

sti:act rdfs:subPropertyOf sti:textSlot .

sti:cue rdfs:subPropertyOf sti:textSlot .

sti:joinCue rdfs:subPropertyOf sti:textSlot .

sti:quality rdfs:subPropertyOf sti:textSlot .

sti:hasAddressee rdfs:subPropertyOf sti:involves .

sti:hasJoined rdfs:subPropertyOf sti:involves .

sti:hasLead rdfs:subPropertyOf sti:involves .

sti:hasObject rdfs:subPropertyOf sti:involves .
"""

_VOCABULARY = """# Things and cue words.
@prefix force: <https://w3id.org/sci-tech-insurance/id/force/> .
@prefix kind: <https://w3id.org/sci-tech-insurance/id/kind/> .
@prefix mech: <https://w3id.org/sci-tech-insurance/id/mechanism/> .
@prefix org: <https://w3id.org/sci-tech-insurance/id/organisation/> .
@prefix prod: <https://w3id.org/sci-tech-insurance/id/product/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .

force:supported sti:cueWord "支持"@zh .

force:encouraged sti:cueWord "鼓励"@zh .

kind:insurer a sti:Agent ;
    skos:prefLabel "insurer"@en , "保险机构"@zh .

kind:enterprise a sti:Agent ;
    skos:prefLabel "enterprise"@en , "企业"@zh .

kind:department a sti:Agent ;
    skos:prefLabel "department"@en , "部门"@zh .

mech:coordination a sti:NamedThing ;
    skos:prefLabel "coordination mechanism"@en , "协调机制"@zh .

mech:mechanism a sti:NamedThing ;
    skos:prefLabel "mechanism"@en , "机制"@zh .

org:most a sti:Organisation ;
    skos:prefLabel "Ministry of Science and Technology"@en , "科技部"@zh .

org:mof a sti:Organisation ;
    skos:prefLabel "Ministry of Finance"@en , "财政部"@zh .

prod:product a sti:ProductLine ;
    skos:prefLabel "product"@en , "产品"@zh .
"""

_DOCUMENT = """# The document and its sections.
@prefix doc: <https://w3id.org/sci-tech-insurance/id/document/> .
@prefix m: <https://w3id.org/sci-tech-insurance/id/measure/> .
@prefix sec: <https://w3id.org/sci-tech-insurance/id/section/> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .

doc:tiny a sti:Interpretation .

sec:one a sti:Section ;
    sti:sectionOf doc:tiny ;
    sti:opening "一是"@zh ;
    sti:tells m:1-1 .

sec:two a sti:Section ;
    sti:sectionOf doc:tiny ;
    sti:opening "二是"@zh ;
    sti:tells m:1-2 .
"""

_STATED = """# What the text says.
@prefix kind: <https://w3id.org/sci-tech-insurance/id/kind/> .
@prefix m: <https://w3id.org/sci-tech-insurance/id/measure/> .
@prefix mech: <https://w3id.org/sci-tech-insurance/id/mechanism/> .
@prefix org: <https://w3id.org/sci-tech-insurance/id/organisation/> .
@prefix p: <https://w3id.org/sci-tech-insurance/id/statement/> .
@prefix prod: <https://w3id.org/sci-tech-insurance/id/product/> .
@prefix sti: <https://w3id.org/sci-tech-insurance/ontology#> .
@prefix x: <https://w3id.org/sci-tech-insurance/id/exception/> .

p:one a sti:Heading ;
    sti:inMeasure m:1-1 ;
    sti:quote "推广产品"@zh ;
    sti:act "推广"@zh ;
    sti:hasObject prod:product .

p:one-a a sti:Provision ;
    sti:inMeasure m:1-1 ;
    sti:quote "支持保险机构开发条款简便的产品"@zh ;
    sti:cue "支持"@zh ;
    sti:hasAddressee kind:insurer ;
    sti:act "开发"@zh ;
    sti:hasObject prod:product ;
    sti:quality "条款简便"@zh .

p:one-b a sti:Provision ;
    sti:inMeasure m:1-1 ;
    sti:continues p:one-a ;
    sti:quote "鼓励企业投保"@zh ;
    sti:cue "鼓励"@zh ;
    sti:hasAddressee kind:enterprise ;
    sti:act "投保"@zh .

p:two a sti:Heading ;
    sti:inSection <https://w3id.org/sci-tech-insurance/id/section/two> ;
    sti:quote "二是建立协调机制"@zh ;
    sti:act "建立"@zh ;
    sti:hasObject mech:coordination .

p:two-a a sti:Provision ;
    sti:inMeasure m:1-2 ;
    sti:quote "科技部会同财政部等部门建立协调机制"@zh ;
    sti:hasLead org:most ;
    sti:joinCue "会同"@zh ;
    sti:hasJoined org:mof ;
    sti:act "建立"@zh ;
    sti:hasObject mech:coordination ;
    sti:inList p:two-a-list .

p:two-a-list a sti:ListInText ;
    sti:quote "财政部等部门"@zh ;
    sti:open true ;
    sti:genus kind:department ;
    sti:member org:mof .

x:one a sti:NotACue ;
    sti:inStatement p:one-a ;
    sti:quote "支持保险机构"@zh ;
    sti:word "支持"@zh .
"""

_RULE = """#+ id: in-section
#+ summary:
#+   zh: 陈述位于讲述其举措的那一节
#+   en: A statement stands in the section that tells its measure
PREFIX sti: <https://w3id.org/sci-tech-insurance/ontology#>

CONSTRUCT { ?statement sti:inSection ?section }
WHERE { ?statement sti:inMeasure ?measure . ?section sti:tells ?measure }
"""

Edit = Callable[..., Path]
Check = Callable[..., list[Finding]]


@pytest.fixture(scope="session")
def house() -> House:
    """The house of this checkout."""
    return House.find()


@pytest.fixture(scope="session")
def assembly(house: House) -> Assembly:
    """The real graph, put together once."""
    return assemble(house)


@pytest.fixture
def tiny_house(tmp_path: Path, house: House) -> House:
    """A house with one text of two sections, two headings and three provisions."""
    root = tmp_path / "house"
    for name, text in {
        "ontology/prefixes.ttl": (house.root / "ontology/prefixes.ttl").read_text("utf-8"),
        "ontology/tiny.ttl": _ONTOLOGY,
        "ontology/vocabulary/tiny.ttl": _VOCABULARY,
        "documents/tiny/source.txt": TINY_TEXT,
        "documents/tiny/document.ttl": _DOCUMENT,
        "documents/tiny/stated/one.ttl": _STATED,
        "queries/rules/in-section.rq": _RULE,
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return House(root)


@pytest.fixture
def edit(tiny_house: House) -> Edit:
    """Changes one file of the tiny house: `edit(file, old, new)`; every `old` must be there."""

    def change(name: str, old: str, new: str) -> Path:
        path = tiny_house.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return path

    return change


@pytest.fixture
def findings(tiny_house: House) -> Check:
    """What is wrong with the tiny house; with a name, only what that check finds."""

    def of(check: str = "", extra: tuple[Path, ...] = ()) -> list[Finding]:
        return [f for f in assemble(tiny_house, extra).findings if check in ("", f.check)]

    return of
