import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.pinyin import spoken_characters
from app.fulltext.parsing import SearchError, parse_search
from app.fulltext.pinyin import MAX_SPELLINGS, Syllabary, TooManySpellingsError
from tests.fulltext.vocabulary import SCRIPT, Vocabulary

SPOKEN = [
    "an",
    "ba",
    "dian",
    "fang",
    "gan",
    "gong",
    "guo",
    "he",
    "jia",
    "jian",
    "jie",
    "jing",
    "liang",
    "lu",
    "men",
    "min",
    "ni",
    "nian",
    "nu",
    "ren",
    "ti",
    "tian",
    "xi",
    "xia",
    "xian",
]
SYLLABARY = Syllabary(dict.fromkeys(SPOKEN, ""))


@pytest.mark.parametrize(
    ("runs", "readings"),
    [
        (["liangjiehe"], ["liang jie he"]),
        (["liang", "jie", "he"], ["liang jie he"]),
        (["liang3jie2he2"], ["liang jie he"]),
        (["xian"], ["xian", "xi an"]),
        (["xi", "an"], ["xi an"]),
        (["fangan"], ["fang an"]),
        (["tiananmen"], ["tian an men", "ti an an men"]),
        (["liangjieh"], ["liang jie h"]),
        (["liangji"], ["liang ji"]),
        (["l"], ["l"]),
        (["gong", "j"], ["gong j"]),
        (["j", "gong"], []),
        (["lv"], ["lu"]),
        (["nv3ren2"], ["nu ren"]),
        (["police"], []),
        (["liang", "police"], []),
        (["83"], []),
        (["liang6"], []),
        (["3liang"], []),
        (["liang33"], []),
        (["两"], []),
        (["liangé"], []),
    ],
)
def test_readings(runs: list[str], readings: list[str]) -> None:
    assert [" ".join(reading) for reading in SYLLABARY.readings(runs)] == readings


def test_a_last_syllable_is_unfinished_only_where_no_whole_one_fits() -> None:
    assert SYLLABARY.readings(["jian"]) == (("jian",),)
    assert SYLLABARY.readings(["jiang"]) == (("jian", "g"),)
    assert SYLLABARY.is_one("xian")
    assert SYLLABARY.is_one("xia")
    assert SYLLABARY.is_one("x")
    assert not SYLLABARY.is_one("liangjie")
    assert not SYLLABARY.is_one("two")


@given(st.lists(st.sampled_from(SPOKEN), min_size=1, max_size=6))
def test_spelled_syllables_are_read_back(spoken: list[str]) -> None:
    apart = SYLLABARY.readings(spoken)
    assert tuple(spoken) in apart
    together = SYLLABARY.readings(["".join(spoken)])
    assert together
    assert all("".join(reading) == "".join(spoken) for reading in together)
    assert len(together) == 64 or tuple(spoken) in together


@given(st.text(alphabet="abcdeghijlmnoruvxyz15ø'", max_size=40))
def test_readings_are_of_known_syllables(run: str) -> None:
    for reading in SYLLABARY.readings([run]):
        *whole, last = reading
        assert set(whole) <= set(SPOKEN)
        assert any(syllable.startswith(last) for syllable in SPOKEN)


@pytest.mark.parametrize(
    "run", ["a" * 200, "an" * 100, "xian" * 50, "xian" * 15, "a" * 199 + "ø", "an1" * 66 + "é", "xi" * 29 + "q"]
)
def test_no_letters_are_slow_to_read(run: str) -> None:
    started = time.thread_time()
    assert len(SYLLABARY.readings([run])) <= 64
    assert len(SYLLABARY.readings(list(run))) <= 64
    assert time.thread_time() - started < 1


def test_no_syllables_read_nothing() -> None:
    assert Syllabary({}).readings(["liang"]) == ()


def test_every_reading_is_of_small_latin_letters() -> None:
    characters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x20100))]
    spoken = spoken_characters([*characters, "か", "a"], SCRIPT)
    assert len(spoken) > 25_000
    assert spoken.keys() <= set(characters)
    for character, readings in spoken.items():
        assert len(set(readings)) == len(readings)
        assert all(re.fullmatch("[a-z]{1,6}", reading) and set(reading) & set("aeiou") for reading in readings), (
            character
        )


