import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from app.build.common import yaml_reader as yaml_text
from app.build.common.faults import Fault, SeedError
from app.build.common.yaml_reader import MAX_DEPTH, YamlDocument, dotted, read_yaml


def written(folder: Path, content: str | bytes) -> Path:
    file = folder / "document.yaml"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def read(folder: Path, content: str | bytes) -> YamlDocument:
    return read_yaml(written(folder, content))


def refusal(folder: Path, content: str | bytes) -> Fault:
    with pytest.raises(SeedError) as caught:
        read(folder, content)
    (fault,) = caught.value.faults
    assert fault.file == folder / "document.yaml"
    return fault


def test_every_value_has_its_line_and_column(tmp_path: Path) -> None:
    document = read(
        tmp_path,
        "# a comment\n"
        "title: 跨年護學\n"
        "evidence:\n"
        "  - {source: report, start: 3}\n"
        "  - source: other\n"
        "    start: 5\n"
        "list: [a, [b, c]]\n",
    )
    assert document.value == {
        "title": "跨年護學",
        "evidence": [{"source": "report", "start": 3}, {"source": "other", "start": 5}],
        "list": ["a", ["b", "c"]],
    }
    assert document.positions == {
        (): (2, 1),
        ("title",): (2, 1),
        ("evidence",): (3, 1),
        ("evidence", 0): (4, 5),
        ("evidence", 0, "source"): (4, 6),
        ("evidence", 0, "start"): (4, 22),
        ("evidence", 1): (5, 5),
        ("evidence", 1, "source"): (5, 5),
        ("evidence", 1, "start"): (6, 5),
        ("list",): (7, 1),
        ("list", 0): (7, 8),
        ("list", 1): (7, 11),
        ("list", 1, 0): (7, 12),
        ("list", 1, 1): (7, 15),
    }


def test_columns_count_characters_and_not_bytes(tmp_path: Path) -> None:
    assert read(tmp_path, "{活動: 名, b: 1}").positions["b",] == (1, 9)


def test_a_fault_is_placed_at_the_nearest_part_that_is_there(tmp_path: Path) -> None:
    document = read(tmp_path, "events:\n  - id: a\n    date:\n      when: null\n")
    assert str(document.fault(("events", 0, "date", "note"), "is missing")) == (
        f"{tmp_path}/document.yaml:3:5: events[0].date.note: is missing"
    )
    assert document.fault((), "is wrong").field == "(document)"
    assert document.fault(("nowhere",), "is missing").line == 1


def test_places_are_written_as_people_do() -> None:
    assert dotted(("events", 2, "date", "when")) == "events[2].date.when"
    assert dotted((0, 1)) == "[0][1]"
    assert dotted(()) == ""


