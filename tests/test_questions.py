"""Questions asked about other things than their golden rows are of; the rows are from the text."""

import pytest

from kg import catalogue
from kg.assembly import Assembly
from kg.house import House
from kg.prefixes import shrink
from kg.store import Store


@pytest.fixture(scope="module")
def whole(assembly: Assembly) -> Store:
    """The graph of the house."""
    return Store(assembly.store)


def asked(whole: Store, name: str, columns: str, **values: str) -> set[tuple[str, ...]]:
    """The rows, cut to some columns; every IRI as CURIE, what is empty as "–"."""
    question = catalogue.find(House.find(), name)
    result = catalogue.ask(whole, question, values)
    at = [result.variables.index(column) for column in columns.split()]
    rows = [
        tuple(
            "–" if row[one] is None else shrink(str(getattr(row[one], "value", ""))) for one in at
        )
        for row in result.rows
    ]
    return set(rows)


def lines(text: str) -> set[tuple[str, ...]]:
    return {tuple(line.split()) for line in text.strip().splitlines()}


# Tie, what is named, role, statement.
WHERE = {
    "知识产权": """
        –             –                            role:basis     p:a5
        –             –                            role:field     p:q2-3-b
        –             –                            role:object    p:q6-4-b
        skos:broader  interest:core-patent         role:interest  p:q4-1-b
        skos:broader  interest:trademark           role:interest  p:q4-1-b
        skos:broader  interest:patent              role:interest  p:q5-4-b
        skos:broader  interest:trademark           role:interest  p:q5-4-b
        skos:broader  interest:geographical-indication role:interest p:q5-4-b
        sti:nameHolds org:cnipa                    role:issuer    p:q0-e
        sti:nameHolds org:cnipa                    role:issuer    p:q1-i
        sti:nameHolds org:cnipa                    role:joined    p:q8-1-a
        sti:nameHolds org:cnipa                    role:joined    p:q8-1-b
        sti:nameHolds prod:intellectual-property   role:object    p:q5-4
        sti:nameHolds mech:ip-catalogue            role:object    p:q5-4-a
        sti:nameHolds interest:ip-type             sti:genus      p:q5-4-b
        sti:nameHolds prod:ip-overseas-infringement role:object   p:q5-4-c
        sti:nameHolds mech:standards-framework     role:object    p:q6-4-h
    """,
    "重点区域": """
        –             –                            role:basis       p:a3
        –             –                            sti:genus        p:q2-1-c
        –             –                            role:beneficiary p:q3-3
        –             –                            role:addressee   p:q6-4-a
        –             –                            role:addressee   p:q6-4-b
        –             –                            role:addressee   p:q6-4-c
        skos:broader  place:international-centre   sti:genus        p:q3-3-a
        skos:broader  place:international-centre   role:place       p:q6-3-c
        skos:broader  place:beijing-centre         role:beneficiary p:q2-1-c
        skos:broader  place:shanghai-centre        role:beneficiary p:q2-1-c
        skos:broader  place:gba-centre             role:beneficiary p:q2-1-c
        skos:broader  place:beijing-centre         role:addressee   p:q3-3-a
        skos:broader  place:shanghai-centre        role:addressee   p:q3-3-a
        skos:broader  place:gba-centre             role:addressee   p:q3-3-a
    """,
    "粤港澳大湾区": """
        sti:nameHolds place:gba-centre             role:beneficiary p:q2-1-c
        sti:nameHolds place:gba-centre             role:addressee   p:q3-3-a
    """,
    "网络安全保险服务机构": """
        –             –                            sti:genus        p:q5-5-c
    """,
    "科技保险协调推进机制": """
        –             –                            role:object      p:q2-k
        –             –                            role:basis       p:a8
        –             –                            role:object      p:q8-1
        –             –                            role:object      p:q8-1-a
        sti:nameHolds mech:major-technology-coordination role:object p:q2-1-b
    """,
    "决策部署": """
        –             –                            role:object      p:q0-b
        –             –                            role:subject     p:q1-i
        –             –                            sti:NotLinked    p:a8
    """,
}


