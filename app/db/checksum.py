"""The checksum at the end of a database file: SHA-256 of all bytes before it, after a mark.

SQLite's header holds the length of the database, and SQLite ignores what follows it.
"""

import os
from hashlib import sha256
from pathlib import Path

_MARK = b"campaign-api sha256:"
CHECKSUM_BYTES = len(_MARK) + 64
_CHUNK_BYTES = 1024 * 1024


class ChecksumError(Exception):
    """A file differs from the one that was built; the message is the reason, without the file's name."""


def append_checksum(path: Path) -> None:
    """Append the checksum to a finished file, which must not be changed afterwards."""
    with path.open("r+b") as file:
        file.write(compute_checksum(file.fileno(), file.seek(0, os.SEEK_END)))


def read_checksum(descriptor: int) -> bytes:
    """Return the checksum of an open file, mark included, unverified; raises ChecksumError if there is none."""
    size = os.fstat(descriptor).st_size
    checksum = os.pread(descriptor, CHECKSUM_BYTES, max(0, size - CHECKSUM_BYTES))
    if not checksum.startswith(_MARK):
        raise ChecksumError("is incomplete: it does not end with a checksum; run `campaign-api build`")
    return checksum


def verify_checksum(descriptor: int, checksum: bytes) -> None:
    """Read all of an open file, about a gigabyte a second; raises ChecksumError unless it still has this checksum."""
    size = os.fstat(descriptor).st_size
    is_unchanged = read_checksum(descriptor) == checksum
    if not is_unchanged or compute_checksum(descriptor, size - CHECKSUM_BYTES) != checksum:
        raise ChecksumError("is damaged: its bytes do not match its checksum; run `campaign-api build`")


def compute_checksum(descriptor: int, size: int) -> bytes:
    """Return the mark and the checksum of the first `size` bytes of an open file; raises ChecksumError if it ends."""
    digest = sha256()
    chunk = memoryview(bytearray(_CHUNK_BYTES))
    offset = 0
    while offset < size:
        read = os.preadv(descriptor, [chunk[: size - offset]], offset)
        if read == 0:
            raise ChecksumError("became shorter while it was read")
        digest.update(chunk[:read])
        offset += read
    return _MARK + digest.hexdigest().encode()
