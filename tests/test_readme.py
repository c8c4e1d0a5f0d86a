"""The READMEs show what their commands print, and the two show the same commands."""

import re

import pytest
import readme


@pytest.mark.parametrize("name", readme.READMES)
def test_the_answers_shown_are_the_answers_given(name):
    text = (readme.ROOT / name).read_text("utf-8")
    assert len(re.findall(r"^\$ kg ", text, re.MULTILINE)) >= 10
    assert readme.renewed(text) == text


def test_both_readmes_name_the_same_make_targets_that_exist():
    makefile = (readme.ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = [
        set(re.findall(r"`make ([a-z-]+)`", (readme.ROOT / name).read_text("utf-8")))
        for name in readme.READMES
    ]
    assert named[0] == named[1]
    assert {"run", "test"} <= named[0] <= targets
