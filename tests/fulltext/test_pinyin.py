import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.pinyin import syllables
from app.fulltext.pinyin import Syllabary

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
SYLLABARY = Syllabary(SPOKEN)


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
    assert len(together) == 8 or tuple(spoken) in together


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
    assert len(SYLLABARY.readings([run])) <= 8
    assert len(SYLLABARY.readings(list(run))) <= 8
    assert time.thread_time() - started < 1


def test_no_syllables_read_nothing() -> None:
    assert Syllabary([]).readings(["liang"]) == ()


def test_every_character_has_one_syllable_of_latin_letters() -> None:
    for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0x20000, 0x20100)):
        (sound,) = syllables(chr(code))
        assert sound == chr(code) or (sound.isascii() and sound.isalpha() and sound.islower()), chr(code)
