import fcntl
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect
from sqlmodel import SQLModel

from app.build.common.faults import SeedError
from app.build.database_writer import migrate
from app.build.loader import Loader
from app.build.pipeline import Built, build
from app.build.replace import BuildError
from app.db.database import open_database
from app.db.read_only import APPLICATION_ID, SCHEMA, connect_read_only
from app.fulltext.table import SEARCH_TABLES
from app.main import create_app
from app.settings import Settings
from tests.build.edits import PLACES, damage
from tests.client import BASE, Client
from tests.conftest import ROOT

NAME = "database.sqlite3"
DRAFT = f".{NAME}.building"
LOADING = f".{NAME}.loading"
JOURNAL = f"{DRAFT}-journal"


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")


def reworded(folder: Path) -> Path:
    replace(folder / "pingliang" / "events.yaml", "en: Road safety quiz}", "en: Quiz on road safety}")
    return folder


def version_of(database: Path) -> str:
    opened = open_database(database)
    opened.close()
    return opened.version


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def state(file: Path) -> tuple[int, int, bytes]:
    found = file.stat()
    return found.st_ino, found.st_mtime_ns, file.read_bytes()


def campaign_versions(database: Path) -> dict[str, str]:
    client = Client(create_app(Settings(data=database)))
    return {campaign["id"]: campaign["version"] for campaign in client.get("/v1/campaigns")["data"]}


# The version of the data.


def test_the_same_seeds_give_the_same_version(two_seeds: Path, two_campaigns_database: Path, tmp_path: Path) -> None:
    elsewhere = Path(shutil.copytree(two_seeds, tmp_path / "other name" / "種子"))
    assert build(elsewhere, tmp_path / NAME).version == version_of(two_campaigns_database)


@pytest.mark.slow
def test_clock_locale_and_hash_seed_make_no_difference(lone_seeds: Path, lone_database: Path, tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "app", "build", "--seeds", str(lone_seeds), "--output", str(tmp_path / NAME)],
        check=True,
        cwd=ROOT,
        env=os.environ | {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "77", "LC_ALL": "C"},
        capture_output=True,
        text=True,
    )
    assert printed.stdout == f"{tmp_path / NAME} {version_of(lone_database)}\n"


@pytest.mark.slow
def test_the_names_of_the_folders_make_no_difference(
    two_seeds: Path, two_campaigns_database: Path, tmp_path: Path
) -> None:
    seeds = Path(shutil.copytree(two_seeds, tmp_path / "seeds"))
    (seeds / "pingliang").rename(seeds / "zz-last")
    (seeds / "tianshui").rename(seeds / "aa-first")
    assert build(seeds, tmp_path / NAME).version == version_of(two_campaigns_database)


def test_comments_and_the_order_of_records_make_no_difference(lone: Path, lone_database: Path, tmp_path: Path) -> None:
    events = lone / "pingliang" / "events.yaml"
    start, *each = events.read_text(encoding="utf-8").split("\n  - id: ")
    text = "\n  - id: ".join([start, *(event.rstrip("\n") + "\n" for event in reversed(each))])
    events.write_text("# Another comment.\n" + text, encoding="utf-8")
    assert build(lone, tmp_path / NAME).version == version_of(lone_database)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("pingliang/events.yaml", "en: Road safety quiz}", "en: Quiz on road safety}"),
        ("pingliang/events.yaml", "start: 485, end: 528", "start: 485, end: 527"),
        ("pingliang/locations.yaml", "start: 58, end: 64", "start: 59, end: 64"),
        ("pingliang/outcomes.yaml", "as_stated: 近千人", "as_stated: 千人"),
        ("pingliang/sources.yaml", "pinyin_notes: 11", "pinyin_notes: 12"),
        ("pingliang/campaign.yaml", "en: It was the helmet column, entered twice", "en: It was entered twice"),
        ("places.yaml", "en: Lanzhou City}", "en: Lanzhou}"),
    ],
)
def test_a_word_makes_another_version_of_data_and_campaign(
    lone: Path, lone_database: Path, tmp_path: Path, file: str, *, old: str, new: str
) -> None:
    replace(lone / file, old, new)
    built = build(lone, tmp_path / NAME)
    assert built.version != version_of(lone_database)
    assert campaign_versions(built.path) != campaign_versions(lone_database)


