"""Digests: equal for equal data, whatever order it comes in, and whatever zlib makes of it."""

import zlib

import pytest

from app.build.writer import canonical_json
from app.db.compression import compress, decompress

RECORD = '{"title":"警媒座談會","note":"a note that the translations repeat"}'.encode()
TRANSLATIONS = b'[{"field":"/note","texts":["a note that the translations repeat"]}]'


def test_canonical_json_has_sorted_keys_and_no_space() -> None:
    assert canonical_json({"b": (1, 2.5), "a": "座", "c": None}) == '{"a":"座","b":[1,2.5],"c":null}'.encode()
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(float("nan"))


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert canonical_json({"a": 1, "b": {"c": 2, "d": 3}}) == canonical_json({"b": {"d": 3, "c": 2}, "a": 1})
    assert canonical_json({"a": 1}) != canonical_json({"a": 2})


def test_what_was_compressed_comes_back_and_repeats_of_the_dictionary_take_no_space() -> None:
    alone, beside_its_record = compress(TRANSLATIONS), compress(TRANSLATIONS, RECORD)
    assert decompress(alone) == decompress(beside_its_record, RECORD) == TRANSLATIONS
    assert len(beside_its_record) < len(alone) < len(TRANSLATIONS)


def test_another_dictionary_is_an_error_and_not_another_text() -> None:
    with pytest.raises(zlib.error):
        decompress(compress(TRANSLATIONS, RECORD), RECORD[1:])
