"""A graph and a view whose every text tries to be something else, for the tests of exports."""

import pyoxigraph as ox

from kg.prefixes import expand, table
from kg.store import Store
from kg.view import View

# Labels that break what takes text for something else.
LABELS = (
    '</script><script>alert("x")</script>',
    "<!--<script>",
    "]]>&amp;&#60;'\"`${x}",
    "line\u2028separator\u2029and\u0085",
    "control\u0000\u0001\u0008\u001b\u007fcharacters",
    "\u202eright to left\u202c שלום مرحبا",
    "<img src=x onerror=alert(1)>",
    "__proto__",
    "长" * 10_000,
    "\ufeff\ufffe\U0001f600\U0010ffff",
)


def store() -> Store:
    """Things and statements whose names, quotes and translations are hostile."""
    triples = []
    for number, text in enumerate(LABELS):
        written = str(ox.Literal(text))
        triples.append(
            f"org:x{number} a sti:PublicAuthority ; skos:prefLabel {written}@zh , {written}@en ;"
            f" skos:definition {written}@zh , {written}@en ; sti:parent {written} .\n"
            f"m:9-{number} a sti:Measure ; skos:prefLabel {written}@zh , {written}@en .\n"
            f"p:x{number} a sti:Provision ; sti:inMeasure m:9-{number} ;"
            f" sti:hasLead org:x{number} ; sti:force force:plain ; sti:quote {written}@zh ;"
            f" sti:translation {written}@en ;"
            f' sti:condition {written}@zh , {written[:-1]}!"@zh .'
        )
    schema = (
        "sti:Provision a owl:Class ; sti:foldFrom sti:inMeasure ; sti:foldTo sti:involves ;"
        " sti:foldAttribute sti:condition , sti:force , sti:quote , sti:translation .\n"
        'sti:hasLead rdfs:subPropertyOf sti:involves ; rdfs:label "<b>lead"@en , "<i>牵头"@zh ;'
        " sti:expressesRole role:lead . role:lead skos:broader role:responsible .\n"
        'force:plain rdfs:label "<u>plain"@en ; sti:colour "javascript:alert(1)" ;'
        ' sti:lineStyle "</style>" . sti:Measure rdfs:label "<s>measure"@en .\n'
    )
    prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in table().items())
    made = ox.Store()
    made.update(f"{prefixes} INSERT DATA {{ GRAPH <urn:x> {{ {schema} {' '.join(triples)} }} }}")
    return Store(made)


def view() -> View:
    """All of it as things and folded edges, whose title is hostile too."""
    title = {"zh": "</title><script>alert(2)</script>", "en": "</title>"}
    attributes = (expand("skos:definition"), expand("sti:parent"))
    nodes = "SELECT ?node { VALUES ?class { sti:Measure sti:PublicAuthority } ?node a ?class }"
    edges = (
        "SELECT ?edge ?source ?kind ?target { VALUES ?kind { sti:hasLead } "
        "?edge a sti:Provision ; sti:inMeasure ?target ; ?kind ?source }"
    )
    return View("</script>", title, title, nodes, edges, attributes)
