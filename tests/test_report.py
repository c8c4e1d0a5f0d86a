"""The report of the gate, in both languages."""

from kg.finding import Finding
from kg.report import Report, Step

ONE = Finding("a.ttl", 3, "quote", "error", "", "甲", "it is wrong", "有误", "mend it", "请改正")
TOLD = Finding("a.ttl", 4, "quote", "info", "", "", "by the way", "另外")
REPORT = Report(
    [
        Step("quotes", False, 1, 2.0, "9 quotes", reused="3 of 4 reused"),
        Step("words", True, 1, 0.0, ""),
        Step("rules", True, 0, 0.0, "2 rules"),
    ],
    [ONE, TOLD],
)


def test_in_english() -> None:
    assert not REPORT.ok
    assert REPORT.render("en") == (
        "quotes    1 wrong     9 quotes (3 of 4 reused, 2 s)\n"
        "words     1 found\n"
        "rules     ok          2 rules\n"
        "\na.ttl:3: error (quote): 甲\n  it is wrong\n  mend it\n"
        "\na.ttl:4: info (quote)\n  by the way\n"
    )


def test_in_chinese_with_what_to_do() -> None:
    assert REPORT.render("zh") == (
        "quotes    引文          1 处    9 条引文 (3 / 4 沿用, 2 秒)\n"
        "words     文字覆盖      1 处\n"
        "rules     规则          通过    2 条规则\n"
        "\na.ttl:3: 错误 (quote): 甲\n  有误\n  请改正\n"
        "\na.ttl:4: 提示 (quote)\n  另外\n"
    )
