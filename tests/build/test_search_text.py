import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.pinyin import toned_syllables
from app.build.pipeline import build
from app.build.search_text import simplification
from app.db.compression import decompress
from app.db.keys import TRANSLATIONS
from app.fulltext.tokens import fold
from app.main import create_app
from app.model.codes import ADDRESSED_RESOURCES
from app.settings import Settings
from tests.build.stored import rendered, rendered_parts
from tests.build.terms import USAGE
from tests.client import Client
from tests.languages import EN

SCRIPT = simplification()
_QUOTES = str.maketrans("「」", "“”")


def test_scripts_are_folded_in_one_step() -> None:
    assert not SCRIPT.keys() & SCRIPT.values()
    for traditional, simplified in ("兩两", "結结", "麥麦", "積积", "裡里", "裏里", "後后", "發发", "髮发"):
        assert SCRIPT[ord(traditional)] == ord(simplified)


@pytest.mark.parametrize(
    ("run", "spoken"),
    [
        ("两结合", "liang3 jie2 he2"),
        ("银行行长", "yin2 hang2 hang2 zhang3"),
        ("重庆", "chong2 qing4"),
        ("女儿", "nv3 er2"),
        ("一々", "yi1 々"),
        ("かな座谈", "か な zuo4 tan2"),
    ],
)
def test_titles_are_sorted_by_the_reading_in_their_words(run: str, spoken: str) -> None:
    assert " ".join(toned_syllables(run)) == spoken


@given(st.text(alphabet=st.characters(min_codepoint=0x3005, max_codepoint=0x9FFF, categories=["Lo", "Nl", "Lm"])))
def test_each_character_has_one_syllable_to_sort_by(run: str) -> None:
    spoken = toned_syllables(run)
    assert len(spoken) == len(run)
    assert all(sound and not sound.isspace() for sound in spoken)


def test_in_both_scripts_the_seeds_say_the_same_but_for_quotation_marks(two_campaigns_database: Path) -> None:
    texts = [
        {text["language"]: text["text"] for text in translation["texts"]}
        for resource in ADDRESSED_RESOURCES
        for _, translations in rendered_parts(two_campaigns_database, resource, TRANSLATIONS)
        for translation in json.loads(translations)
    ]
    assert len(texts) > 600
    for text in texts:
        traditional = fold(text["zh-Hant"].translate(_QUOTES), SCRIPT)
        for one, other in USAGE:
            traditional = traditional.replace(fold(one, SCRIPT), other)
        assert traditional == fold(text["zh-Hans"], SCRIPT)


def test_every_text_has_its_pointer_and_its_words_their_sounds(two_campaigns_database: Path) -> None:
    with closing(sqlite3.connect(two_campaigns_database)) as plain:
        documents = plain.execute("SELECT id, texts FROM search_document").fetchall()
        ((syllables, words),) = plain.execute("SELECT syllables, words FROM search_alphabet")
        spellings = dict(plain.execute("SELECT spoken, written FROM search_spelling").fetchall())
    records = {
        json.loads(record)["id"]: json.loads(record)
        for resource in ADDRESSED_RESOURCES
        for *_, record in rendered(two_campaigns_database, resource, EN)
    }
    for id_, texts in documents:
        pointers = json.loads(decompress(texts))
        assert len(set(pointers)) == len(pointers) > 0
        assert id_ in records
        assert all(re.fullmatch("(/[a-z_0-9]+)+", pointer) and pointer != "/id" for pointer in pointers)
    spoken = json.loads(syllables)
    assert all(re.fullmatch("[a-z]{1,6}", syllable) for syllable in spoken)
    initials = {
        letter: "".join(spoken[one] for one in spoken if one[0] == letter) for letter in map(chr, range(97, 123))
    }
    for sounds, written in spellings.items():
        keys = sounds.split()
        assert len(keys) == (2 if sounds.islower() else 3)
        assert len(written) % len(keys) == 0
        for index, character in enumerate(written):
            key = keys[index % len(keys)]
            assert character in (spoken[key] if key.islower() else initials[key.lower()]), sounds
    assert "警察" in spellings["jing cha"]
    assert "警察节" in spellings["J C J"]
    assert {"the", "two"} <= set(json.loads(words))
    assert json.loads(words) == sorted(word for word in json.loads(words) if re.fullmatch("[a-hj-tw-z]{3,}", word))


@pytest.mark.slow
def test_the_index_is_the_same_whenever_it_is_built(both: Client, two_seeds: Path, tmp_path: Path) -> None:
    again = Client(create_app(Settings(data=build(two_seeds, tmp_path / "database.sqlite3").path)))
    for query in ("座談", "公安", "an", "police", "jing", "2024", "的"):
        for target in (f"/v1/search?q={query}&limit=200", f"/v1/events?q={query}&limit=200", f"/v1/outcomes?q={query}"):
            assert again.get(target) == both.get(target)
