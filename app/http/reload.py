"""Watching the file that is served: another one in its place is taken up while requests go on, if it is good."""

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path

from app.db.database import Database, DatabaseOpenError, DatabaseUnavailableError, open_database
from app.db.file import DatabaseChangedError, Identity, identify
from app.http.context import Context, succeed
from app.http.executor import PATIENT
from app.http.memory import give_memory_back

_log = logging.getLogger("uvicorn.error")

_LOOK_SECONDS = 0.5
"""How long after a look the next one comes, if nobody asks for one before."""


class Watcher:
    """Looks at the file from a thread of its own, so that nothing that it does holds up a request."""

    def __init__(self, path: Path, read: Callable[[], Context], replace: Callable[[Context], None]) -> None:
        """`read` gives the context of the requests that come now, and `replace` puts another in its place."""
        self._path = path
        self._read = read
        self._replace = replace
        self._seen: Identity | None = read().snapshot.file.identity
        """What was found at the path last, and is served or judged not to be; None for nothing."""
        self._told = ""
        """What was told last, which is not told again while it is so."""
        self._is_to_give_back = False
        """Whether a version was let go of whose memory is still the process's."""
        self._wake = threading.Event()
        self._is_over = False
        self._thread = threading.Thread(target=self._watch, name="watching the snapshot", daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def look_soon(self) -> None:
        """Look at once, and not after a while."""
        self._wake.set()

    def stop(self) -> None:
        """Look no more; a large file that is just being verified is not waited for."""
        self._is_over = True
        self._wake.set()
        self._thread.join(_LOOK_SECONDS)

    def _watch(self) -> None:
        while not self._is_over:
            try:
                self._look()
            except Exception:
                # A defect in one look must not be the end of all others.
                _log.exception("%s: could not be looked at", self._path)
            self._wake.wait(_LOOK_SECONDS)
            self._wake.clear()

    def _look(self) -> None:
        if self._is_to_give_back:
            # A version ends with the requests that it answers, a moment after another took its place.
            self._is_to_give_back = False
            give_memory_back()
        context = self._read()
        self._examine(context)
        file, succession = context.snapshot.file, context.succession
        found = _identity_at(self._path)
        if found == file.identity and not file.is_corrupt:
            self._seen, self._told, succession.stale_reason = found, "", None
        elif found is None:
            self._seen, succession.stale_reason = None, "there is no file to be read any more"
            self._tell(f"{succession.stale_reason}; version {context.snapshot.version} is served on")
        elif found != self._seen:
            self._seen = found
            self._take_up(context)

    def _examine(self, context: Context) -> None:
        """Look whether the bytes that are served are what they were; verify them where that is to be done."""
        snapshot = context.snapshot
        was_verified = snapshot.file.is_verified
        if snapshot.file.is_corrupt or (was_verified and not _is_touched(snapshot)):
            return
        try:
            snapshot.verify()
        except DatabaseUnavailableError:
            # The next look tries again.
            return
        except DatabaseOpenError as error:
            began = "the file that is served was written in, and " if was_verified else "the file that is served "
            context.succession.stale_reason = began + self._reason(error)
            self._tell(f"{context.succession.stale_reason}; what is not kept is answered with 503")
            if not was_verified:
                # What is kept was made of it when nobody knew.
                self._replace(succeed(context, snapshot))

    def _take_up(self, context: Context) -> None:
        """Serve what is at the path now, if it is good."""
        succession, before = context.succession, context.snapshot.version
        began_at = time.perf_counter()
        succession.stale_reason = "what lies there now is being verified"
        try:
            opened = open_database(self._path, context.settings.max_streams, PATIENT)
            if not opened.file.is_verified:
                opened.verify()
        except DatabaseOpenError as error:
            succession.stale_reason = f"what lies there now {self._reason(error)}"
            if isinstance(error, DatabaseUnavailableError):
                # It may be good, so the next look tries again.
                self._seen = None
                self._tell(f"{succession.stale_reason}; version {before} is served on")
            else:
                succession.refusals += 1
                self._tell(f"refused: {succession.stale_reason}; version {before} is served on")
            return
        self._replace(succeed(context, opened))
        self._seen, self._told, self._is_to_give_back = opened.file.identity, "", True
        succession.swaps += 1
        succession.loaded_at = time.monotonic()
        succession.stale_reason = None
        milliseconds = (time.perf_counter() - began_at) * 1000
        _log.info("%s: version %s is served after %s, %.0f ms", self._path, opened.version, before, milliseconds)

    def _reason(self, error: DatabaseOpenError) -> str:
        return str(error).removeprefix(f"{self._path}: ")

    def _tell(self, what: str) -> None:
        if what != self._told:
            self._told = what
            _log.error("%s: %s", self._path, what)


def _identity_at(path: Path) -> Identity | None:
    try:
        return identify(path.stat())
    except OSError:
        return None


def _is_touched(snapshot: Database) -> bool:
    try:
        snapshot.file.check()
    except DatabaseChangedError:
        return True
    return False