@pytest.mark.parametrize(
    ("written_as", "value"),
    [
        ("", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("~", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("0", 0),
        ("83", 83),
        ("-12", -12),
        ("+7", 7),
        ("3.5", 3.5),
        ("-0.5", -0.5),
        ("1.5e3", 1500.0),
        ("1.5E-3", 0.0015),
        ("1.0e10", 1e10),
        ("1.0e0010", "1.0e0010"),
        ("007", "007"),
        ("0x1f", "0x1f"),
        ("0o17", "0o17"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ("1e3", "1e3"),
        (".5", ".5"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("9999999999999999999", "9999999999999999999"),
        ("2024-09-20", "2024-09-20"),
        ("2024-10-31/2024-11-01", "2024-10-31/2024-11-01"),
        ("2024-09-20 10:00:00", "2024-09-20 10:00:00"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("nUll", "nUll"),
        ("tRue", "tRue"),
        ("'83'", "83"),
        ('"83"', "83"),
        ('"620800"', "620800"),
        ("'true'", "true"),
        ("'null'", "null"),
        ("''", ""),
        ('"~"', "~"),
        ("'it''s'", "it's"),
        (r'"\u6cd5\n"', "法\n"),
    ],
)
def test_a_scalar_means_this(tmp_path: Path, written_as: str, value: object) -> None:
    found = read(tmp_path, f"key: {written_as}\n").value
    assert found == {"key": value}
    assert type(found["key"]) is type(value)


@pytest.mark.parametrize("written_as", ["1.0e999", "-1.0e400"])
def test_a_number_too_large_for_a_float_stays_a_string(tmp_path: Path, written_as: str) -> None:
    assert read(tmp_path, f"key: {written_as}\n").value == {"key": written_as}


@pytest.mark.parametrize("half", [r"\ud800", r"\ud842", r"\udfb7", r"\udfff", r"\U0000D842"])
def test_half_a_character_is_reported(tmp_path: Path, half: str) -> None:
    fault = refusal(tmp_path, f'a: 1\nkey: ["x", "{half}野"]\n')
    assert (fault.line, fault.column, fault.field) == (2, 12, "key[1]")
    assert fault.message == "has an unpaired surrogate; write the character itself"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("key: >-\n  one\n  two\n\n  three\n", "one two\nthree"),
        ("key: >\n  one\n  two\n", "one two\n"),
        ("key: >+\n  one\n\n", "one\n\n"),
        ("key: |\n  one\n    two\n\n  three\n", "one\n  two\n\nthree\n"),
        ("key: |-\n  one\n  two\n", "one\ntwo"),
        ("key: >-\n  83\n", "83"),
        ("key: >-\n  活動開展以來，\n  共發布。\n", "活動開展以來， 共發布。"),
        ("key:\n  one\n  two\n", "one two"),
        ('key: "one\n  two"\n', "one two"),
    ],
)
def test_long_text_is_exactly_what_is_written(tmp_path: Path, content: str, text: str) -> None:
    assert read(tmp_path, content).value == {"key": text}


def test_folding_leaves_no_marks_in_the_text(tmp_path: Path) -> None:
    text = read(tmp_path, "key: >-\n  " + "\n  ".join(["word " * 10] * 20) + "\n").value["key"]
    assert text.isprintable()
    assert text.split() == ["word"] * 200


def test_windows_line_ends_make_no_difference(tmp_path: Path) -> None:
    unix = "a: >-\n  one\n  two\nb: |\n  one\n  two\nc: [1,\n  2]\n"
    one = read(tmp_path, unix)
    other = read(tmp_path, unix.replace("\n", "\r\n"))
    assert (one.value, one.positions) == (other.value, other.positions)


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        ("a: 1\nb: &anchor 2\n", ["2:4: b: an anchor is not allowed; write the value out in each place"]),
        ("a: 1\nb: *anchor\n", ["2:4: b: an alias is not allowed; write the value out in each place"]),
        ("a: 1\nb: !!str 2\n", ["2:4: b: a tag is not allowed; write a plain value"]),
        ("a: !custom {b: 1}\n", ["1:4: a: a tag is not allowed; write a plain value"]),
        ("!!str a: 1\n", ["1:1: a: a tag is not allowed; write a plain value"]),
        ("# a comment\n%YAML 1.2\n---\na: 1\n", ["2:1: (document): a directive is not allowed; remove it"]),
        ("\n%YAML 1.2\n---\na: 1\n", ["2:1: (document): a directive is not allowed; remove it"]),
        ("%SEEDS\n---\na: 1\n", ["1:1: (document): a directive is not allowed; remove it"]),
        (
            "a: &a {b: 1}\nc:\n  <<: *a\n",
            [
                "1:4: a: an anchor is not allowed; write the value out in each place",
                "3:7: c.<<: an alias is not allowed; write the value out in each place",
            ],
        ),
    ],
)
def test_what_would_stand_for_something_else_is_refused(tmp_path: Path, content: str, printed: list[str]) -> None:
    with pytest.raises(SeedError) as caught:
        read(tmp_path, content)
    assert str(caught.value).splitlines() == [f"{tmp_path / 'document.yaml'}:{line}" for line in printed]


def test_a_percent_sign_in_a_text_is_no_directive(tmp_path: Path) -> None:
    assert read(tmp_path, "---\na: >-\n  one\n  %two\n").value == {"a": "one %two"}


@pytest.mark.parametrize(
    ("content", "printed"),
    [
        ("a: 1\nb: 2\na: 3\n", "3:1: a: is repeated; keep one of the two"),
        ("x:\n  - {a: 1, 'a': 2}\n", "2:12: x[0].a: is repeated; keep one of the two"),
        ("a: 1\n? [b, c]\n: 2\n", "2:3: ?: a key must be a word, not a list or a mapping"),
        ("x: {{a: 1}: 2}\n", "1:5: x.?: a key must be a word, not a list or a mapping"),
    ],
)
def test_a_key_is_one_word_and_stands_once(tmp_path: Path, content: str, printed: str) -> None:
    assert str(refusal(tmp_path, content)) == f"{tmp_path}/document.yaml:{printed}"


def test_all_doubled_keys_are_reported_at_once(tmp_path: Path) -> None:
    with pytest.raises(SeedError) as caught:
        read(tmp_path, "a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert [(fault.line, fault.field) for fault in caught.value.faults] == [(2, "a"), (3, "b.c")]


def test_keys_that_are_no_words_are_not_taken_for_each_other(tmp_path: Path) -> None:
    with pytest.raises(SeedError) as caught:
        read(tmp_path, "? [a]\n: !x 1\n? {b: c}\n: 2\n'?': 3\n")
    assert [(fault.line, fault.field, fault.message) for fault in caught.value.faults] == [
        (1, "?", "a key must be a word, not a list or a mapping"),
        (2, "?", "a tag is not allowed; write a plain value"),
        (3, "?", "a key must be a word, not a list or a mapping"),
    ]


def test_a_merge_key_is_a_key_like_any_other(tmp_path: Path) -> None:
    assert read(tmp_path, "a:\n  <<: {b: 1}\n").value == {"a": {"<<": {"b": 1}}}


@pytest.mark.parametrize(
    ("content", "line", "column", "message"),
    [
        ("a: [1, 2\nb: 3\n", 2, 2, "expected ',' or ']'"),
        ("a: 1\n  b: 2\n", 2, 4, "mapping values are not allowed here"),
        ("a: 1\n\tb: 2\n", 2, 1, "'\\t'"),
        ("a: 'open\n", 2, 1, "end of stream"),
        ('a: "\\q"\n', 1, 6, "escape character"),
        ("a: 1\nb\n", 3, 1, "could not find expected ':'"),
        ("a: @b\n", 1, 4, "cannot start any token"),
    ],
)
def test_what_is_no_yaml_is_reported_with_its_place(
    tmp_path: Path, content: str, line: int, column: int, message: str
) -> None:
    fault = refusal(tmp_path, content)
    assert fault.message.startswith("not readable as YAML: ")
    assert message in fault.message
    assert (fault.line, fault.column, fault.field) == (line, column, "(document)")


def test_another_document_is_reported(tmp_path: Path) -> None:
    fault = refusal(tmp_path, "a: 1\n---\nb: 2\n")
    assert (fault.line, fault.column, fault.field) == (2, 1, "(document)")
    assert fault.message == "a second document is not allowed; merge it into the first"


@pytest.mark.parametrize("content", ["", "\n\n", "# only a comment\n"])
def test_an_empty_file_is_reported(tmp_path: Path, content: str) -> None:
    fault = refusal(tmp_path, content)
    assert (fault.line, fault.column, fault.field) == (1, 1, "(document)")
    assert fault.message == "is empty; write the document's fields"


@pytest.mark.parametrize("content", ["---\n", "null\n", "--- ~\n"])
def test_a_document_may_be_null(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content).value is None


def nested(levels: int) -> str:
    return "[" * levels + "]" * levels


def test_nesting_is_read_to_a_depth(tmp_path: Path) -> None:
    value: Any = read(tmp_path, nested(MAX_DEPTH + 1)).value
    for _ in range(MAX_DEPTH):
        (value,) = value
    assert value == []


def test_nesting_deeper_than_that_is_reported_at_its_place(tmp_path: Path) -> None:
    fault = refusal(tmp_path, nested(MAX_DEPTH + 2))
    assert (fault.line, fault.column) == (1, MAX_DEPTH + 2)
    assert fault.message == f"is nested deeper than {MAX_DEPTH} levels"


def test_nesting_that_would_exhaust_the_stack_is_reported(tmp_path: Path) -> None:
    fault = refusal(tmp_path, nested(60_000))
    assert (fault.line, fault.column) == (1, MAX_DEPTH + 2)
    assert fault.message == f"is nested deeper than {MAX_DEPTH} levels"


def test_values_are_read_to_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_VALUES", 7)
    assert read(tmp_path, "a: [1, 2]\nb: \n").value == {"a": [1, 2], "b": None}
    fault = refusal(tmp_path, "a: [1, 2]\nb: [3]\n")
    assert (fault.line, fault.column, fault.field) == (2, 5, "b[0]")
    assert fault.message == "has more than the 7 keys and values that a document may have"


def test_faults_are_reported_to_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_FAULTS", 2)
    with pytest.raises(SeedError) as caught:
        read(tmp_path, "a: 1\na: 2\na: 3\na: 4\na: 5\n")
    assert [(fault.line, fault.message) for fault in caught.value.faults] == [
        (2, "is repeated; keep one of the two"),
        (3, "is repeated; keep one of the two"),
        (3, "is not read further after 2 faults; fix these first"),
    ]


def test_a_file_is_read_to_a_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_text, "MAX_BYTES", 1_200)
    content = "a: 法\n".ljust(1_198)
    assert read(tmp_path, content).value == {"a": "法"}
    fault = refusal(tmp_path, content + " ")
    assert fault.message == "is 1,201 bytes long; at most 1,200 are read"


def test_a_file_that_is_not_there_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match=r"document\.yaml:1:1: \(document\): cannot be read: No such file"):
        read_yaml(tmp_path / "document.yaml")


