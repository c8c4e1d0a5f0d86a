"""Tests of kg.finding."""

from kg.finding import Finding


def _finding(file: str, line: int) -> Finding:
    return Finding(file, line, "quote", "error", "", "", "wrong", "错")


def test_findings_sort_by_file_then_line() -> None:
    """A list of findings reads file by file, line by line as a number."""
    found = [_finding("b.ttl", 1), _finding("a.ttl", 10), _finding("a.ttl", 9)]
    assert [f.where for f in sorted(found)] == ["a.ttl:9", "a.ttl:10", "b.ttl:1"]


def test_where_without_line() -> None:
    """A finding on a whole file shows no line."""
    assert _finding("a.ttl", 0).where == "a.ttl"
