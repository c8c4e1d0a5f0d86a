"""Tests of kg.assembly."""

import time

from conftest import Edit

from kg.assembly import assemble
from kg.house import House


def test_assemble_goes_on(tiny_house: House, edit: Edit) -> None:
    """Findings of several kinds come together; what is sound is still there."""
    edit("documents/tiny/stated/one.ttl", "鼓励企业投保", "鼓励企业参保")
    edit("documents/tiny/stated/one.ttl", '"条款简便"', '"条款简单"')
    edit("ontology/vocabulary/tiny.ttl", 'force:supported sti:cueWord "支持"@zh .', "")
    (tiny_house.root / "ontology/more.ttl").write_text("broken")
    assembly = assemble(tiny_house)
    assert {f.check for f in assembly.findings} >= {"quote", "slot", "slots", "words", "syntax"}
    assert assembly.findings == sorted(assembly.findings)
    assert len(assembly.store) == sum(map(len, assembly.layers.values()))


def test_the_real_house_is_sound_and_quick(house: House) -> None:
    """No finding, and far below the second that a gate may take; best of three."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        assembly = assemble(house)
        times.append(time.perf_counter() - start)
    assert assembly.findings == []
    assert min(times) < 2.0  # about 0.3 s on two cores; room for a slow machine
