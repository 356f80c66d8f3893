"""Search over HTTP, against what plain Python finds in the same records."""

import random
import re
import time
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin, pinyin

from app.build.common.documents import DateDocument, PrintedText
from app.build.pipeline import build_seeds
from app.endpoints.search_schema import SearchListResponse
from app.languages import LANGUAGES
from app.main import create_app
from app.model.codes import Basis
from app.settings import Settings
from tests.client import BASE, Client
from tests.tools.generating.chosen import model_event, seeds_of

KINDS = {"campaign": "campaigns", "event": "events", "location": "locations", "outcome": "outcomes"}
PLAIN = ("as_stated", "name_as_stated", "admin_code")

Key = tuple[str, str]
Records = dict[Key, list[str]]
Sounds = dict[Key, set[tuple[frozenset[str], ...]]]
"""How each character of the Chinese of each record may sound, run by run."""

_simplify: Callable[[str], str] = OpenCC("t2s").convert
_HAN = re.compile("[㐀-䶿一-鿿]+")
_WORD = re.compile("[a-z0-9]+")
_SENTENCE_END = re.compile(r"[。!?;\n]|\.\.+")
_BETWEEN = re.compile(rf"(?<={_HAN.pattern[:-1]})[\W_]+(?={_HAN.pattern[:-1]})")


@cache
def simplified(character: str) -> str:
    return _simplify(_simplify(character))


@cache
def folded(text: str) -> str:
    """A text as it is compared; written here once more, in another way than the application's."""
    plain = "".join(map(simplified, unicodedata.normalize("NFKC", text).casefold()))
    bare = "".join(letter for letter in unicodedata.normalize("NFD", plain) if not unicodedata.combining(letter))
    # Punctuation within a sentence does not part Chinese.
    return "。".join(_BETWEEN.sub("", sentence) for sentence in _SENTENCE_END.split(bare))


@cache
def spoken(text: str) -> tuple[tuple[str, ...], ...]:
    """The syllables of each run of Chinese."""
    return tuple(tuple(lazy_pinyin(run, v_to_u=False)) for run in _HAN.findall(folded(text)))


