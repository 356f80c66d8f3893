"""An open database: one version of the data, its readers, and its identity."""

import json
import sqlite3
import weakref
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from app.db.bounded_cache import BoundedCache
from app.db.checksum import ChecksumError
from app.db.connections import Reader, ReaderPool
from app.db.file import DatabaseChangedError, DatabaseFile, FileIdentity
from app.db.read_only import (
    CACHE_KIB,
    STREAMING_CACHE_KIB,
    DatabaseOpenError,
    DatabaseUnavailableError,
    connect_read_only,
    describe_other_than_file,
)
from app.fulltext.parsing import Alphabet
from app.fulltext.pinyin import Syllabary
from app.languages import LANGUAGES, Language

VERIFY_ON_OPEN_BYTES = 64 * 1024 * 1024
"""The size up to which a file is verified when it is opened, which takes less than a tenth of a second."""

COUNT_CACHE_BYTES = 8 * 1024 * 1024
STATEMENT_CACHE_BYTES = 32 * 1024 * 1024

STATEMENT_BYTES = 32 * 1024
"""About what the largest prepared statements of list queries take; most take 3 to 5 kB."""

# The bits of SQLite's extended error codes that contain the primary one.
_PRIMARY_CODE = 0xFF

_IDENTITY = "SELECT version, language, languages, credits FROM data_version"
_LICENCES = "SELECT id, licence, licence_url, attribution FROM campaign ORDER BY id"
_ALPHABET = "SELECT traditional, simplified, syllables, words FROM search_alphabet"


@dataclass(frozen=True)
class Database:
    """An open version of the data. It is closed by `close`, or when the last reference to it is gone."""

    path: Path
    file: DatabaseFile
    inline_reader: Reader
    """The reader of the event loop, for reads within INLINE_BUDGET_SECONDS."""
    slow_readers: ReaderPool
    """For slow queries, one in a thread."""
    streaming_readers: ReaderPool
    """For responses of any length."""
    version: str
    """The digest of the data."""
    modified: float
    """When this version was put in place, seconds since the epoch."""
    language: Language
    """The fallback of responses about several campaigns."""
    alphabet: Alphabet
    """The alphabet of its search index."""
    credits: list[dict[str, Any]]
    """The attributions that the licences of coordinates require, with texts in every language."""
    licences: dict[str, dict[str, Any]]
    """The licence of each campaign's records: its `id`, its `url`, and its `attribution` in every language."""
    results: BoundedCache
    """What was computed before for this data version: counts, and the SQL of lists."""
    _exit_stack: ExitStack

    def __post_init__(self) -> None:
        # Requests may still read a version that was replaced; no request knows that it is the last.
        weakref.finalize(self, self._exit_stack.close)

    @cached_property
    def licences_by_url(self) -> dict[str, dict[str, Any]]:
        """The licences of all campaigns, each once, by their URLs."""
        return {licence["url"]: licence for licence in self.licences.values()}

    def verify(self) -> None:
        """Read the whole file, as DatabaseFile does; raises DatabaseOpenError unless it is the file that was built."""
        try:
            self.file.verify()
        except ChecksumError as error:
            raise DatabaseOpenError(f"{self.path}: {error}") from error
        except (DatabaseChangedError, OSError) as error:
            raise _unavailable(self.path, error) from error

    def close(self) -> None:
        """Close the file and all readers."""
        self._exit_stack.close()


