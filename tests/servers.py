"""Real servers on loopback, started by the tests that need them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

from kg.remote import Profile, Transport

SECRET = "KG_TEST_SECRET"


def port() -> int:
    """A port that is free."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        found: int = one.getsockname()[1]
        return found


class Server:
    """A server that can be killed and started again over the same data."""

    def __init__(self, command: list[str], folder: Path, profile: Profile, lock: str = "") -> None:
        self.command, self.folder, self.profile, self.lock = command, folder, profile, lock
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it and waits until it answers."""
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command, cwd=self.folder, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(600):
            try:
                with urlopen(self.profile.query, timeout=2):
                    return
            except HTTPError:
                return
            except OSError:
                assert self.process.poll() is None, (self.folder / "log").read_text("utf-8")[-2000:]
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def kill(self) -> None:
        """Ends it with no chance to tidy up."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None
        if self.lock:
            (self.folder / self.lock).unlink(missing_ok=True)

    def transport(self) -> Transport:
        """To it."""
        return Transport(self.profile)


def oxigraph(folder: Path) -> Server:
    """Oxigraph's own server, its store in a folder."""
    at = f"127.0.0.1:{port()}"
    program = Path(sys.executable).with_name("oxigraph")
    command = [str(program), "serve", "--location", "store", "--bind", at]
    return Server(command, folder, Profile(f"http://{at}/query", f"http://{at}/update"))


_INI = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
FileExtend = 200
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{web}
ServerRoot = .
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryExecutionTime = 60
"""


def virtuoso(folder: Path) -> Server:
    """Virtuoso as Debian has it, with its own cap on rows and its first password."""
    program = shutil.which("virtuoso-t")
    assert program, "virtuoso-t is not here: apt-get install virtuoso-opensource"
    web = port()
    (folder / "virtuoso.ini").write_text(_INI.format(sql=port(), web=web), "utf-8")
    os.environ[SECRET] = "dba"
    base = f"http://127.0.0.1:{web}/sparql"
    profile = Profile(base, f"{base}-auth", "digest", "dba", SECRET, counted=1)
    command = [program, "-f", "-c", "virtuoso.ini"]
    return Server(command, folder, profile, lock="virtuoso.lck")


SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}


@contextmanager
def running(name: str, folder: Path) -> Iterator[Server]:
    """A server of that name, ended at the end."""
    folder.mkdir(exist_ok=True)
    server = SERVERS[name](folder)
    try:
        server.start()
        yield server
    finally:
        server.kill()
