"""Datasets of one size each: a database of every checkout, and the databases of the peers."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.tools.benchmarks.checkouts import OURS, Checkout
from tests.tools.benchmarks.peer_databases import make_peer_databases, origin_of
from tests.tools.benchmarks.processes import ALL_CORES, ServerError, clean_environment, on_cores
from tests.tools.benchmarks.progress import Progress
from tests.tools.benchmarks.servers import Servers

_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Build:
    """What a build took."""

    seconds: float
    peak_bytes: int
    """The peak of the memory of all its processes."""


@dataclass(frozen=True)
class Dataset:
    """The databases of one size."""

    events: int
    databases: Mapping[str, Path]
    """Ours, by the name of the checkout."""
    builds: Mapping[str, Build]
    peers: Path
    """The tables of the peers."""
    lines: Path
    """The lines of the JSON Lines export, one per row."""


def make_dataset(
    folder: Path, events: int, checkouts: Sequence[Checkout], servers: Servers, progress: Progress
) -> Dataset:
    """Make a dataset; databases of an earlier run that can still be served are used again."""
    databases = {checkout.name: folder / f"{checkout.name}-{events}.sqlite3" for checkout in checkouts}
    builds = {
        checkout.name: _build(checkout, events, databases[checkout.name], servers, progress) for checkout in checkouts
    }
    peers, lines = folder / f"peers-{events}.sqlite3", folder / f"lines-{events}.sqlite3"
    stat = databases[OURS].stat()
    origin = f"{stat.st_size} {stat.st_mtime_ns}"
    if origin_of(peers) != origin:
        progress(f"making the peers' databases of {events:,} events", lambda: _written(folder))
        with servers.service(checkouts[0], databases[OURS]) as server:
            make_peer_databases(server.address, peers, lines, origin)
    return Dataset(events, databases, builds, peers, lines)


def _build(checkout: Checkout, events: int, database: Path, servers: Servers, progress: Progress) -> Build:
    figures = database.with_suffix(".json")
    if not figures.is_file() or not _can_be_served(checkout, database, servers):
        progress(f"building {events:,} events ({checkout.name})", lambda: _written(database.parent))
        done = subprocess.run(
            on_cores(ALL_CORES, checkout.build(events, database)),
            cwd=checkout.root,
            env=clean_environment(),
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        figures.write_text(done.stdout, encoding="utf-8")
    build = json.loads(figures.read_text(encoding="utf-8"))
    return Build(build["seconds"], build["peak_bytes"])


def _can_be_served(checkout: Checkout, database: Path, servers: Servers) -> bool:
    """Return whether a database is there and the checkout's code accepts it."""
    if not database.is_file():
        return False
    try:
        with servers.service(checkout, database):
            return True
    except ServerError:
        return False


def _written(folder: Path) -> str:
    """Return the size of the folder's files, which grows as one is written."""
    files = [file.stat().st_size for file in folder.iterdir() if file.is_file()]
    return f"{sum(files) / _MEGABYTE:,.0f} MB in {folder.name}/"