# Characters of common words, names and places, each with a reading that it has there.
@pytest.mark.parametrize(
    ("characters", "reading"),
    [
        ("行省重长都会还地得降藏乐传调觉强便朝", ""),
        ("行", "xing"), ("行", "hang"), ("长", "zhang"), ("长", "chang"), ("都", "du"), ("都", "dou"), ("乐", "yue"),
        ("省", "xing"), ("重", "chong"), ("会", "kuai"), ("还", "huan"), ("得", "dei"), ("降", "xiang"), ("藏", "zang"),
        ("曾", "zeng"), ("单", "shan"), ("仇", "qiu"), ("解", "xie"), ("区", "ou"), ("翟", "zhai"), ("查", "zha"),
        ("任", "ren"), ("朴", "piao"), ("盖", "ge"), ("尉", "yu"), ("覃", "qin"), ("缪", "miao"), ("种", "chong"),
        ("燕", "yan"), ("那", "na"), ("员", "yun"), ("祭", "zhai"), ("车", "ju"), ("郗", "chi"), ("谌", "shen"),
        ("武", "wu"), ("六", "lu"), ("蚌", "beng"), ("亳", "bo"), ("铅", "yan"), ("枞", "zong"),
        ("歙", "she"), ("洞", "tong"), ("浚", "xun"), ("番", "pan"), ("台", "tai"), ("阿", "e"), ("厦", "xia"),
        ("宕", "tan"), ("莘", "shen"), ("牟", "mu"), ("渑", "mian"), ("犍", "qian"), ("堡", "pu"), ("济", "ji"),
        ("女", "nu"), ("绿", "lu"), ("略", "lue"), ("零", "ling"), ("儿", "er"),
        ("着", "zhu"), ("干", "qian"), ("了", "liao"), ("佛", "fu"),
    ],
)  # fmt: skip
def test_common_readings(characters: str, reading: str) -> None:
    spoken = spoken_characters(characters, SCRIPT)
    for character in characters:
        assert reading in spoken[character] if reading else len(spoken[character]) > 1


def test_most_characters_have_one_reading_and_none_has_many() -> None:
    characters = [chr(code) for code in range(0x4E00, 0xA000)]
    numbers = [len(readings) for readings in spoken_characters(characters, SCRIPT).values()]
    assert max(numbers) <= 5
    assert sum(number > 1 for number in numbers) < 700


def test_a_reading_stands_for_the_words_of_the_index_that_are_read_so() -> None:
    words = Vocabulary("攜手同行，同性銀行", "銀杏", "長治 長征", "單縣")
    assert words.spelled("xieshoutongxing") == ["携手同性", "携手同行"]
    assert words.spelled("tongxing") == ["同性", "同行"]
    assert words.spelled("tonghang") == ["同行"]
    assert words.spelled("yinhang") == ["银行"]
    assert words.spelled("yinxing") == ["银杏", "银行"]
    assert words.spelled("shanxian") == ["单县"]
    assert words.spelled("changzh") == ["长征", "长治"]
    assert words.spelled("chang zheng") == ["长征"]
    assert words.spelled("zhang") == ["长"]
    assert words.spelled("shouxie") == []


def test_a_split_is_found_among_many() -> None:
    words = Vocabulary("西安天安前綫電視縣")
    # Each of these syllables may be two.
    assert words.spelled("xiantiananqianxiandian") == ["西安天安前线电"]
    assert words.spelled("xiantiananqianxiandianshixian") == ["西安天安前线电视县"]
    asked = []

    def look_up(first: str, last: str) -> str:
        asked.append(first)
        return words.lookup(first, last)

    parse_search("xian" * 15, words.alphabet, look_up)
    assert len(asked) == len(set(asked)) < 20


def test_initials_of_three_letters_or_more() -> None:
    words = Vocabulary("警察節當天", "檢測局", "公安局", "a day at the police", "二十大")
    assert words.spelled("jcj") == ["检测局", "警察节"]
    assert words.spelled("jcjdt") == ["警察节当天"]
    assert words.spelled("JCJ") == ["检测局", "警察节"]
    assert words.spelled("esd") == ["二十大", "20大"]
    assert words.spelled("jcjx") == []
    assert words.spelled("jc") == []
    # An unfinished word in pinyin may be initials too.
    assert words.spelled("gaj") == ["公安局"]
    # What is a word, or begins one, is that word.
    assert words.spelled("day") == []
    assert Vocabulary("大安陽").spelled("day") == ["大安阳"]
    assert Vocabulary("大安陽", "daylight").spelled("day") == []
    assert Vocabulary("大安陽", "days").spelled("day") == []
    assert Vocabulary("大安陽", "a Monday").spelled("day") == ["大安阳"]
    # A whole word in pinyin is not.
    assert Vocabulary("公安南", "干").spelled("gan") == ["干"]
    (term,) = words.search('"jcj"').terms
    assert term.alternatives == ()


def test_letters_that_stand_for_too_many_words_are_refused() -> None:
    readers = "是事市使史式世实石识"
    words = Vocabulary(*(one + two for one in readers for two in readers))
    assert len(words.spelled("shishi")) == 100
    assert len(words.spelled("shishishi")) == MAX_SPELLINGS
    syllabary = words.alphabet.syllabary
    with pytest.raises(TooManySpellingsError, match=r"^shi shi shi shi$"):
        syllabary.spellings(("shi",) * 4, words.lookup)
    with pytest.raises(SearchError) as error:
        words.search("shishishishi")
    assert error.value.code == "too_many_readings"
    assert str(error.value).startswith("shi shi shi shi can be read as more than 1000 words; ")
