import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import col

from app.languages import Language
from app.seeding.indexing import simplification
from app.storage.hits import Hits
from app.storage.paging import Question, View, count, order_by, read_page
from app.storage.pinyin import Syllabary
from app.storage.search import MAX_WORDS, Alphabet, SearchError, matches, read_search, search_key
from app.storage.snapshot import Snapshot, open_snapshot
from app.storage.words import fold
from app.tables import EventRow
from app.vocabulary import RecordKind
from app.web.listings import EVENTS

ALPHABET = Alphabet(simplification(), Syllabary(["gong", "an", "he", "jie", "liang", "xi", "xian"]))


def expression(typed: str) -> str:
    return read_search(typed, ALPHABET).expression


def words_of(typed: str) -> list[list[str]]:
    """What was typed as terms of phrases; a phrase that may be the beginning of more has an asterisk."""
    return [
        [" ".join(phrase.words) + ("*" if phrase.by_prefix else "") for phrase in term.phrases]
        for term in read_search(typed, ALPHABET).terms
    ]


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("座談", [["座谈"]]),
        ("一", [["一*"]]),
        ("座 談", [["座*"], ["谈*"]]),
        ("兩結合", [["两结 结合"]]),
        ("座談、麥積", [["座谈"], ["麦积"]]),
        ("座談,麥積 公安", [["座谈"], ["麦积"], ["公安"]]),
        ('"座談 麥積"', [["座谈 谈 麦积"]]),
        ("「座談」", [["座谈"]]),
        ("“座談”會", [["座谈"], ["会*"]]),
        ("『two combinations』", [["two combinations"]]),
        ('"two combinations', [["two*"], ["combinations*"]]),
        ('座談"', [["座谈"]]),
        ('"" 座談', [["座谈"]]),
        ("83場", [["83 场*"]]),
        ("８３場", [["83 场*"]]),
        ("83", [["83"]]),
        ("g30", [["g30*"]]),
        ("2024年10月31日", [["2024 年 10 月 31 日*"]]),
        ("five-ones", [["five ones*"]]),
        ("works_created", [["works created*"]]),
        ("10:30", [["10 30"]]),
        ("don't don’t", [["don t*"], ["don t*"]]),
        ("座談-會", [["座谈"], ["会*"]]),
        ("two--ones", [["two*"], ["ones*"]]),
        ("NEAR(two combinations)", [["near*"], ["two*"], ["combinations*"]]),
        ("title:座談", [["title*"], ["座谈"]]),
        ("😀 座談", [["座谈"]]),
        ("liang jie he", [["liang*", "jie*", "he*"]]),
        ("liang jie 座談 he", [["liang*", "jie*"], ["座谈"], ["he*"]]),
        ('"liang jie" he', [["liang jie"], ["he*"]]),
    ],
)
def test_what_is_typed_is_cut_into_words(typed: str, terms: list[list[str]]) -> None:
    assert words_of(typed) == terms


def test_every_way_to_say_it_is_asked_for() -> None:
    assert expression("座談") == '(({title body} : "座谈"))'
    assert expression("xian") == (
        '(({title body} : "xian" *) OR {title_pinyin body_pinyin} : "xian" * OR {title_pinyin body_pinyin} : "xi an" *)'
    )
    assert expression("xi'an") == '(({title body} : "xi an" *) OR {title_pinyin body_pinyin} : "xi an" *)'
    assert expression("liang3 he") == (
        '(({title body} : "liang3" * AND {title body} : "he" *) OR {title_pinyin body_pinyin} : "liang he" *)'
    )
    assert expression('座談 "two"') == '(({title body} : "座谈")) AND (({title body} : "two"))'


@pytest.mark.parametrize("typed", ["", " ", "*", '"', '""', "“”", "-", "()", "^:{}", "😀", "\u0301", "・", "、", "_ _"])
def test_nothing_to_search_for(typed: str) -> None:
    with pytest.raises(SearchError) as error:
        read_search(typed, ALPHABET)
    assert error.value.code == "nothing_to_search"


@pytest.mark.parametrize("word", ["two", "兩", "an", '"two"'])
def test_too_many_words(word: str) -> None:
    assert read_search(" ".join([word] * MAX_WORDS), ALPHABET).phrases == MAX_WORDS
    with pytest.raises(SearchError) as error:
        read_search(" ".join([word] * (MAX_WORDS + 1)), ALPHABET)
    assert error.value.code == "too_many_words"
    assert str(MAX_WORDS + 1) in str(error.value)


