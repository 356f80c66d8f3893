"""What every measurement needs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.tools.benchmarks.checkouts import Checkout
from tests.tools.benchmarks.datasets import Dataset
from tests.tools.benchmarks.load import Load
from tests.tools.benchmarks.processes import SERVER_CORE, Server
from tests.tools.benchmarks.progress import Progress
from tests.tools.benchmarks.servers import Servers
from tests.tools.benchmarks.table import Row

Rows = Iterator[Row]


@dataclass(frozen=True)
class Bench:
    """Checkouts, servers, datasets by size, and how long to measure."""

    checkouts: Sequence[Checkout]
    """Ours, and the other one where there is one to compare with."""
    servers: Servers
    small: Dataset
    """Ten events."""
    middle: Dataset
    """As many events as a country's campaign may have."""
    large: Dataset
    """As many as requested on the command line; may be the same as `middle`."""
    load: Load
    steady_seconds: int
    """How long one client sends requests at a fixed rate."""
    repeats: int
    """How often an export is repeated."""
    progress: Progress

    @contextmanager
    def services(
        self, dataset: Dataset, settings: Mapping[str, str] | None = None, *, cores: str = SERVER_CORE
    ) -> Iterator[dict[str, Server]]:
        """Serve a dataset by each checkout, by name, until the block ends."""
        with ExitStack() as stack:
            yield {
                checkout.name: stack.enter_context(
                    self.servers.service(checkout, dataset.databases[checkout.name], settings, cores=cores)
                )
                for checkout in self.checkouts
            }