def plain_values(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in PLAIN and isinstance(value, str):
                yield value
            yield from plain_values(value)
    elif isinstance(node, list):
        for value in node:
            yield from plain_values(value)


@pytest.fixture(scope="module")
def records(both: Client) -> Records:
    """Every text of every record that search is over, in every language."""
    found: Records = {}
    for kind, name in KINDS.items():
        page = both.get(f"/v1/{name}?limit=200&include=translations")
        assert page["meta"]["total"] == len(page["data"])
        for record in page["data"]:
            texts = [text["text"] for field in record.pop("translations") for text in field["texts"]]
            found[kind, record["id"]] = [*texts, record["id"], *plain_values(record)]
    return found


@pytest.fixture(scope="module")
def chinese(records: Records) -> list[str]:
    """Every run of Chinese in the records, as it is written."""
    return sorted({run for texts in records.values() for text in texts for run in _HAN.findall(text)})


def send_request(client: Client, q: str, also: str = "") -> dict[str, Any]:
    page: dict[str, Any] = client.get(f"/v1/search?q={quote(q, safe='')}&limit=200{also}")
    assert page["links"]["next"] is None
    check(client, page)
    return page


def find(client: Client, q: str, also: str = "") -> set[Key]:
    return {(hit["kind"], hit["record"]["id"]) for hit in send_request(client, q, also)["data"]}


def having(records: Records, text: str) -> set[Key]:
    return {key for key, texts in records.items() if any(text in folded(each) for each in texts)}


def follow(record: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        record = record[int(step) if isinstance(record, list) else step]
    return record


@cache
def listed(client: Client) -> dict[Key, tuple[int, int]]:
    """Where every record stands: in the order of the kinds, and then of their lists."""
    return {
        (kind, id_): (place, number)
        for place, (kind, name) in enumerate(KINDS.items())
        for number, id_ in enumerate(client.ids(f"/v1/{name}?limit=200"))
    }


@cache
def record_in(client: Client, kind: str, id_: str, language: str) -> Any:
    return client.get(f"/v1/{KINDS[kind]}/{id_}?lang={language}")["data"]


def check(client: Client, page: dict[str, Any]) -> None:
    """Check a response: unique hits, the best first, and snippets at their stated positions."""
    hits = page["data"]
    assert len({(hit["kind"], hit["record"]["id"]) for hit in hits}) == len(hits)
    order = listed(client)
    for one, next_ in pairwise((-hit["score"], order[hit["kind"], hit["record"]["id"]]) for hit in hits):
        assert one < next_
    for hit in hits:
        snippet, record = hit["snippet"], hit["record"]
        if snippet["language"] != page["meta"]["language"]:
            record = record_in(client, hit["kind"], record["id"], snippet["language"])
        whole = follow(record, snippet["field"])
        assert snippet["text"] == whole[snippet["offset"] :][: len(snippet["text"])]
        assert 0 < len(snippet["text"]) <= 120
        assert snippet["complete"] == (snippet["text"] == whole)
        assert snippet["ranges"]
        end = -1
        for span in snippet["ranges"]:
            assert end < span["start"] < span["end"] <= len(snippet["text"])
            end = span["end"]


def marked(hit: dict[str, Any]) -> list[str]:
    snippet = hit["snippet"]
    return [snippet["text"][span["start"] : span["end"]] for span in snippet["ranges"]]


# Matches.

SAME = [
    ["兩結合", "两结合", "liangjiehe", "liang jie he", "liǎng jié hé", "liang3jie2he2", "two combinations", "兩結合、"],
    ["麥積", "麦积", "maiji", "mai ji", "MAIJI", "Ｍａｉｊｉ", "mai'ji", "màijī"],
    ["８３場", "83場", "83场", "83 場"],
    ["人民公安从这里走来", "人民公安從這裡走來", "人民公安從這裏走來", "renmingongancongzhelizoulai"],
    ["五個一專題學習", "「五個一」專題學習", "五个一专题学习", "wugeyizhuantixuexi", "wgyztxx", "「五個一」 專題學習"],
    ["相約警營攜手同行", "相約警營，携手同行", "「相約警營，攜手同行」", "xiangyuejingyingxieshoutongxing", "xyjyxstx"],
    ["攜手同行", "携手同行", "xieshoutongxing", "xie shou tong xing", "xie2shou3tong2xing2", "xieshoutonghang", "xstx"],
    ["警察節", "警察节", "jingchajie", "jcj", "警察、節"],
    ["紅軍長征", "红军长征", "红军⻓征", "紅軍⾧征", "hongjunchangzheng", "hongjunzhangzheng", "hjcz"],
    ["趙衛強", "赵卫强", "趙衞強", "趙·衛強", "趙衛•強", "趙．衛．強", "趙・衛強", "趙‧衛強"],
    ["83場", "八十三場", "八十三场", "83场", "８３場", "bashisanchang", "ba shi san chang", "bssc"],
    ["27組", "二十七組", "二十七组", "ershiqizu"],
    ["七個局", "7個局", "七个局", "qigeju"],
    ["10月", "十月", "shiyue", "shi yue"],
    ["10月17日", "十月十七日", "shiyueshiqiri"],
    ["412件", "四百一十二件", "sibaiyishierjian"],
    ["1648號", "一千六百四十八號", "1,648號"],
    ["2024年10月31日至11月1日", "二○二四年十月三十一日至十一月一日", "二〇二四年十月三十一日至十一月一日"],
    ["座談會", "座谈会", "zuotanhui", "「座談會」", "“座談會”", '"座谈会"', "座談會、", "(座談會)"],
]


@pytest.mark.parametrize("same", SAME, ids=lambda same: same[0])
def test_every_way_to_write_it_finds_the_same(both: Client, same: list[str]) -> None:
    found = find(both, same[0])
    assert found
    for other in same[1:]:
        assert find(both, other) == found, other
    assert find(both, same[0], "&lang=en") == found


def test_substrings_of_chinese_are_found_exactly(both: Client, records: Records, chinese: list[str]) -> None:
    draw = random.Random(3)  # noqa: S311 - not a secret
    for length in (1, 2, 3, 4, 5, 6) * 20:
        run = draw.choice([run for run in chinese if len(run) >= length])
        start = draw.randrange(len(run) - length + 1)
        piece = run[start : start + length]
        typed = f'"{piece}"' if draw.random() < 0.5 else piece
        page = send_request(both, typed, f"&lang={draw.choice(LANGUAGES)}")
        assert {(hit["kind"], hit["record"]["id"]) for hit in page["data"]} == having(records, folded(piece)), piece
        for hit in page["data"]:
            assert all(folded(piece) in folded(mark) for mark in marked(hit)), piece


@pytest.mark.slow
def test_substrings_of_no_record_are_not_found(both: Client, records: Records, chinese: list[str]) -> None:
    draw = random.Random(4)  # noqa: S311 - not a secret
    letters = sorted(set("".join(chinese)))
    nowhere = 0
    for length in (2, 3, 4, 5, 6) * 20:
        joined = "".join(draw.choices(letters, k=length)) if length == 2 else "".join(draw.sample(chinese, 2))
        start = draw.randrange(max(1, len(joined) - length))
        piece = joined[start : start + length]
        expected = having(records, folded(piece))
        nowhere += not expected
        assert find(both, piece) == expected, piece
    assert nowhere > 30
    for absent in ("龍龘", "qwertz", "中華民國", "9999", "서울", "サーバー", "комната"):
        assert find(both, absent) == set()


@pytest.fixture(scope="module")
def sounds(records: Records) -> Sounds:
    """How each character of the Chinese of each record may sound, run by run."""
    return {
        key: {tuple(map(readings, run)) for text in texts for run in _HAN.findall(folded(text))}
        for key, texts in records.items()
    }


@cache
def readings(character: str) -> frozenset[str]:
    """Every reading that the dictionary has, however rare."""
    every = pinyin(character, style=Style.NORMAL, heteronym=True, v_to_u=False)[0]
    return frozenset(reading.replace("v", "u") for reading in every)


def sounding(sounds: Sounds, letters: str) -> set[Key]:
    """The records in which some characters may sound like these letters, the last perhaps only begun."""
    return {
        key
        for key, runs in sounds.items()
        if any(_sounds_like(run, at, letters) for run in runs for at in range(len(run)))
    }


def _sounds_like(run: tuple[frozenset[str], ...], at: int, letters: str) -> bool:
    return not letters or (
        at < len(run)
        and any(
            reading.startswith(letters)
            or (letters.startswith(reading) and _sounds_like(run, at + 1, letters.removeprefix(reading)))
            for reading in run[at]
        )
    )


def test_latin_words_are_found_by_their_beginnings(both: Client, records: Records, sounds: Sounds) -> None:
    draw = random.Random(5)  # noqa: S311 - not a secret
    words_of = {key: {word for text in texts for word in _WORD.findall(folded(text))} for key, texts in records.items()}
    words = sorted(set.union(*words_of.values()))
    for word in draw.sample(words, 50):
        piece = word[: draw.randint(1, len(word))]
        whole = find(both, f'"{word}"', "&lang=en")
        expected = {key for key, each in words_of.items() if word in each}
        assert expected <= whole <= expected | sounding(sounds, word), word
        started = find(both, piece, "&lang=en")
        expected = {
            key
            for key, each in words_of.items()
            if piece in each or (not piece.isdigit() and any(other.startswith(piece) for other in each))
        }
        assert expected <= started <= expected | sounding(sounds, piece), piece


def test_words_are_all_found_and_phrases_stay_together(both: Client, records: Records) -> None:
    assert find(both, "座談 麥積") == having(records, "座谈") & having(records, "麦积") != set()
    assert find(both, "座談、麥積") == find(both, "麥積 座談")
    assert find(both, "symposium 座談") == having(records, "symposium") & having(records, "座谈") != set()
    assert find(both, "day open") == find(both, "open day") > find(both, '"open day"') != set()
    assert find(both, '"security public"') == set()
    assert find(both, "「公安機關」") == having(records, "公安机关") < find(both, "公安 機關")
    assert find(both, '"two combinations"')
    assert find(both, '"two combination"') == set()
    assert find(both, "two combination") == find(both, "two combinations")


def test_no_phrase_reaches_from_one_text_into_another(both: Client, records: Records) -> None:
    run = re.compile(f"{_HAN.pattern}|{_WORD.pattern}")
    reached = 0
    for key in (("campaign", "pingliang"), ("event", "pingliang-helmet-column"), ("location", "maiji")):
        for one, next_ in pairwise(dict.fromkeys(map(folded, records[key]))):
            before, after = run.findall(one)[-1], run.findall(next_)[0]
            within = re.compile(rf"\b{before}[\W_]+{after}")
            if not any(within.search(text) for text in map(folded, records[key])):
                assert key not in find(both, f'"{before} {after}"'), (before, after)
                reached += 1
    assert reached > 40


@pytest.mark.parametrize("toned", [Style.NORMAL, Style.TONE, Style.TONE3])
def test_pinyin_is_found_however_it_is_spelled(
    both: Client,
    records: Records,
    chinese: list[str],
    sounds: Sounds,
    toned: Style,
) -> None:
    draw = random.Random(toned.value)  # noqa: S311 - not a secret
    # Arabic numerals are found as they are read aloud, which is tested elsewhere.
    with_numerals = {key for key, texts in records.items() if any(re.search(r"\d", text) for text in texts)}
    for length in (2, 3, 4, 5) * 3:
        run = draw.choice([run for run in chinese if len(run) >= length])
        start = draw.randrange(len(run) - length + 1)
        plain = lazy_pinyin(simplified_run(run), v_to_u=True)[start : start + length]
        spelled = lazy_pinyin(simplified_run(run), style=toned)[start : start + length]
        expected = {
            key
            for key, texts in records.items()
            for text in texts
            for sounds in spoken(text)
            if any(
                list(sounds[at : at + length - 1]) == plain[:-1] and sounds[at + length - 1].startswith(plain[-1])
                for at in range(len(sounds) - length + 1)
            )
        }
        assert expected
        for joined in ("'", " ", ""):
            assert find(both, joined.join(spelled)) >= expected, spelled
        assert find(both, "'".join(spelled)) - with_numerals <= sounding(sounds, "".join(plain)), spelled


def simplified_run(run: str) -> str:
    return "".join(map(simplified, run))


def test_ambiguous_pinyin_is_read_both_ways(both: Client, records: Records) -> None:
    apart = {key for key, texts in records.items() if any(_pairs(run, "xi", "an") for t in texts for run in spoken(t))}
    counties = having(records, "县")
    assert apart - counties
    assert counties - apart
    assert find(both, "xi'an") == apart
    assert find(both, "xian") >= apart | counties
    assert {mark for hit in send_request(both, "xi'an")["data"] for mark in marked(hit)} == {"繫安"}


def _pairs(run: tuple[str, ...], first: str, second: str) -> bool:
    return any(one == first and two.startswith(second) for one, two in pairwise(run))


@pytest.mark.parametrize(
    ("q", "event"),
    [
        (q, event)
        for event, written in {
            "tianshui-police-open-day": (
                "2025-01-10", "2025年1月10日", "2025 年 1 月 10 日", "2025/1/10", "2025.01.10", "20250110", "2025-01",
                "1月10日", "一月十日", "二〇二五年一月十日", "２０２５年１月１０號", "2025年1月", "2025年01月", "1月",
                "一月份", "2025年", "警營 2025-01-10", "10 January 2025", "January 10, 2025", "Jan. 2025",
            ),
            "tianshui-five-ones-study": ("2024-09-26", "9月26日", "九月二十六日", "2024-09", "2024年九月"),
            "tianshui-practice-activities": ("2024-10-31", "2024-11-01", "11月1日", "2024-11", "2024年11月", "十一月"),
        }.items()
        for q in written
    ],
)  # fmt: skip
def test_an_event_is_found_by_its_date_stated_or_derived(both: Client, q: str, event: str) -> None:
    assert ("event", event) in find(both, q)
    assert event in both.ids(f"/v1/events?q={quote(q)}&limit=200")


def test_a_date_finds_no_event_of_another_day(both: Client) -> None:
    dates = {record["id"]: record["date"] for record in both.get("/v1/events?limit=200")["data"]}
    for q, of in (
        ("2024-10-17", "2024-10-17"),
        ("2024-10", "2024-10"),
        ("9月26日", "-09-26"),
        ("20 September 2024", "2024-09-20"),
        ("Sept 2024", "2024-09"),
        ("2024-09-2", "2024-09-02"),
    ):
        expected = {id_ for id_, date in dates.items() if any(of in str(date[end]) for end in ("start", "end"))}
        found = {id_ for kind, id_ in find(both, q) if kind == "event"}
        texts = {id_ for id_ in found - expected if q in str(both.get(f"/v1/events/{id_}")["data"])}
        assert expected <= found == expected | texts, q
    for q in ("2025-13", "2025-01-32", "13月1日", "2023-01-10", "1月11日", "「2025年1月10日」", "11月10日"):
        assert "tianshui-police-open-day" not in {id_ for _, id_ in find(both, q)}, q


@pytest.mark.parametrize(
    ("q", "field", "marks"),
    [
        ("2025-01-10", "/date/start", ["2025-01-10"]),
        ("2025年1月", "/date/start", ["2025-01"]),
        ("2025年1月10日 警營", "/title", ["警營", "警營"]),
    ],
)
def test_a_snippet_shows_the_date(both: Client, q: str, field: str, marks: list[str]) -> None:
    (hit,) = [hit for hit in send_request(both, q)["data"] if hit["record"]["id"] == "tianshui-police-open-day"]
    assert (hit["snippet"]["field"], marked(hit)) == (field, marks)


def test_a_snippet_shows_the_last_day_too_and_the_first_for_those_between(tmp_path: Path) -> None:
    date = DateDocument(when="2023-01-30/2023-02-02", basis=Basis.STATED, as_stated="quokka")
    event = model_event().model_copy(update={"date": date})
    client = Client(create_app(Settings(data=build_seeds(seeds_of([event], []), tmp_path / "data.sqlite3").path)))
    for q, field, mark in (
        ("2023-01-30", "/date/start", "2023-01-30"),
        ("1月30日", "/date/start", "01-30"),
        ("2023-02-02", "/date/end", "2023-02-02"),
        ("2月", "/date/end", "02"),
        ("2023-01-31", "/date/start", "2023-01-30"),
    ):
        (hit,) = client.get(f"/v1/search?q={quote(q)}&kind=event")["data"]
        assert (hit["snippet"]["field"], marked(hit)) == (field, [mark]), q
    assert client.get("/v1/search?q=2023-02-03&kind=event")["data"] == []


def test_a_number_is_not_found_in_a_longer_one(tmp_path: Path) -> None:
    title = {
        "zh-Hant": "一百八十三場、十二條、兩萬人、十一月",
        "zh-Hans": "一百八十三场、十二条、两万人、十一月",
        "en": "Many",
    }
    event = model_event().model_copy(update={"title": PrintedText(title)})
    client = Client(create_app(Settings(data=build_seeds(seeds_of([event], []), tmp_path / "data.sqlite3").path)))
    for q in ("183場", "12條", "20000人", "2萬人", "２０，０００人", "二萬人", "11月", "12"):
        assert client.ids(f"/v1/events?q={quote(q)}"), q
    for q in ("83場", "2條", "2000人", "1月", "2", "3場"):
        assert client.ids(f"/v1/events?q={quote(q)}") == [], q


def test_words_that_find_something_alone_are_suggested(both: Client) -> None:
    q = quote("火星 座談 liang jie 「two combinations」 kangaroo")
    page = both.get(f"/v1/search?q={q}&facet=kind")
    assert (page["data"], page["meta"]["total"]) == ([], 0)
    assert page["meta"]["suggestions"] == ["座談", "liang jie", "「two combinations」"]
    assert both.get(f"/v1/search?q={q}&kind=location")["meta"]["suggestions"] == []
    events = both.get(f"/v1/events?q={q}&campaign=tianshui")["meta"]
    assert (events["total"], events["suggestions"]) == (0, ["座談"])
    assert both.get(f"/v1/events?q={q}&campaign=pingliang")["meta"]["suggestions"] == []
    assert both.get(f"/v1/locations?q={q}")["meta"]["suggestions"] == []
    for found in (
        "search?q=座談",
        "search?q=座談+麥積",
        "search?q=火星",
        "events",
        "events?q=火星",
        "events?campaign=tianshui",
    ):
        assert both.get(f"/v1/{found}")["meta"]["suggestions"] == [], found


@pytest.mark.parametrize(
    ("q", "suggestions"),
    [
        ("警察節麥積相約", ["警察節", "麥積", "相約"]),
        ("警察节麦积", ["警察节", "麦积"]),
        ("火星座談會火星", ["座談會"]),
        ("座談麥積座談", ["座談", "麥積"]),
        ("火星警察節 座談", ["警察節", "座談"]),
        ("警察節83場", ["警察節"]),
        ("㍿警察節火星", []),
        ("「警察節麥積」", []),
        ("火星", []),
        ("火", []),
        ("kangaroos", []),
    ],
)
def test_the_longest_parts_of_chinese_are_suggested(both: Client, q: str, suggestions: list[str]) -> None:
    for path in ("search", "events"):
        meta = both.get(f"/v1/{path}?q={quote(q)}")["meta"]
        assert (meta["total"], meta["suggestions"]) == (0, suggestions)
        for part in suggestions:
            assert both.get(f"/v1/{path}?q={quote(part)}")["meta"]["total"] > 0


def test_unfinished_pinyin_is_found_while_it_is_typed(both: Client) -> None:
    found = find(both, "zhaoweiqiang")
    assert found == {("event", "tianshui-welcome-ceremony-zhao-weiqiang")}
    for typed in ("zhaoweiq", "zhaoweiqi", "zhaoweiqian", "zhao wei q", "zhao wei qia", "zhaowei"):
        assert find(both, typed) >= found, typed
    assert ("location", "maiji") in find(both, "maij")
    assert find(both, "lüse") == find(both, "lvse") == find(both, "luse") == find(both, "綠色") != set()


def test_words_that_are_met_in_different_texts_are_shown_too(both: Client) -> None:
    (hit,) = [hit for hit in send_request(both, "men an")["data"] if hit["kind"] == "campaign"]
    assert hit["record"]["id"] == "tianshui"
    for typed in ("he an", "to an", "a b c d e f", "an d the", "a man", "天水 symposium 麥積 83"):
        send_request(both, typed)


# Order.


@pytest.mark.slow
def test_titles_weigh_more_than_bodies(both: Client, records: Records) -> None:
    titles: dict[Key, str] = {}
    for kind, name in KINDS.items():
        for record in both.get(f"/v1/{name}?limit=200&lang=zh-Hans")["data"]:
            titles[kind, record["id"]] = folded(record.get("title") or record.get("name") or record["label"])
    words = {title[at : at + 2] for title in titles.values() for at in range(len(title) - 1)}
    mixed = 0
    for word in sorted(words):
        if not _HAN.fullmatch(word):
            continue
        titled = [
            word in titles[hit["kind"], hit["record"]["id"]]
            for hit in both.get(f"/v1/search?q={word}&limit=200")["data"]
        ]
        assert titled == sorted(titled, reverse=True), word
        mixed += len(set(titled)) == 2
    assert mixed > 30


def test_a_campaign_is_ranked_beside_records_with_its_name(both: Client) -> None:
    first = [(hit["kind"], hit["record"]["id"]) for hit in send_request(both, "人民公安從這裡走來")["data"]][:2]
    assert first == [("event", "tianshui-themed-symposium"), ("campaign", "tianshui")]
    assert send_request(both, "麥積")["data"][0]["record"]["id"] == "maiji"
    assert send_request(both, "平涼")["data"][0]["record"]["id"] == "pingliang"


def test_equal_scores_are_ordered_by_id(both: Client) -> None:
    hits = send_request(both, "字")["data"]
    scores = [hit["score"] for hit in hits]
    assert len(set(scores)) < len(scores)
    assert [hit["record"]["id"] for hit in hits] == [
        hit["record"]["id"] for hit in sorted(hits, key=lambda hit: (-hit["score"], hit["record"]["id"]))
    ]


@pytest.mark.parametrize(
    "query", ["q=公安", "q=an", "q=麥積", "q=公安&campaign=tianshui", "q=市&kind=event&kind=outcome"]
)
def test_pagination_of_search_loses_and_repeats_nothing(both: Client, query: str) -> None:
    at_once = both.get(f"/v1/search?{query}&limit=200")
    everything = [(hit["kind"], hit["record"]["id"], hit["score"]) for hit in at_once["data"]]
    assert len(everything) == at_once["meta"]["total"] > 3
    for limit in (1, 2, 7):
        pages = list(both.pages(f"/v1/search?{query}&limit={limit}"))
        walked = [(hit["kind"], hit["record"]["id"], hit["score"]) for page in pages for hit in page["data"]]
        assert walked == everything
        assert {page["meta"]["total"] for page in pages} == {len(everything)}


SORTS = {
    "campaigns": [],
    "events": ["date", "title", "category", "id"],
    "locations": ["name", "kind", "id"],
    "outcomes": ["value", "metric", "id"],
    "sources": [],
}


@pytest.mark.parametrize("name", SORTS)
def test_pagination_of_a_searched_list_loses_and_repeats_nothing(both: Client, name: str) -> None:
    keys = [*SORTS[name], "relevance"] if SORTS[name] else []
    sorts = ["", *(f"&sort={sign}{key}" for key in keys for sign in ("", "-"))]
    sorts += [f"&sort=-relevance,{key}" for key in keys[:-1]] + [f"&sort={key},relevance" for key in keys[:-1]]
    for sort in sorts:
        target = f"/v1/{name}?q=公安{sort}"
        at_once = both.ids(f"{target}&limit=200&lang=en")
        for limit in (1, 3):
            pages = list(both.pages(f"{target}&limit={limit}&lang=en"))
            assert [record["id"] for page in pages for record in page["data"]] == at_once
            assert {page["meta"]["total"] for page in pages} == {len(at_once)}
            assert len(set(at_once)) == len(at_once) > 0


@pytest.mark.parametrize("name", SORTS)
def test_a_list_finds_what_search_finds(both: Client, name: str) -> None:
    (kind,) = [kind for kind, plural in KINDS.items() if plural == name] or [""]
    for q in ("公安", "麥積", "police", "zuotan", "83", "教育基地"):
        found = both.ids(f"/v1/{name}?q={q}&limit=200")
        if kind:
            page = both.get(f"/v1/search?q={q}&kind={kind}&limit=200")
            assert found == [hit["record"]["id"] for hit in page["data"]]


def test_sources_are_searched_in_their_own_list(both: Client) -> None:
    assert both.ids("/v1/sources?q=虛構") == ["pingliang-report"]
    assert both.ids("/v1/sources?q=tianshui-report") == ["tianshui-report"]
    # In the paraphrases of their sentences too: the other report speaks of a district of Tianshui.
    assert both.ids("/v1/sources?q=tianshui") == ["tianshui-report", "pingliang-report"]
    assert both.ids("/v1/sources?q=basketball") == ["tianshui-report"]
    assert both.ids("/v1/campaigns?q=兩結合") == ["tianshui"]
    assert both.ids("/v1/campaigns?q=頭盔") == ["pingliang"]


def test_a_cursor_is_valid_for_its_own_search_only(both: Client) -> None:
    cursor = dict(parse_qsl(urlsplit(both.get("/v1/search?q=公安&limit=1")["links"]["next"]).query))["cursor"]
    for other in ("q=公安局", "q=公安&kind=event", "q=公安&campaign=tianshui"):
        (error,) = both.errors(f"/v1/search?{other}&cursor={cursor}")
        assert error["code"] == "cursor_of_another_query"
    assert both.get(f"/v1/search?q=公安&limit=3&lang=en&facet=kind&cursor={cursor}")["data"]
    (error,) = both.errors(f"/v1/events?q=公安&cursor={cursor}")
    assert error["code"] == "cursor_of_another_query"


# Parameters.


@pytest.mark.parametrize("language", LANGUAGES)
def test_hits_are_records_of_their_kinds(both: Client, language: str) -> None:
    page = send_request(both, "天水", f"&lang={language}&facet=kind")
    SearchListResponse.model_validate(page)
    assert page["meta"]["language"] == language
    assert {hit["kind"] for hit in page["data"]} == set(KINDS)
    for hit in page["data"]:
        name = KINDS[hit["kind"]]
        assert hit["record"] == both.get(f"/v1/{name}/{hit['record']['id']}?lang={language}")["data"]


def test_snippets_are_in_the_response_language_where_that_matches(both: Client) -> None:
    for q in ("座談", "座谈", "zuotan"):
        assert send_request(both, q, "&lang=zh-Hant")["data"][0]["snippet"] == {
            "field": "/title",
            "language": "zh-Hant",
            "text": "警媒座談會",
            "offset": 0,
            "offset_utf16": 0,
            "complete": True,
            "ranges": [{"start": 2, "end": 4, "start_utf16": 2, "end_utf16": 4}],
        }
        assert send_request(both, q, "&lang=zh-Hans")["data"][0]["snippet"]["text"] == "警媒座谈会"
        assert send_request(both, q, "&lang=en")["data"][0]["snippet"]["language"] in ("zh-Hant", "zh-Hans")
    first = send_request(both, "symposium", "&lang=zh-Hant")["data"][0]["snippet"]
    assert (first["field"], first["language"], first["text"]) == ("/title", "en", "Police–Media Symposium")
    first = send_request(both, "welcome 2024", "&lang=zh-Hant")["data"][0]["snippet"]
    assert (first["field"], first["language"]) == ("/title", "en")
    (campaign,) = send_request(both, "人民公安", "&kind=campaign")["data"]
    assert campaign["snippet"]["field"] == "/name"
    (only,) = send_request(both, "tianshui-five-ones-study")["data"]
    assert (only["snippet"]["field"], marked(only)) == ("/id", ["tianshui-five-ones-study"])
    (only,) = send_request(both, "2024年10月31日至11月1日")["data"]
    assert only["snippet"]["field"] == "/date/as_stated"


def test_search_can_be_narrowed(both: Client) -> None:
    everything = find(both, "公安")
    assert {kind for kind, _ in everything} == set(KINDS)
    for kind in KINDS:
        assert find(both, "公安", f"&kind={kind}") == {key for key in everything if key[0] == kind}
    assert find(both, "公安", "&kind=event&kind=campaign") == {
        key for key in everything if key[0] in ("event", "campaign")
    }
    for campaign in ("tianshui", "pingliang"):
        places = set(both.ids(f"/v1/locations?campaign={campaign}&limit=200"))
        expected = {
            (kind, id_)
            for kind, id_ in find(both, "市")
            if (id_ in places if kind == "location" else id_ == campaign or id_.startswith(f"{campaign}-"))
        }
        assert find(both, "市", f"&campaign={campaign}") == expected
        assert {kind for kind, _ in expected} >= {"campaign", "event", "location"}
    assert find(both, "市", "&campaign=tianshui&campaign=pingliang") == find(both, "市")


def test_kinds_are_counted_whichever_are_chosen(both: Client) -> None:
    def counts(also: str) -> dict[str, tuple[int, bool]]:
        meta = both.get(f"/v1/search?q=座談&facet=kind&limit=1&lang=en{also}")["meta"]
        assert meta["facets_cut"] == []
        return {value["id"]: (value["count"], value["selected"]) for value in meta["facets"]["kind"]}

    everything = [kind for kind, _ in find(both, "座談")]
    plain = counts("")
    assert plain == {kind: (everything.count(kind), False) for kind in dict.fromkeys(everything)}
    assert list(plain) == sorted(plain, key=lambda kind: (-plain[kind][0], kind))
    assert counts("&kind=event") == {kind: (count, kind == "event") for kind, (count, _) in plain.items()}
    assert counts("&kind=location")["location"] == (0, True)
    assert both.get("/v1/search?q=座談&kind=event")["meta"]["total"] == plain["event"][0]
    assert both.get("/v1/search?q=座談")["meta"]["facets"] is None


def test_equivalent_searches_have_one_url(both: Client) -> None:
    plain = both.request("/v1/search?q=座談&lang=en")
    assert plain.json()["links"]["self"] == f"{BASE}/v1/search?lang=en&q={quote('座談')}"
    for same in ("lang=en&q=座談", "q=座談&lang=en&limit=50", "q=%E5%BA%A7%E8%AB%87&lang=en&"):
        other = both.request(f"/v1/search?{same}")
        assert other.headers["etag"] == plain.headers["etag"]
        assert other.json() == plain.json()
    assert (
        both.request("/v1/search?q=座談&lang=en", headers={"If-None-Match": plain.headers["etag"]}).status_code == 304
    )
    head = both.request("/v1/search?q=座談&lang=en", "HEAD")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", plain.headers["etag"])
    assert both.request("/v1/search?q=座談").headers["vary"].startswith("Accept, Accept-Language")
    assert plain.headers["content-language"] == "en"


@pytest.mark.parametrize(
    ("spelled", "understood"),
    [
        ("events?q=座談&sort=relevance", "events?q=座談"),
        ("locations?q=座談&sort=relevance", "locations?q=座談"),
        ("outcomes?q=座談&sort=relevance", "outcomes?q=座談"),
        ("events?sort=date", "events"),
        ("outcomes?sort=id", "outcomes"),
        ("events.csv?q=座談&sort=relevance", "events.csv?q=座談"),
    ],
)
def test_the_default_order_may_be_explicit(both: Client, spelled: str, understood: str) -> None:
    one, other = both.request(f"/v1/{spelled}"), both.request(f"/v1/{understood}")
    assert one.status_code == other.status_code == 200
    assert one.headers["etag"] == other.headers["etag"]
    assert one.content == other.content
    if "csv" not in spelled:
        assert "sort" not in one.json()["links"]["self"]


def test_a_search_can_be_sorted(both: Client) -> None:
    page = both.get("/v1/events?q=座談&sort=date")
    assert page["links"]["self"].endswith(f"q={quote('座談')}&sort=date")
    found = {record["id"] for record in page["data"]}
    assert [record["id"] for record in page["data"]] == [
        id_ for id_ in both.ids("/v1/events?limit=200") if id_ in found
    ]
    best = both.ids("/v1/events?q=座談")
    assert both.ids("/v1/events?q=座談&sort=-relevance") == best[::-1]
    assert set(best) == found


@pytest.mark.parametrize("target", ["events?sort=relevance", "outcomes?sort=-relevance", "locations?sort=id,relevance"])
def test_relevance_needs_a_search(both: Client, target: str) -> None:
    (error,) = both.errors(f"/v1/{target}")
    assert (error["parameter"], error["code"]) == ("sort", "without_effect")
    assert "q" in error["detail"]


# Invalid and unusual input.


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=", "empty"),
        ("q=%22", "nothing_to_search"),
        ("q=*", "nothing_to_search"),
        ("q=😀", "not_searchable"),
        ("q=座談😀", "not_searchable"),
        ("q=%EE%80%80座談", "not_searchable"),
        ("q=⿰木木", "not_searchable"),
        ("q=★", "not_searchable"),
        ("q=、", "nothing_to_search"),
        ("q=%00", "bad_encoding"),
        ("q=座%00談", "bad_encoding"),
        ("q=%ED%A0%80", "bad_encoding"),
        ("q=%FF", "bad_encoding"),
        ("q=" + "座" * 201, "string_too_long"),
        ("q=" + "a" * 8_000, "string_too_long"),
        ("q=" + "+".join(["座"] * 25), "too_many_words"),
        ("q=座&q=談", "repeated"),
        ("q=座&kind=source", "unknown_value"),
        ("q=座&kind=events", "unknown_value"),
        ("q=座&campaign=tianshu", "unknown_value"),
        ("q=座&sort=relevance", "unknown_parameter"),
        ("q=座&include=evidence", "unknown_parameter"),
        ("q=座&facet=campaign", "unknown_value"),
        ("", "missing"),
    ],
)
def test_invalid_searches_are_refused(both: Client, query: str, code: str) -> None:
    errors = both.errors(f"/v1/search?{query}")
    assert errors[0]["code"] == code
    assert errors[0]["detail"]


