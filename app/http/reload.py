"""Reloading: another file at the data's path replaces the version that is served, if it is valid."""

import ctypes
import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from starlette.datastructures import State

from app.db.database import Database
from app.db.file import FileIdentity
from app.db.read_only import DatabaseOpenError, DatabaseUnavailableError
from app.http.context import Context

_log = logging.getLogger("uvicorn.error")

_POLL_SECONDS = 0.5
"""The time between two polls of the file, unless one is triggered."""


class Reloader:
    """Polls the file in a thread of its own, so that verifying a new version delays no request."""

    def __init__(self, path: Path, open_: Callable[[], Database], state: State) -> None:
        """`open_` opens the file at `path`; `state.context` is the context of new requests, which is replaced."""
        self._path = path
        self._open = open_
        self._state = state
        self._seen: FileIdentity | None = state.context.database.file.identity
        """The file last seen at the path, which is served or was refused; None for no file."""
        self._logged = ""
        """The last message, which is not logged twice in a row."""
        self._should_trim = False
        """Whether a version was replaced whose memory has not been returned to the system."""
        self._wake = threading.Event()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="reload", daemon=True)

    def start(self) -> None:
        """Start polling."""
        self._thread.start()

    def trigger(self) -> None:
        """Poll now."""
        self._wake.set()

    def stop(self) -> None:
        """Stop polling; does not wait for a large file that is being verified."""
        self._is_stopped = True
        self._wake.set()
        self._thread.join(_POLL_SECONDS)

    def _run(self) -> None:
        while not self._is_stopped:
            try:
                self._poll()
            except Exception:
                # One failed poll must not end the thread. The database may be closed when the process stops.
                if not self._is_stopped:
                    _log.exception("%s: polling failed", self._path)
            self._wake.wait(_POLL_SECONDS)
            self._wake.clear()

    def _poll(self) -> None:
        if self._should_trim:
            # The last request to the old version releases it, a moment after it was replaced.
            self._should_trim = False
            _trim_memory()
        context: Context = self._state.context
        self._check_served(context)
        file, status = context.database.file, context.reload_status
        found, missing_reason = _identity_at(self._path)
        if found == file.identity and not file.is_corrupt:
            self._seen, self._logged, status.stale_reason = found, "", None
        elif found is None:
            self._seen, status.stale_reason = None, missing_reason
            self._log_once(f"{status.stale_reason}; {_still_served(context.database)}")
        elif found[:2] == file.identity[:2] and file.is_changed and not file.is_corrupt:
            # The same file was touched or written to after it was checked: the next poll verifies it.
            return
        elif found != self._seen:
            self._seen = found
            self._reload(context)

    def _check_served(self, context: Context) -> None:
        """Verify the file that is served if it was not verified yet or was written to."""
        database = context.database
        was_verified = database.file.is_verified
        if database.file.is_corrupt or (was_verified and not database.file.is_changed):
            return
        try:
            database.verify()
        except DatabaseUnavailableError:
            # The next poll tries again.
            return
        except DatabaseOpenError as error:
            subject = "the file that is served was written to, and" if was_verified else "the file that is served"
            context.reload_status.stale_reason = f"{subject} {self._reason(error)}"
            self._log_once(f"{context.reload_status.stale_reason}; {_still_served(database)}")
            if not was_verified:
                # The cached responses come from a file that was never verified.
                self._state.context = context.with_database(database)

    def _reload(self, context: Context) -> None:
        """Serve the file at the path from now on, if it is valid."""
        status, before = context.reload_status, context.database.version
        started_at = time.perf_counter()
        status.stale_reason = "the new file is being verified"
        try:
            opened = self._open()
            if not opened.file.is_verified:
                opened.verify()
        except DatabaseOpenError as error:
            status.stale_reason = f"the new file {self._reason(error)}"
            if isinstance(error, DatabaseUnavailableError):
                # It may be valid, so the next poll tries again.
                self._seen = None
                self._log_once(f"{status.stale_reason}; {_still_served(context.database)}")
            else:
                status.refusals += 1
                self._log_once(f"refused: {status.stale_reason}; {_still_served(context.database)}")
            return
        self._state.context = context.with_database(opened)
        self._seen, self._logged, self._should_trim = opened.file.identity, "", True
        status.reloads += 1
        status.loaded_at = time.monotonic()
        status.stale_reason = None
        milliseconds = (time.perf_counter() - started_at) * 1000
        _log.info("%s: serving version %s after %s, %.0f ms", self._path, opened.version, before, milliseconds)

    def _reason(self, error: DatabaseOpenError) -> str:
        return str(error).removeprefix(f"{self._path}: ")

    def _log_once(self, message: str) -> None:
        if message != self._logged:
            self._logged = message
            _log.error("%s: %s", self._path, message)


def _still_served(database: Database) -> str:
    """Return what is served while there is no valid file at the path."""
    if database.file.is_corrupt:
        return "responses that are not cached are 503"
    return f"still serving version {database.version}"


def _trim_memory() -> None:
    """Return freed memory to the system, if the C library is glibc."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _identity_at(path: Path) -> tuple[FileIdentity | None, str]:
    """Return the identity of the file at a path, or None and why there is none."""
    try:
        return FileIdentity.of(path.stat()), ""
    except (FileNotFoundError, NotADirectoryError):
        return None, "the file no longer exists"
    except OSError as error:
        return None, f"the file cannot be read: {error.strerror}"
