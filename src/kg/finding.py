"""One thing that a check found wrong, with the place where it is mended."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong where, in an order that reads file by file.

    Attributes:
        file: path as shown to the user, relative to the house where it lies inside.
        line: line in that file, from 1; 0 when only the file is known.
        check: short name of the check, e.g. `syntax`, `quote`, `words`.
        severity: `error` stops the build; `warning` and `info` do not.
        focus: IRI of the thing concerned, or "".
        label: name of that thing for a reader, or "".
        message: what is wrong, in English.
        message_zh: the same in Chinese.
        mend: what to do, in English, or "".
        mend_zh: the same in Chinese; where it is "", `message_zh` says it.
    """

    file: str
    line: int
    check: str
    severity: Severity
    focus: str
    label: str
    message: str
    message_zh: str
    mend: str = ""
    mend_zh: str = ""

    @property
    def where(self) -> str:
        """`file:line`, or the file alone when no line is known."""
        return f"{self.file}:{self.line}" if self.line else self.file
