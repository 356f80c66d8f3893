"""Loading a build: the same database with any number of processes and batches; rows for queries and responses."""

import gc
import json
import multiprocessing
import os
import pickle
import signal
import sqlite3
import sys
import time
import weakref
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from pydantic import TypeAdapter

from app.build import loader, process_pool
from app.build.pipeline import build_seeds
from app.build.prepare import location_jobs, make_context, number_records
from app.build.reader import Seeds
from app.build.replace import BuildError
from app.build.search_text import Indexer, simplification
from app.build.writer import Written, write_batch
from app.db.keys import EVIDENCE, TRANSLATIONS
from app.languages import LANGUAGES
from app.model.codes import ADDRESSED_RESOURCES, Resource
from app.model.schemas import Translation
from app.resources.campaigns import schema as campaign
from app.resources.events import schema as event
from app.resources.events.document import EventDocument, EventsDocument
from app.resources.locations import schema as location
from app.resources.locations.transform import transform_location
from app.resources.outcomes import schema as outcome
from app.resources.sources import schema as source
from tests.build.stored import rendered, rendered_parts, rows
from tests.conftest import LARGE
from tests.tools.generating import generate

NAME = "database.sqlite3"
MODULES = {
    Resource.CAMPAIGN: campaign,
    Resource.EVENT: event,
    Resource.LOCATION: location,
    Resource.OUTCOME: outcome,
    Resource.SOURCE: source,
}


def dump(database_path: Path) -> dict[str, list[Any]]:
    """Return all rows of all tables; of the index what it finds, since its pages may differ."""
    with closing(sqlite3.connect(database_path)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        found = {
            name: sorted(database.execute(f'SELECT * FROM "{name}"').fetchall(), key=repr)  # noqa: S608
            for name in tables
            if not name.startswith("search_") or name in ("search_document", "search_alphabet")
        }
        database.execute("CREATE VIRTUAL TABLE temp.words USING fts5vocab(main, search, instance)")
        return found | {"words": database.execute("SELECT * FROM words ORDER BY term, doc, col, offset").fetchall()}


# Processes and batches.


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    """Two invented campaigns with 120 events, made as they are read."""
    return generate(120, campaigns=2)


@pytest.fixture(scope="module")
def database_path(seeds: Seeds, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_seeds(seeds, tmp_path_factory.mktemp("loaded") / NAME).path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("enough", "batch"), [(1, 7), pytest.param(1, 200, marks=pytest.mark.slow), (10**9, 1), (10**9, 50)]
)
def test_processes_and_batches_make_no_difference(
    seeds: Seeds, database_path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, enough: int, batch: int
) -> None:
    monkeypatch.setattr(process_pool, "MIN_POOLED_RECORDS", enough)
    monkeypatch.setattr(loader, "BATCH_RECORDS", batch)
    assert dump(build_seeds(seeds, tmp_path / NAME).path) == dump(database_path)
    assert multiprocessing.active_children() == []


@pytest.mark.slow
def test_lazy_and_loaded_seeds_give_the_same_version(seeds: Seeds, database_path: Path, tmp_path: Path) -> None:
    held = [replace(seeded, events=EventsDocument(events=tuple(seeded.events.events))) for seeded in seeds.campaigns]
    assert build_seeds(replace(seeds, campaigns=held), tmp_path / NAME).version == version_of(database_path)


def test_writing_a_record_leaves_its_own_rows_as_they_were(seeds: Seeds) -> None:
    context, job = make_context(seeds), location_jobs(seeds)[0]
    record = transform_location(job, context)
    Written(context.sentences).add(record, None, Indexer(simplification()))
    assert record == transform_location(job, context)


@pytest.mark.slow
def test_writing_records_leaves_no_reference_cycles(seeds: Seeds) -> None:
    # The processes of the pool do not look for any.
    indexer, context = Indexer(simplification()), make_context(seeds)
    *_, events = map(list, number_records(seeds))
    # What is made once and cached.
    write_batch((Resource.EVENT, events[:10]), context, indexer)
    gc.collect()
    gc.disable()
    try:
        write_batch((Resource.EVENT, pickle.loads(pickle.dumps(events))), context, indexer)  # noqa: S301 - our own
        assert gc.collect() == 0
    finally:
        gc.enable()


def test_places_may_lie_in_each_other_deeper_than_calls_can(seeds: Seeds) -> None:
    top, depth = seeds.places.places[0], sys.getrecursionlimit() + 100
    chain = [
        top.model_copy(update={"id": f"place-{index}", "parent": f"place-{index - 1}" if index else None})
        for index in range(depth)
    ]
    places = seeds.places.model_copy(update={"places": (*seeds.places.places, *chain)})
    around = make_context(replace(seeds, places=places)).places[f"place-{depth - 1}"].around
    assert around == tuple(place.id for place in reversed(chain))


def version_of(database_path: Path) -> str:
    ((version,),) = rows(database_path, "SELECT version FROM data_version")
    return str(version)


class Watched(Sequence[EventDocument]):
    """Events that are made as they are read, and counted while anyone has them."""

    def __init__(self, events: Sequence[EventDocument]) -> None:
        self._events = events
        self._made: list[weakref.ref[EventDocument]] = []
        self.most = 0

    def __len__(self) -> int:
        return len(self._events)

    def __getitem__(self, place: Any) -> Any:
        made = self._events[place]
        self._made = [*(each for each in self._made if each() is not None), weakref.ref(made)]
        self.most = max(self.most, len(self._made))
        return made


@pytest.mark.parametrize("enough", [pytest.param(1, marks=pytest.mark.slow), 10**9])
def test_few_batches_are_in_memory_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enough: int) -> None:
    monkeypatch.setattr(process_pool, "MIN_POOLED_RECORDS", enough)
    monkeypatch.setattr(loader, "BATCH_RECORDS", 10)
    seeds = generate(300)
    (seeded,) = seeds.campaigns
    watched = Watched(seeded.events.events)
    events = EventsDocument.model_construct(events=cast("tuple[EventDocument, ...]", watched))
    build_seeds(replace(seeds, campaigns=[replace(seeded, events=events)]), tmp_path / NAME)
    assert watched.most <= 50


