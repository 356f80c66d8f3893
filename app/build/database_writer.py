"""Writing the database: tables, then rows, then indexes and views, then a compact copy.

The file that is written to is deleted if the build fails, so it has no journal and is never synchronised.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine

from app.build.common.rows import Row, Rows, column_names
from app.build.views import view_statements
from app.db.read_only import APPLICATION_ID, SCHEMA
from app.fulltext.table import SEARCH_INDEX
from app.model.tables import RenderedRow, TitleRow
from app.settings import bundled_path

_SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -131072")

_PAGE_BYTES = 8192
"""Records of 1.4 kB waste a part of each page of SQLite's usual 4 kB: the file is a ninth smaller in these."""

_SEARCH_SETTINGS = (("automerge", 0), ("crisismerge", 1000), ("hashsize", 16 * 1024 * 1024))
"""The search index is merged once, at the end: merging small pieces on the way took twice as long."""

_INSERT_RENDERED = "INSERT INTO rendered (key, stem, json_text) VALUES (?, ?, CAST(? AS TEXT))"
_TITLE_COLUMNS = ("kind", "language", "sort_key", "title", "id", "number")
_UNRANKED = f"CREATE TABLE unranked_title ({', '.join(_TITLE_COLUMNS)})"
_RANK = """
    INSERT INTO title (kind, language, rank, id, number)
    SELECT kind, language, dense_rank() OVER (PARTITION BY kind, language ORDER BY sort_key, title) - 1, id, number
    FROM unranked_title
    ORDER BY kind, language, sort_key, title, id
"""


def migrate(connection: Connection) -> None:
    """Create the tables of the newest schema in an empty database."""
    config = Config()
    config.set_main_option("script_location", str(bundled_path("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class DatabaseWriter:
    """A database that is being written."""

    def __init__(self, path: Path) -> None:
        """Create the tables in the empty file at `path`, without their indexes."""
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
        indexes = self.run("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
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

    def run(self, query: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a query and return all its rows."""
        return self._database.execute(query, parameters).fetchall()

    def insert(self, rows: Rows) -> None:
        """Insert rows; rendered JSON may be UTF-8 bytes."""
        for table, values in rows.items():
            if table is RenderedRow:
                self._database.executemany(_INSERT_RENDERED, values)
            else:
                self._insert(str(table.__tablename__), column_names(table), values)

    def insert_search_rows(self, rows: Iterable[Row]) -> None:
        """Insert rows of the search index, fastest in the order of their keys."""
        self._insert(SEARCH_INDEX.name, [column.name for column in SEARCH_INDEX.columns], rows)

    def insert_titles(self, rows: Iterable[Row]) -> None:
        """Insert titles: resource, language, sort key, title, id and number of the record."""
        self._insert("unranked_title", _TITLE_COLUMNS, rows)

    def _insert(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
        self._database.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', rows)  # noqa: S608 - our names

    def create_indexes(self) -> None:
        """Create the indexes but those of titles, once nearly all rows are there: faster than keeping them sorted."""
        self._create_indexes(lambda table: table != TitleRow.__tablename__)

    def rank_titles(self) -> None:
        """Rank the titles, once all are inserted."""
        self._database.execute(_RANK)
        self._database.execute("DROP TABLE unranked_title")
        self._create_indexes(lambda table: table == TitleRow.__tablename__)

    def _create_indexes(self, of: Callable[[str], bool]) -> None:
        for table, statement in self._indexes:
            if of(table):
                self._database.execute(statement)

    def create_views(self) -> None:
        """Create the views of each resource in each language."""
        for statement in view_statements():
            self._database.execute(statement)

    def compact(self, into: Path) -> None:
        """Write the database into the empty file at `into`, the pages of each table one after another."""
        self._database.execute("INSERT INTO search(search) VALUES ('optimize')")
        self._database.execute("COMMIT")
        self._database.execute("ANALYZE")
        self._database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._database.execute(f"PRAGMA user_version = {SCHEMA}")
        self._database.execute("VACUUM INTO ?", (str(into),))
