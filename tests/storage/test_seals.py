"""The seal: whatever becomes of a file but nothing is seen; and the file that is held: whatever is written in it."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.db.checksum import ChecksumError, _seal_of, append_checksum, read_checksum, verify_checksum
from app.db.database import VERIFIED_AT_ONCE_BYTES, DatabaseOpenError, open_database
from app.db.file import DatabaseChangedError, DatabaseFile, identify

SEAL_BYTES = 89
CONTENT = b"all that there is to know"


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    path = tmp_path / "sealed"
    path.write_bytes(CONTENT)
    append_checksum(path)
    return path


@pytest.fixture
def held(sealed: Path) -> Iterator[DatabaseFile]:
    with closing(DatabaseFile(sealed)) as file:
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


def test_a_seal_is_the_digest_of_all_before_it(sealed: Path) -> None:
    told = sealed.read_bytes()
    assert told.startswith(CONTENT)
    assert told[len(CONTENT) :] == (
        b"campaign-api seal sha256:e2a9e62124a18342bda8c8a5c7de56b5b55e4fd15081ebfe26eb1fad3a44b45b"
    )
    assert is_whole(sealed)


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024 - 1, 1024 * 1024, 3 * 1024 * 1024 + 1])
def test_a_file_of_any_size_can_be_sealed(tmp_path: Path, size: int) -> None:
    path = tmp_path / "sealed"
    path.write_bytes(b"x" * size)
    assert not is_whole(path)
    append_checksum(path)
    assert path.stat().st_size == size + SEAL_BYTES
    assert is_whole(path)
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(b"y")
    assert not is_whole(path)


def test_every_bit_counts(sealed: Path) -> None:
    whole = sealed.read_bytes()
    for place in range(len(whole)):
        for bit in range(8):
            sealed.write_bytes(whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :])
            assert not is_whole(sealed), (place, bit)


def test_no_byte_is_missing_or_too_many(sealed: Path) -> None:
    whole = sealed.read_bytes()
    for size in range(len(whole)):
        sealed.write_bytes(whole[:size])
        assert not is_whole(sealed), size
        sealed.write_bytes(whole[len(whole) - size :])
        assert not is_whole(sealed), -size
    for more in (whole + b"\0", b"\0" + whole, whole + whole, whole[:5] + b"\0" + whole[5:]):
        sealed.write_bytes(more)
        assert not is_whole(sealed), more


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
    sealed: Path, held: DatabaseFile, write: Callable[[Path], None]
) -> None:
    whole = sealed.read_bytes()
    held.check()
    write(sealed)
    with pytest.raises(DatabaseChangedError, match=r"^the file was written in while it was served$"):
        held.check()
    with pytest.raises(ChecksumError):
        held.verify()
    assert held.is_corrupt
    sealed.write_bytes(whole)
    with pytest.raises(DatabaseChangedError):
        held.check()


def test_another_whole_file_in_the_same_bytes_is_not_taken_for_the_one_that_was_opened(
    sealed: Path, held: DatabaseFile, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.write_bytes(CONTENT[::-1])
    append_checksum(other)
    sealed.write_bytes(other.read_bytes())
    with pytest.raises(ChecksumError, match="is damaged"):
        held.verify()


def test_a_touch_does_no_harm_once_the_bytes_were_read_again(sealed: Path, held: DatabaseFile) -> None:
    before = held.identity
    os.utime(sealed, ns=(0, 0))
    with pytest.raises(DatabaseChangedError):
        held.check()
    held.verify()
    held.check()
    assert held.identity == identify(sealed.stat()) != before


def test_what_is_touched_while_it_is_verified_may_be_verified_again(
    sealed: Path, held: DatabaseFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_and_touch(descriptor: int, seal: bytes) -> None:
        verify_checksum(descriptor, seal)
        os.utime(sealed, ns=(0, 0))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("app.db.file.verify_checksum", check_and_touch)
        with pytest.raises(DatabaseChangedError, match=r"^the file was written in while it was verified$"):
            held.verify()
    held.verify()
    held.check()


def test_what_becomes_shorter_while_it_is_read_is_not_whole(sealed: Path) -> None:
    with (
        sealed.open("rb") as file,
        pytest.raises(ChecksumError, match=r"^became shorter while it was read$"),
    ):
        _seal_of(file.fileno(), len(CONTENT) + SEAL_BYTES + 1)


def test_a_file_is_let_go_of_once(sealed: Path) -> None:
    held = DatabaseFile(sealed)
    descriptor = held._descriptor
    held.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    # By now the number is another's.
    with sealed.open("rb") as other:
        assert other.fileno() == descriptor
        held.close()
        os.fstat(descriptor)


@pytest.mark.parametrize("do", [Path.unlink, replace], ids=["deleted", "replaced"])
def test_what_becomes_of_the_name_is_no_matter(sealed: Path, held: DatabaseFile, do: Callable[[Path], None]) -> None:
    do(sealed)
    held.check()
    held.verify()


# The snapshot as a whole.


def flip(path: Path, place: int) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        (byte,) = file.read(1)
        file.seek(place)
        file.write(bytes([byte ^ 4]))


def test_a_flipped_bit_anywhere_is_refused_in_one_line(tianshui_snapshot: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    whole = tianshui_snapshot.read_bytes()
    for place in (*range(0, len(whole), len(whole) // 100), len(whole) - 1):
        copy.write_bytes(whole)
        flip(copy, place)
        with pytest.raises(DatabaseOpenError) as refused:
            open_database(copy)
        assert str(refused.value).startswith(f"{copy}: ")
        assert "\n" not in str(refused.value)


def test_what_is_behind_the_seal_is_refused(tianshui_snapshot: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    copy.write_bytes(tianshui_snapshot.read_bytes() + b"\n")
    with pytest.raises(DatabaseOpenError, match=f"^{copy}: is not whole: there is no seal at its end; "):
        open_database(copy)


def test_a_large_file_is_verified_when_that_is_asked_for(tianshui_snapshot: Path, tmp_path: Path) -> None:
    large = tmp_path / "large.sqlite3"
    large.write_bytes(tianshui_snapshot.read_bytes()[:-SEAL_BYTES])
    os.truncate(large, VERIFIED_AT_ONCE_BYTES)
    append_checksum(large)
    with closing(open_database(large)) as snapshot:
        before = snapshot.file.is_verified
        snapshot.verify()
        assert (before, snapshot.file.is_verified) == (False, True)
    flip(large, VERIFIED_AT_ONCE_BYTES - 1)
    with closing(open_database(large)) as snapshot:
        with pytest.raises(DatabaseOpenError, match=f"^{large}: is damaged: its bytes are not those that were sealed"):
            snapshot.verify()
        with pytest.raises(DatabaseChangedError):
            snapshot.file.check()