@given(st.text(max_size=200) | st.text(alphabet="anxi座談 場8\"“”「」'*-:^(){}NEARORANDT", max_size=60))
def test_the_language_of_the_index_is_never_spoken(typed: str) -> None:
    index = sqlite3.connect(":memory:")
    index.execute("CREATE VIRTUAL TABLE search USING fts5(title, title_pinyin, body, body_pinyin, tokenize = 'ascii')")
    try:
        search = read_search(typed, ALPHABET)
    except SearchError:
        return
    folded = fold(typed, ALPHABET.script)
    assert index.execute("SELECT rowid FROM search WHERE search MATCH ?", [search.expression]).fetchall() == []
    for term in search.terms:
        for phrase in term.phrases:
            assert all(run in folded for run in phrase.runs)


@pytest.fixture(scope="module")
def crowded(two_snapshot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot with thousands of events more, of which some can be found: few enough to count, enough to plan for."""
    path = tmp_path_factory.mktemp("crowd") / "snapshot.sqlite3"
    path.write_bytes(two_snapshot.read_bytes())
    shown = "kind = 'event' AND number = 1 AND language IN ('en', '*') AND part IN ('record', 'locations_brief')"
    with closing(sqlite3.connect(path)) as plain, plain:
        (most,) = plain.execute("SELECT max(key) FROM published").fetchone()
        for number in range(1000, 3000):
            id_, key = f"copy-{number}", search_key(RecordKind.EVENT, number)
            insert_copies(plain, "event", "number = 1", number=str(number), id=f"'{id_}'")
            insert_copies(plain, "published", shown, number=str(number), key=f"key + {most * number}")
            plain.execute("INSERT INTO search_document VALUES (?, 'event', ?, '[]')", [key, id_])
            body = "四不 不像 像" if number % 100 == 0 else "别的 的"
            plain.execute("INSERT INTO search(rowid, title, body) VALUES (?, '某事 事', ?)", [key, body])
    with closing(sqlite3.connect(path)) as plain:
        plain.execute("ANALYZE")
    return path


@pytest.fixture(scope="module")
def crowd(crowded: Path) -> Iterator[Snapshot]:
    opened = open_snapshot(crowded)
    yield opened
    opened.close()


def insert_copies(plain: sqlite3.Connection, table: str, of: str, **changes: str) -> None:
    columns = [changes.get(row[1], f'"{row[1]}"') for row in plain.execute(f"PRAGMA table_info({table})")]
    plain.execute(f"INSERT INTO {table} SELECT {', '.join(columns)} FROM {table} WHERE {of}")  # noqa: S608


@pytest.fixture
def plans(crowd: Snapshot, crowded: Path) -> Iterator[list[list[str]]]:
    """The query plan of every statement that the test asks."""
    plans: list[list[str]] = []

    with closing(sqlite3.connect(crowded)) as plain:

        def explain(_c: object, _u: object, statement: str, parameters: tuple[object, ...], *_: object) -> None:
            plans.append([row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)])

        event.listen(crowd.engine, "before_cursor_execute", explain)
        yield plans
        event.remove(crowd.engine, "before_cursor_execute", explain)


def check_plan(plan: list[str], table: str) -> None:
    """What is found is all that is read: by the index for words, and then row by row."""
    scanned = [step for step in plan if step.startswith("SCAN") and step != "SCAN hits"]
    assert scanned, plan
    assert all(step.startswith("SCAN search VIRTUAL TABLE INDEX 0:M") for step in scanned), plan
    assert f"SEARCH {table} USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan


@pytest.mark.parametrize("typed", ["四不", "像", "四不像", "maiji"])
def test_search_reads_the_index_and_only_what_it_finds(crowd: Snapshot, plans: list[list[str]], typed: str) -> None:
    search = read_search(typed, crowd.alphabet)
    for campaigns in ([], ["tianshui"]):
        kinds = [RecordKind.EVENT, RecordKind.LOCATION]
        hits = Hits(search, kinds, campaigns)
        hits.page(crowd, None, 2)
        hits.page(crowd, (-1.0, "copy-1000", search_key(RecordKind.EVENT, 1000)), 2)
        hits.count(crowd, kinds)
    assert len(plans) == 6
    for plan in plans:
        check_plan(plan, "search_document")


@pytest.mark.parametrize("sort", ["relevance", "-relevance", "date", "-date", "title", "category,-date", "id"])
@pytest.mark.parametrize("typed", ["四不", "像"])
def test_a_list_reads_the_index_and_only_what_it_finds(
    crowd: Snapshot, plans: list[list[str]], typed: str, sort: str
) -> None:
    search = read_search(typed, crowd.alphabet)
    conditions = [col(EventRow.number).in_(matches(RecordKind.EVENT, search))]
    order = order_by(EVENTS, sort.split(","), search)
    page = read_page(crowd, EVENTS, Question(conditions, order, None, 50), View(Language.EN, ()))
    assert len(page.records) == count(crowd, EventRow, conditions) == 20
    assert len(plans) == 2
    for plan in plans:
        check_plan(plan, "event")
