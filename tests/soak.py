"""The hostile set against `kg serve`, one after another, while a client wants its answers.

Usage: python -m tests.soak [SECONDS]. Exits with 1 if the client missed an answer, waited for a
second (p99), or the service was not as before after an attack.
"""

import socket
import sys
import time

from tests.serving import attacks, percentile, serving, under_attack

_GROWTH = 64_000_000  # bytes of the serving process that are no leak: what Python keeps
_WAIT = 10  # seconds, about, until what an attack held has to be back


def main(seconds: float) -> int:
    """Runs all of it, and says how it went."""
    failed = 0
    hits = socket.create_server(("127.0.0.1", 0))
    hits.setblocking(False)
    names = list(attacks())
    with serving() as server:
        paths = ("/", "/health", "/.well-known/void")
        under_attack(server, "paths", 2, paths=paths)  # what is needed once is there from now on
        before = server.memory()
        print(f"{'attack':24} {'asked':>6} {'p50':>7} {'p99':>7} {'worst':>7}   memory")
        for name in names:
            said, times, wrong = under_attack(
                server, name, max(seconds / len(names), 3), hits.getsockname()[1], paths
            )
            whole = server.whole_again()
            after = server.memory()
            for _ in range(_WAIT):  # thousands of connections are not closed at once
                if after <= before + _GROWTH:
                    break
                time.sleep(1)
                after = server.memory()
            p99 = percentile(times, 0.99)
            waits = (percentile(times, 0.5), p99, max(times))
            shown = " ".join(f"{wait * 1e3:5.0f}ms" for wait in waits)
            held = f"{before // 1_000_000} -> {after // 1_000_000} MB"
            print(f"{name:24} {len(times):6} {shown}   {held}   {said}", flush=True)
            for one in wrong[:5]:
                print(f"  NOT ANSWERED: {one}")
            bad = [*(["no answer"] * bool(wrong)), *(["p99"] * (p99 >= 1))]
            bad += ["the pool is not whole"] * (not whole)
            bad += ["memory"] * (after > before + _GROWTH)
            failed += bool(bad)
            if bad:
                print(f"  FAILED: {', '.join(bad)}")
        for line in server.ask("/metrics")[2].decode().splitlines():
            if line.startswith(("kg_workers_replaced_total", "kg_connections_closed_total")):
                print(line)
    try:
        hits.accept()
        print("FAILED: somebody was called")
        failed += 1
    except BlockingIOError:
        print("nobody was called")
    print("soak: all answered" if not failed else f"soak: {failed} failed")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if len(sys.argv) > 1 else 600))
