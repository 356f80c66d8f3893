import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.pinyin import syllables
from app.build.pipeline import build
from app.build.search_text import simplification
from app.db.compression import decompress
from app.db.keys import TRANSLATIONS
from app.fulltext.tokens import fold
from app.main import create_app
from app.model.codes import ADDRESSED_RESOURCES
from app.settings import Settings
from tests.build.stored import rendered, rendered_parts
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
        ("两结合", "liang jie he"),
        ("麦积", "mai ji"),
        ("银行行长", "yin hang hang zhang"),
        ("重庆", "chong qing"),
        ("旅行", "lu xing"),
        ("女儿", "nu er"),
        ("战略", "zhan lue"),
        ("一〇", "yi ling"),
        ("一々", "yi 々"),
        ("かな座谈", "か な zuo tan"),
    ],
)
def test_syllables(run: str, spoken: str) -> None:
    assert " ".join(syllables(run)) == spoken


@given(st.text(alphabet=st.characters(min_codepoint=0x3005, max_codepoint=0x9FFF, categories=["Lo", "Nl", "Lm"])))
def test_each_character_has_one_syllable(run: str) -> None:
    spoken = syllables(run)
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
        # The one word that is another one, and not the same in other characters.
        traditional = fold(text["zh-Hant"].translate(_QUOTES).replace("座標", "坐標"), SCRIPT)
        assert traditional == fold(text["zh-Hans"], SCRIPT)


def test_every_text_is_indexed_with_as_many_sounds_as_it_has_chinese_characters(two_campaigns_database: Path) -> None:
    with closing(sqlite3.connect(two_campaigns_database)) as plain:
        documents = plain.execute("SELECT id, texts FROM search_document").fetchall()
        (syllables_,) = plain.execute("SELECT syllables FROM search_alphabet").fetchone()
    records = {
        json.loads(record)["id"]
        for resource in ADDRESSED_RESOURCES
        for *_, record in rendered(two_campaigns_database, resource, EN)
    }
    sounds = set()
    for id_, texts in documents:
        for pointer, pinyin in json.loads(decompress(texts)):
            assert pointer.startswith("/")
            assert pointer != "/id"
            sounds |= set((pinyin or "").split()) - {"、"}
        assert id_ in records
    assert sounds == set(json.loads(syllables_))
    assert all(re.fullmatch("[a-z]{1,6}", sound) for sound in sounds)


def test_the_index_is_the_same_whenever_it_is_built(both: Client, two_seeds: Path, tmp_path: Path) -> None:
    again = Client(create_app(Settings(data=build(two_seeds, tmp_path / "database.sqlite3").path)))
    for query in ("座談", "公安", "an", "police", "jing", "2024", "的"):
        for target in (f"/v1/search?q={query}&limit=200", f"/v1/events?q={query}&limit=200", f"/v1/outcomes?q={query}"):
            assert again.get(target) == both.get(target)
