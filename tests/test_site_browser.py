"""The site in a real browser; web/test/site.test.js says what is tried."""

import json
import os
import shutil
import subprocess

import hostile
import pytest

import web
from kg.build import Assembly
from kg.house import House
from kg.site import Site
from kg.store import Store


@pytest.mark.full
def test_people_use_it(assembly: Assembly, house: House) -> None:
    node, chromium = shutil.which("node"), shutil.which("chromium")
    assert node, "Node is needed"
    assert chromium, "chromium is needed: see requirements-debian.txt"
    stores = (Store(assembly.store), hostile.store())
    servers = [web.serve(Site(store, house), store) for store in stores]
    ours, theirs = (f"http://127.0.0.1:{server.server_address[1]}" for server in servers)
    labels = json.dumps([label[:200].replace("\0", "") for label in hostile.LABELS])
    try:
        done = subprocess.run(
            [node, "--test", "--test-reporter=spec", "test/site.test.js"],
            cwd=house.root / "web",
            env={**os.environ, "SITE": ours, "HOSTILE": theirs, "CHROMIUM": chromium,
                 "LABELS": labels},
            capture_output=True, text=True, timeout=900, check=False,
        )  # fmt: skip
    finally:
        for server in servers:
            server.shutdown()
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