def test_no_record_is_loaded_after_the_version_of_its_campaign(
    lone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_campaigns = Loader.load_campaigns

    def load_twice(self: Loader, *arguments: Any) -> None:
        load_campaigns(self, *arguments)
        load_campaigns(self, *arguments)

    monkeypatch.setattr(Loader, "load_campaigns", load_twice)
    with pytest.raises(ValueError, match="pingliang has its version; load its records before load_campaigns"):
        build(lone, tmp_path / NAME)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("edits", "changed"),
    [
        (
            [
                ("pingliang/events.yaml", "en: Road safety quiz}", "en: Quiz on road safety}"),
                ("pingliang/outcomes.yaml", "as_stated: 近千人", "as_stated: 千人"),
                ("pingliang/sources.yaml", "pinyin_notes: 11", "pinyin_notes: 12"),
                ("pingliang/locations.yaml", "as_stated: 兰州市", "as_stated: 兰州"),
                ("pingliang/locations.yaml", "en: Kongtong District}", "en: Kongtong}"),
            ],
            {"pingliang"},
        ),
        (
            [
                ("tianshui/events.yaml", "en: Police–Media Symposium}", "en: Symposium with the Media}"),
                ("tianshui/locations.yaml", "as_stated: 蘭州市\n", "as_stated: 蘭州\n"),
                ("places.yaml", '"Yuanmen Town, Qingshui County"', '"Yuanmen, Qingshui County"'),
            ],
            {"tianshui"},
        ),
        ([("places.yaml", "en: Lanzhou City}", "en: Lanzhou}")], {"pingliang", "tianshui"}),
    ],
    ids=["one", "the other", "a place of both"],
)
def test_a_campaigns_version_changes_with_its_own_data_alone(
    seeds: Path, two_campaigns_database: Path, tmp_path: Path, edits: list[tuple[str, str, str]], *, changed: set[str]
) -> None:
    for file, old, new in edits:
        replace(seeds / file, old, new)
    built = build(seeds, tmp_path / NAME)
    assert built.version != version_of(two_campaigns_database)
    before, after = campaign_versions(two_campaigns_database), campaign_versions(built.path)
    assert {campaign for campaign in before if before[campaign] != after[campaign]} == changed


# Files after a build.


@pytest.mark.slow
def test_a_credit_makes_another_version_though_no_place_carries_it(lone: Path, tmp_path: Path) -> None:
    credit = "{zh-Hant: 署名甲, zh-Hans: 署名甲, en: Credit A}"
    source = f"  - id: unused\n    name: {credit}\n    licence: MIT\n    attribution: {credit}\n"
    replace(lone / "places.yaml", "coordinate_sources:\n", f"coordinate_sources:\n{source}")
    first = build(lone, tmp_path / "first.sqlite3").version
    replace(lone / "places.yaml", "en: Credit A}\n    licence", "en: Credit B}\n    licence")
    assert build(lone, tmp_path / "second.sqlite3").version != first


def test_a_retired_shared_place_redirects_or_is_a_410(lone: Path, tmp_path: Path) -> None:
    reason = "reason: {zh-Hant: 併入, zh-Hans: 并入, en: It was drawn wrongly.}"
    retired = f"""
retired:
  - {{kind: location, id: wudu, merged_into: lanzhou, {reason}}}
  - {{kind: location, id: wenxian, merged_into: null, {reason}}}
"""
    damage(lone, {PLACES: {"\nplaces:\n": f"{retired}\nplaces:\n"}})
    client = Client(create_app(Settings(data=build(lone, tmp_path / "retired.sqlite3").path)))
    moved, gone = client.request("/v1/locations/wudu?lang=en"), client.request("/v1/locations/wenxian?lang=en")
    assert (moved.status_code, moved.headers["location"]) == (308, f"{BASE}/v1/locations/lanzhou?lang=en")
    assert gone.status_code == 410
    assert "It was drawn wrongly." in gone.json()["detail"]


def test_a_build_makes_the_folders_that_it_needs(lone_seeds: Path, tmp_path: Path) -> None:
    output = tmp_path / "data" / "of today" / NAME
    progress: list[str] = []
    built = build(lone_seeds, output, progress.append)
    assert built == Built(output, version_of(output), changed=True)
    assert names(output.parent) == [NAME]
    assert progress[0] == f"reading {lone_seeds / 'pingliang'}"
    assert progress[-1] == f"{output} has version {built.version}"


