import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import connections
from app.db.bounded_cache import BoundedCache
from app.db.connections import BudgetExceededError, Reader
from app.db.database import Database, open_database
from app.db.keys import search_key
from app.db.search_hits import HitSelection
from app.db.search_index import spelling_lookup
from app.db.statements import bind_values
from app.fulltext.parsing import MAX_WORDS, SearchError, parse_search
from app.fulltext.query import MAX_PROBES, Search
from app.fulltext.tokens import fold
from app.main import create_app
from app.model.codes import Resource
from app.resources.events.params import EventListParams
from app.resources.membership import hit_of_campaigns
from app.resources.registry import EVENTS
from app.settings import Settings
from tests.client import Client
from tests.db.query_plans import Plan, explain_statements, selection_of
from tests.fulltext.vocabulary import SCRIPT, Vocabulary
from tests.tracing import traced

WORDS = Vocabulary("兩結合", "公安", "西安", "縣", "two combinations")


def expression(typed: str) -> str:
    return WORDS.search(typed).expression


def words_of(typed: str) -> list[list[str]]:
    """Return the parsed terms as phrases; a phrase that matches prefixes has an asterisk."""
    return [
        [" ".join(phrase.words) + ("*" if phrase.by_prefix else "") for phrase in term.phrases]
        for term in WORDS.search(typed).terms
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
        ('"座談 麥積"', [["座谈 谈麦 麦积"]]),
        ("「座談，麥積。公安！two」", [["座谈 谈麦 麦积"], ["公安"], ["two"]]),
        ("阿布·杜拉", [["阿布 布杜 杜拉"]]),
        ("阿布•杜拉", [["阿布 布杜 杜拉"]]),
        ("阿布．杜拉", [["阿布 布杜 杜拉"]]),
        ("阿布・杜拉", [["阿布 布杜 杜拉"]]),
        ("阿布‧杜拉", [["阿布 布杜 杜拉"]]),
        ("John·Smith", [["john smith*"]]),
        ("12,000 12,ones", [["12 000"], ["12"], ["ones*"]]),
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
        ("police–media", [["police media*"]]),
        ("works_created", [["works created*"]]),
        ("10:30", [["10 30"]]),
        ("don't don’t", [["don t*"], ["don t*"]]),
        ("座談-會", [["座谈"], ["会*"]]),
        ("two--ones", [["two*"], ["ones*"]]),
        ("NEAR(two combinations)", [["near*"], ["two*"], ["combinations*"]]),
        ("title:座談", [["title*"], ["座谈"]]),
        ("liang jie he", [["liang*", "jie*", "he*"]]),
        ("liang jie 座談 he", [["liang*", "jie*"], ["座谈"], ["he*"]]),
        ('"liang jie" he', [["liang jie"], ["he*"]]),
    ],
)
def test_input_is_split_into_words(typed: str, terms: list[list[str]]) -> None:
    assert words_of(typed) == terms


def test_every_reading_is_queried() -> None:
    assert expression("座談") == '(("座谈"))'
    assert expression("xian") == '(("xian" *) OR "县" * OR "西安")'
    assert expression("xi'an") == '(("xi an" *) OR "西安")'
    assert expression("liang3 jie") == '(("liang3" * AND "jie" *) OR "两结" OR "2 结" * OR "二结")'
    assert expression('座談 "two"') == '(("座谈")) AND (("two"))'
    assert expression("gah") == '(("gah" *))'
    assert WORDS.search("two").values == {
        "q": '(("two" *))',
        "q_in_title": '{title} : ((("two" *)))',
        "q_not_in_title": '((("two" *))) NOT ({title} : ((("two" *))))',
    }


def test_numbers_are_queried_in_both_numerals_and_whole() -> None:
    assert expression("83場") == '(("83 场" *) OR ("八十 十三 三场" AND "83、"))'
    assert expression("八十三場") == '(("八十 十三 三场") OR "83 场" *)'
    assert (
        expression("１２，０００")
        == '(("12 000") OR "12000" OR ("一万 万二 二千" AND "12000、") OR ("一万 万两 两千" AND "12000、"))'
    )


def test_dates_are_queried_by_their_words() -> None:
    assert expression("2025-01-10") == '(("2025 01 10") OR "2025、01、10")'
    assert expression("1月") == '(("1 月" *) OR ("一月" AND "1、") OR "、01、" *)'
    assert WORDS.search("「2025年1月10日」").terms[0].date is None


def test_each_word_can_be_searched_for_alone() -> None:
    search = WORDS.search("座談、 「 two  combinations 」 liang  jie ２０２５ 年 １ 月")
    words = ["座談", "「 two  combinations 」", "liang  jie", "２０２５ 年 １ 月"]
    tried: list[str] = []

    def finds(alone: Search) -> bool:
        tried.append(alone.expression)
        return True

    assert search.suggestions(finds) == words
    assert tried == list(map(expression, words))
    assert WORDS.search("kangaroo").suggestions(finds) == []