@pytest.mark.slow
def test_a_process_that_ends_early_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "MIN_POOLED_RECORDS", 1)
    monkeypatch.setattr(loader, "BATCH_RECORDS", 5)

    def kill(line: str) -> None:
        if line.startswith("outcomes: "):
            for process in multiprocessing.active_children():
                process.kill()

    with pytest.raises(BuildError, match="cannot be built: a process that renders records ended early"):
        build_seeds(generate(60), tmp_path / NAME, kill)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_the_processes_of_a_killed_build_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pool, "MIN_POOLED_RECORDS", 1)
    monkeypatch.setattr(loader, "BATCH_RECORDS", 5)
    printed = tmp_path / "printed"

    def kill(line: str) -> None:
        if line.startswith("outcomes: "):
            printed.write_text(" ".join(str(process.pid) for process in multiprocessing.active_children()))
            os.kill(os.getpid(), signal.SIGKILL)

    builder = os.fork()
    if builder == 0:
        try:
            build_seeds(generate(60), tmp_path / NAME, kill)
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(builder, 0)[1]) == -signal.SIGKILL
    processes = [int(process) for process in printed.read_text().split()]
    assert processes
    deadline = time.monotonic() + 20
    while any(map(is_running, processes)):
        assert time.monotonic() < deadline, "they were left behind"
        time.sleep(0.05)


def is_running(process: int) -> bool:
    with suppress(FileNotFoundError, ProcessLookupError):
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state not in ("Z", "X")
    return False


# Rendered records.


