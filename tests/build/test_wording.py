"""The words of the project's own seeds and of its languages' files, by the tables of seeds/README.md."""

import csv
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from opencc import OpenCC

from app.build.common.documents import Text
from app.build.pipeline import read_checked
from app.languages import LANGUAGES, Language, TextOrigin
from tests.build.terms import FORBIDDEN, USAGE
from tests.client import Client
from tests.conftest import ROOT, SEEDS
from tests.languages import EN, HANS, HANT
from tests.lists import LISTS
from tests.tools.translations import FOLDERS, read_file

_simplify: Callable[[str], str] = OpenCC("t2s").convert
CHINESE = (HANT, HANS)


class Shown(NamedTuple):
    """A text as clients get it."""

    where: str
    text: str
    origin: str
    """That of the text in the source's own language."""


def shown_texts(client: Client, language: Language) -> Iterator[Shown]:
    for path in LISTS:
        for record in client.get(f"/v1/{path}?limit=200&include=translations")["data"]:
            for translation in record["translations"]:
                texts = {text["language"]: text for text in translation["texts"]}
                origin = next(text["origin"] for text in texts.values() if text["origin"] in ("source", "editorial"))
                yield Shown(f"{record['id']}{translation['field']}", texts[language]["text"], origin)


def names_of_codes(language: Language) -> Iterator[Shown]:
    def leaves(node: Any, where: str) -> Iterator[Shown]:
        for key, value in node.items():
            if isinstance(value, dict):
                yield from leaves(value, f"{where}.{key}")
            elif isinstance(value, str):
                yield Shown(f"{where}.{key}", value, TextOrigin.EDITORIAL)

    file = ROOT / "app" / "locales" / f"{language}.toml"
    given = tomllib.loads(file.read_text(encoding="utf-8"))
    yield from leaves(
        {table: given[table] for table in ("lists", "phrases", "counts", "columns", "codes", "meanings")}, file.name
    )


def translations(language: Language) -> Iterator[Shown]:
    for folder in FOLDERS:
        for text, translated in read_file(folder, language).items():
            yield Shown(f"{folder}: {text}", translated, TextOrigin.EDITORIAL)


def own_texts(client: Client, language: Language) -> list[Shown]:
    """Return the texts that the editors are the authors of."""
    texts = [*shown_texts(client, language), *names_of_codes(language), *translations(language)]
    found = [text for text in texts if text.origin == TextOrigin.EDITORIAL]
    assert len(found) > 400
    return found


def test_there_are_terms() -> None:
    assert ("儲存格", "单元格") in USAGE
    assert "警員" in FORBIDDEN
    assert "WGS-84" in FORBIDDEN


@pytest.mark.parametrize("language", CHINESE)
def test_each_script_has_its_own_words(tianshui: Client, language: Language) -> None:
    of_the_other = [
        simplified if language is HANT else _simplify(traditional)
        for traditional, simplified in USAGE
        if len(simplified) > 1 and _simplify(traditional) != simplified
    ]
    for where, text, _ in own_texts(tianshui, language):
        for word in of_the_other:
            assert word not in _simplify(text), f"{where}: {text}"


def test_the_names_of_codes_are_the_same_in_both_scripts() -> None:
    in_simplified = {where.partition(".toml")[2]: text for where, text, _ in names_of_codes(HANS)}
    for where, text, _ in names_of_codes(HANT):
        simplified = _simplify(text)
        for one, other in USAGE:
            simplified = simplified.replace(_simplify(one), other)
        assert in_simplified[where.partition(".toml")[2]] == simplified


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_thing_has_one_term(tianshui: Client, language: Language) -> None:
    for where, text, _ in [*shown_texts(tianshui, language), *names_of_codes(language), *translations(language)]:
        folded = _simplify(text).casefold()
        for word in FORBIDDEN:
            assert not re.search(rf"(?<![a-z]){re.escape(_simplify(word).casefold())}(?![a-z])", folded), where


def test_what_is_not_stated_has_a_note(both: Client) -> None:
    def check(node: Any, where: str) -> int:
        if isinstance(node, list):
            return sum(check(item, f"{where}/{index}") for index, item in enumerate(node))
        if not isinstance(node, dict):
            return 0
        bases = [key for key in node if key.endswith("basis") and node[key] in ("derived", "not_given")]
        assert not bases or node["note"], where
        return len(bases) + sum(check(value, f"{where}/{key}") for key, value in node.items())

    found = sum(
        check(both.get(f"/v1/campaigns/{campaign}/snapshot")["data"], campaign)
        for campaign in ("tianshui", "pingliang")
    )
    assert found > 60


