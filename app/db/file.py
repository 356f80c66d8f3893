"""The database file, held open: which file it is, whether it is intact, and whether it was written to."""

import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.db.checksum import ChecksumError, read_checksum, verify_checksum

_MAX_TOUCHES = 10
"""How often a thread verifies a file that is touched again meanwhile, before it gives up."""


class DatabaseChangedError(Exception):
    """The file of an open database was written to, so its content is undefined."""


class FileIdentity(NamedTuple):
    """Identifies a file and its content: another file, or one that was written to, has another identity."""

    device: int
    inode: int
    size: int
    modified_ns: int

    @classmethod
    def of(cls, stat: os.stat_result) -> "FileIdentity":
        """Return the identity of the file with this status."""
        return cls(stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


class DatabaseFile:
    """A file with a descriptor of its own, so that the path may name another file later."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises OSError."""
        # Without O_NONBLOCK, a FIFO put in the file's place would be waited for.
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        stat = os.fstat(self._descriptor)
        self._intact: tuple[int, int] | None = (stat.st_size, stat.st_mtime_ns)
        """The size and time of modification while its bytes are unchanged; None once they were found changed."""
        self._verifying = threading.Lock()
        self._checksum = b""
        self.identity = FileIdentity.of(stat)
        self.is_verified = False
        """Whether every byte was read and the checksum matched."""

    @property
    def is_corrupt(self) -> bool:
        """Whether verification failed; permanent."""
        return self._intact is None

    def read_checksum(self) -> None:
        """Read the checksum that the file is verified against; raises ChecksumError if there is none."""
        self._checksum = read_checksum(self._descriptor)

    @property
    def is_changed(self) -> bool:
        """Whether the file was written to since it was opened or last verified.

        Takes a microsecond: it compares size and time of modification, which every ordinary write changes.
        """
        stat = os.fstat(self._descriptor)
        return (stat.st_size, stat.st_mtime_ns) != self._intact

    def check(self) -> None:
        """Raise DatabaseChangedError if the file was written to since it was opened or last verified."""
        if self.is_changed:
            raise DatabaseChangedError("the file was written to while it was served")

    def verify_if_touched(self) -> None:
        """Verify the file if it may have been written to; raises DatabaseChangedError unless it has the same bytes.

        For threads that wait: a touch changes the time of modification too, and is no reason to give up.
        """
        if not self.is_changed:
            return
        with self._verifying:
            for _ in range(_MAX_TOUCHES):
                # Only verification in the background finds a file corrupt and reports it.
                if not self.is_changed or self._intact is None or self._intact[0] != os.fstat(self._descriptor).st_size:
                    break
                with suppress(ChecksumError, DatabaseChangedError):
                    self._verify()
        self.check()

    def verify(self) -> None:
        """Read the whole file; raises ChecksumError unless its bytes are those that were opened.

        A file that was written to but has the same bytes passes, and is intact again. Raises DatabaseChangedError
        if the file is written to meanwhile; verification may then be repeated.
        """
        try:
            self._verify()
        except ChecksumError:
            self._intact = None
            raise

    def _verify(self) -> None:
        before = os.fstat(self._descriptor)
        verify_checksum(self._descriptor, self._checksum)
        after = os.fstat(self._descriptor)
        if FileIdentity.of(before) != FileIdentity.of(after):
            raise DatabaseChangedError("the file was written to while it was verified")
        self.identity = FileIdentity.of(after)
        self._intact = (after.st_size, after.st_mtime_ns)
        self.is_verified = True

    def close(self) -> None:
        """Close the descriptor."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
