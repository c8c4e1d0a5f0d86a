"""False changes to the real encoding: each kind, made to many statements, must be caught.

A false change is made to the stated triples; the house is then built, anchored and checked as
ever. Changes to statements that do not lean on each other share one run. A change counts as
caught only by an error at the statement itself, at a list or exception of it, or at words of its
quote that are left without a statement. By default a few statements a kind are tried, in three
runs; with `-m full`, all.
"""

import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.assembly import Assembly, assemble
from kg.check import run_check
from kg.finding import Finding
from kg.house import House
from kg.prefixes import expand, shrink, table
from kg.turtle import parse
from kg.validate import Shapes, validate

Change = tuple[set[ox.Triple], set[ox.Triple]]  # taken away, put in
RUNS, A_FEW = 3, 2  # by default: runs, and statements a kind in each
Trial = tuple[str, "Said", Change]


def node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def zh(text: str) -> ox.Literal:
    return ox.Literal(text, language="zh")


@dataclass(frozen=True)
class Said:
    """One statement, asked and changed by short names."""

    iri: ox.NamedNode
    triples: frozenset[ox.Triple]
    about: frozenset[ox.Triple]  # of its lists and exceptions
    named: frozenset[object]  # things that its quote names
    span: range  # where its quote stands

    def all(self, *names: str) -> list[ox.Triple]:
        wanted = {node(name) for name in names}
        return sorted((t for t in self.triples if t.predicate in wanted), key=str)

    def one(self, name: str) -> object:
        found = self.all(name)
        return found[0].object if found else None

    def has(self, name: str, value: str) -> bool:
        return node(value) in {t.object for t in self.all(name)}

    def swap(self, name: str, value: ox.NamedNode | ox.Literal) -> Change:
        return set(self.all(name)), {ox.Triple(self.iri, node(name), value)}

    def turn(self, old: str, new: str) -> Change:
        """Everything in one role, put into another."""
        found = self.all(old)
        return set(found), {ox.Triple(self.iri, node(new), t.object) for t in found}

    def lists(self, name: str) -> list[ox.Triple]:
        return sorted((t for t in self.about if t.predicate == node(name)), key=str)


def both(*changes: Change) -> Change:
    return set().union(*(c[0] for c in changes)), set().union(*(c[1] for c in changes))


def text(said: Said, name: str) -> str:
    found = said.one(name)
    assert isinstance(found, ox.Literal)
    return found.value


ROLES = [
    "sti:hasObject",
    "sti:hasMeans",
    "sti:hasBeneficiary",
    "sti:coversRisk",
    "sti:onInterest",
    "sti:inField",
    "sti:atStage",
    "sti:inSector",
    "sti:inPlace",
    "sti:inScenario",
    "sti:underPrinciple",
    "sti:hasDutyHolder",
    "sti:hasParty",
    "sti:hasTarget",
    "sti:about",
]


def drop_named_link(said: Said) -> Change | None:
    """Takes away the only link to something that the quote itself names."""
    for link in said.all(*ROLES):
        again = [t for t in said.triples | said.about if t.object == link.object]
        if link.object in said.named and len(again) == 1:
            return {link}, set()
    return None


