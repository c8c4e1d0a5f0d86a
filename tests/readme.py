"""The console blocks of the READMEs, and what their commands print now.

A block is fenced as ```console; a line that starts with `$ kg` is run, the lines below it are
what it printed. A line `…` stands for whatever follows: long answers are shown in part.
Run as a script, it writes the answers of today into the READMEs; a person reads the difference.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh-CN.md")
BLOCK = re.compile(r"(?<=```console\n)(.*?)(?=```)", re.DOTALL)


def answer(command: str) -> str:
    """What one `kg …` line prints on standard output, 100 columns wide."""
    environment = {**os.environ, "COLUMNS": "100", "LANG": "C.UTF-8"}
    # The command is a line of our own README: a shell reads it as a reader's shell would.
    done = subprocess.run(
        command.replace("kg", f"{sys.executable} -m kg", 1),
        shell=True, capture_output=True, text=True, cwd=ROOT, env=environment, check=False,
    )  # fmt: skip
    if done.returncode:
        raise AssertionError(f"{command} ended with {done.returncode}: {done.stderr}")
    return done.stdout


def refreshed(block: str) -> str:
    """The block with each answer as it is now, cut where it was cut."""
    parts = re.split(r"^\$ (kg .*)\n", block, flags=re.MULTILINE)
    out = [parts[0]]
    for command, shown in zip(parts[1::2], parts[2::2], strict=True):
        lines = answer(command).splitlines()
        kept = shown.rstrip("\n").splitlines()
        if kept and kept[-1] == "…":
            lines = [*lines[: len(kept) - 1], "…"]
        out.append(f"$ {command}\n" + "".join(f"{line.rstrip()}\n" for line in lines))
    return "".join(out)


def renewed(text: str) -> str:
    """A README with the answers of today."""
    return BLOCK.sub(lambda match: refreshed(match[1]), text)


if __name__ == "__main__":
    for name in READMES:
        path = ROOT / name
        path.write_text(renewed(path.read_text("utf-8")), "utf-8")
