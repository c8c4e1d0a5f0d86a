"""The command `kg`: reads arguments, calls the part that does the work, prints what it gives.

Data goes to stdout, talk to stderr. Exit codes: 0 done; 1 findings; 2 bad input; 130 Ctrl-C.
"""

from __future__ import annotations

import os
import sys

# The part of `signal` that is in C: the rest makes enums of these.
from _signal import SIG_DFL, SIGINT, signal  # type: ignore[import-not-found]

from kg import plain
from kg.errors import BAD, KGError
from kg.talk import count, language, phrase, say

# The parts are imported by the commands that need them, so that the rest stays quick.
TYPE_CHECKING = False  # see kg.store
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from kg.catalogue import Question
    from kg.house import House
    from kg.published import Published
    from kg.store import Lang, Result, Store

INTERRUPTED = 130


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        argv: the arguments; None for those of the process.

    Returns:
        The exit code.
    """
    arguments = plain.read(sys.argv[1:] if argv is None else argv)
    if arguments is None:
        from kg.arguments import parser  # noqa: PLC0415

        arguments = parser(_COMMANDS).parse_args(argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Chinese also where the locale says ASCII
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if argv is None and arguments.command in _READERS:
        # The engine does not hear Ctrl-C while it works, and these have nothing to tidy up.
        signal(SIGINT, SIG_DFL)
    if os.path.isfile("ontology/prefixes.ttl"):
        _warn_of_another()
    try:
        code = _COMMANDS[arguments.command](arguments)
        sys.stdout.flush()
    except KGError as error:
        print(f"kg: {error}", file=sys.stderr)
        return BAD
    except BrokenPipeError:  # the reader has gone, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _warn_of_another() -> None:
    """Says so when the working folder is a checkout, and not the one that is read."""
    from kg import inputs  # noqa: PLC0415

    if (house := inputs.root()) != os.path.realpath(os.getcwd()):
        say(f"this folder is another checkout; what is read is {house}")


# ---------------------------------------------------------------- helpers


def _house() -> House:
    from kg.house import House  # noqa: PLC0415

    return House.find().require()


def _store(arguments: argparse.Namespace, house: House) -> Store:
    if arguments.endpoint:
        if arguments.build is not None:
            raise KGError("--endpoint and --build name two graphs", hint="leave one of them out")
        from kg import remote  # noqa: PLC0415

        return remote.store(arguments.endpoint)
    from kg.published import open_store  # noqa: PLC0415

    return open_store(house, arguments.build, say)


def _published(build: str | None = None) -> Published | None:
    """The build in a folder, else the one of the house if it is up to date."""
    from kg import inputs, published  # noqa: PLC0415

    return published.find(inputs.root()) if build is None else published.at(build)


def _question(built: Published | None, name: str) -> Question:
    """A question as it was compiled, else as it stands in its file.

    Raises:
        KGError: there is none, or it is broken.
    """
    if built and (found := built.questions().get(name)):
        return found
    from kg import catalogue  # noqa: PLC0415

    return catalogue.find(_house(), name)


def _width() -> int:
    """Columns of the screen: COLUMNS, else the terminal's, else 100."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told):
        return int(told)
    try:  # what shutil does too, which takes longer to import
        return os.get_terminal_size(sys.stdout.fileno()).columns or 100
    except (OSError, ValueError):
        return 100


def _read(name: str) -> str:
    """The text of a file, or of stdin for `-`."""
    if name != "-":
        from pathlib import Path  # noqa: PLC0415

        from kg.turtle import read_text  # noqa: PLC0415

        return read_text(Path(name))
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise KGError("stdin is not UTF-8") from None


def _json(data: object) -> None:
    import json  # noqa: PLC0415

    print(json.dumps(data, ensure_ascii=False, indent=2))


def _print_result(
    arguments: argparse.Namespace, result: Result, store: Store, order: Sequence[str] = ()
) -> None:
    """Prints rows or triples; `order` are the columns by which rows are sorted on the screen."""
    from kg import formats  # noqa: PLC0415

    lang = None if arguments.no_labels else language(arguments)
    if (text := formats.written(result, store, arguments.format, lang)) is not None:
        sys.stdout.write(text)
        return
    from kg.results import View, render  # noqa: PLC0415 - for the screen: takes longer

    view = View(language(arguments), not arguments.no_labels, _width(), order)
    text = render(result, store, arguments.format, view)
    sys.stdout.write(text)


# ---------------------------------------------------------------- commands


def _questions(arguments: argparse.Namespace) -> int:
    from kg import catalogue  # noqa: PLC0415

    built, lang = _published(), language(arguments)
    if arguments.question:
        found = [_question(built, arguments.question)]
    else:
        found = catalogue.catalogue(built.questions() if built else _house(), arguments.tag)
    if arguments.format == "json":
        _json([_question_data(question) for question in found])
    elif arguments.question:
        _print_question(found[0], lang)
    else:
        _print_questions(found, lang, arguments.format)
    return 0


