"""The databases of the peers, made from what our own service exports."""

import http.client
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.tools.benchmarks.http_client import MismatchError

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
# Created after the rows, which is faster.
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


def make_peer_databases(address: str, peers: Path, lines: Path, origin: str) -> None:
    """Make the tables of the peers, and the lines of the JSON Lines export, from our service's export.

    `origin` says which of our databases they were made from.
    """
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
        database.execute("CREATE TABLE made_from AS SELECT ? AS origin", (origin,))
        database.commit()
        raw.commit()


def origin_of(peers: Path) -> str | None:
    """Return the `origin` of a peers' database; None when there is none."""
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(f"file:{peers}?mode=ro", uri=True)) as database:
        return str(database.execute("SELECT origin FROM made_from").fetchone()[0])
    return None


def _exported(address: str) -> Iterator[bytes]:
    """Yield the lines of the export of all events."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT_SECONDS)
    with closing(connection):
        connection.request("GET", "/v1/events.jsonl?lang=zh-Hant")
        response = connection.getresponse()
        if response.status != 200:
            raise MismatchError(f"the export responded {response.status}")
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
        [(number, " ".join(_tokens(" ".join(_searched_texts(event))))) for number, event in events],
    )


def _searched_texts(event: dict[str, Any]) -> Iterator[str]:
    yield event["title"]
    yield event["summary"]
    yield event["purpose"] or ""
    yield event["note"] or ""
    yield from event["forms"]
    yield from (group["name"] for group in event["participants"])
    yield from (place["name"] for place in event["locations"])


def _tokens(text: str) -> Iterator[str]:
    """Yield Latin words, and each pair of adjacent Chinese characters."""
    for word in _WORDS.findall(text):
        if word.isascii():
            yield word
        else:
            yield from (word[at : at + 2] for at in range(max(len(word) - 1, 1)))
