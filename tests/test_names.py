"""Names: what they mean, and what is suggested where they mean nothing."""

import pytest
import tiny

from kg import names
from kg.assembly import Assembly
from kg.errors import KGError
from kg.prefixes import shrink
from kg.store import Store, node

STORE = tiny.store()


def test_names() -> None:
    def named(text: str, *of: str) -> str:
        return shrink(names.resolve(STORE, text, of).value)

    assert named("MOST") == named("most") == named("科技部") == "org:most"
    assert named("企业") == "kind:enterprise"  # not the longer 科技型企业
    assert named("企业主体") == "kind:enterprise"  # hidden, its quotation marks left out
    assert named("provision") == "sti:Provision"
    assert named("university") == "kind:university"  # before the one that is called so in part
    with pytest.raises(KGError, match="nothing is called"):
        named("place")  # university (place): what tells two apart is no name
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


def test_dashes_plurals_and_punctuation_do_not_count() -> None:
    def named(text: str) -> str:
        return shrink(names.resolve(STORE, text, ["sti:ActorKind"]).value)

    assert named("enterprises") == named("Enterprise") == "kind:enterprise"
    assert named("tech–enterprise") == named("科技-型 企业") == "kind:tech-enterprise"


def test_what_is_only_nearly_a_name_is_suggested_with_what_the_text_says() -> None:
    with pytest.raises(KGError) as error:
        names.resolve(STORE, "大学生")
    assert "did you mean" in str(error.value)
    assert "no statement says “大学生” either" in str(error.value)
    with pytest.raises(KGError, match="1 statement says “合力”: kg find 合力"):
        names.resolve(STORE, "合力")


def test_a_name_without_its_prefix_is_suggested_first() -> None:
    assert shrink(names.nearest(STORE, "1-b")[0].value) == "p:1-b"
    with pytest.raises(KGError, match="did you mean: p:1-b"):
        names.resolve(STORE, "1-b")


def test_the_graph_of_the_house(assembly: Assembly) -> None:
    """The concept before the class, abbreviations, what is curated and not in the text."""
    whole = Store(assembly.store)

    def named(text: str, *of: str) -> str:
        return shrink(names.resolve(whole, text, of).value)

    assert named("insurer") == named("insurance institutions") == "kind:insurer"
    assert named("sti:Insurer") == "sti:Insurer"
    assert named("sti:Insurer", "sti:NamedThing") == "kind:insurer"
    assert named("Guangdong-Hong Kong-Macao Greater Bay Area") == "place:gba"

    def near(text: str) -> list[str]:
        return [shrink(one.value) for one in names.nearest(whole, text)]

    assert near("Greater Bay Area") == ["place:gba", "place:gba-centre"]
    assert near("工信部") == ["org:miit"]
    assert near("共保体") == ["mech:insurance-pool"]
    assert near("揭榜挂帅") == ["mech:open-bidding"]
    assert near("习近平") == ["person:xi-jinping"]
    assert "kind:insurer" in near("保险公司")
    assert near("银行") == []  # one sign in common is no likeness
    curated = names.shown(whole, node("prod:statistics-first-set-equipment"))
    assert curated.endswith("; curated, not in the text)")