def test_a_build_that_changes_nothing_leaves_the_old_file(lone_seeds: Path, place: Path) -> None:
    before = state(place / NAME)
    progress: list[str] = []
    built = build(lone_seeds, place / NAME, progress.append)
    assert built.changed is False
    assert state(place / NAME) == before
    assert names(place) == [NAME]
    assert progress[-1].endswith(", as before")


def test_a_build_that_changes_something_replaces_the_file(lone: Path, place: Path) -> None:
    before = state(place / NAME)
    version = version_of(place / NAME)
    with closing(connect_read_only(place / NAME)) as old:
        built = build(reworded(lone), place / NAME)
        assert built.changed is True
        assert built.version == version_of(place / NAME) != version
        assert state(place / NAME)[0] != before[0]
        assert names(place) == [NAME]
        # The file that was open is still whole.
        assert old.execute("SELECT version FROM data_version").fetchone() == (version,)


def test_a_damaged_database_is_replaced(lone_seeds: Path, lone_database: Path, place: Path) -> None:
    whole = (place / NAME).read_bytes()
    (place / NAME).write_bytes(whole[: len(whole) // 2])
    built = build(lone_seeds, place / NAME)
    assert built.changed is True
    assert version_of(place / NAME) == version_of(lone_database)
    assert names(place) == [NAME]


def test_the_finished_file_is_complete_and_alone_in_its_folder(lone_database: Path) -> None:
    assert names(lone_database.parent) == [NAME]
    with closing(sqlite3.connect(lone_database)) as connection:

        def pragma(name: str) -> object:
            (value,) = connection.execute(f"PRAGMA {name}").fetchone()
            return value

        assert pragma("journal_mode") == "delete"
        assert pragma("application_id") == APPLICATION_ID
        assert APPLICATION_ID.to_bytes(4, "big") == b"CAMP"
        assert pragma("user_version") == SCHEMA
        assert pragma("integrity_check") == "ok"
        assert pragma("freelist_count") == 0
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("SELECT count(*) FROM sqlite_stat1").fetchone() != (0,)
        assert connection.execute("SELECT count(*) FROM data_version").fetchone() == (1,)


# Files after a failed build.


def test_a_fault_in_the_seeds_leaves_the_old_database(lone: Path, place: Path) -> None:
    before = state(place / NAME)
    replace(lone / "pingliang" / "events.yaml", "series_count: 3", "series_count: 0")
    with pytest.raises(SeedError, match=r"events\[2\]\.series_count"):
        build(lone, place / NAME)
    assert state(place / NAME) == before
    assert names(place) == [NAME]


def test_a_fault_in_the_seeds_leaves_nothing(lone: Path, tmp_path: Path) -> None:
    (lone / "pingliang" / "events.yaml").unlink()
    with pytest.raises(SeedError):
        build(lone, tmp_path / "data" / NAME)
    assert not (tmp_path / "data").exists()


def test_a_folder_in_the_place_of_the_temporary_file_is_reported(lone: Path, place: Path) -> None:
    before = state(place / NAME)
    (place / DRAFT).mkdir()
    with pytest.raises(BuildError, match=rf"^.*/{NAME}: cannot be written: .*Is a directory"):
        build(reworded(lone), place / NAME)
    assert state(place / NAME) == before
    assert names(place) == [DRAFT, NAME]


@pytest.mark.parametrize("name", [LOADING, JOURNAL])
def test_a_folder_in_the_place_of_another_file_of_a_build_is_reported(lone: Path, place: Path, name: str) -> None:
    before = state(place / NAME)
    (place / name).mkdir()
    with pytest.raises(BuildError, match="cannot be written"):
        build(reworded(lone), place / NAME)
    assert state(place / NAME) == before
    assert names(place) == [name, NAME]


def test_a_file_in_the_place_of_a_folder_is_reported(lone_seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    with pytest.raises(BuildError, match="cannot be written"):
        build(lone_seeds, tmp_path / "data" / NAME)


@pytest.mark.parametrize(("kind", "make"), [("folder", os.mkdir), ("FIFO", os.mkfifo)])
def test_what_is_no_file_in_the_place_of_the_database_is_reported(
    lone_seeds: Path, tmp_path: Path, kind: str, make: Callable[[Path], None]
) -> None:
    make(tmp_path / NAME)
    with pytest.raises(BuildError, match=rf"{NAME}: is a {kind} and is left as it is; name another file$"):
        build(lone_seeds, tmp_path / NAME)
    assert names(tmp_path) == [NAME]


def test_a_file_that_is_no_database_is_left_as_it_is(lone_seeds: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("Years of work.", encoding="utf-8")
    with pytest.raises(BuildError, match="is not a database of this service"):
        build(lone_seeds, tmp_path / "thesis.txt")
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "Years of work."
    assert names(tmp_path) == ["thesis.txt"]


def in_a_process_of_its_own(do: Callable[[], object]) -> int:
    """Run a function in a forked process; returns its exit code, negative for a signal."""
    process = os.fork()
    if process == 0:
        try:
            do()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


@pytest.mark.parametrize("room", [40_000, 300_000], ids=["while creating tables", "while loading"])
def test_a_disk_without_room_is_reported(lone: Path, place: Path, room: int) -> None:
    before = state(place / NAME)
    printed = lone / "printed"

    def build_in_little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
        with pytest.raises(BuildError) as caught:
            build(lone, place / NAME)
        printed.write_text(str(caught.value), encoding="utf-8")

    reworded(lone)
    assert in_a_process_of_its_own(build_in_little_room) == 0
    assert printed.exists(), "the build did not end in a BuildError"
    line = printed.read_text(encoding="utf-8")
    assert line.startswith(f"{place / NAME}: cannot be written: ")
    assert "\n" not in line
    assert state(place / NAME) == before
    assert names(place) == [NAME]


# Several builds, and builds that were killed.


def test_a_second_build_is_refused_while_one_is_under_way(lone: Path, place: Path) -> None:
    before = state(place / NAME)
    with (place / DRAFT).open("ab") as held:
        held.write(b"the other build's")
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BuildError, match=rf"^{place / NAME}: another build of it is running$"):
            build(reworded(lone), place / NAME)
        assert (place / DRAFT).read_bytes() == b"the other build's"
    assert state(place / NAME) == before
    assert names(place) == [DRAFT, NAME]
    assert build(lone, place / NAME).changed is True
    assert names(place) == [NAME]


def test_builds_of_other_files_do_not_wait_for_each_other(lone_seeds: Path, place: Path) -> None:
    with (place / DRAFT).open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert build(lone_seeds, place / "other.sqlite3").changed is True


def test_the_last_of_two_builds_does_not_empty_the_database_of_the_first(
    lone_seeds: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first build moves its file into place just when the second has opened it and not yet locked it."""
    (place / NAME).rename(place / DRAFT)
    before = state(place / DRAFT)
    lock = fcntl.flock

    def lock_late(file: int, operation: int) -> None:
        if not (place / NAME).exists():
            (place / DRAFT).rename(place / NAME)
        lock(file, operation)

    monkeypatch.setattr(fcntl, "flock", lock_late)
    with suppress(BuildError):
        build(lone_seeds, place / NAME)
    assert state(place / NAME) == before
    assert names(place) == [NAME]


def test_concurrent_builds_succeed_or_report_another_build(
    lone_seeds: Path, lone_database: Path, tmp_path: Path
) -> None:
    output = tmp_path / "data" / NAME
    ends: list[Built | BuildError] = []

    def try_to_build() -> None:
        try:
            ends.append(build(lone_seeds, output))
        except BuildError as error:
            ends.append(error)

    threads = [threading.Thread(target=try_to_build) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ends) == 3
    assert any(isinstance(end, Built) for end in ends)
    for end in ends:
        if isinstance(end, BuildError):
            assert str(end).endswith("another build of it is running")
    assert version_of(output) == version_of(lone_database)
    assert names(output.parent) == [NAME]


def test_files_of_a_killed_build_are_reused(lone: Path, place: Path) -> None:
    shutil.copy(place / NAME, place / DRAFT)
    (place / LOADING).write_bytes(bytes(5000))
    for journal in (JOURNAL, f"{LOADING}-journal"):
        (place / journal).write_bytes(bytes.fromhex("d9d505f920a163d7") + bytes(5000))
    assert build(reworded(lone), place / NAME).changed is True
    assert names(place) == [NAME]


@pytest.mark.parametrize(
    ("moment", "served", "left"),
    [
        pytest.param("creating tables", "old", {DRAFT, NAME}, marks=pytest.mark.slow),
        pytest.param("locations: ", "old", {DRAFT, LOADING, NAME}, marks=pytest.mark.slow),
        ("events: ", "old", {DRAFT, LOADING, NAME}),
        pytest.param("indexing", "old", {DRAFT, LOADING, NAME}, marks=pytest.mark.slow),
        pytest.param("compacting", "old", {DRAFT, LOADING, NAME}, marks=pytest.mark.slow),
        ("has version", "new", {NAME}),
    ],
)
def test_a_build_that_is_killed_leaves_one_version_or_the_other(
    lone: Path, place: Path, moment: str, served: str, left: set[str]
) -> None:
    old = version_of(place / NAME)

    def kill(line: str) -> None:
        if moment in line:
            os.kill(os.getpid(), signal.SIGKILL)

    reworded(lone)
    assert in_a_process_of_its_own(lambda: build(lone, place / NAME, kill)) == -signal.SIGKILL
    assert set(names(place)) == left
    assert (version_of(place / NAME) == old) is (served == "old")
    built = build(lone, place / NAME)
    assert built.changed is (served == "old")
    assert built.version == version_of(place / NAME) != old
    assert names(place) == [NAME]


def test_a_build_that_is_interrupted_leaves_nothing(lone: Path, place: Path) -> None:
    before = state(place / NAME)

    def interrupt(line: str) -> None:
        if line.startswith("events: "):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(reworded(lone), place / NAME, interrupt)
    assert state(place / NAME) == before
    assert names(place) == [NAME]


# The schema.


def on_an_empty_database(do: Callable[[Connection], None]) -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        do(connection)
    engine.dispose()


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["connection"] = connection
    return config


def test_the_migrations_make_the_tables_that_the_code_has() -> None:
    def compare(connection: Connection) -> None:
        migrate(connection)
        options = {
            "compare_type": True,
            "compare_server_default": True,
            "include_name": lambda name, *_: name not in SEARCH_TABLES,
        }
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []

    on_an_empty_database(compare)


def test_the_migrations_go_down_and_up_again() -> None:
    def go(connection: Connection) -> None:
        def schema() -> list[object]:
            rows = connection.exec_driver_sql("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
            return [tuple(row) for row in rows]

        migrate(connection)
        first = schema()
        assert {"event", "rendered", "data_version"} <= set(inspect(connection).get_table_names())
        command.downgrade(alembic_config(connection), "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        migrate(connection)
        assert schema() == first

    on_an_empty_database(go)


def test_a_change_of_the_tables_raises_the_schema(tianshui_database: Path) -> None:
    """A service would serve an older file, and fail in its queries. Raise SCHEMA and write the new digest here."""
    columns = 'SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c'
    with closing(sqlite3.connect(tianshui_database)) as connection:
        rows = connection.execute(f"{columns} WHERE m.type = 'table' ORDER BY m.name, c.cid").fetchall()
    ours = [row for row in rows if row[0] not in SEARCH_TABLES]
    assert (SCHEMA, sha256(repr(ours).encode()).hexdigest()[:16]) == (4, "a6df26cc65805c15")


@pytest.mark.slow
def test_migrating_by_hand_makes_the_same_tables(tmp_path: Path, lone_database: Path) -> None:
    database = tmp_path / "by hand.sqlite3"
    subprocess.run(
        [sys.executable, "-m", "alembic", "-x", f"database={database}", "upgrade", "head"],
        check=True,
        cwd=ROOT,
        capture_output=True,
    )

    def tables(file: Path) -> set[tuple[str, ...]]:
        with closing(sqlite3.connect(file)) as connection:
            plain = "type <> 'view' AND name NOT LIKE 'sqlite_%'"
            return set(connection.execute(f"SELECT name, sql FROM sqlite_schema WHERE {plain}"))  # noqa: S608

    assert tables(database) == tables(lone_database)