def kinds() -> dict[str, Callable[[Said], Change | None]]:
    provision = node("sti:Provision")

    def when(
        test: Callable[[Said], bool], make: Callable[[Said], Change]
    ) -> Callable[[Said], Change | None]:
        return lambda said: make(said) if test(said) else None

    def operative(said: Said) -> bool:
        return said.one("rdf:type") == provision

    def force(name: str) -> Callable[[Said], bool]:
        return lambda said: said.has("sti:force", f"force:{name}")

    def status(name: str) -> Callable[[Said], bool]:
        return lambda said: said.has("sti:actorStatus", f"status:{name}")

    def list_change(make: Callable[[Said], Change]) -> Callable[[Said], Change | None]:
        return when(lambda said: bool(said.lists("sti:open")), make)

    def new_quote(change: Callable[[str], str]) -> Callable[[Said], Change]:
        return lambda said: said.swap("sti:quote", zh(change(text(said, "sti:quote"))))

    def reopened(said: Said) -> Change:
        flags = said.lists("sti:open")[:1]
        turned = ox.Literal(flags[0].object.value != "true")  # type: ignore[union-attr]
        return set(flags), {ox.Triple(t.subject, t.predicate, turned) for t in flags}

    return {
        "a word of the quote altered": when(
            lambda s: len(text(s, "sti:quote")) > 4, new_quote(lambda q: q[:2] + "某" + q[3:])
        ),
        "the quote cut short": when(
            lambda s: len(text(s, "sti:quote")) > 6, new_quote(lambda q: q[:-2])
        ),
        "the statement left out": lambda s: (set(s.triples), set()),
        "moved to another measure": when(
            operative,
            lambda s: s.swap(
                "sti:inMeasure", node("m:2-1" if s.has("sti:inMeasure", "m:7-4") else "m:7-4")
            ),
        ),
        "plain made mandatory": when(
            force("plain"), lambda s: s.swap("sti:force", node("force:mandatory"))
        ),
        "plain made supported": when(
            force("plain"), lambda s: s.swap("sti:force", node("force:supported"))
        ),
        "encouraged made mandatory": when(
            force("encouraged"), lambda s: s.swap("sti:force", node("force:mandatory"))
        ),
        "encouraged made plain, without cue": when(
            force("encouraged"),
            lambda s: both(
                s.swap("sti:force", node("force:plain")), (set(s.all("sti:cue")), set())
            ),
        ),
        "supported made encouraged": when(
            force("supported"), lambda s: s.swap("sti:force", node("force:encouraged"))
        ),
        "promoted made plain, without cue": when(
            force("promoted"),
            lambda s: both(
                s.swap("sti:force", node("force:plain")), (set(s.all("sti:cue")), set())
            ),
        ),
        "cue dropped": when(
            lambda s: bool(s.all("sti:cue")), lambda s: (set(s.all("sti:cue")), set())
        ),
        "act dropped": when(operative, lambda s: (set(s.all("sti:act")), set())),
        "condition or manner dropped": when(
            lambda s: (
                operative(s)
                and bool(s.all("sti:condition", "sti:manner", "sti:quality", "sti:purpose"))
            ),
            lambda s: (
                set(s.all("sti:condition", "sti:manner", "sti:quality", "sti:purpose")),
                set(),
            ),
        ),
        "lead invented": when(
            status("unstated"),
            lambda s: both(
                (set(), {ox.Triple(s.iri, node("sti:hasLead"), node("org:most"))}),
                s.swap("sti:actorStatus", node("status:stated")),
            ),
        ),
        "addressee invented": when(
            status("unstated"),
            lambda s: both(
                (set(), {ox.Triple(s.iri, node("sti:hasAddressee"), node("kind:insurer"))}),
                s.swap("sti:actorStatus", node("status:addressed")),
            ),
        ),
        "beneficiary invented": when(
            operative,
            lambda s: (
                (set(), {ox.Triple(s.iri, node("sti:hasBeneficiary"), node("kind:returnee"))})
                if not s.has("sti:hasBeneficiary", "kind:returnee")
                else (set(s.all("sti:act")), set())
            ),
        ),
        "addressee made lead": when(
            lambda s: status("addressed")(s) and bool(s.all("sti:cue")),
            lambda s: both(
                s.turn("sti:hasAddressee", "sti:hasLead"),
                s.swap("sti:actorStatus", node("status:stated")),
            ),
        ),
        "carried addressee made lead": when(
            lambda s: status("addressed")(s) and not s.all("sti:cue"),
            lambda s: both(
                s.turn("sti:hasAddressee", "sti:hasLead"),
                s.swap("sti:actorStatus", node("status:carried")),
            ),
        ),
        "addressee made beneficiary": when(
            lambda s: operative(s) and status("addressed")(s),
            lambda s: both(
                s.turn("sti:hasAddressee", "sti:hasBeneficiary"),
                s.swap("sti:actorStatus", node("status:unstated")),
            ),
        ),
        "lead made beneficiary": when(
            status("stated"),
            lambda s: both(
                s.turn("sti:hasLead", "sti:hasBeneficiary"),
                (set(s.all("sti:hasJoined", "sti:joinCue")), set()),
                s.swap("sti:actorStatus", node("status:unstated")),
            ),
        ),
        "lead and joined swapped": when(
            lambda s: bool(s.all("sti:hasJoined")),
            lambda s: both(
                s.turn("sti:hasLead", "sti:hasJoined"), s.turn("sti:hasJoined", "sti:hasLead")
            ),
        ),
        "joined dropped": when(
            lambda s: bool(s.all("sti:hasJoined")), lambda s: (set(s.all("sti:hasJoined")), set())
        ),
        "one lead of two dropped": when(
            lambda s: len(s.all("sti:hasLead")) > 1, lambda s: ({s.all("sti:hasLead")[0]}, set())
        ),
        "no longer continues what it carries": when(
            lambda s: status("carried")(s) or (status("addressed")(s) and not s.all("sti:cue")),
            lambda s: (set(s.all("sti:continues")), set()),
        ),
        "actor status wrong": when(
            operative,
            lambda s: s.swap(
                "sti:actorStatus",
                node("status:stated" if not status("stated")(s) else "status:unstated"),
            ),
        ),
        "object status dropped with its cue": when(
            lambda s: (
                bool(s.all("sti:objectStatus")) and text(s, "sti:statusCue") in text(s, "sti:quote")
            ),
            lambda s: (set(s.all("sti:objectStatus", "sti:statusCue")), set()),
        ),
        "planned made existing": when(
            lambda s: s.has("sti:objectStatus", "status:planned"),
            lambda s: s.swap("sti:objectStatus", node("status:existing")),
        ),
        "open list closed, or closed list opened": list_change(reopened),
        "member left out of the list": when(
            lambda s: len(s.lists("sti:member")) > 1, lambda s: ({s.lists("sti:member")[-1]}, set())
        ),
        "member invented": list_change(
            lambda s: (
                set(),
                {
                    ox.Triple(
                        s.lists("sti:open")[0].subject, node("sti:member"), node("kind:returnee")
                    )
                },
            )
        ),
        "list taken away": when(
            lambda s: any(t.object.value == "true" for t in s.lists("sti:open")),  # type: ignore[union-attr]
            lambda s: (set(s.all("sti:inList")), set()),
        ),
        "link left out": drop_named_link,
        "link to something not named": lambda s: (
            (set(), {ox.Triple(s.iri, node("sti:about"), node("sector:health"))})
            if "医疗卫生" not in text(s, "sti:quote")
            else None
        ),
    }


