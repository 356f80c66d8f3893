"""A snapshot with as many events as one likes: those of a built one over and over, each with a title of its own."""

import json
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from app.seeding.indexing import simplification, syllables
from app.storage.search import search_key
from app.storage.words import Script, fold, index_words, is_unspaced, runs
from app.vocabulary import RecordKind

_BATCH = 10_000
_SURNAMES = "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅"
_GIVEN = "偉芳娜敏靜麗強磊軍洋勇艷傑娟濤明超秀霞平剛桂英華玉蘭紅建國文志海波春梅雪松"


@dataclass(frozen=True)
class _Template:
    """An event to make others from: its row, what is published of it, its places, its texts and their words."""

    row: tuple[Any, ...]
    published: list[tuple[Any, ...]]
    places: list[tuple[Any, ...]]
    texts: list[Any]
    body: str
    body_pinyin: str


def multiply(built: Path, into: Path, events: int) -> None:
    """Write a snapshot with this many events more than `built` has; the same for the same number."""
    shutil.copyfile(built, into)
    chance = random.Random(events)  # noqa: S311 - no secret
    script = simplification()
    with closing(sqlite3.connect(into)) as database:
        database.execute("PRAGMA synchronous = OFF")
        templates = _templates(database, script)
        first = max(template.row[0] for template in templates) + 1
        made = _make(templates, script, chance, range(first, first + events))
        while batch := list(islice(made, _BATCH)):
            for table, rows in zip(_TABLES, zip(*batch, strict=True), strict=True):
                flat = [row for some in rows for row in some]
                if flat:
                    database.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(flat[0]))})", flat)  # noqa: S608
        database.execute("INSERT INTO search(search) VALUES ('optimize')")
        database.execute("ANALYZE")
        database.commit()


_TABLES = (
    "event",
    "published",
    "event_location",
    "identifier",
    "search_document",
    "search(rowid, title, title_pinyin, body, body_pinyin)",
)

_Rows = tuple[list[tuple[Any, ...]], ...]


def _templates(database: sqlite3.Connection, script: Script) -> list[_Template]:
    templates = []
    for row in database.execute("SELECT * FROM event ORDER BY number").fetchall():
        published = database.execute(
            "SELECT * FROM published WHERE kind = 'event' AND number = ? AND part IN ('record', 'locations_brief')",
            row[:1],
        ).fetchall()
        places = database.execute("SELECT * FROM event_location WHERE event = ?", row[:1]).fetchall()
        (documented,) = database.execute(
            "SELECT texts FROM search_document WHERE key = ?", (search_key(RecordKind.EVENT, row[0]),)
        ).fetchone()
        (told,) = database.execute(
            "SELECT json_text FROM published WHERE kind = 'event' AND number = ? AND part = 'translations'", row[:1]
        ).fetchone()
        texts = [text["text"] for told in json.loads(told) if told["field"] != "/title" for text in told["texts"]]
        written = dict.fromkeys(_words(fold(text, script)) for text in texts)
        spoken = dict.fromkeys(_sounds(fold(text, script)) for text in texts)
        body, body_pinyin = " 、 ".join(written), " 、 ".join(filter(None, spoken))
        templates.append(_Template(row, published, places, json.loads(documented), body, body_pinyin))
    return templates


def _make(templates: list[_Template], script: Script, chance: random.Random, numbers: range) -> Iterator[_Rows]:
    key = 10**9
    for number in numbers:
        template = chance.choice(templates)
        name = chance.choice(_SURNAMES) + "".join(chance.choices(_GIVEN, k=2))
        title = f"{name}主講的第{number}場宣講"
        id_ = f"many-{number}"
        folded = fold(title, script)
        published = []
        for _, *head, part, _, rank, json_text in template.published:
            key += 1
            renamed = json_text
            if part == "record":
                renamed = json.dumps(json.loads(json_text) | {"id": id_, "title": title}, ensure_ascii=False)
            published.append((key, *head, part, number, rank, renamed))
        row = (number, id_, *template.row[2:])
        places = [tuple(number if at == 2 else value for at, value in enumerate(place)) for place in template.places]
        texts = [[field, _sounds(folded) if field == "/title" else pinyin] for field, pinyin in template.texts]
        search = search_key(RecordKind.EVENT, number)
        yield (
            [row],
            published,
            places,
            [("event", id_, "tianshui", "zh-Hant", False, None, None, None)],
            [(search, "event", id_, json.dumps(texts, ensure_ascii=False))],
            [(search, _words(folded), _sounds(folded), template.body, template.body_pinyin)],
        )


def _words(folded: str) -> str:
    return " ".join(word for run in runs(folded) for word in index_words(run))


def _sounds(folded: str) -> str:
    return " 、 ".join(" ".join(syllables(run)) for run in runs(folded) if is_unspaced(run))
