"""The checksum detects every change of a file, and an open file notices every write."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.db.checksum import (
    CHECKSUM_BYTES,
    ChecksumError,
    append_checksum,
    compute_checksum,
    read_checksum,
    verify_checksum,
)
from app.db.database import VERIFY_ON_OPEN_BYTES, open_database
from app.db.file import DatabaseChangedError, DatabaseFile, FileIdentity
from app.db.read_only import DatabaseOpenError

CONTENT = b"all that there is to know"


@pytest.fixture
def checksummed(tmp_path: Path) -> Path:
    path = tmp_path / "checksummed"
    path.write_bytes(CONTENT)
    append_checksum(path)
    return path


@pytest.fixture
def held(checksummed: Path) -> Iterator[DatabaseFile]:
    with closing(DatabaseFile(checksummed)) as file:
        file.read_checksum()
        file.verify()
        yield file


def is_whole(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        verify_checksum(descriptor, read_checksum(descriptor))
    except ChecksumError:
        return False
    finally:
        os.close(descriptor)
    return True


def test_a_checksum_is_the_digest_of_all_before_it(checksummed: Path) -> None:
    content = checksummed.read_bytes()
    assert content.startswith(CONTENT)
    assert content[len(CONTENT) :] == (
        b"campaign-api sha256:e2a9e62124a18342bda8c8a5c7de56b5b55e4fd15081ebfe26eb1fad3a44b45b"
    )
    assert is_whole(checksummed)


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024 - 1, 1024 * 1024, 3 * 1024 * 1024 + 1])
def test_a_file_of_any_size_can_be_sealed(tmp_path: Path, size: int) -> None:
    path = tmp_path / "checksummed"
    path.write_bytes(b"x" * size)
    assert not is_whole(path)
    append_checksum(path)
    assert path.stat().st_size == size + CHECKSUM_BYTES
    assert is_whole(path)
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"y")
    assert not is_whole(path)


def test_every_bit_counts(checksummed: Path) -> None:
    whole = checksummed.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            checksummed.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            assert not is_whole(checksummed), (place, bit)


def test_no_byte_is_missing_or_too_many(checksummed: Path) -> None:
    whole = checksummed.read_bytes()
    for size in range(len(whole)):
        checksummed.write_bytes(whole[:size])
        assert not is_whole(checksummed), size
        checksummed.write_bytes(whole[len(whole) - size :])
        assert not is_whole(checksummed), -size
    for more in (whole + b"\0", b"\0" + whole, whole + whole, whole[:5] + b"\0" + whole[5:]):
        checksummed.write_bytes(more)
        assert not is_whole(checksummed), more


def overwrite(path: Path, content: bytes) -> None:
    """Write in the file that is there, and not in another in its place."""
    with path.open("r+b") as file:
        file.write(content)


def replace(path: Path) -> None:
    path.with_name("other").write_bytes(b"other")
    path.with_name("other").replace(path)


WRITES: dict[str, Callable[[Path], None]] = {
    "one byte": lambda path: overwrite(path, b"A"),
    "shorter": lambda path: os.truncate(path, 10),
    "longer": lambda path: os.truncate(path, 1000),
    "empty": lambda path: os.truncate(path, 0),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_is_written_in_a_held_file_is_seen_at_once_and_for_ever(
    checksummed: Path, held: DatabaseFile, write: Callable[[Path], None]
) -> None:
    whole = checksummed.read_bytes()
    held.check()
    write(checksummed)
    with pytest.raises(DatabaseChangedError, match=r"^the file was written to while it was served$"):
        held.check()
    with pytest.raises(ChecksumError):
        held.verify()
    assert held.is_corrupt
    checksummed.write_bytes(whole)
    with pytest.raises(DatabaseChangedError):
        held.check()


def test_another_whole_file_in_the_same_bytes_is_not_taken_for_the_one_that_was_opened(
    checksummed: Path, held: DatabaseFile, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_bytes(CONTENT[::-1])
    append_checksum(other)
    checksummed.write_bytes(other.read_bytes())
    with pytest.raises(ChecksumError, match="is damaged"):
        held.verify()


def test_a_touch_does_no_harm_once_the_bytes_were_read_again(checksummed: Path, held: DatabaseFile) -> None:
    before = held.identity
    os.utime(checksummed, ns=(0, 0))
    with pytest.raises(DatabaseChangedError):
        held.check()
    held.verify()
    held.check()
    assert held.identity == FileIdentity.of(checksummed.stat()) != before


def test_a_thread_that_waits_accepts_a_touch(checksummed: Path, held: DatabaseFile) -> None:
    os.utime(checksummed, ns=(0, 0))
    held.verify_if_touched()
    held.check()


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_thread_that_waits_accepts_no_write(
    checksummed: Path, held: DatabaseFile, write: Callable[[Path], None]
) -> None:
    write(checksummed)
    with pytest.raises(DatabaseChangedError):
        held.verify_if_touched()
    # Only verification in the background reports it.
    assert not held.is_corrupt


def test_what_is_touched_while_it_is_verified_may_be_verified_again(
    checksummed: Path, held: DatabaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_and_touch(descriptor: int, checksum: bytes) -> None:
        verify_checksum(descriptor, checksum)
        os.utime(checksummed, ns=(0, 0))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("app.db.file.verify_checksum", check_and_touch)
        with pytest.raises(DatabaseChangedError, match=r"^the file was written to while it was verified$"):
            held.verify()
    held.verify()
    held.check()


def test_what_becomes_shorter_while_it_is_read_is_not_whole(checksummed: Path) -> None:
    with (
        checksummed.open("rb") as file,
        pytest.raises(ChecksumError, match=r"^became shorter while it was read$"),
    ):
        compute_checksum(file.fileno(), len(CONTENT) + CHECKSUM_BYTES + 1)


def test_a_file_is_let_go_of_once(checksummed: Path) -> None:
    held = DatabaseFile(checksummed)
    descriptor = held._descriptor
    held.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    # By now the number is another's.
    with checksummed.open("rb") as other:
        assert other.fileno() == descriptor
        held.close()
        os.fstat(descriptor)


@pytest.mark.parametrize("do", [Path.unlink, replace], ids=["deleted", "replaced"])
def test_what_becomes_of_the_name_is_no_matter(
    checksummed: Path, held: DatabaseFile, do: Callable[[Path], None]
) -> None:
    do(checksummed)
    held.check()
    held.verify()


# The database as a whole.


def flip(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 4]))


@pytest.mark.slow
def test_a_flipped_bit_anywhere_is_refused_in_one_line(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    whole = tianshui_database.read_bytes()
    for place in (*range(0, len(whole), len(whole) // 100), len(whole) - 1):
        copy.write_bytes(whole)
        flip(copy, place)
        with pytest.raises(DatabaseOpenError) as refused:
            open_database(copy)
        assert str(refused.value).startswith(f"{copy}: ")
        assert "\n" not in str(refused.value)


def test_what_is_behind_the_checksum_is_refused(tianshui_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(tianshui_database.read_bytes() + b"\n")
    with pytest.raises(DatabaseOpenError, match=f"^{copy}: is incomplete: it does not end with a checksum; "):
        open_database(copy)


def test_a_large_file_is_verified_on_request(tianshui_database: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.sqlite3"
    large.write_bytes(tianshui_database.read_bytes()[:-CHECKSUM_BYTES])
    os.truncate(large, VERIFY_ON_OPEN_BYTES)
    append_checksum(large)
    with closing(open_database(large)) as database:
        before = database.file.is_verified
        database.verify()
        assert (before, database.file.is_verified) == (False, True)
    flip(large, VERIFY_ON_OPEN_BYTES - 1)
    with closing(open_database(large)) as database:
        with pytest.raises(DatabaseOpenError, match=f"^{large}: is damaged: its bytes do not match its checksum"):
            database.verify()
        with pytest.raises(DatabaseChangedError):
            database.file.check()