@pytest.mark.parametrize("kind", ADDRESSED_RESOURCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_optional_parts_are_at_the_end_of_a_record(two_campaigns_database: Path, kind: Resource, language: str) -> None:
    seen = 0
    for _, stem, json_text in rendered(two_campaigns_database, kind, language):
        record = json.loads(json_text)
        parts = MODULES[kind].PARTS
        assert list(record)[-len(parts) :] == list(parts)
        tail = ',"evidence":null,"translations":null'
        if kind is Resource.EVENT:
            places = json.dumps(record["locations"], ensure_ascii=False, separators=(",", ":"))
            tail += f',"outcomes":null,"locations":{places}'
            assert all(place["record"] is None for place in record["locations"])
        assert json_text.encode()[stem:].decode() == f"{tail}}}"
        seen += 1
    assert seen


@pytest.mark.parametrize("kind", ADDRESSED_RESOURCES)
def test_every_record_has_all_its_parts(two_campaigns_database: Path, kind: Resource) -> None:
    first, *others = [
        [number for number, *_ in rendered(two_campaigns_database, kind, language)] for language in LANGUAGES
    ]
    assert first == list(range(1, len(first) + 1))
    assert others == [first] * 2
    for part in (EVIDENCE, TRANSLATIONS):
        assert [number for number, _ in rendered_parts(two_campaigns_database, kind, part)] == first


@pytest.mark.parametrize("kind", ADDRESSED_RESOURCES)
def test_translations_fit_their_model(two_campaigns_database: Path, kind: Resource) -> None:
    adapter = TypeAdapter(list[Translation])
    for _, json_text in rendered_parts(two_campaigns_database, kind, TRANSLATIONS):
        assert adapter.dump_json(adapter.validate_json(json_text, strict=False)).decode() == json_text


def test_records_of_a_resource_and_language_are_adjacent_in_the_file(database_path: Path) -> None:
    """That the pages of the table come one after another in the file is what makes a page of a list one reading."""
    with closing(sqlite3.connect(database_path)) as database:
        try:
            pages = database.execute("SELECT pageno FROM dbstat WHERE name = 'rendered' AND pagetype = 'leaf'")
            numbers = [number for (number,) in pages]
        except sqlite3.OperationalError:
            pytest.skip("this SQLite does not tell of its pages")
    assert len(numbers) > 50
    assert numbers == sorted(numbers)


@pytest.mark.slow
def test_an_event_takes_at_most_nine_kilobytes(seeds: Seeds, database_path: Path, large_database: Path) -> None:
    few = sum(len(seeded.events.events) for seeded in seeds.campaigns)
    grown = large_database.stat().st_size - database_path.stat().st_size
    assert grown / (LARGE - few) < 9_000


# Columns for queries.


def test_the_span_of_an_event_is_the_next_power_of_two_of_its_days(database_path: Path) -> None:
    spans = rows(database_path, "SELECT span, starts_on, ends_on, undated FROM event")
    assert {span for span, *_ in spans} >= {0, 2, 3, 5, 9}
    for span, starts_on, ends_on, undated in spans:
        if undated:
            assert (span, starts_on, ends_on) == (0, None, None)
            continue
        start, end = date.fromisoformat(starts_on), date.fromisoformat(ends_on)
        assert start > end - timedelta(days=2**span)
        assert span == 0 or start <= end - timedelta(days=2 ** (span - 1))


def test_an_event_is_within_its_places_and_their_ancestors(two_campaigns_database: Path) -> None:
    expected = set()
    links = "SELECT event, ancestor, basis FROM event_location JOIN location_ancestor USING (location)"
    for number, ancestor, basis in rows(two_campaigns_database, links):
        expected |= {(ancestor, "any", number), *([(ancestor, "stated", number)] if basis == "stated" else [])}
    found = rows(two_campaigns_database, "SELECT location, linked_by, event FROM event_within")
    assert len(found) == len(expected)
    assert set(found) == expected
    assert any((place, "stated", number) not in expected for place, _, number in expected)


def test_an_id_in_use_leads_to_its_record(two_campaigns_database: Path) -> None:
    numbered = rows(two_campaigns_database, "SELECT kind, id, number FROM identifier WHERE number IS NOT NULL")
    expected = [
        (kind.value, id_, number)
        for kind in ADDRESSED_RESOURCES
        for id_, number in rows(two_campaigns_database, f"SELECT id, number FROM {kind.value}")  # noqa: S608
    ]
    assert sorted(numbered) == sorted(expected)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "key"), [(Resource.EVENT, "title"), (Resource.LOCATION, "name")])
def test_equal_titles_share_a_rank_and_others_have_one_each(
    database_path: Path, kind: Resource, key: str, language: str
) -> None:
    titles = {number: json.loads(text)[key] for number, _, text in rendered(database_path, kind, language)}
    ranks = rows(database_path, "SELECT number, rank FROM title WHERE kind = ? AND language = ?", kind.value, language)
    assert dict(ranks).keys() == titles.keys()
    assert {rank for _, rank in ranks} == set(range(len(set(titles.values()))))
    assert len({(titles[number], rank) for number, rank in ranks}) == len(set(titles.values()))
