"""The arguments of the command `kg`, with the help that it prints."""

import argparse
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NoReturn

from kg import __version__
from kg.errors import BAD

_ROWS = ("table", "csv", "tsv", "json", "xml", "md")
_GRAPHS = ("ttl", "nt")


class _Parser(argparse.ArgumentParser):
    """A parser whose errors end like every other bad input."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD, f"kg: {message}\n  {self.prog} --help shows how\n")


def parser(names: Collection[str]) -> argparse.ArgumentParser:
    """The parser of the command line; it sets `command` to one of `names`."""
    made = _Parser(
        prog="kg",
        description="Ask, check and build the knowledge graph of the sci-tech insurance Opinion.",
        epilog="kg COMMAND --help explains a command. Start with: kg questions",
    )
    made.add_argument("--version", action="version", version=f"kg {__version__}")
    commands = made.add_subparsers(
        dest="command", metavar="COMMAND", required=True, parser_class=_Parser
    )

    def command(name: str, summary: str, *examples: str) -> argparse.ArgumentParser:
        added: argparse.ArgumentParser = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog="examples:\n" + "\n".join(f"  {example}" for example in examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        return added

    one = command(
        "build", "write the graph into a folder",
        "kg build", "kg build my.ttl --out build-mine",
    )  # fmt: skip
    _build(one)

    one = command(
        "check", "check everything; exit 1 when something is wrong",
        "kg check", "kg check my.ttl", "kg check --all",
    )  # fmt: skip
    _check(one)
    _lang(one)

    one = command(
        "read", "tell what is to be read against the text, or record that somebody has read it",
        "kg read", "kg read kind:insurer p:q4-1-a", "kg read documents/opinion-qa/stated/q4.ttl",
        "kg read --all",
    )  # fmt: skip
    one.add_argument(
        "things", nargs="*", metavar="THING", help="a CURIE, an IRI, or a Turtle file: all of it"
    )
    one.add_argument("--all", action="store_true", help="all that is unread")

    one = command(
        "format", "lay out Turtle files in the one way, comments kept",
        "kg format", "kg format --check", "kg format my.ttl",
    )  # fmt: skip
    one.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="default: all of the house"
    )
    one.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 when a file would change"
    )

    one = command(
        "questions", "list the catalogue of questions, or show one in full",
        "kg questions", "kg questions --tag responsibility --lang zh", "kg questions who-leads",
    )  # fmt: skip
    one.add_argument(
        "question", nargs="?", metavar="QUESTION", help="show this one, with its query"
    )
    one.add_argument("--tag", help="only those with this tag")
    _format_option(one, ("table", "md", "json"))
    _lang(one)

    one = command(
        "ask", "ask a question of the catalogue",
        "kg ask who-leads", "kg ask what-does-actor-do --param actor=保险机构 --lang zh",
        "kg ask by-force -p force=force:supported --format csv > supported.csv",
    )  # fmt: skip
    one.add_argument("question", metavar="QUESTION", help="an id of kg questions")
    _param(one)
    _output(one)

    one = command(
        "query", "ask a SPARQL query (the prefixes of the house need no PREFIX line)",
        "kg query my.rq", "kg query -e 'SELECT ?s WHERE { ?s a sti:Measure }'",
        "echo 'DESCRIBE m:2-1' | kg query - --format ttl",
    )  # fmt: skip
    _query(one)

    one = command(
        "show", "show the card of a thing: what it is and what is said of it",
        "kg show 科技型中小企业", "kg show org:most --lang both", "kg show m:2-1 --all",
        "kg show p:q8-1-a --format json",
    )  # fmt: skip
    _show(one)

    one = command(
        "find", "find the statements whose words hold a text, or learn that the text lacks it",
        "kg find 走出去", "kg find universit --lang en", "kg find 税收",
    )  # fmt: skip
    one.add_argument(
        "text", metavar="TEXT", help="words of the text, or of the translation; no pattern"
    )
    _output(one)

    one = command(
        "source", "print the source text with its statements marked in the margin",
        "kg source", "kg source m:2-1", "kg source sec:q1 --lang both",
        "kg source --names > marked.txt",
    )  # fmt: skip
    one.add_argument(
        "what", nargs="?", metavar="MEASURE", help="or a part, section or statement; default: all"
    )
    one.add_argument(
        "--names",
        action="store_true",
        help="put [ ] around named things (a terminal underlines them)",
    )
    _lang(one)
    _graph(one)

    one = command(
        "export", "write a view of the graph in a format that other tools open",
        "kg export gexf --view responsibility --lang zh -o who-acts.gexf",
        "kg export csv --view coverage --excel -o coverage", "kg export --list",
    )  # fmt: skip
    _export(one)

    one = command(
        "plot", "draw a picture of what the text says",
        "kg plot responsibility --lang zh -o who-acts.svg", "kg plot --list",
        "kg plot coverage -p kind=sti:Technology", "kg plot path -p thing=侵权责任 -o path.png",
        "kg plot --all -o pictures",
    )  # fmt: skip
    _plot(one)

    one = command(
        "serve", "serve a build over HTTP: SPARQL, pages, questions",
        "kg serve", "kg serve --port 8080", "kg serve --config kg.toml",
        "KG_SECONDS=5 kg serve --host 0.0.0.0",
    )  # fmt: skip
    _serve(one)

    _mcp(command(
        "mcp", "serve a build to assistants, by the Model Context Protocol",
        "kg mcp", "kg mcp --http 8001", "kg mcp --http 0.0.0.0:8001 --config kg.toml",
    ))  # fmt: skip

    one = command(
        "publish", "put the graph on a server that answers SPARQL; see docs/remote.md",
        "kg publish ministry --dry-run", "kg publish ministry",
    )  # fmt: skip
    _publish(one)

    one = command(
        "terms", "print the term reference, made from the ontology",
        "kg terms", "kg terms -o docs/terms.md",
    )  # fmt: skip
    one.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="write it there; default: stdout"
    )
    assert {*commands.choices} == {*names}
    return made


def _build(one: argparse.ArgumentParser) -> None:
    one.add_argument("files", nargs="*", type=Path, metavar="FILE", help="more Turtle to take in")
    one.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="default: build/ of the checkout, else of this folder",
    )


def _check(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="more Turtle to check with the rest"
    )
    one.add_argument(
        "--all", action="store_true", help="every step anew, and HermiT has to run (needs Java)"
    )
    one.add_argument(
        "--engine",
        choices=("compiled", "pyshacl"),
        default="compiled",
        help="what judges by the shapes: SPARQL made of them, or pySHACL, the reference",
    )


def _query(one: argparse.ArgumentParser) -> None:
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("file", nargs="?", metavar="FILE", help="a file, or - for stdin")
    which.add_argument("-e", "--execute", metavar="SPARQL", help="the query itself")
    _output(one)


def _show(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "thing", metavar="THING", help="a CURIE, an IRI, or a label in Chinese or English"
    )
    one.add_argument(
        "--all", action="store_true", help="all that points there, not only the first few"
    )
    _format_option(one, ("text", "json"))
    _lang(one)
    _graph(one)


def _export(one: argparse.ArgumentParser) -> None:
    one.add_argument("format", nargs="?", metavar="FORMAT", help="one of those that --list shows")
    one.add_argument("--view", default="responsibility", help="default: responsibility")
    one.add_argument(
        "-o", "--out", type=Path, metavar="FILE",
        help="a folder for formats of several files; default: named after the view, in this folder",
    )  # fmt: skip
    one.add_argument("--list", action="store_true", help="list the formats and the views")
    one.add_argument(
        "--measures",
        action="store_true",
        help="with degree by role, betweenness, community and bridging of each node",
    )
    one.add_argument("--excel", action="store_true", help="csv: with the mark that Excel wants")
    one.add_argument(
        "--dynamic", action="store_true", help="gexf: dates as spells, for the timeline"
    )
    _lang(one)
    _graph(one)


def _serve(one: argparse.ArgumentParser) -> None:
    one.add_argument("--host", help="address to listen at; default: 127.0.0.1, this machine alone")
    one.add_argument("--port", type=int, help="default: 8000; 0 for any that is free")
    _endpoint(one)
    _settings(one)


def _mcp(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--http",
        metavar="[HOST:]PORT",
        help="as kg serve does, at /mcp, on this machine alone unless HOST says more; "
        "default: stdin and stdout",
    )
    _settings(one)


def _settings(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        help="settings in TOML, listed in docs/serving.md; KG_NAME in the environment sets one",
    )
    one.add_argument(
        "--build", metavar="DIR", help="a built graph; default: build/, made if it is not there"
    )


def _plot(one: argparse.ArgumentParser) -> None:
    one.add_argument("picture", nargs="?", metavar="PICTURE", help="one of those of --list")
    one.add_argument("--all", action="store_true", help="every picture, into a folder")
    one.add_argument("--list", action="store_true", help="list the pictures")
    _param(one)
    one.add_argument(
        "-f", "--format", choices=("svg", "png"), help="default: as the file is called, else svg"
    )
    one.add_argument(
        "-o", "--out", type=Path, metavar="FILE",
        help="with --all a folder, default: pictures/; else default: PICTURE.FORMAT",
    )  # fmt: skip
    _lang(one)
    _graph(one)


def _publish(one: argparse.ArgumentParser) -> None:
    one.add_argument("endpoint", metavar="PROFILE", help="a profile in kg.toml, or an address")
    one.add_argument("--dry-run", action="store_true", help="say what would happen; change nothing")
    _where(one)


def _param(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "-p", "--param", action="append", default=[], metavar="NAME=VALUE",
        help="an IRI, a CURIE or a label in Chinese or English; * for any; may be given again",
    )  # fmt: skip


def _format_option(parser: argparse.ArgumentParser, formats: Sequence[str]) -> None:
    parser.add_argument(
        "-f", "--format", choices=formats, default=formats[0], help=f"default: {formats[0]}"
    )


def _lang(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--lang",
        choices=("zh", "en", "both"),
        help="of labels; default: zh in a Chinese locale, else en",
    )


def _where(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--build",
        metavar="DIR",
        help="a built graph; default: build/ if it is up to date, else the files",
    )


def _graph(parser: argparse.ArgumentParser) -> None:
    """Which graph: one that is here, or one on a server."""
    _where(parser)
    _endpoint(parser)


def _endpoint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--endpoint",
        metavar="URL",
        help="the graph of a server: its address, or the name of a profile in kg.toml",
    )


def _output(parser: argparse.ArgumentParser) -> None:
    _format_option(parser, (*_ROWS, *_GRAPHS))
    parser.add_argument(
        "--no-labels",
        action="store_true",
        help="CURIEs instead of labels; csv, tsv: no label columns",
    )
    _lang(parser)
    _graph(parser)