@pytest.mark.parametrize("thing", WHERE)
def test_where_a_thing_stands(whole: Store, thing: str) -> None:
    rows = asked(whole, "where-is-thing", "tie named role statement", thing=thing)
    assert rows == lines(WHERE[thing])


def test_every_genus_is_found(whole: Store) -> None:
    """Each list that names what its members are, of whatever kind of statement it is part."""
    rows = whole.query(
        "SELECT ?genus ?statement { ?statement sti:inList ?list . ?list sti:genus ?genus }"
    ).rows
    assert len(rows) > 20
    for genus, statement in rows:
        found = asked(whole, "where-is-thing", "role statement", thing=str(genus)[1:-1])
        assert ("sti:genus", shrink(str(statement)[1:-1])) in found


def test_what_an_actor_that_is_only_a_genus_does(whole: Store) -> None:
    rows = asked(whole, "what-does-actor-do", "named role statement", actor="部门")
    assert rows == lines("""
        –                       sti:genus        p:q8-1-a
        kind:relevant-department role:joined     p:q8-3-a
        kind:relevant-department role:joined     p:q8-4-a
        kind:relevant-department role:joined     p:q8-4-b
        kind:relevant-department role:joined     p:q8-4-c
        kind:tech-authority     role:duty-holder p:q8-4-c
        kind:industry-authority role:duty-holder p:q8-4-c
        kind:financial-regulator role:duty-holder p:q8-4-c
    """)
    # Never an actor by what its members do.
    for question in ("who-leads", "who-joins"):
        assert asked(whole, question, "statement", actor="部门") == set()


def test_who_is_addressed_as_a_kind(whole: Store) -> None:
    asking = {"actor": "网络安全保险服务机构"}
    rows = asked(whole, "who-is-addressed", "role statement force", **asking)
    assert rows == {("sti:genus", "p:q5-5-c", "force:supported")}


def test_for_whom_insurance_is_where_they_are_named_as_a_kind(whole: Store) -> None:
    rows = asked(whole, "who-is-insured", "named genusOf kind statement", beneficiary="重点区域")
    assert rows == lines("""
        –                     –              sti:Heading  p:q3-3
        –                     p:q2-1-c-list  sti:Overview p:q2-1-c
        place:beijing-centre  –              sti:Overview p:q2-1-c
        place:shanghai-centre –              sti:Overview p:q2-1-c
        place:gba-centre      –              sti:Overview p:q2-1-c
    """)


def test_what_covers_a_thing_that_is_named_by_its_kinds(whole: Store) -> None:
    """No row has one of the kinds beside a risk or another kind: the text pairs none of them."""
    rows = asked(whole, "coverage-of-thing", "tie statement role value", thing="知识产权")
    assert rows == lines("""
        skos:broader p:q4-1-b role:addressee   kind:insurer
        skos:broader p:q4-1-b role:beneficiary kind:enterprise
        skos:broader p:q4-1-b role:interest    interest:core-patent
        skos:broader p:q4-1-b role:interest    interest:trademark
        skos:broader p:q4-1-b role:object      service:key-protection
        skos:broader p:q4-1-b role:risk        risk:infringement-liability
        skos:broader p:q4-1-b role:risk        risk:rights-defence-cost
        skos:broader p:q5-4-b role:interest    interest:patent
        skos:broader p:q5-4-b role:interest    interest:trademark
        skos:broader p:q5-4-b role:interest    interest:geographical-indication
        skos:broader p:q5-4-b role:object      mech:combined-insurance
        sti:nameHolds p:q5-4-c role:object     prod:ip-overseas-infringement
        sti:nameHolds p:q5-4-c role:object     prod:patent-overseas-expense
    """)


