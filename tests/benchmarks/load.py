"""Load by `wrk` from the client's core: how many requests a second, in short rounds that take turns."""

import re
import statistics
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.benchmarks.asking import UnequalError
from tests.benchmarks.processes import CLIENT_CORE, on_cores

_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Target:
    """What is asked, again and again."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Load:
    """How hard, how long and how often is asked."""

    wrk: str
    connections: int
    seconds: int
    rounds: int

    def per_second(self, targets: Mapping[str, Target]) -> dict[str, float]:
        """Ask each in turn, and so on for all rounds; gives the medians of the requests that were answered a second.

        Raises UnequalError when any answer was an error or did not come.
        """
        rounds: dict[str, list[float]] = {name: [] for name in targets}
        for _ in range(self.rounds):
            for name, target in targets.items():
                rounds[name].append(self.once(target)[1])
        return {name: statistics.median(figures) for name, figures in rounds.items()}

    def once(self, target: Target) -> tuple[int, float]:
        """Ask for one round; gives the requests that were answered, in all and a second."""
        seconds = self.seconds
        while True:
            total, rate = self._wrk(target, seconds)
            # A server that is slow is given time for each connection to be answered a few times.
            if total >= 3 * self.connections or seconds >= _TIMEOUT_SECONDS:
                return total, rate
            seconds *= 4

    def _wrk(self, target: Target, seconds: int) -> tuple[int, float]:
        headers = [f"--header={name}: {value}" for name, value in target.headers.items()]
        command = [self.wrk, "-t1", f"-c{self.connections}", f"-d{seconds}s", f"--timeout={_TIMEOUT_SECONDS}s"]
        done = subprocess.run(
            on_cores(CLIENT_CORE, [*command, *headers, target.url]),
            check=True,
            capture_output=True,
            text=True,
            timeout=seconds + 2 * _TIMEOUT_SECONDS,
        )
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise UnequalError(f"{target.url} was not answered well:\n{done.stdout}")
        total = re.search(r"(\d+) requests in", done.stdout)
        rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
        assert total is not None
        assert rate is not None
        if not int(total[1]):
            raise UnequalError(f"{target.url} was not answered within {seconds} s")
        return int(total[1]), float(rate[1])
