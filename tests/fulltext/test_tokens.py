import re
import sys
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.search_text import simplification
from app.fulltext.tokens import (
    GAP,
    LETTER,
    UNSPACED,
    fold,
    index_words,
    is_unspaced,
    pairs,
    sentences,
    source_positions,
    unsearchable,
)

SCRIPT = simplification()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("兩結合", "两结合"),
        ("麥積", "麦积"),
        ("裡裏里", "里里里"),
        ("８３場", "83场"),
        ("２０２４年１０月", "2024年10月"),
        ("⼈⺠", "人民"),
        ("⻓征 ⾧征 長征", "长征 长征 长征"),
        ("⻅⻋⻔⻢⻥⻦⻰⻩⻬⻨", "见车门马鱼鸟龙黄齐麦"),
        ("⺟⻳⼀㇐", "母龟一一"),
        ("精ﬀ神福", "精ff神福"),
        ("①㈠㊙⒈Ⅳ㍻", "1(一)秘1.iv平成"),
        ("衞衛卫", "卫卫卫"),
        ("著名着", "着名着"),
        ("粧妝妆 敍敘叙 枱檯台 糭粽", "妆妆妆 叙叙叙 台台台 粽粽"),
        ("乾幹干 後后 裏裡里 發髮发 麵麪面", "干干干 后后 里里里 发发发 面面面"),
        ("羣群 峯峰 眾衆 爲為 啓啟 麽麼么 攜擕携", "群群 峰峰 众众 为为 启启 么么么 携携携"),
        ("靑青 淸清 戸戶户 眞真 敎教 鎭鎮 姪侄", "青青 清清 户户户 真真 教教 镇镇 侄侄"),
        ("二〇二五 二○二五 二零二五", "二零二五 二零二五 二零二五"),
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


@pytest.mark.slow
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
        ("人民公安", [["人民公安"]]),
        ("人民，公安", [["人民公安"]]),
        ("「五个一」专题、学习（集中）：在“线”上—下", [["五个一专题学习集中在线上下"]]),
        ("王 伟　王伟", [["王伟王伟"]]),
        ("共83场,多", [["共", "83", "场多"]]),
        ("works_created", [["works", "created"]]),
        ("qin'an县", [["qin", "an", "县"]]),
        ("一々〇", [["一々〇"]]),
        ("阿·布•阿.布・阿‧布", [["阿布阿布阿布"]]),
        ("サーバー", [["サーバー"]]),
        ("서울 시", [["서울", "시"]]),
        ("人民。公安!会?议;在\n此", [["人民"], ["公安"], ["会"], ["议"], ["在"], ["此"]]),
        ("人民...公安", [["人民"], ["公安"]]),
        ("人民. 公安.", [["人民"], ["公安"]]),
        ("left! the two, mr. three", [["left"], ["the", "two", "mr", "three"]]),
        ("。。人", [["人"]]),
        ("😀—…「」", []),
        ("", []),
    ],
)
def test_sentences(folded: str, cut: list[list[str]]) -> None:
    assert list(sentences(folded)) == cut


@given(st.text() | st.text(alphabet="人民ab1，。. !、「😀\n"))
def test_runs_are_of_one_sort_and_leave_no_letter_out(text: str) -> None:
    folded = fold(text, SCRIPT)
    cut = list(sentences(folded))
    assert "".join(run for sentence in cut for run in sentence) == "".join(re.findall(f"{UNSPACED}|{LETTER}", folded))
    for sentence in cut:
        # What may stand between the runs, and no sentence ends in it.
        spread = GAP.join(
            re.escape(letter) if is_unspaced(run) else run
            for run in sentence
            for letter in ([*run] if is_unspaced(run) else [run])
        )
        assert re.search(spread, folded)
        for run in sentence:
            assert re.fullmatch(f"{UNSPACED}+" if is_unspaced(run) else f"{LETTER}+", run)
            assert run.isascii() or not run.isspace()
    for one, next_ in pairwise(cut):
        assert not re.search(f"{re.escape(one[-1])}{GAP}{re.escape(next_[0])}", folded) or folded.count(one[-1]) > 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("座談 two 83，「」“”·•．・‧⋅－—…《》()+=^|<>~`$\t\u200b\ufeff\u0301", []),
        ("①㈠㎞²½№ℓ㍿ ㄅㄆ かなｶﾅ 〇々〆 𠮷", []),
        ("⼈⺠⻓", []),
        ("⺀", ["⺀"]),
        ("😀座談👍🏻", ["😀", "👍", "🏻"]),
        ("🇨🇳", ["🇨", "🇳"]),
        ("☎→×€★°", ["☎", "→", "×", "€", "★", "°"]),
        ("⿰木木", ["⿰"]),
        ("\ue000座\U000f0000", ["\ue000", "\U000f0000"]),
        ("\u0378\U0003ffff", ["\u0378", "\U0003ffff"]),
        ("\ud800", ["\ud800"]),
        ("\x01\ufffd", ["\x01", "\ufffd"]),
        ("㇀㇐", ["㇀"]),
    ],
)
def test_characters_that_cannot_be_searched_for(text: str, found: list[str]) -> None:
    assert unsearchable(text, fold(text, SCRIPT), SCRIPT) == found


@pytest.mark.slow
def test_every_character_is_indexed_or_punctuation_or_named() -> None:
    marks = {"Zs", "Zl", "Zp", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Mn", "Mc", "Me", "Cf"}
    for character in map(chr, range(sys.maxunicode + 1)):
        folded = fold(character, SCRIPT)
        if not re.search(f"{UNSPACED}|{LETTER}", folded) and not unsearchable(character, folded, SCRIPT):
            categories = {unicodedata.category(each) for each in (character, *folded)}
            assert categories & marks or folded.isascii() or folded.isspace() or folded in "⋅∙⁄−", hex(ord(character))


def test_chinese_is_indexed_as_pairs_and_its_last_character() -> None:
    assert index_words("人民公安") == ["人民", "民公", "公安", "安"]
    assert index_words("字") == ["字"]
    assert index_words("tianshui") == ["tianshui"]
    assert pairs("字") == []
