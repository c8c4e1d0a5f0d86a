"""Which named things and which cue words stand in a text, and where."""

from dataclasses import dataclass

from kg.load import Facts, once
from kg.prefixes import STI
from kg.text import Span, longest_first

SKOS = "http://www.w3.org/2004/02/skos/core#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
FORMS = tuple(f"{SKOS}{name}" for name in ("prefLabel", "altLabel", "hiddenLabel"))
OPEN_LIST = "等"  # closes a list and leaves it open


@dataclass(frozen=True, order=True)
class Mention:
    """A named thing at a place of the text."""

    span: Span
    thing: str
    surface: str


@once
def instances(facts: Facts, top: str) -> frozenset[str]:
    """Everything whose type is the class `top` or below it."""
    classes = facts.below(top, SUBCLASS)
    return frozenset(one for kind in classes for one in facts.holders(RDF_TYPE, kind))


@once
def lexicon(facts: Facts) -> dict[str, list[str]]:
    """Surface form to the named things that go by it, all sorted."""
    forms: dict[str, set[str]] = {}
    for thing in instances(facts, f"{STI}NamedThing"):
        for predicate in FORMS:
            for form in facts.texts(thing, predicate):
                forms.setdefault(form, set()).add(thing)
    return {form: sorted(forms[form]) for form in sorted(forms)}


def mentions(text: str, forms: dict[str, list[str]]) -> list[Mention]:
    """Mentions in order of place; things that share a form get one each.

    Args:
        text: the whole text.
        forms: what `lexicon` gives.
    """
    return [
        Mention(span, thing, form)
        for span, form in longest_first(text, forms)
        for thing in forms[form]
    ]


def words(text: str, facts: Facts) -> list[tuple[Span, str]]:
    """Every place of a cue word of the vocabularies, and of 等, in order."""
    cue_words = {
        word
        for concept in facts.subjects(f"{STI}cueWord")
        for word in facts.texts(concept, f"{STI}cueWord")
    }
    return list(longest_first(text, {*cue_words, OPEN_LIST}))
