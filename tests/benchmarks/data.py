"""The data that are measured on: our snapshots, and the peers' databases, made of what our own service answers."""

import http.client
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.db.database import DatabaseOpenError, open_database
from tests.benchmarks.asking import UnequalError
from tests.benchmarks.processes import ALL_CORES, ROOT, on_cores
from tests.benchmarks.servers import Servers

_BATCH = 1000
_TIMEOUT_SECONDS = 600
_SCALARS = (
    *("id", "campaign", "pillar", "kind", "category", "title", "summary", "purpose", "locations_complete"),
    *("locations_note", "forms_complete", "series_count", "programme", "channel", "online", "note"),
)
_NESTED = ("strand", "date", "part_of", "organisers", "participants", "forms", "locations")
_SCHEMA = """
CREATE TABLE events (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, campaign TEXT NOT NULL, pillar TEXT, kind TEXT NOT NULL,
    category TEXT NOT NULL, title TEXT NOT NULL, summary TEXT NOT NULL, purpose TEXT, locations_complete INTEGER,
    locations_note TEXT, forms_complete INTEGER, series_count INTEGER, programme TEXT, channel TEXT,
    online INTEGER NOT NULL, note TEXT, starts_on TEXT, ends_on TEXT,
    strand TEXT, date TEXT NOT NULL, part_of TEXT, organisers TEXT NOT NULL, participants TEXT NOT NULL,
    forms TEXT NOT NULL, locations TEXT NOT NULL
);
CREATE TABLE event_locations (
    event INTEGER NOT NULL REFERENCES events, location TEXT NOT NULL, role TEXT NOT NULL, basis TEXT NOT NULL,
    latitude REAL, longitude REAL, PRIMARY KEY (event, location, role)
);
CREATE VIRTUAL TABLE events_fts USING fts5(words, content='', tokenize='unicode61');
"""
# Made after the rows, as one does for speed.
_INDEXES = """
CREATE INDEX events_campaign ON events (campaign);
CREATE INDEX events_pillar ON events (pillar);
CREATE INDEX events_kind ON events (kind);
CREATE INDEX events_category ON events (category, starts_on);
CREATE INDEX events_starts_on ON events (starts_on);
CREATE INDEX event_locations_location ON event_locations (location);
INSERT INTO events_fts (events_fts) VALUES ('optimize');
ANALYZE;
"""
_WORDS = re.compile(r"[a-z0-9]+|[\u4e00-\u9fff]+", re.IGNORECASE)


@dataclass(frozen=True)
class Data:
    """What there is of one size."""

    events: int
    ours: Path
    peers: Path
    """The peers' tables."""
    lines: Path
    """The JSON lines of the export, one a row."""
    build_seconds: float
    build_peak_bytes: int


def make_data(folder: Path, events: int, servers: Servers, progress: Callable[[str], None]) -> Data:
    """Make what there is of a size, and keep what is there already and still of the same version."""
    ours, peers, lines = (folder / f"{name}-{events}.sqlite3" for name in ("ours", "peers", "lines"))
    made = folder / f"build-{events}.json"
    version = _version(ours)
    if version is None or not made.is_file():
        progress(f"building {events:,} events")
        told = subprocess.run(
            on_cores(ALL_CORES, [sys.executable, "-m", "tests.benchmarks.building", str(events), str(ours)]),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        made.write_text(told.stdout, encoding="utf-8")
        version = _version(ours)
    if version is None or _version_of_peers(peers) != version:
        progress(f"making the peers' databases of {events:,} events")
        with servers.ours(ours) as server:
            _make_peers(server.address, peers, lines, version or "")
    build = json.loads(made.read_text(encoding="utf-8"))
    return Data(events, ours, peers, lines, build["seconds"], build["peak_bytes"])


def _version(snapshot: Path) -> str | None:
    """Give the version of a snapshot; None for one that is not there or not of today's schema."""
    with suppress(DatabaseOpenError):
        opened = open_database(snapshot)
        opened.close()
        return opened.version
    return None


def _version_of_peers(peers: Path) -> str | None:
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{peers}?mode=ro", uri=True)) as database:
        return str(database.execute("SELECT version FROM made_from").fetchone()[0])
    return None


def _make_peers(address: str, peers: Path, lines: Path, version: str) -> None:
    for file in (peers, lines):
        file.unlink(missing_ok=True)
    with closing(sqlite3.connect(peers)) as database, closing(sqlite3.connect(lines)) as raw:
        database.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        raw.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
            "CREATE TABLE line (number INTEGER PRIMARY KEY, json TEXT NOT NULL);"
        )
        numbered = enumerate(_exported(address), start=1)
        while batch := list(islice(numbered, _BATCH)):
            raw.executemany("INSERT INTO line VALUES (?, ?)", [(number, line.decode()) for number, line in batch])
            _insert(database, [(number, json.loads(line)) for number, line in batch])
        database.executescript(_INDEXES)
        database.execute("CREATE TABLE made_from AS SELECT ? AS version", (version,))
        database.commit()
        raw.commit()


def _exported(address: str) -> Iterator[bytes]:
    """Take all events away, as a client would, one line each."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    with closing(connection):
        connection.request("GET", "/v1/events.jsonl?lang=zh-Hant")
        response = connection.getresponse()
        if response.status != 200:
            raise UnequalError(f"the export answered {response.status}")
        for line in response:
            yield line.rstrip(b"\n")


def _insert(database: sqlite3.Connection, events: list[tuple[int, dict[str, Any]]]) -> None:
    rows = [
        (
            number,
            *(event[name] for name in _SCALARS),
            event["date"]["start"],
            event["date"]["end"],
            *(json.dumps(event[name], ensure_ascii=False) for name in _NESTED),
        )
        for number, event in events
    ]
    columns = ", ".join(("number", *_SCALARS, "starts_on", "ends_on", *_NESTED))
    database.executemany(f"INSERT INTO events ({columns}) VALUES ({','.join('?' * len(rows[0]))})", rows)  # noqa: S608
    database.executemany(
        "INSERT INTO event_locations VALUES (?, ?, ?, ?, ?, ?)",
        [
            (number, place["id"], place["role"], place["basis"], place["latitude"], place["longitude"])
            for number, event in events
            for place in event["locations"]
        ],
    )
    database.executemany(
        "INSERT INTO events_fts (rowid, words) VALUES (?, ?)",
        [(number, " ".join(_tokens(" ".join(_told(event))))) for number, event in events],
    )


def _told(event: dict[str, Any]) -> Iterator[str]:
    yield event["title"]
    yield event["summary"]
    yield event["purpose"] or ""
    yield event["note"] or ""
    yield from event["forms"]
    yield from (group["name"] for group in event["participants"])
    yield from (place["name"] for place in event["locations"])


def _tokens(text: str) -> Iterator[str]:
    """Give Latin words, and of Chinese every two characters that stand together."""
    for word in _WORDS.findall(text):
        if word.isascii():
            yield word
        else:
            yield from (word[at : at + 2] for at in range(max(len(word) - 1, 1)))
