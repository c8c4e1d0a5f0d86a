"""SHACL compiled to SPARQL: a constraint asks one query over all its focus nodes at once.

A reference engine looks at one focus node after another; here the engine that holds the graph
does the looking, so the time grows with what the shapes read and not with Python. What cannot be
compiled is told by name, and `validate` leaves it to the reference.

Results are those of SHACL: the same focus, shape, component, path and value; see
https://www.w3.org/TR/shacl/.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

import pyoxigraph as ox

from kg import sparql
from kg.prefixes import table
from kg.store import Node, Resource, Store, node

_SH = table()["sh"]
_SPARQL = "sh:SPARQLConstraintComponent"
# Where the focus nodes of shapes with several targets are noted.
_FOCUS = f"{_SH}focus-"
_FOCUS_GRAPH, _HAS = ox.NamedNode(f"{_SH}focus"), ox.NamedNode(f"{_SH}target")
# Datatypes whose values SPARQL can be asked to read: a text that is none has no such value.
_READ = ("integer", "decimal", "double", "float", "boolean", "dateTime", "date", "time")
_READABLE = {f"{table()['xsd']}{name}" for name in _READ}
_ANY_TEXT = {f"{table()['xsd']}string", f"{table()['rdf']}langString"}
# Words of a constraint's SELECT that do not mean the same over a set of focus nodes as one by one.
_FORBIDDEN = ("MINUS", "SELECT", "SERVICE", "VALUES", "PATH", "currentShape", "shapesGraph")
# What this module knows of SHACL; a shape that says more is for the reference.
_KNOWN = frozenset(
    f"{_SH}{name}"
    for name in """
        and class datatype deactivated description flags group hasValue in languageIn maxCount
        maxExclusive maxInclusive maxLength message minCount minExclusive minInclusive minLength
        name nodeKind not or order path pattern property qualifiedMaxCount qualifiedMinCount
        qualifiedValueShape severity sparql targetClass targetNode targetObjectsOf
        targetSubjectsOf uniqueLang
    """.split()  # noqa: SIM905 - a table to read
)
_NODE_KINDS = {
    "IRI": "isIRI({0})",
    "BlankNode": "isBLANK({0})",
    "Literal": "isLITERAL({0})",
    "BlankNodeOrIRI": "(isIRI({0}) || isBLANK({0}))",
    "BlankNodeOrLiteral": "(isBLANK({0}) || isLITERAL({0}))",
    "IRIOrLiteral": "(isIRI({0}) || isLITERAL({0}))",
}
_BOUNDS = {
    "minInclusive": ">=", "minExclusive": ">", "maxInclusive": "<=", "maxExclusive": "<",
}  # fmt: skip


class NotCompiled(Exception):  # noqa: N818 - told of shapes that are right, only not known here
    """A shape says what this module does not know."""


@dataclass(frozen=True)
class Query:
    """One constraint of one shape.

    Attributes:
        shape: IRI of the shape.
        component: CURIE of the constraint component.
        path: IRI of the property that the shape looks along; "" for none, or one of several steps.
        severity: IRI.
        text: SELECT ?this, and ?path and ?value where there are such; a row is a violation.
    """

    shape: str
    component: str
    path: str
    severity: str
    text: str


@dataclass(frozen=True)
class Violation:
    """One result, of whatever engine.

    Attributes:
        shape: IRI of the source shape.
        component: CURIE of the constraint component.
        focus: the node that violates it.
        path: IRI of the result path; "" for none, or one of several steps.
        value: the value that violates it, or None.
        severity: IRI.
    """

    shape: str
    component: str
    focus: Node
    path: str
    value: Node | None
    severity: str


def run(graph: ox.Store, query: Query) -> Iterator[Violation]:
    """The violations that a query finds.

    Args:
        graph: what is judged, as default graph.
        query: from `Compiler`.

    Raises:
        SyntaxError: the SELECT of a SPARQL constraint is none.
    """
    answer = graph.query(query.text)
    assert isinstance(answer, ox.QuerySolutions)
    names = {variable.value for variable in answer.variables}
    for row in answer:
        path = row["path"] if "path" in names else None
        value = row["value"] if "value" in names else None
        if value is None and query.component == _SPARQL and not query.path:
            value = row["this"]  # of a node shape, the focus node is the value
        yield Violation(
            query.shape,
            query.component,
            row["this"],
            path.value if isinstance(path, ox.NamedNode) else query.path,
            value,
            query.severity,
        )


class Compiler:
    """Queries for shapes over a graph.

    Args:
        shapes: the shapes, in any layer.
        graph: what is judged, as default graph; focus nodes are noted in a graph beside it.
    """

    def __init__(self, shapes: Store, graph: ox.Store) -> None:
        self._shapes, self._graph = shapes, graph
        declared = {
            self._text(one, "sh:prefix"): self._text(one, "sh:namespace")
            for one in self._subjects("sh:prefix")
        }
        self._prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in sorted(declared.items()))
        self._fresh = count()

    def queries(self, shape: ox.NamedNode) -> list[Query]:
        """All constraints of a shape that has targets, those of its property shapes too.

        Raises:
            NotCompiled: one of them is not known here; the whole shape is then for the reference.
        """
        if self._true(shape, "sh:deactivated"):
            return []
        return list(self._constraints(shape, self._focus(list(self._targets(shape)))))

    def _focus(self, targets: list[str]) -> str:
        """A pattern that binds ?this to each focus node once.

        Several targets are noted as one set, since the engine plans badly around a UNION.
        """
        if len(targets) == 1 and targets[0].startswith("?this a"):
            return targets[0]
        name = ox.NamedNode(f"{_FOCUS}{sha256(repr(targets).encode()).hexdigest()[:16]}")
        if not any(self._graph.quads_for_pattern(name, None, None, _FOCUS_GRAPH)):
            union = " UNION ".join(f"{{ {one} }}" for one in targets)
            note = f"GRAPH {_FOCUS_GRAPH} {{ {name} {_HAS} ?this }}"
            self._graph.update(f"INSERT {{ {note} }} WHERE {{ {union} }}")
        return f"GRAPH {_FOCUS_GRAPH} {{ {name} {_HAS} ?this }}"

    # ------------------------------------------------------------ reading shapes

    def _all(self, shape: Resource, name: str) -> list[Node]:
        return self._shapes.objects(shape, name)

    def _subjects(self, name: str) -> list[Resource]:
        found = {quad.subject for quad in self._shapes.quads(None, node(name))}
        return sorted((one for one in found if isinstance(one, Resource)), key=str)

    def _text(self, shape: Resource, name: str) -> str:
        return getattr(next(iter(self._all(shape, name)), None), "value", "")

    def _true(self, shape: Resource, name: str) -> bool:
        return self._text(shape, name) in ("true", "1")

    def _list(self, head: Node) -> list[Node]:
        found: list[Node] = []
        while isinstance(head, Resource) and head != node("rdf:nil"):
            found += self._all(head, "rdf:first")
            head = next(iter(self._all(head, "rdf:rest")), node("rdf:nil"))
        return found

    def _targets(self, shape: ox.NamedNode) -> Iterator[str]:
        """Patterns that bind ?this to the focus nodes."""
        for one in self._all(shape, "sh:targetNode"):
            yield f"BIND({one} AS ?this)"
        for one in self._all(shape, "sh:targetClass"):
            yield from (f"?this a {kind} ." for kind in self._classes(one))
        for one in self._all(shape, "sh:targetSubjectsOf"):
            yield f"?this {one} ?target ."
        for one in self._all(shape, "sh:targetObjectsOf"):
            yield f"?target {one} ?this ."

    def _classes(self, top: Node) -> list[str]:
        """A class and its subclasses, as the graph tells, sorted."""
        below, waiting = {top}, [top]
        while waiting:
            for quad in self._graph.quads_for_pattern(
                None, node("rdfs:subClassOf"), waiting.pop(), ox.DefaultGraph()
            ):
                if isinstance(quad.subject, ox.NamedNode) and quad.subject not in below:
                    below.add(quad.subject)
                    waiting.append(quad.subject)
        return sorted(map(str, below))

    def _path(self, path: Node) -> str:
        """A SHACL path as SPARQL writes it."""
        if isinstance(path, ox.NamedNode):
            return str(path)
        if not isinstance(path, ox.BlankNode):
            raise NotCompiled("a path")
        if steps := self._list(path):
            return f"({'/'.join(self._path(step) for step in steps)})"
        for name, before, after in (
            ("inverse", "^", ""), ("zeroOrMore", "", "*"), ("oneOrMore", "", "+"),
            ("zeroOrOne", "", "?"),
        ):  # fmt: skip
            for inner in self._all(path, f"sh:{name}Path"):
                return f"({before}{self._path(inner)}{after})"
        for inner in self._all(path, "sh:alternativePath"):
            return f"({'|'.join(self._path(one) for one in self._list(inner))})"
        raise NotCompiled("a path")

    # ------------------------------------------------------------ constraints

    def _constraints(self, shape: Resource, focus: str) -> Iterator[Query]:
        if not isinstance(shape, ox.NamedNode):
            raise NotCompiled(f"a shape without an IRI: {shape}")
        said = {quad.predicate.value for quad in self._shapes.quads(shape)}
        if unknown := {one for one in said if one.startswith(_SH)} - _KNOWN:
            raise NotCompiled(", ".join(sorted(unknown)))
        paths = self._all(shape, "sh:path")
        severity = self._text(shape, "sh:severity") or f"{_SH}Violation"
        direct = paths[0].value if paths and isinstance(paths[0], ox.NamedNode) else ""

        def query(component: str, body: str, columns: str = "?this ?value") -> Query:
            return Query(
                shape.value,
                f"sh:{component}ConstraintComponent",
                direct,
                severity,
                f"{self._prefixes}SELECT DISTINCT {columns} WHERE {{ {body} }}",
            )

        along = f"?this {self._path(paths[0])} ?value ." if paths else "BIND(?this AS ?value)"
        for component, wrong in self._wrong(shape, "?value"):
            yield query(component, f"{focus} {along} FILTER({wrong})")
        if paths:
            for component, body, columns in self._counts(shape, focus, along):
                yield query(component, body, columns)
        for one in self._all(shape, "sh:sparql"):
            if isinstance(one, Resource) and not self._true(one, "sh:deactivated"):
                body = self._select(one)
                yield query("SPARQL", f"{focus} {body}", "?this ?path ?value")
        for one in self._all(shape, "sh:property"):
            if paths:
                raise NotCompiled("a property shape of a property shape")
            if isinstance(one, Resource) and not self._true(one, "sh:deactivated"):
                yield from self._constraints(one, focus)

    def _select(self, constraint: Resource) -> str:
        """The inside of a constraint's WHERE clause."""
        text = self._text(constraint, "sh:select")
        pieces = list(sparql.tokens(text))
        opening = next((at for at, piece in enumerate(pieces) if piece.text == "{"), len(pieces))
        before, inside = pieces[:opening], pieces[opening:]
        plain = all(p.kind == "var" or p.text.upper() in ("SELECT", "DISTINCT", "WHERE")
                    for p in before)  # fmt: skip
        words = {piece.text.lstrip("$?") for piece in inside if piece.kind in ("word", "var")}
        if not plain or not inside or inside[-1].text != "}" or words & set(_FORBIDDEN):
            raise NotCompiled(f"the SELECT of {constraint}")
        return text[inside[0].end : inside[-1].start]

    def _counts(self, shape: Resource, focus: str, along: str) -> Iterator[tuple[str, str, str]]:
        """Constraints on how many values there are: component, pattern, columns."""
        for one in self._all(shape, "sh:minCount"):
            if (least := _whole(one)) == 1:
                yield "MinCount", f"{focus} OPTIONAL {{ {along} }} FILTER(!BOUND(?value))", "?this"
            elif least > 1:
                yield "MinCount", _counted(focus, along, f"< {least}"), "?this"
        for one in self._all(shape, "sh:maxCount"):
            yield "MaxCount", _counted(focus, along, f"> {_whole(one)}"), "?this"
        if self._true(shape, "sh:uniqueLang"):
            other = along.replace("?value", "?other")
            yield (
                "UniqueLang",
                f"{focus} {along} {other} BIND(LANG(?value) AS ?tag) "
                'FILTER(?tag != "" && !sameTerm(?value, ?other) && LANG(?other) = ?tag)',
                "?this ?tag",
            )
        for value in self._all(shape, "sh:hasValue"):
            found = along.replace("?value", str(value))
            yield "HasValue", f"{focus} FILTER NOT EXISTS {{ {found} }}", "?this"
        for inner in self._all(shape, "sh:qualifiedValueShape"):
            fits = f"{along} FILTER({self._conforms(inner, '?value')})"
            for bound in self._all(shape, "sh:qualifiedMinCount"):
                body = _counted(focus, fits, f"< {_whole(bound)}")
                yield "QualifiedMinCount", body, "?this"
            for bound in self._all(shape, "sh:qualifiedMaxCount"):
                body = _counted(focus, fits, f"> {_whole(bound)}")
                yield "QualifiedMaxCount", body, "?this"

    def _conforms(self, shape: Node, value: str) -> str:
        """Whether a value conforms to a node shape, as an expression."""
        if not isinstance(shape, Resource):
            raise NotCompiled("a shape that is a literal")
        said = {quad.predicate.value for quad in self._shapes.quads(shape)}
        more = ("path", "property", "sparql", "deactivated")
        if unknown := {one for one in said if one.startswith(_SH)} - _KNOWN | (
            said & {f"{_SH}{name}" for name in more}
        ):
            raise NotCompiled(", ".join(sorted(unknown)))
        return "(" + (" && ".join(f"!({w})" for _, w in self._wrong(shape, value)) or "true") + ")"

    def _wrong(self, shape: Resource, value: str) -> Iterator[tuple[str, str]]:
        """What is wrong with a value by itself: component, expression that is never an error."""
        yield from self._wrong_kind(shape, value)
        yield from self._wrong_text(shape, value)
        for head in self._all(shape, "sh:in"):
            same = (f"sameTerm({value}, {one})" for one in self._list(head))
            yield "In", f"!({' || '.join(same) or 'false'})"
        for head in self._all(shape, "sh:or"):
            some = (self._conforms(one, value) for one in self._list(head))
            yield "Or", f"!({' || '.join(some) or 'false'})"
        for head in self._all(shape, "sh:and"):
            every = (self._conforms(one, value) for one in self._list(head))
            yield "And", f"!({' && '.join(every) or 'true'})"
        for one in self._all(shape, "sh:not"):
            yield "Not", self._conforms(one, value)

    def _wrong_kind(self, shape: Resource, value: str) -> Iterator[tuple[str, str]]:
        for kind in self._all(shape, "sh:class"):
            name = f"?type{next(self._fresh)}"
            wanted = ", ".join(self._classes(kind))
            yield "Class", f"NOT EXISTS {{ {value} a {name} . FILTER({name} IN ({wanted})) }}"
        for kind in self._all(shape, "sh:datatype"):
            yield "Datatype", _datatype(getattr(kind, "value", ""), value)
        for kind in self._all(shape, "sh:nodeKind"):
            name = getattr(kind, "value", "").removeprefix(_SH)
            if name not in _NODE_KINDS:
                raise NotCompiled(f"sh:nodeKind {kind}")
            yield "NodeKind", "!" + _NODE_KINDS[name].format(value)

    def _wrong_text(self, shape: Resource, value: str) -> Iterator[tuple[str, str]]:
        for name, sign in _BOUNDS.items():
            for bound in self._all(shape, f"sh:{name}"):
                component = name[0].upper() + name[1:]
                yield component, f"!COALESCE({value} {sign} {bound}, false)"
        for name, sign in (("minLength", "<"), ("maxLength", ">")):
            for bound in self._all(shape, f"sh:{name}"):
                component = name[0].upper() + name[1:]
                short = f"STRLEN(STR({value})) {sign} {_whole(bound)}"
                yield component, f"(isBLANK({value}) || {short})"
        for pattern in self._all(shape, "sh:pattern"):
            flags = self._text(shape, "sh:flags")
            match = f'REGEX(STR({value}), {pattern}, "{flags}")'
            yield "Pattern", f"(isBLANK({value}) || !{match})"
        for head in self._all(shape, "sh:languageIn"):
            tags = (
                f'LANGMATCHES(LANG({value}), "{getattr(tag, "value", "")}")'
                for tag in self._list(head)
            )
            yield "LanguageIn", f"!COALESCE({' || '.join(tags) or 'false'}, false)"


def _counted(focus: str, along: str, bound: str) -> str:
    """Focus nodes with so many values; each value counts once, and none is a number too."""
    return (
        f"{{ SELECT ?this (COUNT(DISTINCT ?value) AS ?n) WHERE {{ {focus} "
        f"OPTIONAL {{ {along} }} }} GROUP BY ?this }} FILTER(?n {bound})"
    )


def _datatype(kind: str, value: str) -> str:
    if kind not in _READABLE | _ANY_TEXT:
        raise NotCompiled(f"sh:datatype <{kind}>")
    right = f"DATATYPE({value}) = <{kind}>"
    if kind in _READABLE:
        right += f" && isLITERAL(<{kind}>(STR({value})))"
    return f"!COALESCE({right}, false)"


def _whole(literal: Node) -> int:
    return int(getattr(literal, "value", ""))
