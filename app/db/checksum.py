"""The seal of a snapshot: a digest at the end of its file, by which the file is known to be whole and as it was built.

SQLite tells in its header how long a database is and takes no notice of what comes after.
"""

import os
from hashlib import sha256
from pathlib import Path

_MARK = b"campaign-api seal sha256:"
_SEAL_BYTES = len(_MARK) + 64
_PIECE_BYTES = 1024 * 1024


class ChecksumError(Exception):
    """A file is not what was sealed; says why, and not which file it is."""


def append_checksum(path: Path) -> None:
    """Seal a finished file, which must not be changed after that."""
    with path.open("r+b") as file:
        file.write(_seal_of(file.fileno(), file.seek(0, os.SEEK_END)))


def read_checksum(descriptor: int) -> bytes:
    """Give the seal of an open file without looking whether it is true; raises ChecksumError where there is none."""
    size = os.fstat(descriptor).st_size
    seal = os.pread(descriptor, _SEAL_BYTES, max(0, size - _SEAL_BYTES))
    if not seal.startswith(_MARK):
        raise ChecksumError("is not whole: there is no seal at its end; `campaign-api build` makes one")
    return seal


def verify_checksum(descriptor: int, seal: bytes) -> None:
    """Read an open file, a gigabyte a second; raises ChecksumError unless every byte is as it was when so sealed."""
    size = os.fstat(descriptor).st_size
    if read_checksum(descriptor) != seal or _seal_of(descriptor, size - _SEAL_BYTES) != seal:
        raise ChecksumError("is damaged: its bytes are not those that were sealed; `campaign-api build` makes one")


def _seal_of(descriptor: int, size: int) -> bytes:
    """Make the seal of the first `size` bytes of an open file."""
    digest = sha256()
    piece = memoryview(bytearray(_PIECE_BYTES))
    offset = 0
    while offset < size:
        read = os.preadv(descriptor, [piece[: size - offset]], offset)
        if read == 0:
            raise ChecksumError("became shorter while it was read")
        digest.update(piece[:read])
        offset += read
    return _MARK + digest.hexdigest().encode()
