"""The file of a snapshot, held open: which file it is, whether it is whole, and whether anybody has written in it."""

import os
from pathlib import Path
from typing import NamedTuple

from app.db.checksum import ChecksumError, read_checksum, verify_checksum


class DatabaseChangedError(Exception):
    """The file under an open snapshot was written in, so that what is read of it now may be anything."""


class Identity(NamedTuple):
    """By what a file is known: another one, or one that was written in, has another."""

    device: int
    inode: int
    size: int
    modified_ns: int


def identify(found: os.stat_result) -> Identity:
    """Tell by what a file is known."""
    return Identity(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


class DatabaseFile:
    """A file by a descriptor of its own, which nobody can put another in the place of."""

    def __init__(self, path: Path) -> None:
        """Open the file; raises OSError."""
        self._descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        found = os.fstat(self._descriptor)
        self._untouched: tuple[int, int] | None = (found.st_size, found.st_mtime_ns)
        """Its size and its time while its bytes are those that were opened; None once they were found not to be."""
        self._seal = b""
        self.identity = identify(found)
        self.is_verified = False
        """Whether every byte was read and found as it was sealed."""

    @property
    def is_corrupt(self) -> bool:
        """Whether it was found not to be what it was, which nothing mends."""
        return self._untouched is None

    def read_checksum(self) -> None:
        """Read the seal that the file is to be held against; raises ChecksumError where there is none."""
        self._seal = read_checksum(self._descriptor)

    def check(self) -> None:
        """Raise DatabaseChangedError if the file was written in since it was opened or verified last.

        It takes a microsecond: what a file's times say is not proof, but no program writes without changing them.
        """
        found = os.fstat(self._descriptor)
        if (found.st_size, found.st_mtime_ns) != self._untouched:
            raise DatabaseChangedError("the file was written in while it was served")

    def verify(self) -> None:
        """Read the whole file; raises ChecksumError unless it is what it was when it was opened, and as sealed.

        One that was written in and has the same bytes is taken for untouched from then on. Raises DatabaseChangedError
        for one that was being written in meanwhile, which may be verified again.
        """
        before = os.fstat(self._descriptor)
        try:
            verify_checksum(self._descriptor, self._seal)
        except ChecksumError:
            self._untouched = None
            raise
        after = os.fstat(self._descriptor)
        if identify(before) != identify(after):
            raise DatabaseChangedError("the file was written in while it was verified")
        self.identity = identify(after)
        self._untouched = (after.st_size, after.st_mtime_ns)
        self.is_verified = True

    def close(self) -> None:
        """Let go of the file."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