def test_a_folder_in_the_place_of_a_file_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read: Is a directory"):
        read_yaml(tmp_path)


def test_what_has_no_end_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "document.yaml")
    with pytest.raises(
        SeedError, match=r"document\.yaml:1:1: \(document\): is not a regular file; put one in its place"
    ):
        read_yaml(tmp_path / "document.yaml")


@pytest.mark.parametrize(
    ("content", "line", "column", "problem"),
    [
        ("a: 名\nb: 活".encode() + b"\xff\nc: 1\n", 2, 5, "byte 0xFF is not UTF-8"),
        (b"a: caf\xe9\n", 1, 7, "byte 0xE9 is not UTF-8"),
        ("a: 動".encode()[:-1], 1, 4, "byte 0xE5 is not UTF-8"),
        ("a: 動\n".encode("gb18030"), 1, 4, "is not UTF-8"),
        ("a: 1\n".encode("utf-16"), 1, 1, "byte 0xFF is not UTF-8"),
        ("a: 1\n".encode("utf-16-be"), 1, 1, "character U+0000 is not allowed in YAML"),
        ("a: 1\n".encode("utf-8-sig"), 1, 1, "character U+FEFF is not allowed in YAML"),
        ("a: 1\nb: 活\x00\n".encode(), 2, 5, "character U+0000 is not allowed in YAML"),
        (b"a: 1\r\n\r\nb: x\x07\r\n", 3, 5, "character U+0007 is not allowed in YAML"),
        (b"a: x\x7f\n", 1, 5, "character U+007F is not allowed in YAML"),
        ("a: x\x80\n".encode(), 1, 5, "character U+0080 is not allowed in YAML"),
        ("a: x\x86\n".encode(), 1, 5, "character U+0086 is not allowed in YAML"),
        ("a: x\x9f\n".encode(), 1, 5, "character U+009F is not allowed in YAML"),
        ("a: \ufffe\n".encode(), 1, 4, "character U+FFFE is not allowed in YAML"),
        (b"a: \xed\xa0\x80\n", 1, 4, "byte 0xED is not UTF-8"),
    ],
)
def test_what_is_no_clean_utf8_is_reported_with_its_place(
    tmp_path: Path, content: bytes, line: int, column: int, problem: str
) -> None:
    fault = refusal(tmp_path, content)
    assert (fault.line, fault.column, fault.field) == (line, column, "(encoding)")
    assert problem in fault.message
    assert fault.message.endswith("; save the file as UTF-8 without a byte order mark")


@pytest.mark.parametrize("text", ["𠮷野", "x\xa0x", *"~\ud7ff\ue000\ufefe\uff00\ufffd\U0010ffff"])
def test_all_other_characters_are_text(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, f"a: '{text}'\n").value == {"a": text}


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.floats(-1e15, 1e15).map(lambda number: round(number, 3))
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co"), exclude_characters="\ufeff")),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(PLAIN)
def test_what_a_yaml_writer_writes_is_read_back(tmp_path_factory: pytest.TempPathFactory, value: Any) -> None:
    file = tmp_path_factory.getbasetemp() / "written.yaml"
    writer = YAML(typ="safe", pure=True)
    writer.allow_unicode = True
    writer.default_flow_style = False
    with file.open("w", encoding="utf-8") as stream:
        writer.dump({"value": value}, stream)
    assert read_yaml(file).value == {"value": value}
