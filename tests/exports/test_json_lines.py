import json
from pathlib import Path

import duckdb
import pytest

from app.model.codes import Resource
from tests.exports.conftest import Records
from tests.exports.records import AWKWARD, PUNCTUATED, document, facts, published
from tests.languages import EN, HANT


@pytest.mark.parametrize("kind", AWKWARD, ids=str)
def test_a_line_is_a_record_as_it_is_published(records: Records, kind: Resource) -> None:
    given = records[kind, HANT]
    content = document("jsonl", given, facts(kind, len(given)))
    *lines, rest = content.split(b"\n")
    assert rest == b""
    assert lines == published(given)
    assert [json.loads(line) for line in lines] == given


def test_a_line_break_in_a_text_breaks_no_line() -> None:
    content = document("jsonl", [PUNCTUATED], facts(Resource.EVENT, 1))
    assert content.count(b"\n") == 1


@pytest.mark.parametrize("kind", AWKWARD, ids=str)
def test_an_independent_reader_finds_every_record(records: Records, kind: Resource, tmp_path: Path) -> None:
    given = records[kind, EN]
    file = tmp_path / "records.jsonl"
    file.write_bytes(document("jsonl", given, facts(kind, len(given))))
    with duckdb.connect() as connection:
        found = connection.execute("SELECT id FROM read_json(?, format = 'newline_delimited')", [str(file)])
        assert [id_ for (id_,) in found.fetchall()] == [record["id"] for record in given]