def test_a_very_long_search_is_a_414(both: Client) -> None:
    for q in ("a" * 10_000, "%E5%BA%A7" * 1_000):
        assert both.request(f"/v1/search?q={q}").status_code == 414


def test_the_longest_searches_are_accepted(both: Client) -> None:
    for q in ("座" * 200, "ﷺ" * 200, "a" * 200, "an" * 100, "xian" * 50, "a" * 199 + "ø", '"' + "a " * 99, "座 " * 24):
        started = time.process_time()
        assert both.request(f"/v1/search?q={quote(q.strip())}&limit=200").status_code in (200, 422)
        assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "q",
    [
        "座談*", "*座談", "^座談", "-座談", "+座談", "座談:", "(座談)", "((座談", "{座談}", "座談;--", "座談\\",
        "'座談'", '"座談', '座談"', '""座談""', "「座談", "座談」", "“座談", "『座談』", "《座談》", "座談。", "、座談",
        "\u200b座談\ufeff", "座\u00ad談", "\u202e座談",
    ],
)  # fmt: skip
def test_marks_only_separate(both: Client, q: str) -> None:
    assert find(both, q) == find(both, "座談") != set()


@pytest.mark.parametrize("word", ["NEAR", "AND", "OR", "NOT", "title", "body", "rowid", "rank"])
def test_fts5_keywords_are_words(both: Client, records: Records, sounds: Sounds, word: str) -> None:
    having_it = {
        key
        for key, texts in records.items()
        if any(other.startswith(word.lower()) for text in texts for other in _WORD.findall(folded(text)))
    }
    expected = having(records, "座谈") & (having_it | sounding(sounds, word.lower()))
    assert find(both, f"座談 {word}") == expected
    assert find(both, f"{word} 座談") == expected
    assert find(both, f"{word}(座談)") == expected
    assert find(both, f"{word}:座談") == expected


_TYPED = "座談會麥積两zuotan xi'an \"“”「」*-:^(){}83８３場ANDORNEAR,、.…\u0301\u200b\ud7ffﬁßíü😀"


@pytest.mark.slow
@settings(max_examples=100)
@given(st.text(max_size=220) | st.text(alphabet=_TYPED, min_size=1, max_size=30))
def test_any_text_is_found_or_refused(both: Client, q: str) -> None:
    written = quote(q.encode("utf-8", "surrogatepass"), safe="")
    response = both.request(f"/v1/search?q={written}&limit=200&lang=zh-Hans")
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        check(both, response.json())
        total = both.get(f"/v1/events?q={written}&limit=1")["meta"]["total"]
        assert total == sum(hit["kind"] == "event" for hit in response.json()["data"])
    else:
        assert response.json()["errors"][0]["parameter"] == "q"
        assert both.request(f"/v1/events?q={written}").status_code == 422