def open_database(
    path: Path,
    streaming: int = 1,
    slow: int = 1,
    *,
    statement_cache_bytes: int = STATEMENT_CACHE_BYTES,
    count_cache_bytes: int = COUNT_CACHE_BYTES,
) -> Database:
    """Open a database for reading only; raises DatabaseOpenError if it is not a valid one.

    `streaming` and `slow` are the numbers of readers. All connections are opened now, because another version may
    be put in the file's place later. A file of up to VERIFY_ON_OPEN_BYTES is verified. `statement_cache_bytes` bounds
    the prepared statements of all connections, `count_cache_bytes` the cached counts and the SQL of lists.
    """
    with ExitStack() as stack:
        try:
            if (other := describe_other_than_file(path)) is not None:
                raise DatabaseOpenError(
                    f"{path}: {other}, not a database; name the file that `campaign-api build` wrote"
                )
            file = stack.enter_context(closing(DatabaseFile(path)))
            cached_statements = _share_statements(statement_cache_bytes, streaming, slow)
            cache_kib = [*[CACHE_KIB] * (1 + slow), *[STREAMING_CACHE_KIB] * streaming]
            connections = _connect(path, list(zip(cached_statements, cache_kib, strict=True)), stack)
            readers = [Reader(one, file, is_inline=index == 0) for index, one in enumerate(connections)]
            file.read_checksum()
            if file.identity.size <= VERIFY_ON_OPEN_BYTES:
                file.verify()
            ((version, language, languages, credits_),) = readers[0].rows(_IDENTITY, {})
            if languages != " ".join(LANGUAGES):
                reason = f"has the languages {languages}, and this service has {' '.join(LANGUAGES)}"
                raise DatabaseOpenError(f"{path}: {reason}; run `campaign-api build`")
            ((traditional, simplified, syllables, words),) = readers[0].rows(_ALPHABET, {})
            versions = {reader.rows(_IDENTITY, {})[0][0] for reader in readers}
            if versions != {version} or FileIdentity.of(path.stat()) != file.identity:
                raise DatabaseUnavailableError(f"{path}: was replaced while it was opened; try again")
            return Database(
                path=path,
                file=file,
                inline_reader=readers[0],
                slow_readers=ReaderPool(readers[1 : 1 + slow]),
                streaming_readers=ReaderPool(readers[1 + slow :]),
                version=version,
                modified=file.identity.modified_ns / 1e9,
                language=Language(language),
                alphabet=Alphabet(
                    str.maketrans(traditional, simplified), Syllabary(json.loads(syllables), json.loads(words))
                ),
                credits=json.loads(credits_),
                licences={
                    campaign: {"id": id_, "url": url, "attribution": json.loads(attribution)}
                    for campaign, id_, url, attribution in readers[0].rows(_LICENCES, {})
                },
                results=BoundedCache(count_cache_bytes),
                _exit_stack=stack.pop_all(),
            )
        except ChecksumError as error:
            raise DatabaseOpenError(f"{path}: {error}") from error
        except (FileNotFoundError, NotADirectoryError) as error:
            raise DatabaseOpenError(f"{path}: there is no such file; run `campaign-api build`") from error
        except (DatabaseChangedError, OSError) as error:
            raise _unavailable(path, error) from error
        except (sqlite3.Error, ValueError, TypeError) as error:
            # A damaged file that was not verified can contain anything.
            raise DatabaseOpenError(f"{path}: is not a database of this service; run `campaign-api build`") from error


def _share_statements(max_bytes: int, streaming: int, slow: int) -> list[int]:
    """Return how many statements each connection may cache, that of the event loop first.

    It runs most statements and gets half of the memory. The slow ones share a quarter, and so do the streaming ones,
    which run a few statements many times.
    """
    total = max_bytes // STATEMENT_BYTES
    return [total // 2, *[total // (4 * max(1, slow))] * slow, *[total // (4 * max(1, streaming))] * streaming]


def _connect(path: Path, caches: Sequence[tuple[int, int]], stack: ExitStack) -> list[sqlite3.Connection]:
    """Open connections; `caches` are the prepared statements and the KiB of pages that each may cache."""
    try:
        return [stack.enter_context(closing(connect_read_only(path, *sizes))) for sizes in caches]
    except sqlite3.Error as error:
        if error.sqlite_errorcode & _PRIMARY_CODE != sqlite3.SQLITE_CANTOPEN:
            raise
        reason = f"cannot be opened {len(caches)} times at once; raise the limit on file descriptors"
        raise DatabaseUnavailableError(f"{path}: {reason}") from error


def _unavailable(path: Path, error: DatabaseChangedError | OSError) -> DatabaseUnavailableError:
    # The message of an OSError contains the path already.
    reason = f"cannot be read: {error.strerror}" if isinstance(error, OSError) else "was written to while it was read"
    return DatabaseUnavailableError(f"{path}: {reason}; try again")