def test_a_range_is_needed_once_and_has_room_for_what_is_printed() -> None:
    """A range within another of the same part adds nothing, and a name does not fit into a shorter one."""
    (seeded,) = read_checked(SEEDS).campaigns
    fitting = 0
    for part, place in seeded.parts():
        ranges = [(item.start, item.end) for item in vars(part).get("evidence") or ()]
        for start, end in ranges:
            assert not any(a <= start and end <= b for a, b in ranges if (a, b) != (start, end)), place.fault("nested")
        assert len(set(ranges)) == len(ranges), place.fault("repeated")
        for name in ("name", "label", "title"):
            words = vars(part).get(name)
            if ranges and isinstance(words, Text) and words.root.get("origin", words.own_origin) == TextOrigin.SOURCE:
                assert max(end - start for start, end in ranges) >= len(words.root[HANT]), place.fault("too narrow")
                fitting += 1
    assert fitting > 50


def test_a_source_lists_everything_that_is_not_shown_as_printed(tianshui: Client) -> None:
    source = tianshui.get("/v1/sources/tianshui-report")["data"]
    campaign = tianshui.get("/v1/campaigns/tianshui?lang=zh-Hant")["data"]
    marks = {(change["printed"], change["shown"]) for change in source["punctuation"]}
    assert marks == {("“", "「"), ("”", "」"), (",", "，")}
    characters = {(correction["printed"], correction["corrected"]) for correction in source["corrections"]}
    pairs = set(zip(campaign["name_as_stated"], campaign["name"], strict=True))
    assert {pair for pair in pairs if len(set(pair)) == 2} == {("“", "「"), ("”", "」"), ("里", "裡")}
    assert pairs <= marks | characters | {(character, character) for character in campaign["name"]}
    for where, text, origin in shown_texts(tianshui, HANT):
        if origin == TextOrigin.SOURCE:
            assert not any(printed in text for printed, _ in marks), where


@pytest.mark.parametrize("language", CHINESE)
@pytest.mark.parametrize("path", ["events", "locations", "outcomes"])
def test_codes_in_a_table_are_called_codes_and_named_beside(both: Client, path: str, language: Language) -> None:
    code, id_ = ("代碼", "編號") if language is HANT else ("代码", "编号")
    rows = list(csv.DictReader(both.request(f"/v1/{path}.csv?lang={language}").text.lstrip("\ufeff").splitlines()))
    assert rows
    codes = set()
    for heading in rows[0]:
        cells = {row[heading] for row in rows} - {"", "true", "false"}
        if cells and all(re.fullmatch(r"[a-z][a-z_]*", cell) for cell in cells):
            assert heading.endswith((code, id_)), heading
            if heading.endswith(code):
                assert heading.removesuffix(code) in rows[0]
                codes.add(heading)
    assert len(codes) >= 3


def test_collectives_and_people_are_counted_in_their_measure_words(tianshui: Client) -> None:
    for language, expected in (
        (HANT, "立功受獎集體（受表彰者，7個）; 立功受獎個人（受表彰者，56人）"),
        (HANS, "立功受奖集体（受表彰者，7个）; 立功受奖个人（受表彰者，56人）"),
        (EN, "collectives with merit awards (honourees, 7); individuals with merit awards (honourees, 56)"),
    ):
        assert expected in tianshui.request(f"/v1/events.csv?lang={language}").text


def test_the_code_of_a_unit_is_its_english_name_in_the_singular(tianshui: Client) -> None:
    irregular = {"activity": "activities", "person": "people"}
    named = {(record["unit"], record["unit_name"]) for record in tianshui.get("/v1/outcomes?limit=200&lang=en")["data"]}
    for unit, name in named - {(None, None)}:
        assert name == irregular.get(unit, f"{unit}s"), unit


def test_the_names_of_codes_claim_no_more_than_the_codes() -> None:
    names = {shown.where: shown.text for language in (HANT, EN) for shown in names_of_codes(language)}
    assert not [text for text in names.values() if "持續開展" in text], "that it goes on is in no source"
    # A name must be right by itself: 對象 alone can be anyone's.
    assert "對象" not in names.values()
