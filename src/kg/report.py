"""The report of the gate: its steps, a line each, and what they found, in zh or en."""

from dataclasses import dataclass, field

from kg.finding import Finding

_SEVERITY_ZH = {"error": "错误", "warning": "警告", "info": "提示"}
_STEPS_ZH = {
    "syntax": "语法", "prefixes": "前缀", "format": "排版", "headers": "文件头", "names": "名称",
    "source": "原文", "quotes": "引文", "words": "文字覆盖", "slots": "要素覆盖", "rules": "规则",
    "owl-rl": "OWL RL 推理", "hermit": "HermiT 推理", "shapes": "形状", "checks": "检查",
    "readback": "复核", "questions": "问题", "pairs": "配对",
}  # fmt: skip
# What the notes of the steps are made of, longer ones first.
_NOTES_ZH = {
    "looked for contradictions by the OWL 2 RL rules": "以 OWL 2 RL 规则查找矛盾",
    "looked for contradictions and empty classes": "查找矛盾和空类",
    "looked for rows that pair what the text does not": "查找原文未配对而被配对的行",
    ", golden rows not compared with files added": "，另加文件时不比对标准答案",
    " prefixes, the same in every file": " 个前缀，各文件一致",
    " names that queries and shapes use": " 个查询和形状所用的名称",
    " ontology headers": " 个本体头",
    " Turtle files": " 个 Turtle 文件",
    " things read": " 个事物已复核",
    " questions": " 个问题",
    " queries": " 个查询",
    " quotes": " 条引文",
    " shapes": " 个形状",
    " checks": " 项检查",
    " rules": " 条规则",
    "needs owlready2 and Java: ": "需要 owlready2 和 Java：",
    "a file cannot be read: mend the syntax first": "有文件无法读取：请先改正语法",
    " reused": " 沿用",
    " of ": " / ",
    "reused": "沿用",
    " s)": " 秒)",
}


@dataclass(frozen=True)
class Step:
    """One line of the table.

    Attributes:
        name: of the step.
        ok: nothing of severity `error` was found.
        findings: how many findings of any severity.
        seconds: how long it took.
        note: what was looked at, or why nothing was.
        skipped: it did not run.
        reused: what was known from an earlier run: nothing, `reused`, or `3 of 4 reused`.
    """

    name: str
    ok: bool
    findings: int
    seconds: float
    note: str
    skipped: bool = False
    reused: str = ""

    @property
    def outcome(self) -> str:
        """`ok`, `skipped`, or the number of findings."""
        if self.skipped:
            return "skipped"
        return "ok" if not self.findings else f"{self.findings} {'found' if self.ok else 'wrong'}"

    @property
    def told(self) -> str:
        """The note, with what was reused, and the seconds where they can be felt."""
        told = [self.reused] if self.reused else []
        told += [f"{self.seconds:.0f} s"] if self.seconds >= 1 else []
        return self.note + (f" ({', '.join(told)})" if told else "")


@dataclass
class Report:
    """What the gate found: a step a line, then the findings, file by file."""

    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether every step holds."""
        return all(step.ok for step in self.steps)

    def render(self, lang: str = "en") -> str:
        """The report as text, in `zh` or `en`."""
        zh = lang == "zh"
        lines = [_step_zh(step) if zh else _step(step) for step in self.steps]
        for one in self.findings:
            severity = _SEVERITY_ZH[one.severity] if zh else one.severity
            label = f": {one.label}" if one.label else ""
            lines += ["", f"{one.where}: {severity} ({one.check}){label}"]
            texts = (one.message_zh, one.mend_zh) if zh else (one.message, one.mend)
            lines += [f"  {text}" for text in texts if text]
        return "\n".join(lines) + "\n"


def _step(step: Step) -> str:
    return f"{step.name:<10}{step.outcome:<12}{step.told}".rstrip()


def _step_zh(step: Step) -> str:
    from kg.results import pad  # noqa: PLC0415

    told = step.told
    for en, zh in _NOTES_ZH.items():
        told = told.replace(en, zh)
    outcome = {"skipped": "略过", "ok": "通过"}.get(step.outcome, f"{step.findings} 处")
    name = _STEPS_ZH.get(step.name, step.name)
    return f"{step.name:<10}{pad(name, 14)}{pad(outcome, 8)}{told}".rstrip()
