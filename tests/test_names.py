"""Names: what they mean, and what is suggested where they mean nothing."""

import pytest
import tiny

from kg import names
from kg.errors import KGError
from kg.prefixes import shrink

STORE = tiny.store()


def test_names() -> None:
    def named(text: str, *of: str) -> str:
        return shrink(names.resolve(STORE, text, of).value)

    assert named("MOST") == named("most") == named("科技部") == "org:most"
    assert named("企业") == "kind:enterprise"  # not the longer 科技型企业
    assert named("企业主体") == "kind:enterprise"  # hidden, its quotation marks left out
    assert named("provision") == "sti:Provision"
    assert named("university") == "kind:university"  # before the one that is called so in part
    assert named("place") == "place:university"
    assert named("大学", "sti:ActorKind") == named("大学", "scheme:kind") == "kind:university"
    with pytest.raises(KGError, match="more than one thing") as error:
        named("大学")
    assert "kind:university" in str(error.value)
    assert "place:university" in str(error.value)
    with pytest.raises(KGError, match=r"did you mean: .*kind:tech-enterprise") as error:
        named("科技企业", "sti:ActorKind")
    assert "org:" not in str(error.value)


def test_the_nearest_name_comes_first() -> None:
    def near(text: str) -> list[str]:
        return [shrink(one.value) for one in names.nearest(STORE, text)]

    assert near("企叶")[0] == "kind:enterprise"
    assert near("org:mozt")[0] == near("MOTS")[0] == "org:most"
    assert near("科技型（企业）")[0] == "kind:tech-enterprise"  # punctuation does not count
    assert "kind:enterprise" not in near("ent")  # inside a word, not a word
    assert near("。") == []
