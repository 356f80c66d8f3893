"""Load by `wrk` from the client's core: requests per second, in short rounds that alternate between servers."""

import re
import statistics
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.tools.benchmarks.http_client import MismatchError
from tests.tools.benchmarks.processes import CLIENT_CORE, Server, on_cores
from tests.tools.benchmarks.table import Figure

_LONGEST_SECONDS = 12
_WRK_TIMEOUT_SECONDS = 60


@dataclass(frozen=True)
class Target:
    """What is requested, again and again."""

    server: Server
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The address with the path."""
        return self.server.address + self.path


@dataclass(frozen=True)
class Round:
    """The responses of one round."""

    responses: int
    seconds: float
    per_second: float


def timed_out(connections: int, seconds: float) -> Figure:
    """Return the rate of a server that sent nothing on any connection for so many seconds."""
    return Figure(connections / seconds, "/s", shown=f"> {seconds:g} s")


@dataclass(frozen=True)
class Load:
    """Number of connections, length and number of rounds."""

    wrk: str
    connections: int
    seconds: int
    rounds: int

    def per_second(self, targets: Mapping[str, Target]) -> dict[str, Figure]:
        """Return the median of the responses per second of each target.

        A target that does not respond within a round counts as slower than that, and is not requested again.
        Raises MismatchError when a response is an error.
        """
        rates: dict[str, list[float]] = {name: [] for name in targets}
        figures: dict[str, Figure] = {}
        for _ in range(self.rounds):
            for name, target in targets.items():
                if name in figures:
                    continue
                round_ = self.once(target)
                rates[name].append(round_.per_second)
                if not round_.responses:
                    figures[name] = timed_out(self.connections, round_.seconds)
        medians = {name: Figure(statistics.median(found), "/s") for name, found in rates.items()}
        return medians | figures

    def once(self, target: Target) -> Round:
        """Make one round, longer where the server is so slow that a connection gets fewer than three responses."""
        seconds = self.seconds
        while True:
            round_ = self._wrk(target, seconds)
            # A slow server still works on requests of closed connections, and others share its core.
            target.server.wait_until_idle()
            if round_.responses >= 3 * self.connections or seconds >= _LONGEST_SECONDS:
                return round_
            seconds = min(4 * seconds, _LONGEST_SECONDS)

    def _wrk(self, target: Target, seconds: int) -> Round:
        headers = [f"--header={name}: {value}" for name, value in target.headers.items()]
        command = [self.wrk, "-t1", f"-c{self.connections}", f"-d{seconds}s", f"--timeout={_WRK_TIMEOUT_SECONDS}s"]
        done = subprocess.run(
            on_cores(CLIENT_CORE, [*command, *headers, target.url]),
            check=True,
            capture_output=True,
            text=True,
            timeout=seconds + _WRK_TIMEOUT_SECONDS,
        )
        if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
            raise MismatchError(f"{target.url} failed under load:\n{done.stdout}")
        total = re.search(r"(\d+) requests in", done.stdout)
        rate = re.search(r"Requests/sec:\s*([\d.]+)", done.stdout)
        assert total is not None
        assert rate is not None
        return Round(int(total[1]), seconds, float(rate[1]))
