"""What a local document says of its own making: it implements a national one."""

import pyoxigraph as ox

from bench.passage import DOCUMENT, TITLE, TITLE_EN, Passage, Triple
from kg.prefixes import STI, table

# Marks of local documents alone: the national document, and the two bodies that issue the local.
NATION, NATIONAL, NATIONAL_EN = "ꀉ", "ꀊ", "ꀋ"
FIRST, SECOND, FIRST_EN, SECOND_EN = "ꀌ", "ꀍ", "ꀎ", "ꀏ"

LEAD_TEXT = f" 根据{NATIONAL}，{FIRST}、{SECOND}联合发布{TITLE}。"
LEAD = f"""
sec:{DOCUMENT}-lead a sti:Section ;
    skos:prefLabel "Lead paragraph"@en , "导语"@zh ;
    sti:opening "根据{NATIONAL}"@zh ;
    sti:sectionOf doc:{DOCUMENT}-qa .
p:{DOCUMENT}-q0-a a sti:Reported ;
    sti:inSection sec:{DOCUMENT}-lead ;
    sti:quote "根据{NATIONAL}，{FIRST}、{SECOND}联合发布{TITLE}"@zh ;
    sti:hasIssuer org:{DOCUMENT}-1 , org:{DOCUMENT}-2 ;
    sti:joinCue "联合"@zh ;
    sti:act "发布"@zh ;
    sti:hasObject doc:{DOCUMENT} ;
    sti:onBasis doc:{NATION} .
"""
LEAD_EN = f"""
p:{DOCUMENT}-q0-a sti:translation "on the basis of the {NATIONAL_EN}, {FIRST_EN} and {SECOND_EN} jointly issued the {TITLE_EN}"@en .
"""  # noqa: E501

ANSWER_TEXT = f"答：为落实{NATIONAL}，{FIRST}、{SECOND}研究制定了{TITLE}。"
ANSWER = f"""
sec:{DOCUMENT}-a1 a sti:Section ;
    skos:prefLabel "Answer 1"@en , "回答一"@zh ;
    sti:opening "答：为落实{NATIONAL}"@zh ;
    sti:questionNumber 1 ;
    sti:sectionOf doc:{DOCUMENT}-qa .
p:{DOCUMENT}-a1 a sti:Frame ;
    sti:inSection sec:{DOCUMENT}-a1 ;
    sti:quote "答："@zh .
p:{DOCUMENT}-q1-a a sti:Reported ;
    sti:inSection sec:{DOCUMENT}-a1 ;
    sti:quote "为落实{NATIONAL}，{FIRST}、{SECOND}研究制定了{TITLE}"@zh ;
    sti:hasIssuer org:{DOCUMENT}-1 , org:{DOCUMENT}-2 ;
    sti:act "研究制定"@zh ;
    sti:hasObject doc:{DOCUMENT} ;
    sti:purpose "为落实{NATIONAL}"@zh ;
    sti:about doc:{NATION} .
x:{DOCUMENT}-q1-a-cue-1 a sti:NotACue ;
    sti:inStatement p:{DOCUMENT}-q1-a ;
    sti:quote "研究制定了"@zh ;
    sti:word "研究"@zh ;
    sti:reason "It reports what was done and is no word of force."@en ,
      "这是已发生的事，不表示力度。"@zh .
"""
ANSWER_EN = f"""
p:{DOCUMENT}-a1 sti:translation "Answer:"@en .
p:{DOCUMENT}-q1-a sti:translation "to implement the {NATIONAL_EN}, {FIRST_EN} and {SECOND_EN} researched and drew up the {TITLE_EN}"@en .
"""  # noqa: E501


def passages() -> dict[str, Passage]:
    """The lead and the answer to question 1."""
    return {
        "lead": _passage("lead", LEAD_TEXT, LEAD, LEAD_EN),
        "a1": _passage("a1", ANSWER_TEXT, ANSWER, ANSWER_EN),
    }


def _passage(name: str, text: str, stated: str, translated: str) -> Passage:
    triples = _triples(stated)
    statement = f"<{table()['p']}"
    found = {s: [s] for s, _, _ in triples if s.startswith(statement)}
    for s, p, o in triples:
        if p == f"<{STI}inStatement>" and s not in found[o]:
            found[o].append(s)
    subjects = {one: tuple(them) for one, them in found.items()}
    return Passage(name, text.strip(), triples, _triples(translated), subjects)


def _triples(text: str) -> tuple[Triple, ...]:
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in table().items())
    quads = ox.parse(input=head + text, format=ox.RdfFormat.TURTLE)
    return tuple((str(q.subject), str(q.predicate), str(q.object)) for q in quads)
