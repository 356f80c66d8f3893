"""How search grows: `python -m tests.benchmarks.search [EVENTS] [FOLDER]` prints times, sizes and query plans.

Without a folder the snapshots are made anew, and thrown away.
"""

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from sqlalchemy import event

from app.main import create_app
from app.seeding.building import build
from app.settings import Settings
from tests.asking import Client
from tests.benchmarks.multiplying import multiply
from tests.conftest import SEEDS

ROUNDS = 5
QUERIES = {
    "rare name, two characters": "趙偉",
    "rare name, three characters": "趙偉芳",
    "the same in pinyin": "zhaoweifang",
    "in a thirteenth, two characters": "紀念",
    "one character": "趙",
    "in nothing": "不存在字",
}


def main(events: int, folder: Path) -> None:
    """Measure at the size of the seeds, and with this many events more."""
    folder.mkdir(parents=True, exist_ok=True)
    small = build(SEEDS, folder / "small.sqlite3").path
    large = folder / f"with-{events}.sqlite3"
    if not large.is_file():
        started = time.perf_counter()
        multiply(small, large, events)
        print(f"made {events:,} events in {time.perf_counter() - started:.0f} s, {large.stat().st_size / 1e6:,.0f} MB")
    print(f"\n{'what':42} {'events':>10} {'found':>10} {'median ms':>10}")
    for path in (small, large):
        app = create_app(Settings(data=path))
        client = Client(app)
        total = client.get("/v1/events?limit=1")["meta"]["total"]
        for what, query in QUERIES.items():
            for target in ("/v1/search?limit=20&", "/v1/events?limit=20&sort=date&"):
                _time(client, f"{what}, {target[4:10]}", f"{target}q={quote(query)}", total)
    for target in (f"/v1/search?q={quote('趙偉')}&kind=event", f"/v1/events?q={quote('趙偉')}"):
        _explain(app, target)


def _time(client: Client, what: str, target: str, events: int) -> None:
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        found = client.get(target)["meta"]["total"]
        times.append(time.perf_counter() - started)
    print(f"{what:42} {events:>10,} {found:>10,} {statistics.median(times) * 1000:>10.1f}")


def _explain(app: FastAPI, target: str) -> None:
    """Print how SQLite goes about each question that one request asks of the index."""
    engine = app.state.context.snapshot.engine
    asked: list[tuple[str, Any]] = []

    def listen(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", listen)
    Client(app).get(target)
    event.remove(engine, "before_cursor_execute", listen)
    print(f"\n{target}")
    with engine.connect() as connection:
        for statement, parameters in asked:
            if "MATCH" in statement:
                print(f"  {statement.split(chr(10), 1)[0][:100]} …")
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                    print("     ", row[3])


if __name__ == "__main__":
    given = sys.argv[1:]
    with tempfile.TemporaryDirectory() as temporary:
        main(int(given[0]) if given else 100_000, Path(given[1] if len(given) > 1 else temporary))