def _question_data(question: Question) -> dict[str, object]:
    return question.data()


def _print_questions(found: list[Question], lang: Lang, how: str) -> None:
    from kg.results import markdown, text_table  # noqa: PLC0415

    names = ("question", "asks", "about")
    rows = [
        [
            question.id,
            phrase(question.summary, lang),
            ", ".join(p.name for p in question.parameters),
        ]
        for question in found
    ]
    text = markdown(names, rows) if how == "md" else text_table(names, rows, _width())
    sys.stdout.write(text)
    tags = sorted({tag for question in found for tag in question.tags})
    say(f"{count(len(rows), 'question')}, by --tag: {', '.join(tags)}")
    say("kg questions QUESTION shows one; kg ask QUESTION [-p ABOUT=VALUE] asks it")


def _print_question(question: Question, lang: Lang) -> None:
    print(f"{question.id}: {phrase(question.summary, lang)}")
    print(f"tags: {', '.join(question.tags)}")
    print(f"rows: {phrase(question.rows, lang)}")
    if question.why:
        print(f"no rows: {phrase(question.why, lang)}")
    for one in question.parameters:
        kind = f"{one.type} of {' or '.join(one.of)}" if one.of else one.type
        told = phrase(one.summary, lang)
        print(f"parameter {one.name} ({kind}; default {one.default or 'any'}): {told}")
    print()
    print("\n".join(line for line in question.text.splitlines() if not line.startswith("#+")))


def _values(params: Sequence[str]) -> dict[str, list[str]]:
    """What `--param NAME=VALUE` gives, by name."""
    values: dict[str, list[str]] = {}
    for given in params:
        name, equals, value = given.partition("=")
        if not equals or not value:
            raise KGError(f"--param takes NAME=VALUE, not {given!r}")
        values.setdefault(name, []).append(value)
    return values


def _ask(arguments: argparse.Namespace) -> int:
    from kg import catalogue  # noqa: PLC0415

    built = _published(arguments.build)
    question = _question(built, arguments.question)
    values = _values(arguments.param)
    store = built.store() if built and not arguments.endpoint else _store(arguments, _house())
    terms = catalogue.terms(store, question, values)
    result = catalogue.answer(store, question, terms)
    _print_result(arguments, result, store, question.order)
    for line in catalogue.remarks(store, question, terms, result, language(arguments)):
        say(line)
    return 0


def _query(arguments: argparse.Namespace) -> int:
    text = arguments.execute if arguments.execute is not None else _read(arguments.file)
    store = _store(arguments, _house())
    result = store.query(text)
    _print_result(arguments, result, store)
    from kg.doubts import doubts  # noqa: PLC0415

    for line in doubts(text, result, store, language(arguments)):
        say(line)
    if result.triples is not None:
        many = len(result.triples)
        say(phrase({"zh": f"{many}个三元组", "en": count(many, "triple")}, language(arguments)))
    elif result.boolean is None:
        many = len(result.rows)
        say(phrase({"zh": f"{many}行", "en": count(many, "row")}, language(arguments)))
    return 0


def _show(arguments: argparse.Namespace) -> int:
    from kg import card, names, page  # noqa: PLC0415

    store = _store(arguments, _house())
    found = card.card(store, names.resolve(store, arguments.thing))
    if arguments.format == "json":
        _json(found)
    else:
        most = sys.maxsize if arguments.all else page.MOST
        sys.stdout.write(page.text(found, language(arguments), _width(), most))
    return 0


def _find(arguments: argparse.Namespace) -> int:
    from kg import search  # noqa: PLC0415

    house = _house()
    store = _store(arguments, house)
    found = search.find(store, arguments.text)
    _print_result(arguments, search.result(found), store)
    if found:
        told = {
            "zh": f"{len(found)}条陈述含有“{arguments.text}”",
            "en": f"{count(len(found), 'statement')} say{'s' * (len(found) == 1)} "
            f"“{arguments.text}”",
        }
        say(phrase(told, language(arguments)))
    else:
        say(search.silence(search.sources(house), arguments.text, language(arguments)))
    return 0


def _source(arguments: argparse.Namespace) -> int:
    from kg.source import Style, marked  # noqa: PLC0415

    house = _house()
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    style = Style(language(arguments), _width(), colour, arguments.names)
    sys.stdout.write(marked(_store(arguments, house), house, arguments.what, style))
    return 0


