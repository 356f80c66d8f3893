import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.search_text import simplification
from app.fulltext.tokens import LETTER, UNSPACED, fold, index_words, is_unspaced, pairs, runs, source_positions

SCRIPT = simplification()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("兩結合", "两结合"),
        ("麥積", "麦积"),
        ("裡裏里", "里里里"),
        ("８３場", "83场"),
        ("２０２４年１０月", "2024年10月"),
        ("⼈⺠", "人⺠"),
        ("Liǎng Jié Hé", "liang jie he"),
        ("lǜ LÜ", "lu lu"),
        ("Ｔｗｏ Combinations", "two combinations"),
        ("STRASSE Straße", "strasse strasse"),
        ("ﬁne ㎞² ㈱", "fine km2 (株)"),
        ("İstanbul", "istanbul"),
        ("ｶﾞｷﾞ ガギ", "カキ カキ"),
        ("座\u200b談\ufeff會\u00ad", "座谈会"),
    ],
)
def test_equivalent_spellings_are_folded_alike(written: str, folded: str) -> None:
    assert fold(written, SCRIPT) == folded


def test_folding_is_idempotent_for_every_character() -> None:
    for character in filter(str.isprintable, map(chr, range(sys.maxunicode + 1))):
        folded = fold(character, SCRIPT)
        assert fold(folded, SCRIPT) == folded, character
        for form in ("NFC", "NFD", "NFKC", "NFKD"):
            assert fold(unicodedata.normalize(form, character), SCRIPT) == folded, (character, form)


@given(st.text(), st.text())
def test_folding_does_not_depend_on_the_context(before: str, after: str) -> None:
    assert fold(before + after, SCRIPT) == fold(before, SCRIPT) + fold(after, SCRIPT)


@given(st.text())
def test_each_folded_character_comes_from_the_one_that_is_named(text: str) -> None:
    folded, places = fold(text, SCRIPT), source_positions(text)
    assert len(places) == len(folded)
    assert places == sorted(places)
    for character, place in zip(folded, places, strict=True):
        assert character in fold(text[place], SCRIPT)


def test_marks_that_no_letter_is_composed_with_go_too() -> None:
    assert fold("q\u0301x\u0302 \u0301", SCRIPT) == "qx "
    assert fold("n\u0304e\u030c", SCRIPT) == fold("n\u0304ě", SCRIPT) == "ne"


@pytest.mark.parametrize(
    ("folded", "cut"),
    [
        ("人民公安", ["人民公安"]),
        ("人民，公安", ["人民", "公安"]),
        ("共83场", ["共", "83", "场"]),
        ("works_created", ["works", "created"]),
        ("qin'an县", ["qin", "an", "县"]),
        ("一々〇", ["一々〇"]),
        ("阿・布", ["阿", "布"]),
        ("阿·布", ["阿", "布"]),
        ("サーバー", ["サーバー"]),
        ("서울 시", ["서울", "시"]),
        ("😀—…「」", []),
        ("", []),
    ],
)
def test_runs(folded: str, cut: list[str]) -> None:
    assert runs(folded) == cut


@given(st.text())
def test_runs_are_of_one_sort_and_leave_no_letter_out(text: str) -> None:
    folded = fold(text, SCRIPT)
    cut = runs(folded)
    assert "".join(cut) == "".join(re.findall(f"{UNSPACED}|{LETTER}", folded))
    for run in cut:
        assert re.fullmatch(f"{UNSPACED}+" if is_unspaced(run) else f"{LETTER}+", run)
        assert run.isascii() or not run.isspace()


def test_chinese_is_indexed_as_pairs_and_its_last_character() -> None:
    assert index_words("人民公安") == ["人民", "民公", "公安", "安"]
    assert index_words("字") == ["字"]
    assert index_words("tianshui") == ["tianshui"]
    assert pairs("字") == []
