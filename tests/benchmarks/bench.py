"""What a run of the measurements has at hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.benchmarks.data import Data
from tests.benchmarks.load import Load
from tests.benchmarks.servers import Servers
from tests.benchmarks.table import Row


@dataclass(frozen=True)
class Bench:
    """The servers, the data by size, and how long to measure."""

    servers: Servers
    small: Data
    """Ten events."""
    middle: Data
    """As many as a country's campaign may have."""
    large: Data
    """As many as are asked for; may be the middle."""
    load: Load
    steady_seconds: int
    """For how long one client asks at a steady rate."""
    repeats: int
    """How often an export is repeated, which takes its own time."""
    progress: Callable[[str], None]


Rows = Iterator[Row]
