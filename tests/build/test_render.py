from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.build.pipeline import build
from app.languages import LANGUAGES, Language, TextOrigin
from app.main import create_app
from app.settings import Settings
from tests.client import Client
from tests.languages import EN, HANS, HANT
from tests.lists import LISTS

PARTS = {"events": ("evidence", "translations", "outcomes", "locations")}
SOURCE_LANGUAGES = {"tianshui": HANT, "pingliang": HANS}


def records(client: Client, path: str, language: Language, *parts: str) -> list[dict[str, Any]]:
    include = "".join(f"&include={part}" for part in parts)
    found: list[dict[str, Any]] = client.get(f"/v1/{path}?limit=200&lang={language.value}{include}")["data"]
    assert found
    return found


def resolve(document: Any, pointer: str) -> Any:
    """Follow a JSON Pointer (RFC 6901); fails where it leads nowhere."""
    assert pointer == "" or pointer.startswith("/")
    for step in pointer.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


def strings(document: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(document, str):
        yield pointer, document
    elif isinstance(document, dict):
        for key, value in document.items():
            yield from strings(value, f"{pointer}/{key}")
    elif isinstance(document, list):
        for index, value in enumerate(document):
            yield from strings(value, f"{pointer}/{index}")


@pytest.mark.parametrize("path", LISTS)
def test_every_piece_of_evidence_supports_a_part_that_is_there(both: Client, path: str) -> None:
    for record in records(both, path, EN, "evidence"):
        assert record["evidence"]
        for evidence in record["evidence"]:
            part = resolve(record, evidence["supports"])
            assert part not in (None, [], ""), (record["id"], evidence["supports"])
            assert not evidence["supports"].startswith("/evidence")


@pytest.mark.parametrize("path", ["campaigns", "events", "outcomes", "sources"])
def test_every_record_is_supported_as_a_whole_first(both: Client, path: str) -> None:
    for record in records(both, path, EN, "evidence"):
        assert record["evidence"][0]["supports"] == ""


def test_evidence_is_listed_with_the_part_that_it_bears_out(both: Client) -> None:
    def supported(path: str, part: str) -> dict[str, list[tuple[int, int]]]:
        found: dict[str, list[tuple[int, int]]] = {}
        for evidence in both.get(f"/v1/{path}?include=evidence")["data"]["evidence"]:
            if evidence["supports"].startswith(part):
                found.setdefault(evidence["supports"], []).append((evidence["start"], evidence["end"]))
        return found

    assert supported("events/pingliang-new-year-guard", "") == {
        "": [(183, 250)],
        "/purpose": [(176, 182)],
        "/participants/0": [(241, 250)],
    }
    assert supported("campaigns/pingliang", "/reporting_period") == {"/reporting_period": [(22, 38)]}
    assert supported("campaigns/pingliang", "/pillars/1/strands") == {
        "/pillars/1/strands/0": [(355, 359)],
        "/pillars/1/strands/1": [(437, 441)],
    }
    assert supported("sources/pingliang-report", "/published") == {"/published": [(564, 576)]}
    assert supported("locations/kongtong", "/mentions") == {"/mentions/0": [(58, 64), (216, 227)]}


def test_evidence_of_a_shared_place_stands_with_the_mention_of_its_source(both: Client) -> None:
    for place in records(both, "locations", EN, "evidence"):
        sources = {evidence["supports"]: evidence["source"] for evidence in place["evidence"]}
        assert sources == {
            f"/mentions/{index}": f"{mention['campaign']}-report" for index, mention in enumerate(place["mentions"])
        }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", LISTS)
def test_every_translation_is_of_a_text_of_the_record(both: Client, path: str, language: Language) -> None:
    for record in records(both, path, language, "translations"):
        assert record["translations"]
        fields = [translation["field"] for translation in record["translations"]]
        assert len(set(fields)) == len(fields)
        for translation in record["translations"]:
            assert [text["language"] for text in translation["texts"]] == list(LANGUAGES)
            (shown,) = [text["text"] for text in translation["texts"] if text["language"] == language]
            assert resolve(record, translation["field"]) == shown


@pytest.mark.parametrize("path", LISTS)
def test_every_text_that_differs_between_languages_has_its_translation(both: Client, path: str) -> None:
    hant, hans, english = (records(both, path, language, "translations") for language in LANGUAGES)
    for one, two, three in zip(hant, hans, english, strict=True):
        fields = {translation["field"] for translation in one.pop("translations")}
        others = [dict(strings(record | {"translations": None})) for record in (two, three)]
        differing = {pointer for pointer, text in strings(one) if any(other.get(pointer) != text for other in others)}
        assert differing <= fields


@pytest.mark.parametrize("path", LISTS)
def test_all_but_the_texts_is_the_same_in_every_language(both: Client, path: str) -> None:
    def plain(record: Any, fields: set[str], pointer: str = "") -> Any:
        if pointer in fields:
            return "…"
        if isinstance(record, dict):
            return {key: plain(value, fields, f"{pointer}/{key}") for key, value in record.items()}
        if isinstance(record, list):
            return [plain(value, fields, f"{pointer}/{index}") for index, value in enumerate(record)]
        return record

    first, *others = (records(both, path, language, "translations") for language in LANGUAGES)
    for number, record in enumerate(first):
        fields = {translation["field"] for translation in record["translations"]}
        for other in others:
            assert plain(other[number], fields) == plain(record, fields)


@pytest.mark.parametrize("path", ["campaigns", "events", "outcomes", "sources"])
def test_how_a_text_came_to_be_follows_from_the_language_of_the_source(both: Client, path: str) -> None:
    chinese = {HANT, HANS}
    seen = set()
    for record in records(both, path, EN, "translations"):
        own = SOURCE_LANGUAGES[record.get("campaign", record["id"])]
        for translation in record["translations"]:
            if translation["field"].count("/") > 1:
                continue  # it may be the name of another record, of another source
            origins = {text["language"]: text["origin"] for text in translation["texts"]}
            assert origins.pop(own) in (TextOrigin.SOURCE, TextOrigin.EDITORIAL)
            (other,) = chinese - {own}
            assert origins == {other: TextOrigin.CONVERTED, EN: TextOrigin.TRANSLATED}
            seen.add(own)
    assert seen == chinese


def test_words_of_the_source_are_distinguished_from_the_editors(both: Client) -> None:
    outcome = both.get("/v1/outcomes/pingliang-audience?include=translations")["data"]
    (label,) = [translation for translation in outcome["translations"] if translation["field"] == "/label"]
    assert [text["origin"] for text in label["texts"]] == ["converted", "source", "translated"]
    outcome = both.get("/v1/outcomes/pingliang-participants?include=translations")["data"]
    (label,) = [translation for translation in outcome["translations"] if translation["field"] == "/label"]
    assert [text["origin"] for text in label["texts"]] == ["converted", "editorial", "translated"]


@pytest.mark.parametrize("path", LISTS)
def test_a_part_is_null_unless_it_is_requested(both: Client, path: str) -> None:
    parts = PARTS.get(path, ("evidence", "translations"))
    whole = records(both, path, EN, *parts)
    for plain, full in zip(records(both, path, EN), whole, strict=True):
        assert plain.keys() == full.keys()
        for key in plain:
            if key in ("evidence", "translations"):
                assert plain[key] is None
                assert full[key] is not None
            elif key not in parts:
                assert plain[key] == full[key]


def test_the_places_of_an_event_are_whole_records_when_requested(both: Client) -> None:
    places = {place["id"]: place for place in records(both, "locations", EN)}
    linked = 0
    for event in records(both, "events", EN, "locations"):
        for place in event["locations"]:
            assert place["record"] == places[place["id"]]
            linked += 1
    assert linked > 10


def test_the_outcomes_of_an_event_are_the_records_when_requested(both: Client) -> None:
    outcomes = {outcome["id"]: outcome for outcome in records(both, "outcomes", HANS)}
    events = {event["id"]: event["outcomes"] for event in records(both, "events", HANS, "outcomes")}
    assert events["pingliang-new-year-guard"] == [
        outcomes["pingliang-guarded-lanes-marked"],
        outcomes["pingliang-participants"],
    ]
    assert events["pingliang-safety-quiz"] == []


# Sorting by title.


@pytest.mark.parametrize("language", [HANT, HANS])
def test_chinese_names_are_sorted_by_pinyin(both: Client, language: Language) -> None:
    page = both.get(f"/v1/locations?limit=200&sort=name&lang={language.value}")["data"]
    assert [place["id"] for place in page] == [
        "lanzhou-chengguan",  # chéngguān
        "gangu",  # gān gǔ
        "gansu",  # gān sù
        "pla-first-infantry-school-hall",  # jiěfàngjūn
        "open-day-police-premises",  # jǐngyíng
        "kongtong",
        "lanzhou",
        "lixin",  # lǐ, before lián
        "lianhua",
        "maiji",
        "pingliang",
        "qinan",  # qín ān
        "qinzhou",  # qín zhōu
        "qingshui",
        "kongtong-shili-primary-school",  # shìlì
        "tianshui-great-revolution-memorial",  # tiānshuǐ dà
        "tianshui",  # tiānshuǐ shì
        "tianshui-psb-party-base",  # tiānshuǐ shì gōng
        "wushan",
        "yuanyang",  # yuān
        "yuanmen",  # yuǎn
        "zhang-hui-memorial",  # zhāng huī
        "zhangjiachuan",  # zhāng jiā
        "gansu-plac-office",  # zhōng
    ]


def test_english_titles_are_sorted_without_heed_to_case_and_punctuation(both: Client) -> None:
    page = both.get("/v1/events?limit=200&sort=title&lang=en&campaign=pingliang")["data"]
    assert [event["title"] for event in page] == [
        "Guarding the school gate over New Year",
        "Joint check of the roads to school",
        '"Little Helmet Class" column',
        '"One Helmet, One Belt" lectures',
        "Road safety quiz",
        'The sketch "On the Way Home"',
    ]


def test_chinese_quotation_marks_do_not_come_before_words(both: Client) -> None:
    page = both.get("/v1/events?limit=200&sort=title&lang=zh-Hans&campaign=pingliang")["data"]
    assert [event["title"] for event in page] == [
        "交通安全知识竞赛",
        "跨年护学",
        "情景剧《回家路上》",
        "通学路联合排查",
        "“头盔小课堂”专栏",
        "“一盔一带”讲座",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("path", "key"), [("events", "title"), ("locations", "name")])
def test_sorting_downwards_is_sorting_upwards_from_the_end(
    both: Client, path: str, key: str, language: Language
) -> None:
    upwards = both.ids(f"/v1/{path}?limit=200&sort={key}&lang={language.value}")
    downwards = both.ids(f"/v1/{path}?limit=200&sort=-{key}&lang={language.value}")
    assert downwards == upwards[::-1]


TITLES = {
    "{zh-Hant: 跨年護學, zh-Hans: 跨年护学,": ("長安門", "长安门", "cháng'ān mén"),
    "{zh-Hant: 通學路聯合排查, zh-Hans: 通学路联合排查,": ("常山", "常山", "chángshān"),
    "{zh-Hant: 「一盔一帶」講座, zh-Hans: “一盔一带”讲座,": ("重慶路", "重庆路", "chóngqìng lù"),
    "{zh-Hant: 情景劇《回家路上》, zh-Hans: 情景剧《回家路上》,": ("銀行街", "银行街", "yínháng jiē"),
    "{zh-Hant: 「頭盔小課堂」專欄, zh-Hans: “头盔小课堂”专栏,": ("銀河", "银河", "yínhé"),
    "{zh-Hant: 交通安全知識競賽, zh-Hans: 交通安全知识竞赛,": ("中山", "中山", "zhōngshān"),
}


@pytest.mark.parametrize(("language", "script"), [(HANT, 0), (HANS, 1)])
def test_characters_of_several_sounds_are_sorted_by_their_sound_in_the_word(
    lone: Path, tmp_path: Path, language: Language, script: int
) -> None:
    file = lone / "pingliang" / "events.yaml"
    text = file.read_text(encoding="utf-8")
    for old, (hant, hans, _) in TITLES.items():
        assert text.count(old) == 1
        text = text.replace(old, f"{{zh-Hant: {hant}, zh-Hans: {hans},")
    file.write_text(text, encoding="utf-8")
    client = Client(create_app(Settings(data=build(lone, tmp_path / "database.sqlite3").path)))
    page = client.get(f"/v1/events?sort=title&lang={language.value}")["data"]
    assert [event["title"] for event in page] == [titles[script] for titles in TITLES.values()]


def test_equal_titles_are_sorted_by_id(lone: Path, tmp_path: Path) -> None:
    file = lone / "pingliang" / "events.yaml"
    text = file.read_text(encoding="utf-8")
    for title in ("en: Road safety quiz}", "en: Joint check of the roads to school}"):
        assert text.count(title) == 1
        text = text.replace(title, "en: Guarding the school gate over New Year}")
    file.write_text(text, encoding="utf-8")
    client = Client(create_app(Settings(data=build(lone, tmp_path / "database.sqlite3").path)))
    assert client.ids("/v1/events?sort=title&lang=en")[:3] == [
        "pingliang-joint-road-check",
        "pingliang-new-year-guard",
        "pingliang-safety-quiz",
    ]
