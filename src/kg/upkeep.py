"""The commands that make the graph, check it, and give it to others: all but asking and drawing."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import FOUND, KGError
from kg.house import House
from kg.talk import count, language, phrase, say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from kg.store import Lang


def _house() -> House:
    return House.find().require()


def build(arguments: argparse.Namespace) -> int:
    """Writes the graph into a folder."""
    from kg.build import build as write  # noqa: PLC0415
    from kg.inputs import default_folder  # noqa: PLC0415

    house = _house()
    _present(arguments.files)
    out = arguments.out or Path(default_folder(str(house.root)))
    built = write(house, out, arguments.files)
    for found in built.coverage:
        say(
            f"{found.document}: {found.words:.1%} of {found.characters} characters encoded, "
            f"{found.slots:.1%} of the words of {found.provisions} provisions in slots"
        )
    say(f"{built.triples} triples in {house.name(out)}/")
    return 0


def _present(files: Sequence[Path]) -> None:
    """Refuses files that are not there before any work is done.

    Raises:
        KGError: one of them is not there.
    """
    for path in files:
        if not path.exists():
            raise KGError("the file is not there", (str(path), 0), "check its name and its folder")


def check(arguments: argparse.Namespace) -> int:
    """Runs the gate; 1 when something is wrong."""
    from kg.check import run  # noqa: PLC0415
    from kg.publish import kept  # noqa: PLC0415

    _present(arguments.files)
    house = _house()
    report = run(
        house, arguments.files, all=arguments.all, kept=kept(house), engine=arguments.engine
    )
    lang: Lang = "zh" if language(arguments) == "zh" else "en"
    sys.stdout.write(report.render(lang))
    wrong = sum(finding.severity == "error" for finding in report.findings)
    texts = {
        "zh": f"{len(report.findings)} 处问题，其中 {wrong} 处错误",
        "en": f"{count(wrong, 'error')} in {count(len(report.findings), 'finding')}",
    }
    say(phrase({"zh": "全部通过", "en": "all holds"} if report.ok else texts, lang))
    return 0 if report.ok else FOUND


def read_back(arguments: argparse.Namespace) -> int:
    """Tells what is to be read, or records that it was."""
    from kg.readings import readings, recorded  # noqa: PLC0415

    house = _house()
    if arguments.things or arguments.all:
        done = recorded(house, arguments.things, all=arguments.all)
        say(f"{count(done, 'thing')} recorded as read")
        return 0
    found = [finding for one in readings(house) for finding in one.findings()]
    for one in found:
        print(f"{one.where}: {one.label or one.file}: {one.message}")
    say(f"{count(len(found), 'thing')} to read" if found else "everything is read")
    return FOUND if found else 0


def format(arguments: argparse.Namespace) -> int:
    """Lays out Turtle files; with --check, 1 when one would change."""
    from kg.layout import format_text  # noqa: PLC0415
    from kg.turtle import parse_text, read_text  # noqa: PLC0415

    house = _house()
    every = [*house.ontology(), *house.alignment(), *house.vocabularies(), *house.shapes()]
    every += [path for folder in house.documents() for path in folder.turtle]
    changed = []
    for path in arguments.files or every:
        name = house.name(path)
        text = read_text(path, name)
        parse_text(text, name)  # what is broken is told, never mended in silence
        laid_out = format_text(text, name)
        if laid_out != text:
            changed.append(name)
            if not arguments.check:
                path.write_text(laid_out, encoding="utf-8", newline="")
    for name in changed:
        print(name)
    say(f"{count(len(changed), 'file')} {'would change' if arguments.check else 'changed'}")
    return FOUND if changed and arguments.check else 0


def serve(arguments: argparse.Namespace) -> int:
    """Serves a build, or the graph of a server, until it is stopped."""
    from kg.config import NAMED_BY  # noqa: PLC0415
    from kg.serve import config  # noqa: PLC0415

    given = {"host": arguments.host, "port": arguments.port, "endpoint": arguments.endpoint}
    settings = config.read(arguments.config, given=given)
    try:
        from kg.serve.server import run  # noqa: PLC0415
    except ImportError as error:
        raise KGError(
            f"kg serve needs {error.name}, which is not installed",
            hint="pip install 'sci-tech-insurance-kg[serve]'",
        ) from None
    if arguments.config:  # where the workers find the profile too
        os.environ[NAMED_BY] = str(arguments.config)
    if settings.endpoint and arguments.build is not None:
        raise KGError("--endpoint and --build name two graphs", hint="leave one of them out")
    run(settings, "" if settings.endpoint else _built(arguments.build), say)
    return 0


def mcp(arguments: argparse.Namespace) -> int:
    """Serves a build to assistants until they go."""
    from kg.serve import config  # noqa: PLC0415

    try:
        from kg.serve import tools  # noqa: PLC0415
    except ImportError as error:
        raise KGError(
            f"kg mcp needs {error.name}, which is not installed",
            hint="pip install 'sci-tech-insurance-kg[mcp]'",
        ) from None
    if arguments.http is None:
        tools.run(_built(arguments.build), config.read(arguments.config))
        return 0
    host, _, port = arguments.http.rpartition(":")
    if not (port.isascii() and port.isdecimal()):
        raise KGError(f"{arguments.http!r} names no port", ("--http", 0), "--http 127.0.0.1:8001")
    arguments.host, arguments.port = host.strip("[]") or "127.0.0.1", int(port)
    arguments.endpoint = ""  # the tools ask a build
    return serve(arguments)


def _built(given: str | None) -> str:
    """The folder of a build: the one given, else the usual one, made if it is not there."""
    from kg import inputs, published  # noqa: PLC0415

    house = inputs.root()
    folder = given or inputs.default_folder(house)
    if given is None:
        built = published.at(folder)
        if built is None:
            from kg.build import build as write  # noqa: PLC0415

            say("nothing is built yet: building")
            write(_house(), Path(folder))
        elif not inputs.fresh(f"{built.generation}/{inputs.STAMP}", house):
            say(f"{folder} is out of date; kg build makes it anew, and it is taken up at once")
    return folder


def publish(arguments: argparse.Namespace) -> int:
    """Puts the graph on a server."""
    from kg import remote  # noqa: PLC0415
    from kg.prefixes import shrink  # noqa: PLC0415
    from kg.published import open_store  # noqa: PLC0415
    from kg.remote.sending import Publication  # noqa: PLC0415

    transport = remote.Transport(remote.find(arguments.endpoint))
    store = open_store(_house(), arguments.build, say)
    publication = Publication(transport, store.quads(), say)
    plan = publication.plan()
    if not arguments.dry_run:
        publication.send(plan)
    for what, names in plan.steps():
        for name in names:
            triples = publication.graphs[name].triples if name in publication.graphs else 0
            size = f" ({count(triples, 'triple')})" if triples else ""
            print(f"{'would ' * arguments.dry_run}{what} {shrink(name)}{size}")
    same = f"{count(len(plan.same), 'graph')} there already"
    todo = len(plan.new) + len(plan.changed)
    say(f"{count(todo, 'graph')} {'to send' if arguments.dry_run else 'sent'}, {same}")
    return 0


def terms(arguments: argparse.Namespace) -> int:
    """Prints the term reference."""
    from kg.terms import render, write  # noqa: PLC0415

    if arguments.out:
        write(_house(), arguments.out)
    else:
        sys.stdout.write(render(_house()))
    return 0
