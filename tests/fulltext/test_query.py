import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.build.search_text import simplification
from app.db.bounded_cache import BoundedCache
from app.db.database import Database, open_database
from app.db.keys import search_key
from app.db.search_hits import HitSelection
from app.db.statements import bind_values
from app.fulltext.pinyin import Syllabary
from app.fulltext.query import MAX_WORDS, Alphabet, SearchError, parse_search
from app.fulltext.tokens import fold
from app.model.codes import Resource
from app.resources.events.params import EventListParams
from app.resources.membership import hit_of_campaigns
from app.resources.registry import EVENTS
from tests.db.query_plans import Plan, explain_statements, selection_of
from tests.tracing import traced

ALPHABET = Alphabet(simplification(), Syllabary(["gong", "an", "he", "jie", "liang", "xi", "xian"]))


def expression(typed: str) -> str:
    return parse_search(typed, ALPHABET).expression


def words_of(typed: str) -> list[list[str]]:
    """Return the parsed terms as phrases; a phrase that matches prefixes has an asterisk."""
    return [
        [" ".join(phrase.words) + ("*" if phrase.by_prefix else "") for phrase in term.phrases]
        for term in parse_search(typed, ALPHABET).terms
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
def test_input_is_split_into_words(typed: str, terms: list[list[str]]) -> None:
    assert words_of(typed) == terms


def test_every_reading_is_queried() -> None:
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
        parse_search(typed, ALPHABET)
    assert error.value.code == "nothing_to_search"


@pytest.mark.parametrize("word", ["two", "兩", "an", '"two"'])
def test_too_many_words(word: str) -> None:
    assert parse_search(" ".join([word] * MAX_WORDS), ALPHABET).phrases == MAX_WORDS
    with pytest.raises(SearchError) as error:
        parse_search(" ".join([word] * (MAX_WORDS + 1)), ALPHABET)
    assert error.value.code == "too_many_words"
    assert str(MAX_WORDS + 1) in str(error.value)


@given(st.text(max_size=200) | st.text(alphabet="anxi座談 場8\"“”「」'*-:^(){}NEARORANDT", max_size=60))
def test_fts5_syntax_is_always_quoted(typed: str) -> None:
    try:
        search = parse_search(typed, ALPHABET)
    except SearchError:
        return
    folded = fold(typed, ALPHABET.script)
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute(
            "CREATE VIRTUAL TABLE search USING fts5(title, title_pinyin, body, body_pinyin, tokenize = 'ascii')"
        )
        assert index.execute("SELECT rowid FROM search WHERE search MATCH ?", [search.expression]).fetchall() == []
    for term in search.terms:
        for phrase in term.phrases:
            assert all(run in folded for run in phrase.runs)


@pytest.fixture(scope="module")
def crowd(large_database: Path) -> Iterator[Database]:
    opened = open_database(large_database)
    yield opened
    opened.close()


@pytest.fixture
def plans(crowd: Database, large_database: Path) -> Iterator[Callable[[], list[Plan]]]:
    """Returns the plans of all queries so far."""
    with (
        closing(sqlite3.connect(f"file:{large_database}?mode=ro&immutable=1", uri=True)) as plain,
        traced(crowd.inline_reader) as statements,
    ):
        yield lambda: explain_statements(plain, statements)


def check_plan(plan: Plan, *found: str) -> None:
    """Only matching rows are read: through the full-text index or by the keys of a page, then by row id."""
    scanned = [step for step in plan if step.startswith("SCAN") and step != "SCAN hits"]
    assert scanned, plan
    found_or_given = re.compile(r"SCAN (search VIRTUAL TABLE INDEX \d+:M|(json_each|wanted) VIRTUAL TABLE)")
    assert all(found_or_given.match(step) for step in scanned), plan
    for table in found:
        assert f"SEARCH {table} USING INTEGER PRIMARY KEY (rowid=?)" in plan, plan


@pytest.mark.parametrize("is_ranked", [True, False])
@pytest.mark.parametrize("typed", ["赵伟", "赵", "纪念", "公安", "maiji"])
def test_search_reads_the_index_and_only_what_it_finds(
    crowd: Database, plans: Callable[[], list[Plan]], typed: str, is_ranked: bool
) -> None:
    search = parse_search(typed, crowd.alphabet)
    resources = (Resource.EVENT, Resource.LOCATION)
    last = search_key(Resource.EVENT, 1000)
    for campaigns in ([], ["safe-winter"], ["safe-winter", "torch-bearers"]):
        conditions = {resource: hit_of_campaigns(resource, campaigns) for resource in resources if campaigns}
        # The counts in the cache decide whether hits are ranked.
        counts = BoundedCache(1_000_000)
        counts.get(("ranked", resources, search.expression), lambda: is_ranked)
        values = bind_values("campaign", campaigns)
        selection = HitSelection(search, resources, counts, conditions, values)
        found, _ = selection.page(crowd.inline_reader, None, 2)
        assert found
        assert all((hit.rank is not None) is is_ranked for hit in found)
        after = (0, -1.0, last) if is_ranked else (0, last)
        assert selection.accepts(after)
        selection.page(crowd.inline_reader, after, 2)
        assert sum(selection.count(crowd.inline_reader, resource) for resource in resources) >= len(found)
    made = plans()
    by_key = [plan for plan in made if "SEARCH search_document USING INTEGER PRIMARY KEY (rowid=?)" in plan]
    assert len(by_key) == 6
    for plan in made:
        check_plan(plan)


@pytest.mark.parametrize("sort", ["relevance", "-relevance", "date", "-date", "title", "category,-date", "id"])
@pytest.mark.parametrize("typed", ["赵伟", "赵", "公安"])
def test_a_list_reads_the_index_and_only_what_it_finds(
    crowd: Database, plans: Callable[[], list[Plan]], typed: str, sort: str
) -> None:
    selection = selection_of(crowd, EVENTS, EventListParams, f"q={typed}&sort={sort}")
    selection.is_ranked(crowd.inline_reader)
    before = len(plans())
    page = selection.page(crowd.inline_reader, None, 50)
    total = replace(selection, counts=BoundedCache(0)).count(crowd.inline_reader)
    assert len(page.rows) == min(total, 50) > 0
    *pages, count = plans()[before:]
    assert pages
    for plan in pages:
        check_plan(plan, "event")
    check_plan(count)
