"""One layout for Turtle files, comments kept: `kg format`, and the check that files have it.

Prefixes are sorted and only those in use; a subject stands at column 0; predicates stand in one
order, one a line, indented by 4; subjects and objects stay in the order written. A comment stays
above the subject or predicate it was written above or beside.
"""

from collections.abc import Iterable
from pathlib import Path

from kg.syntax import Block, Entry, Items, Node, Remark, Sheet, Term, Token, read
from kg.turtle import read_text

WIDTH = 100  # of a line with several objects; a single object is never broken

# The order in which a reader wants predicates; those not listed come last, by name.
ORDER = """
    a owl:versionIRI owl:imports rdfs:subClassOf owl:equivalentClass rdfs:subPropertyOf
    rdfs:domain rdfs:range skos:inScheme skos:broader dcterms:title rdfs:label skos:prefLabel
    skos:altLabel skos:hiddenLabel skos:definition dcterms:description skos:scopeNote
    skos:example sti:inMeasure sti:inSection sti:inStatement sti:continues sti:quote sti:force
    sti:cue sti:actorStatus sti:hasIssuer sti:hasSpeaker sti:atEvent sti:hasLead sti:joinCue
    sti:hasJoined sti:hasAddressee sti:condition sti:objectStatus sti:statusCue sti:act
    sti:actRest sti:hasObject sti:quality sti:hasTarget sti:hasParty sti:hasBeneficiary
    sti:hasDutyHolder sti:coversRisk sti:onInterest sti:inField sti:atStage sti:inSector
    sti:inPlace sti:inScenario sti:hasMeans sti:onBasis sti:underPrinciple sti:purpose
    sti:manner sti:about sti:inList sti:open sti:genus sti:member sti:word sti:mentions
    sti:reading sti:reason
""".split()  # noqa: SIM905 - a list of names reads better without its quotes
_RANK = {name: rank for rank, name in enumerate(ORDER)}


def rank(predicate: str) -> tuple[int, str]:
    """Where a predicate, as a CURIE or `a`, comes among its subject's."""
    return _RANK.get(predicate, len(ORDER)), predicate


def format_text(text: str, name: str = "") -> str:
    """Turtle text in the one layout; the same triples.

    Args:
        text: Turtle.
        name: how to call it in messages.

    Raises:
        KGError: it is not Turtle.
    """
    sheet = read(text, name)
    used = _prefixes(sheet)
    lines = [f"@base <{sheet.base}> ."] if sheet.base else []
    lines += [f"@prefix {p}: <{ns}> ." for p, ns in sorted(sheet.prefixes.items()) if p in used]
    remarks = ["\n".join(remark.comments) for remark in sheet.header]
    if remarks and lines:
        lines.insert(0, remarks.pop())
    parts = [*remarks, "\n".join(lines), *map(_part, sheet.body)]
    return "\n\n".join(part for part in parts if part) + "\n"


def unformatted(paths: Iterable[Path]) -> list[Path]:
    """The files among `paths` that have another layout.

    Raises:
        KGError: a file cannot be read, or is not Turtle.
    """
    found = []
    for path in paths:
        text = read_text(path)
        if format_text(text, str(path)) != text:
            found.append(path)
    return found


def _prefixes(sheet: Sheet) -> set[str]:
    """The prefixes in use."""
    found: set[str] = set()

    def walk(term: Term) -> None:
        if isinstance(term, Items):
            for item in term.items:
                walk(item)
        elif isinstance(term, Node):
            entries(term.entries)
        elif term.kind == "name":
            found.add(term.text.partition(":")[0])
        elif term.kind == "string" and "^^" in term.text:
            datatype = term.text.rpartition("^^")[2]
            found.add(datatype.partition(":")[0])

    def entries(them: Iterable[Entry]) -> None:
        for entry in them:
            for term in (entry.verb, *entry.objects):
                walk(term)

    for block in sheet.body:
        if isinstance(block, Block):
            walk(block.subject)
            entries(block.entries)
    return found


def _part(part: Block | Remark) -> str:
    """A block or a remark as text."""
    if isinstance(part, Remark):
        return "\n".join(part.comments)
    subject = _term(part.subject, 0, 0)
    if not part.entries:  # [ … ] alone, with nothing more said
        return "\n".join([*part.comments, f"{subject} ."])
    first, *rest = sorted(part.entries, key=lambda entry: rank(entry.verb.text))
    top = [*part.comments, *first.comments, f"{subject} {_entry(first, 4, len(subject) + 1)}"]
    lines = ["\n".join(top)]
    lines += [_commented(entry, 4) for entry in rest]
    return " ;\n".join(lines) + " ."


def _commented(entry: Entry, indent: int) -> str:
    """A predicate on a line of its own, its comments above it."""
    pad = " " * indent
    lines = [*entry.comments, _entry(entry, indent + 4, indent)]
    return "\n".join(f"{pad}{line}" for line in lines)


def _entry(entry: Entry, indent: int, column: int) -> str:
    """A predicate that starts at `column`; objects that do not fit go to lines at `indent`."""
    verb, objects = entry.verb.text, entry.objects
    flat = _flat_entry(entry)
    if flat is not None and column + len(flat) + 2 <= WIDTH:
        return flat
    if len(objects) == 1:
        return f"{verb} {_term(objects[0], indent - 4, column + len(verb) + 1)}"
    pad = " " * indent
    return f"{verb}\n" + " ,\n".join(pad + _term(term, indent, indent) for term in objects)


def _term(term: Term, indent: int, column: int) -> str:
    """A term that starts at `column`; when it takes several lines, the last is at `indent`."""
    flat = _flat(term)
    if isinstance(term, Token) or (flat is not None and column + len(flat) + 2 <= WIDTH):
        return flat or ""
    pad, inner = " " * indent, " " * (indent + 4)
    if isinstance(term, Items):
        lines = [f"{inner}{_term(item, indent + 4, indent + 4)}" for item in term.items]
        return "\n".join(["(", *lines, f"{pad})"])
    entries = " ;\n".join(_commented(entry, indent + 4) for entry in term.entries)
    return f"[\n{entries}\n{pad}]"


def _flat(term: Term) -> str | None:
    """A term on one line, or None where a comment or its own lines forbid it."""
    if isinstance(term, Token):
        return term.text
    if isinstance(term, Items):
        parts = [_flat(item) for item in term.items]
        left, right, between = "(", ")", " "
    else:
        parts = [None if entry.comments else _flat_entry(entry) for entry in term.entries]
        left, right, between = "[", "]", " ; "
    if any(part is None or "\n" in part for part in parts):
        return None
    inside = between.join(part for part in parts if part is not None)
    return f"{left} {inside} {right}" if inside else left + right


def _flat_entry(entry: Entry) -> str | None:
    """A predicate with its objects on one line, or None."""
    parts = [_flat(term) for term in entry.objects]
    if any(part is None or "\n" in part for part in parts):
        return None
    return f"{entry.verb.text} " + " , ".join(part for part in parts if part is not None)