def test_insurance_that_bears_the_name_of_a_thing_is_found_with_it(whole: Store) -> None:
    rows = asked(whole, "coverage-of-thing", "tie statement", thing="网络安全")
    # The pilot, the product and the risk assessment of measure 4-5.
    assert rows == lines("\n".join(f"sti:nameHolds p:q5-5-{clause}" for clause in "abc"))


def test_how_a_statement_is_tied_to_a_thing_is_told_once(whole: Store) -> None:
    rows = asked(whole, "coverage-of-thing", "tie statement", thing="科技型中小企业")
    assert rows == lines("""
        –             p:q4-2-b
        sti:nameHolds p:q4-2-a
    """)
    rows = asked(whole, "coverage-of-thing", "tie statement", thing="重点行业")
    assert rows == lines("sti:genus p:q5-5-b")


def test_what_is_narrower_is_told_where_a_thing_is_asked_for(whole: Store) -> None:
    rows = asked(whole, "products-named", "named statement role", product="知识产权保险")
    assert rows == lines("""
        prod:ip-overseas-infringement p:q5-4-c role:object
        prod:patent-overseas-expense  p:q5-4-c role:object
    """)
    rows = asked(whole, "who-is-insured", "named statement", beneficiary="企业")
    assert rows == lines("""
        –                    p:q2-3-b
        –                    p:q4-1-b
        kind:tech-enterprise p:q5-1
        kind:tech-enterprise p:q5-2-a
    """)


def test_who_cooperates_with_an_insurer(whole: Store) -> None:
    rows = asked(whole, "who-cooperates", "statement role participant open", actor="保险机构")
    ministries = "\n".join(
        f"p:q8-3-{clause} role:lead {name} –\np:q8-3-{clause} role:joined {joined} –"
        for clause in "cdef"
        for name, joined in (("org:most", "kind:local-government"), ("org:nfra", "kind:insurer"))
    )
    assert rows == lines(
        """
        p:q3-1-a role:party kind:government        true
        p:q3-1-a role:party kind:tech-enterprise   true
        p:q3-1-a role:party kind:insurer           true
        p:q6-4-a role:party kind:government        –
        p:q6-4-a role:party kind:insurer           –
        p:q6-4-a role:party kind:university-institute –
        """
        + ministries
    )


def test_an_empty_answer_has_a_reason(whole: Store) -> None:
    """Every question that can be asked about something says what it means to find nothing."""
    without = {"compare-measures", "measures-without-instrument", "words-of"}  # never empty
    for question in catalogue.catalogue(House.find()):
        if question.parameters and question.id not in without:
            assert question.why, question.id


@pytest.mark.parametrize(
    ("name", "parameter", "thing", "under"),
    [
        ("coverage-of-thing", "thing", "科技人才", "完善科技人才保险保障服务: p:q5-3-b."),
        (
            "what-does-actor-do",
            "actor",
            "重点区域",
            "加强对重点区域的科技保险服务: p:q3-3-b, p:q3-3-c.",
        ),
        (
            "coverage-of-thing",
            "thing",
            "“走出去”",
            "支持科技型企业“走出去”: p:q5-2-a, p:q5-2-b, p:q5-2-c.",
        ),
        ("coverage-of-thing", "thing", "重点行业", ""),  # no heading names it
    ],
)
def test_what_stands_under_a_heading_that_names_the_thing(
    whole: Store, name: str, parameter: str, thing: str, under: str
) -> None:
    """Told in both languages, and left out where the answer or the clause has the thing."""
    question = catalogue.find(House.find(), name)
    values = {parameter: thing}
    terms = catalogue.terms(whole, question, values)
    result = catalogue.answer(whole, question, terms)
    told = [
        line
        for line in catalogue.notes(whole, question, terms, result, "both")
        if "under a heading" in line
    ]
    assert len(told) == bool(under)
    assert under in "".join(told)
    assert all("标题之下" in line for line in told)