@pytest.mark.parametrize("typed", ["", " ", "*", '"', '""', "“”", "-", "()", "^:{}", "\u0301", "・", "、", "_ _", "«»"])
def test_nothing_to_search_for(typed: str) -> None:
    with pytest.raises(SearchError) as error:
        WORDS.search(typed)
    assert error.value.code == "nothing_to_search"


def test_what_cannot_be_searched_for_is_named() -> None:
    with pytest.raises(SearchError, match=r"😀 \(U\+1F600\), ⿰ \(U\+2FF0\)") as error:
        WORDS.search("座談😀 ⿰木木😀")
    assert error.value.code == "not_searchable"


@pytest.mark.parametrize("word", ["two", "兩", "an", '"two"'])
def test_too_many_words(word: str) -> None:
    assert WORDS.search(" ".join([word] * MAX_WORDS)).phrases == MAX_WORDS
    with pytest.raises(SearchError) as error:
        WORDS.search(" ".join([word] * (MAX_WORDS + 1)))
    assert error.value.code == "too_many_words"
    assert str(MAX_WORDS + 1) in str(error.value)


@given(st.text(max_size=200) | st.text(alphabet="anxi座談 場8\"“”「」'*-:^(){}NEARORANDT", max_size=60))
def test_fts5_syntax_is_always_quoted(typed: str) -> None:
    try:
        search = WORDS.search(typed)
    except SearchError:
        return
    folded = fold(typed, SCRIPT)
    with closing(sqlite3.connect(":memory:")) as index:
        index.execute("CREATE VIRTUAL TABLE search USING fts5(title, body, tokenize = 'ascii')")
        assert index.execute("SELECT rowid FROM search WHERE search MATCH ?", [search.expression]).fetchall() == []
    for term in search.terms:
        for phrase in term.phrases:
            assert all(set(run) <= set(folded) for run in phrase.runs)


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
    if "search_spelling" in plan[0]:
        assert plan == ["SEARCH search_spelling USING PRIMARY KEY (spoken>? AND spoken<?)"]
        return
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
    search = parse_search(typed, crowd.alphabet, spelling_lookup(crowd.inline_reader))
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
    total = replace(selection, results=BoundedCache(0)).count(crowd.inline_reader)
    assert len(page.rows) == min(total, 50) > 0
    *pages, count = plans()[before:]
    assert pages
    for plan in pages:
        check_plan(plan, "event")
    check_plan(count)


def test_few_hits_are_ranked_and_many_are_not(crowd: Database) -> None:
    reader = crowd.inline_reader
    for typed, ranked in [("公安", False), ("赵伟", True), ("公安", False)]:
        selection = selection_of(crowd, EVENTS, EventListParams, f"q={typed}")
        assert selection.is_ranked(reader) is ranked
        again = replace(selection, results=BoundedCache(0))
        assert selection.page(reader, None, 50).rows == again.page(reader, None, 50).rows


@pytest.mark.parametrize("path", ["/v1/events", "/v1/locations", "/v1/outcomes", "/v1/events.csv", "/v1/events.ics"])
@pytest.mark.parametrize(
    ("q", "is_inline"),
    [
        ("座談", True),
        ("police media open day", True),
        ("the of and in to", False),
        ("83場 10月 27組", False),
        ("公 安 民 警 天", False),
        ("shi", False),
    ],
)
def test_what_the_index_takes_long_to_read_starts_in_a_thread(
    two_campaigns_database: Path, path: str, q: str, is_inline: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a busy machine a short query may exceed the inline budget.
    monkeypatch.setattr(connections, "INLINE_BUDGET_SECONDS", 60)
    app = create_app(Settings(data=two_campaigns_database))
    with traced(app.state.context.database.inline_reader) as statements:
        assert Client(app).request(f"{path}?q={quote(q)}").status_code == 200
    assert any("MATCH" in statement for statement in statements) == is_inline


@pytest.mark.parametrize("typed", ["火" * 200, "公安" * 100, "公 " * 24, "公安民警" * 6 + " 火星" * 20])
@pytest.mark.parametrize("found", [True, False])
def test_few_parts_are_tried(typed: str, found: bool) -> None:
    tried: list[str] = []

    def finds(search: Search) -> bool:
        tried.append(search.expression)
        return found

    assert len(WORDS.search(typed).suggestions(finds)) <= len(tried) <= MAX_PROBES
    assert tried


def test_parts_are_tried_from_the_shortest_and_shown_as_typed() -> None:
    known = {"警察", "警察节", "麦积"}

    def finds(search: Search) -> bool:
        return search.terms[0].text in known

    assert WORDS.search("警察節，麥積火星").suggestions(finds) == ["警察節", "麥積"]


def test_a_reader_that_is_late_starts_no_statement(two_campaigns_database: Path) -> None:
    with closing(open_database(two_campaigns_database)) as database:
        reader = database.inline_reader

        def read(reader: Reader) -> None:
            reader.rows("SELECT 1", {})
            reader._deadline = 0.0
            reader.rows("SELECT 1", {})

        with pytest.raises(BudgetExceededError):
            reader.within(10, read)
        assert reader.rows("SELECT 1", {}) == [(1,)]
