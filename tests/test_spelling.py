"""Tests of kg.spelling."""

from kg import spelling


def test_signs_width_and_case_do_not_count() -> None:
    assert spelling.plain("“Tech–Insurance”  Ａ") == "tech-insurance a"
    assert spelling.bare("首台（套）") == spelling.bare("首台套") == "首台套"


def test_the_english_plural_does_not_count() -> None:
    assert spelling.singular("Policies, gas and class") == "policy gas and class"
