"""The database that a build loads records into, before it is compacted into a snapshot.

It is thrown away when the build fails, so it is written without a journal and without waiting for the disk.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine
from sqlmodel import SQLModel

from app.build.rows import Row, Rows
from app.db.database import APPLICATION_ID, SCHEMA
from app.fulltext.table import SEARCH_INDEX
from app.model.tables import RenderedRow, TitleRow
from app.settings import shipped

_SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -131072")

_PAGE_BYTES = 8192
"""Records of some 2 kB lie badly in SQLite's pages of 4 kB: the snapshot is a ninth smaller in these."""

_SEARCH_SETTINGS = (("automerge", 0), ("crisismerge", 1000), ("hashsize", 16 * 1024 * 1024))
"""All that is indexed is merged at the end, once; to merge it on the way and in small pieces took twice as long."""

_PUBLISH = "INSERT INTO published (key, stem, json_text) VALUES (?, ?, CAST(? AS TEXT))"
_UNRANKED = """
    CREATE TABLE unranked_title (kind TEXT, language TEXT, sort_key TEXT, title TEXT, id TEXT, number INTEGER)
"""
_RANK = """
    INSERT INTO title (kind, language, rank, id, number)
    SELECT kind, language, dense_rank() OVER (PARTITION BY kind, language ORDER BY sort_key, title) - 1, id, number
    FROM unranked_title
    ORDER BY kind, language, sort_key, title, id
"""


def migrate(connection: Connection) -> None:
    """Bring an empty database to the newest schema."""
    config = Config()
    config.set_main_option("script_location", str(shipped("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class Draft:
    """A database of the newest schema that is being loaded."""

    def __init__(self, path: Path) -> None:
        """Make the tables in the empty file at `path`; their indexes come when all is loaded."""
        engine = create_engine(URL.create("sqlite", database=str(path)))
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(f"PRAGMA page_size = {_PAGE_BYTES}")
                migrate(connection)
        finally:
            engine.dispose()
        self._database = sqlite3.connect(path, isolation_level=None)
        for setting in _SETTINGS:
            self._database.execute(f"PRAGMA {setting}")
        indexes = self.ask("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
        for name, *_ in indexes:
            self._database.execute(f"DROP INDEX {name}")
        self._indexes = [(table, statement) for _, table, statement in indexes]
        self._database.execute(_UNRANKED)
        self._database.executemany("INSERT INTO search(search, rank) VALUES (?, ?)", _SEARCH_SETTINGS)
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def ask(self, question: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Ask a question; gives all rows of its answer."""
        return self._database.execute(question, parameters).fetchall()

    def insert(self, rows: Rows) -> None:
        """Load rows of the tables; what is published comes as UTF-8."""
        for table, values in rows.items():
            if table is RenderedRow:
                self._database.executemany(_PUBLISH, values)
            else:
                self._insert(str(table.__tablename__), _columns(table), values)

    def insert_searched(self, rows: Iterable[Row]) -> None:
        """Load rows of the search index; it takes them quickest in the order of their keys."""
        self._insert(SEARCH_INDEX.name, [column.name for column in SEARCH_INDEX.columns], rows)

    def insert_titles(self, rows: Iterable[Row]) -> None:
        """Load titles: kind, language, what it is sorted by, the title, id and number of the record."""
        columns = ("kind", "language", "sort_key", "title", "id", "number")
        self._insert("unranked_title", columns, rows)

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names, places = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
        self._database.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({places})', rows)  # noqa: S608 - our own

    def index(self) -> None:
        """Make the indexes, once nearly all is loaded: to sort at the end is quicker than to keep in order."""
        for table, statement in self._indexes:
            if table != TitleRow.__tablename__:
                self._database.execute(statement)

    def rank_titles(self) -> None:
        """Rank the titles, once all are loaded."""
        self._database.execute(_RANK)
        self._database.execute("DROP TABLE unranked_title")
        for table, statement in self._indexes:
            if table == TitleRow.__tablename__:
                self._database.execute(statement)

    def compact(self, into: Path) -> None:
        """Write the whole database, its tables one after another, into the empty file at `into`."""
        self._database.execute("INSERT INTO search(search) VALUES ('optimize')")
        self._database.execute("COMMIT")
        self._database.execute("ANALYZE")
        self._database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._database.execute(f"PRAGMA user_version = {SCHEMA}")
        self._database.execute("VACUUM INTO ?", (str(into),))


def _columns(table: type[SQLModel]) -> list[str]:
    return [column.name for column in SQLModel.metadata.tables[str(table.__tablename__)].columns]