def _export(arguments: argparse.Namespace) -> int:
    from kg import view  # noqa: PLC0415
    from kg.export import FORMATS, export  # noqa: PLC0415
    from kg.export.told import Options  # noqa: PLC0415

    house, lang = _house(), language(arguments)
    if arguments.list:
        _print_formats(house, lang)
        return 0
    if arguments.format not in FORMATS:
        known = f"formats are: {', '.join(FORMATS)}"
        wrong = f"there is no format {arguments.format!r}" if arguments.format else "which format?"
        raise KGError(wrong, hint=known)
    for option, only in (("excel", "csv"), ("dynamic", "gexf")):
        if getattr(arguments, option) and arguments.format != only:
            raise KGError(f"--{option} is for {only}, not for {arguments.format}")
    found = view.read(house, arguments.view)
    projection = view.Projection(_store(arguments, house), found, lang)
    if arguments.measures:
        try:
            from kg import network  # noqa: PLC0415
        except ImportError:
            raise KGError(
                "--measures needs networkx, which is not installed",
                hint="pip install 'sci-tech-insurance-kg[graph]'",
            ) from None
        projection.added = network.measures(projection)
    out = arguments.out or FORMATS[arguments.format].file(arguments.view)
    options = Options(arguments.format, arguments.excel, arguments.dynamic)
    told = export(projection, out, options)
    say(f"{count(told.nodes, 'node')}, {count(told.edges, 'edge')} in {out}")
    if told.replaced:
        say(f"{count(told.replaced, 'character')} that the format forbids became U+FFFD")
    if told.cut:
        say(f"{told.cut} nodes and edges were cut: the format is for small graphs")
    sums = {b: sum(counts[b] for _, counts in projection.account()) for b in view.BUCKETS}
    say("triples: " + ", ".join(f"{count} {bucket}" for bucket, count in sums.items() if count))
    return 0


def _print_formats(house: House, lang: Lang) -> None:
    from kg import view  # noqa: PLC0415
    from kg.export import FORMATS  # noqa: PLC0415
    from kg.results import text_table  # noqa: PLC0415

    rows = [[one.name, one.opens] for one in FORMATS.values()]
    sys.stdout.write(text_table(["format", "opens in"], rows, _width()))
    every = [view.read(house, name) for name in view.views(house)]
    rows = [[one.id, phrase(one.title, lang), phrase(one.description, lang)] for one in every]
    sys.stdout.write("\n" + text_table(["view", "title", "shows"], rows, _width()))


def _plot(arguments: argparse.Namespace) -> int:
    from pathlib import Path  # noqa: PLC0415

    from kg import plot  # noqa: PLC0415

    house, lang = _house(), language(arguments)
    if arguments.list:
        _print_pictures(house, lang)
        return 0
    if bool(arguments.picture) == arguments.all:
        raise KGError("name one picture, or give --all", hint="kg plot --list shows them")
    values = _values(arguments.param)
    store = _store(arguments, house)
    names = plot.pictures(house) if arguments.all else [arguments.picture]
    suffix = (arguments.out.suffix if arguments.out and not arguments.all else "") or ".svg"
    form = arguments.format or suffix.lstrip(".")
    for name in names:
        drawing = plot.draw(store, plot.read(house, name), lang, values)
        out = arguments.out or Path("pictures" if arguments.all else f"{name}.{form}")
        if arguments.all:
            out = out / f"{name}.{lang}.{form}"
        plot.save(drawing, out, form)
        say(f"{out}: stands on {count(drawing.statements, 'statement')}")
        if drawing.replaced:
            say(f"{count(drawing.replaced, 'character')} that the font lacks became 〓")
    return 0


def _print_pictures(house: House, lang: Lang) -> None:
    from kg import plot  # noqa: PLC0415
    from kg.results import text_table  # noqa: PLC0415

    rows = []
    for name in plot.pictures(house):
        question = plot.read(house, name).question
        named = ", ".join(f"{p.name}={p.default or '*'}" for p in question.parameters)
        rows.append([name, phrase(question.summary, lang), named])
    sys.stdout.write(text_table(["picture", "shows", "parameters"], rows, _width()))


def _upkeep(name: str) -> Callable[[argparse.Namespace], int]:
    """A command that changes or checks something, whose module is loaded when it is given."""

    def run(arguments: argparse.Namespace) -> int:
        from kg import upkeep  # noqa: PLC0415

        done: int = getattr(upkeep, name)(arguments)
        return done

    return run


_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": _upkeep("build"),
    "check": _upkeep("check"),
    "format": _upkeep("format"),
    "read": _upkeep("read_back"),
    "questions": _questions,
    "ask": _ask,
    "query": _query,
    "show": _show,
    "find": _find,
    "source": _source,
    "export": _export,
    "plot": _plot,
    "serve": _upkeep("serve"),
    "mcp": _upkeep("mcp"),
    "publish": _upkeep("publish"),
    "terms": _upkeep("terms"),
}
# Nothing to tidy up: see `main`.
_READERS = ("ask", "query", "show", "find", "source")
