import base64
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db.cursors import CursorError, decode_cursor, encode_cursor

values = st.tuples(st.integers(-(2**63), 2**63 - 1) | st.text() | st.booleans() | st.floats(allow_nan=False))


@given(values, st.text(), st.text(st.characters(codec="ascii")))
def test_a_cursor_gives_back_what_was_put_in(after: tuple[int | float | str, ...], query: str, version: str) -> None:
    token = encode_cursor(after, query.encode("utf-8", "replace").decode(), version)
    assert decode_cursor(token, query.encode("utf-8", "replace").decode(), version) == after
    assert token.isascii()
    assert "=" not in token


@given(st.data())
def test_no_altered_cursor_is_taken(data: st.DataObject) -> None:
    token = encode_cursor((7, "tianshui"), "/v1/events?", "v")
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters(codec="utf-8").filter(lambda letter: letter != token[place]))
    altered = token[:place] + letter + token[place + 1 :]
    with pytest.raises(CursorError) as refused:
        decode_cursor(altered, "/v1/events?", "v")
    assert refused.value.code == "invalid_cursor"


@given(st.text())
def test_no_other_text_is_taken_for_a_cursor(text: str) -> None:
    with pytest.raises(CursorError):
        decode_cursor(text, "/v1/events?", "v")


def test_a_cursor_fits_its_own_query_and_version() -> None:
    token = encode_cursor((7,), "/v1/events?", "one")
    with pytest.raises(CursorError) as other:
        decode_cursor(token, "/v1/events?kind=series", "one")
    assert other.value.code == "cursor_of_another_query"
    message = "belongs to another list, other filters, another order or another language; leave cursor out to start at"
    assert str(other.value) == f"{message} the first page"
    with pytest.raises(CursorError) as outdated:
        decode_cursor(token, "/v1/events?", "two")
    assert outdated.value.code == "outdated_cursor"
    message = "belongs to an earlier version of the data; start again from the first page"
    assert str(outdated.value) == message


def test_what_is_no_cursor_is_reported_so() -> None:
    with pytest.raises(CursorError) as refused:
        decode_cursor("abc", "/v1/events?", "one")
    assert str(refused.value) == "is not a cursor of this service, or was altered; take it from links.next"


def test_a_cursor_is_spelled_as_it_always_was() -> None:
    token = "V29-438jWyIwMTIzYWJjZCIsIjYyMjQwMDEwNzBhZjQ0NzgiLFsyLCLlpKnmsLQiLDAuNV1d"  # noqa: S105 - it keeps no secret
    assert encode_cursor((2, "天水", 0.5), "/v1/events?#", "0123abcd") == token
    assert decode_cursor(token, "/v1/events?#", "0123abcd") == (2, "天水", 0.5)


@pytest.mark.parametrize("content", [b"[]", b'["v"]', b"7", b'["v","x",7]', b"\xff", b"[" * 50])
def test_content_of_another_shape_is_refused(content: bytes) -> None:
    with pytest.raises(CursorError):
        decode_cursor(base64.urlsafe_b64encode(forged(content)).rstrip(b"=").decode(), "q", "v")


def forged(content: bytes) -> bytes:
    """Write a checksum as anyone could who has read the code."""
    return blake2b(content, digest_size=6, person=b"campaign-cursor").digest() + content