@pytest.fixture(scope="module")
def statements(house: House, assembly: Assembly) -> list[Said]:
    by_subject: dict[object, list[ox.Triple]] = {}
    about: dict[object, set[object]] = {}
    for triple in written(house):
        by_subject.setdefault(triple.subject, []).append(triple)
        if triple.predicate == node("sti:inList"):
            about.setdefault(triple.subject, set()).add(triple.object)
        if triple.predicate == node("sti:inStatement"):
            about.setdefault(triple.object, set()).add(triple.subject)
    rows = assembly.store.query(
        """SELECT ?statement ?start ?end
          (GROUP_CONCAT(DISTINCT COALESCE(STR(?thing), "")) AS ?things)
        WHERE {
          ?statement a/rdfs:subClassOf* sti:Statement ; oa:hasTarget/oa:hasSelector ?place .
          ?place oa:start ?start ; oa:end ?end .
          OPTIONAL { ?mention sti:within ?statement ; sti:mentions ?thing }
        } GROUP BY ?statement ?start ?end ORDER BY ?statement""",
        prefixes=table(),
        use_default_graph_as_union=True,
    )
    return [
        Said(
            statement,
            frozenset(by_subject[statement]),
            frozenset(t for one in about.get(statement, ()) for t in by_subject[one]),
            frozenset(ox.NamedNode(iri) for iri in things.value.split()),
            range(int(start.value), int(end.value)),
        )
        for statement, start, end, things in rows  # type: ignore[union-attr]
    ]


def families(statements: list[Said]) -> dict[str, str]:
    """Statement to the first clause that it leans on, however far."""
    above = {s.iri.value: t.object.value for s in statements for t in s.all("sti:continues")}  # type: ignore[union-attr]
    found = {}
    for said in statements:
        top = said.iri.value
        while top in above:
            top = above[top]
        found[said.iri.value] = top
    return found


def all_runs(trials: list[Trial], family: dict[str, str]) -> list[list[Trial]]:
    """Trials in runs of which no two touch statements that lean on each other."""
    runs = []
    while trials:
        taken: set[str] = set()
        now: list[Trial] = []
        later: list[Trial] = []
        for trial in trials:
            top = family[trial[1].iri.value]
            (later if top in taken else now).append(trial)
            taken.add(top)
        runs.append(now)
        trials = later
    return runs


