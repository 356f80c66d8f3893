"""Snippets of texts with characters beyond the Basic Multilingual Plane: offsets in code points and in code units.

Such a character is one code point, two code units of UTF-16 and four bytes of UTF-8.
"""

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from app.build.common.documents import PrintedText, Text
from app.build.pipeline import build_seeds
from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.tools.generating.chosen import model_event, model_outcome, seeds_of

RARE, FACE, FAMILY, FLAG = (
    "\U00020bb7",
    "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e8\U0001f1f3",
)
"""A Chinese character, a face, a family that three are joined to, and a flag that two letters make."""

TITLE = {
    "zh-Hant": f"{RARE}{FACE}野家{RARE}座談會{FACE}",
    "zh-Hans": f"{RARE}{FACE}野家{RARE}座谈会{FACE}",
    "en": f"{FACE}{FAMILY} A quokka symposium {FLAG} and quokka",
}
SUMMARY = {
    "zh-Hant": f"{RARE * 90}、{FACE * 60}烏龍麵、{RARE}{FACE}烏龍麵{FACE * 90}",
    "zh-Hans": f"{RARE * 90}、{FACE * 60}乌龙面、{RARE}{FACE}乌龙面{FACE * 90}",
    "en": f"{FACE * 150} wombat {FAMILY}{FLAG} wombat {FACE * 150}",
}
LABEL = {"zh-Hant": f"{FACE}數𠀀鴯鶓", "zh-Hans": f"{FACE}数𠀀鸸鹋", "en": f"{FACE} emu 𠀀"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Client:
    event = model_event().model_copy(update={"title": PrintedText(TITLE), "summary": Text(SUMMARY)})
    outcome = model_outcome().model_copy(update={"label": PrintedText(LABEL)})
    path: Path = tmp_path_factory.mktemp("characters") / "database.sqlite3"
    return Client(create_app(Settings(data=build_seeds(seeds_of([event], [outcome]), path).path)))


def snippet(client: Client, query: str, language: str, target: str = "/v1/search") -> dict[str, Any]:
    """Return the snippet of the one hit, with what it marks."""
    (hit,) = client.get(f"{target}?lang={language}&q={quote(query)}")["data"]
    found: dict[str, Any] = hit["snippet"]
    record = client.get(f"/v1/{hit['kind']}s/{hit['record']['id']}?lang={found['language']}")["data"]
    whole = record[found["field"].removeprefix("/")]
    # A list of code points, so that nothing here depends on how a language counts.
    points = list(whole)
    assert list(found["text"]) == points[found["offset"] : found["offset"] + len(found["text"])]
    assert found["complete"] == (found["text"] == whole)
    # As in JavaScript: units(text).slice(start, end).
    units = utf16(whole)
    assert utf16(found["text"]) == units[found["offset_utf16"] :][: len(utf16(found["text"]))]
    assert [
        "".join(utf16(found["text"])[span["start_utf16"] : span["end_utf16"]]).encode("utf-16", "surrogatepass")
        for span in found["ranges"]
    ] == [part.encode("utf-16") for part in marked(found)]
    return found


def utf16(text: str) -> list[str]:
    """Return the UTF-16 code units of a text."""
    encoded = text.encode("utf-16-be")
    return [chr(int.from_bytes(encoded[place : place + 2])) for place in range(0, len(encoded), 2)]


def marked(found: dict[str, Any]) -> list[str]:
    points = list(found["text"])
    return ["".join(points[span["start"] : span["end"]]) for span in found["ranges"]]


@pytest.mark.parametrize(
    ("query", "language", "ranges"),
    [
        ("座談會", "zh-Hant", [(5, 8)]),
        ("座谈会", "zh-Hant", [(5, 8)]),
        ("座談會", "zh-Hans", [(5, 8)]),
        (f"{RARE}座談", "zh-Hant", [(4, 7)]),
        (f"家{RARE}座", "zh-Hans", [(3, 6)]),
        (RARE, "zh-Hant", [(0, 1), (4, 5)]),
        (f"野家{RARE}", "zh-Hant", [(2, 5)]),
        ("zuotan", "zh-Hant", [(5, 7)]),
        ("yejia", "zh-Hans", [(2, 4)]),
        ("quokka", "en", [(9, 15), (33, 39)]),
        ("symposium", "en", [(16, 25)]),
        ("quokka symposium", "en", [(9, 15), (16, 25), (33, 39)]),
    ],
)
def test_ranges_after_and_over_such_characters(
    client: Client, query: str, language: str, ranges: list[tuple[int, int]]
) -> None:
    found = snippet(client, query, language)
    assert found["text"] == TITLE[language]
    assert (found["offset"], found["complete"], found["field"]) == (0, True, "/title")
    assert [(span["start"], span["end"]) for span in found["ranges"]] == ranges
    assert found["offset_utf16"] == 0
    assert [(span["start_utf16"], span["end_utf16"]) for span in found["ranges"]] == [
        (len(utf16(TITLE[language][:start])), len(utf16(TITLE[language][:end]))) for start, end in ranges
    ]


@pytest.mark.parametrize(
    ("query", "language", "hit"),
    [("烏龍麵", "zh-Hant", "烏龍麵"), ("乌龙面", "zh-Hans", "乌龙面"), ("wombat", "en", "wombat")],
)
def test_a_piece_of_a_long_text_is_cut_and_counted_in_code_points(
    client: Client, query: str, language: str, hit: str
) -> None:
    found = snippet(client, query, language)
    whole = SUMMARY[language]
    first = whole.index(hit)
    assert found["field"] == "/summary"
    assert len(found["text"]) == 120
    assert found["offset"] == first - 24
    assert not found["complete"]
    assert marked(found) == [hit, hit]
    assert (found["ranges"][0]["start"], found["ranges"][0]["end"]) == (24, 24 + len(hit))
    before = sum(2 if point > "\uffff" else 1 for point in whole[: first - 24])
    assert found["offset_utf16"] == before > found["offset"]


@pytest.mark.parametrize(
    ("query", "language", "hit"), [("鴯鶓", "zh-Hant", "鴯鶓"), ("𠀀鸸", "zh-Hans", "𠀀鸸"), ("emu", "en", "emu")]
)
def test_records_of_another_resource(client: Client, query: str, language: str, hit: str) -> None:
    found = snippet(client, query, language)
    assert (found["text"], marked(found)) == (LABEL[language], [hit])
    start = LABEL[language].index(hit)
    first = start + sum(point > "\uffff" for point in LABEL[language][:start])
    last = first + len(utf16(hit))
    assert found["ranges"] == [{"start": start, "end": start + len(hit), "start_utf16": first, "end_utf16": last}]


def test_lists_find_such_characters_too(client: Client) -> None:
    for query in (RARE, f"{RARE}座談", "quokka", "wombat"):
        assert len(client.ids(f"/v1/events?q={quote(query)}")) == 1
    assert len(client.ids(f"/v1/events?q={quote(f'{RARE}野')}")) == 1
    for absent in ("\U00020bb8", f"{RARE}談", "zyzzyva"):
        assert client.ids(f"/v1/events?q={quote(absent)}") == []
