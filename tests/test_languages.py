import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.languages import LANGUAGES, Language, TextOrigin, choose_language, origins
from tests.languages import EN, HANS, HANT


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, HANT),
        ("", HANT),
        ("en", EN),
        ("en-GB,en;q=0.8", EN),
        ("zh-CN,zh;q=0.9,en;q=0.8", HANS),
        ("zh-SG", HANS),
        ("zh-TW", HANT),
        ("zh-HK", HANT),
        ("zh-MO", HANT),
        ("zh-Hans-HK", HANS),
        ("ZH-hans", HANS),
        ("zh", HANT),
        ("zh-Latn", HANT),
        ("fr", HANT),
        ("fr, en;q=0.3", EN),
        ("en;q=0, zh-CN;q=0.1", HANS),
        ("en;q=0", HANT),
        ("*", HANT),
        ("*;q=0.5, en;q=0.1", HANT),
        ("zh-TW;q=0, *", HANS),
        ("en;q=0.5, zh-CN;q=0.9", HANS),
        ("en;q=2, zh-CN;q=0.1", HANS),
        ("en;q=x, zh-CN;q=0.1", HANS),
        (";;;,,,q=1", HANT),
    ],
)
def test_accept_language(header: str | None, expected: Language) -> None:
    assert choose_language(header, HANT) is expected


def test_a_bare_zh_means_the_script_of_the_source_or_the_more_common_one() -> None:
    assert choose_language("zh", HANS) is HANS
    assert choose_language("zh", EN) is HANS


@given(st.text())
def test_any_header_gives_a_language(header: str) -> None:
    assert choose_language(header, EN) in LANGUAGES


def test_origins_follow_the_source_language() -> None:
    assert origins(TextOrigin.SOURCE, HANT) == {"zh-Hant": "source", "zh-Hans": "converted", "en": "translated"}
    assert origins(TextOrigin.EDITORIAL, HANS) == {"zh-Hant": "converted", "zh-Hans": "editorial", "en": "translated"}
    assert origins(TextOrigin.SOURCE, EN) == {"zh-Hant": "translated", "zh-Hans": "translated", "en": "source"}