def few_runs(trials: list[Trial], family: dict[str, str]) -> list[list[Trial]]:
    """A few trials of each kind, the rarest kinds first, so that each finds a free statement."""
    kinds = Counter(kind for kind, _, _ in trials)
    tries: Counter[str] = Counter()
    tried: set[int] = set()
    runs = []
    for _ in range(RUNS):
        taken: set[str] = set()
        now: list[Trial] = []
        for kind in sorted([*kinds] * A_FEW, key=lambda kind: (tries[kind], kinds[kind], kind)):
            for n, trial in enumerate(trials):
                top = family[trial[1].iri.value]
                if trial[0] == kind and n not in tried and top not in taken:
                    now.append(trial)
                    tried.add(n)
                    taken.add(top)
                    tries[kind] += 1
                    break
        runs.append(now)
    assert set(tries) == set(kinds)
    return runs


def written(house: House) -> set[ox.Triple]:
    """What stands in the files of what is stated, with the notes beside it."""
    paths = (path for folder in house.documents() for path in folder.stated)
    return {triple for path in paths for triple in parse(path)}


def judge(house: House, root: Path, stated: set[ox.Triple]) -> list[Finding]:
    """Everything that the gate would say of the data, with these triples as what is stated."""
    for name in ("ontology", "shapes", "queries"):
        (root / name).symlink_to(house.root / name)
    real = house.root / "documents" / "opinion-qa"
    folder = root / "documents" / "opinion-qa"
    (folder / "stated").mkdir(parents=True)
    for path in sorted(real.iterdir()):
        if path.is_file() and path.name != "document.ttl":
            shutil.copy(path, folder)
    out = ox.serialize(sorted(stated, key=str), format=ox.RdfFormat.TURTLE)
    (folder / "stated" / "all.ttl").write_bytes(out or b"")
    small = House(root)
    graph = assemble(small)
    found = list(graph.findings)
    found += validate(graph.store, graph.locator, Shapes.of_house(small))
    for path in small.checks():
        found += run_check(path, path.name, graph)
    return [finding for finding in found if finding.severity == "error"]


def is_caught(said: Said, found: list[Finding]) -> bool:
    mine = {said.iri.value} | {t.subject.value for t in said.about}  # type: ignore[union-attr]
    for finding in found:
        if finding.focus in mine or (finding.check == "words" and _bares(finding, said)):
            return True
    return False


def _bares(gap: Finding, said: Said) -> bool:
    """Whether the words that are in no statement are words of this one (a gap may span several)."""
    start = re.search(r"at character (\d+)", gap.message)
    assert start
    first = int(start[1])
    return first < said.span.stop and said.span.start < first + len(gap.label)


def false_changes(
    statements: list[Said], kinds: dict[str, Callable[[Said], Change | None]]
) -> Iterator[Trial]:
    """Each kind of false change to each statement that it can be made to."""
    for kind, make in kinds.items():
        made = [(kind, said, change) for said in statements if (change := make(said))]
        assert made, f"no statement to try “{kind}” on"
        yield from made


def missed(
    house: House,
    tmp_path: Path,
    statements: list[Said],
    choose: Callable[[list[Trial], dict[str, str]], list[list[Trial]]],
) -> list[str]:
    """Every false change that nothing catches, by kind and statement."""
    trials = list(false_changes(statements, kinds()))
    stated, out = written(house), []
    for number, run in enumerate(choose(trials, families(statements))):
        taken = set().union(*(change[0] for _, _, change in run))
        put = set().union(*(change[1] for _, _, change in run))
        root = tmp_path / str(number)
        root.mkdir()
        found = judge(house, root, (stated - taken) | put)
        out += [
            f"{kind}: {shrink(said.iri.value)}"
            for kind, said, _ in run
            if not is_caught(said, found)
        ]
    return sorted(out)


def test_the_encoding_as_it_is_has_no_error(house: House, tmp_path: Path) -> None:
    assert judge(house, tmp_path, written(house)) == []


def test_false_changes_are_caught(
    house: House,
    tmp_path: Path,
    statements: list[Said],
) -> None:
    assert missed(house, tmp_path, statements, few_runs) == []


@pytest.mark.full
def test_all_false_changes_are_caught(
    house: House,
    tmp_path: Path,
    statements: list[Said],
) -> None:
    assert missed(house, tmp_path, statements, all_runs) == []
