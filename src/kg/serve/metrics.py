"""What happened, counted (for Prometheus) and told (a line of JSON each)."""

from __future__ import annotations

import json
import sys
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from json.encoder import encode_basestring_ascii as _quoted
from typing import Any

_STEPS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, float("inf"))


@lru_cache(1)
def _stamp(second: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(second))


def _written(value: Any) -> str:
    """A value in JSON, sooner than json.dumps says it."""
    if isinstance(value, str):
        return _quoted(value)
    return repr(value) if type(value) is float else json.dumps(value)


class Metrics:
    """Counters of the service.

    Args:
        log: whether each request is told, too.
    """

    def __init__(self, log: bool) -> None:
        self.log = log
        self.requests: Counter[tuple[str, int]] = Counter()
        self.workers: Counter[tuple[str, str]] = Counter()
        self._took: Counter[tuple[str, float]] = Counter()
        self._sum: Counter[str] = Counter()

    def request(self, route: str, status: int, seconds: float, told: Mapping[str, Any]) -> None:
        """A request was answered.

        Args:
            route: a few names: never what a client chose.
            status: of HTTP.
            seconds: that it took.
            told: what the log says besides.
        """
        self.requests[route, status] += 1
        self._took[route, _STEPS[bisect_left(_STEPS, seconds)]] += 1
        self._sum[route] += seconds  # type: ignore[assignment]
        if self.log:
            self.say("request", route=route, status=status, ms=round(seconds * 1e3, 2), **told)

    def worker(self, what: str, **told: Any) -> None:
        """Something happened to a worker."""
        self.workers[told["pool"], told["reason"]] += 1
        self.say(what, **told)

    def say(self, what: str, **told: Any) -> None:
        """A line of the log."""
        line = [f'{{"time": "{_stamp(int(time.time()))}", "event": "{what}"']
        for name, value in told.items():
            line.append(f'"{name}": {value if type(value) is int else _written(value)}')
        try:
            sys.stderr.write(", ".join(line) + "}\n")
        except OSError:  # whoever read the log has gone; the service stays
            self.log = False

    def text(self, gauges: Mapping[str, float]) -> str:
        """All counters in the format of Prometheus.

        Args:
            gauges: name, with labels if any, to value: what is now, or counted elsewhere.
        """
        lines = ["# TYPE kg_requests_total counter"]
        for (route, status), count in sorted(self.requests.items()):
            lines.append(f'kg_requests_total{{route="{route}",status="{status}"}} {count}')
        lines.append("# TYPE kg_request_seconds histogram")
        for route in sorted(self._sum):
            total = 0
            for step in _STEPS:
                total += self._took[route, step]
                bound = "+Inf" if step == float("inf") else step
                lines.append(f'kg_request_seconds_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'kg_request_seconds_sum{{route="{route}"}} {self._sum[route]:.6f}')
            lines.append(f'kg_request_seconds_count{{route="{route}"}} {total}')
        lines.append("# TYPE kg_workers_replaced_total counter")
        for (pool, reason), count in sorted(self.workers.items()):
            lines.append(f'kg_workers_replaced_total{{pool="{pool}",reason="{reason}"}} {count}')
        told = ""
        for name, value in sorted(gauges.items()):
            plain = name.partition("{")[0]
            if plain != told:  # once for all labels
                lines.append(f"# TYPE {plain} {'counter' if plain.endswith('_total') else 'gauge'}")
            told = plain
            lines.append(f"{name} {value}")
        return "\n".join(lines) + "\n"
