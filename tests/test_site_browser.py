"""The site in a real browser; web/test/site.test.js says what is tried."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import hostile
import pytest
from serving import serving

from kg import catalogue
from kg.build import build
from kg.house import House
from kg.published import CATALOGUE
from kg.store import Oxigraph, Store


def published(folder: Path, store: Store, house: House) -> Path:
    """A build of a graph that comes from no house, with the questions of one."""
    generation = folder / "generation-0"
    generation.mkdir(parents=True)
    lines = sorted(f"{quad} .\n" for quad in store.quads())
    (generation / "graph.nq").write_text("".join(lines), "utf-8", newline="\n")
    Oxigraph.write(str(generation / "store"), str(generation / "graph.nq"))
    (generation / CATALOGUE).write_text(catalogue.compile(house), "utf-8", newline="\n")
    (generation / "void.ttl").touch()
    (folder / "current").symlink_to(generation.name)
    return folder


@pytest.mark.full
def test_people_use_it(house: House, tmp_path: Path) -> None:
    node, chromium = shutil.which("node"), shutil.which("chromium")
    assert node, "Node is needed"
    assert chromium, "chromium is needed: see requirements-debian.txt"
    build(house, tmp_path / "ours")
    published(tmp_path / "theirs", hostile.store(), house)
    labels = json.dumps([label[:200].replace("\0", "") for label in hostile.LABELS])
    with serving(tmp_path / "ours") as ours, serving(tmp_path / "theirs") as theirs:
        done = subprocess.run(
            [node, "--test", "--test-reporter=spec", "test/site.test.js"],
            cwd=house.root / "web",
            env={**os.environ, "SITE": ours.address, "HOSTILE": theirs.address,
                 "CHROMIUM": chromium, "LABELS": labels},
            capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
        said = ours.log.read_text() + theirs.log.read_text()
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    assert '"event": "fault"' not in said, said[-4000:]
