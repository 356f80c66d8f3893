"""Writing the database: tables, then rows, then indexes and views, then a compact copy.

The file that is written to is deleted if the build fails, so it has no journal and is never synchronised.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, create_engine

from app.build.common.importer import Rows, column_names
from app.build.writer import SEARCH, UNRANKED_TITLE
from app.db.read_only import APPLICATION_ID, SCHEMA
from app.fulltext.table import SEARCH_INDEX
from app.model.tables import TitleRow
from app.settings import bundled_path

_SETTINGS = ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -131072")

_PAGE_BYTES = 8192
"""Records of 1.4 kB waste a part of each page of SQLite's usual 4 kB: the file is a ninth smaller in these."""

_SEARCH_SETTINGS = (("automerge", 0), ("crisismerge", 1000), ("hashsize", 16 * 1024 * 1024))
"""The search index is merged once, at the end: merging small pieces on the way took twice as long."""

_OTHER_COLUMNS: Mapping[str, Sequence[str]] = {
    SEARCH: [column.name for column in SEARCH_INDEX.columns],
    UNRANKED_TITLE: ("kind", "language", "sort_key", "title", "id", "number"),
}
"""The columns of the tables that no model describes."""

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
                # Otherwise each statement waits for the disk, together some 0.5 s.
                for setting in (f"page_size = {_PAGE_BYTES}", *_SETTINGS):
                    connection.exec_driver_sql(f"PRAGMA {setting}")
                migrate(connection)
        finally:
            engine.dispose()
        self._database = sqlite3.connect(path, isolation_level=None)
        for setting in _SETTINGS:
            self._database.execute(f"PRAGMA {setting}")
        self._indexes = self.run("SELECT name, tbl_name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL")
        for name, *_ in self._indexes:
            self._database.execute(f"DROP INDEX {name}")
        self._database.execute(f"CREATE TABLE {UNRANKED_TITLE} ({', '.join(_OTHER_COLUMNS[UNRANKED_TITLE])})")
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
        """Insert rows; those of the search index fastest in the order of their keys."""
        for table, values in rows.items():
            columns = _OTHER_COLUMNS.get(table) or column_names(table)
            names, marks = ", ".join(f'"{column}"' for column in columns), ", ".join("?" * len(columns))
            statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 - our names
            self._database.executemany(statement, values)

    def create_indexes(self, *, of_titles: bool) -> None:
        """Create the indexes of titles, or all others, once the rows are there: faster than keeping them sorted."""
        for _, table, statement in self._indexes:
            if (table == TitleRow.__tablename__) is of_titles:
                self._database.execute(statement)

    def rank_titles(self) -> None:
        """Rank the titles, once all are inserted."""
        self._database.execute(_RANK)
        self._database.execute(f"DROP TABLE {UNRANKED_TITLE}")
        self.create_indexes(of_titles=True)

    def compact(self, into: Path) -> None:
        """Write the database into the empty file at `into`, the pages of each table one after another."""
        self._database.execute("INSERT INTO search(search) VALUES ('optimize')")
        self._database.execute("COMMIT")
        self._database.execute("ANALYZE")
        self._database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        self._database.execute(f"PRAGMA user_version = {SCHEMA}")
        self._database.execute("VACUUM INTO ?", (str(into),))
