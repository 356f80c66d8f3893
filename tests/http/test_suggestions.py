"""A suggestion is right or absent: asked instead, it is never refused and means all that was sent."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.http.spelling import nearest
from app.main import create_app
from app.model.codes import Code
from app.settings import Settings
from tests.client import Client
from tests.lists import IDS, LISTS

CORRECTED: dict[str, dict[str, str | None]] = {
    "date_from": {
        "2024/10/17": "2024-10-17",
        "2024.10.17": "2024-10-17",
        "2024-1-1": "2024-01-01",
        "2024/1": "2024-01",
        "20241017": "2024-10-17",
        "17.10.2024": "2024-10-17",
        "17/10/2024": "2024-10-17",
        "10/17/2024": "2024-10-17",
        "1.1.2024": "2024-01-01",
        "10/2024": "2024-10",
        "2024年10月17日": "2024-10-17",
        "2024 年 1 月": "2024-01",
        "2024年": "2024",
        "２０２４－１０－１７": "2024-10-17",
        "2024–10–17": "2024-10-17",
        " 2024-10 ": "2024-10",
        "0001/1/1": "0001-01-01",
    },
    "limit": {
        " 5": "5",
        "+5": "5",
        "1_0": "10",
        "1.0": "1",
        "1e2": "100",
        "５": "5",
    },
    "value_gte": {
        "1e2": "100",
        "1.5E1": "15",
        "1E-3": "0.001",
        "１，５": None,
        "１．５": "1.5",
        ".5": "0.5",
        "5.": "5",
        "1_000": "1000",
        "−5": "-5",
        "0.5000000000000000": "0.5",
    },
    "bbox": {
        "105.5, 34.3, 106.5, 35.2": "105.5,34.3,106.5,35.2",
        "105.5 34.3 106.5 35.2": "105.5,34.3,106.5,35.2",
        "105.5;34.3;106.5;35.2": "105.5,34.3,106.5,35.2",
        "[105.5,34.3,106.5,35.2]": "105.5,34.3,106.5,35.2",
        "１０５．５，３４．３，１０６．５，３５．２": "105.5,34.3,106.5,35.2",
        "+1,2,3e0,.5e1": "1,2,3,5",
    },
    "sort": {
        "titel": "title",
        "DATE": "date",
        "-dat": "-date",
        "–date": "-date",
        " date": "date",
        "titel,-dat": "title,-date",
        "title,dat": "title,date",
    },
    "location": {"MAIJI": "maiji", "Maiji": "maiji", "maji": "maiji", "maiji ": "maiji", "ｍａｉｊｉ": "maiji"},
    "category": {"Open Day": "open_day", "open-day": "open_day", "开放日": "open_day", "symposum": "symposium"},
    "include": {
        "Evidence": "evidence",
        "evidence,": "evidence",
        "'evidence'": "evidence",
        "translation": "translations",
    },
    "undated": {"ONLY": "only", "onyl": None},
    "lang": {"zh-Hnat": "zh-Hant", "zhHans": "zh-Hans"},
}
"""The suggestion for values that are written in another way, by parameter."""

NOT_CORRECTED = {
    "date_from": (
        *("2024-10-17T00:00:00Z", "2024-10-17T00:00:00", "2024-10-17 00:00", "2024-10-17Z", "2024-10-17+08:00"),
        *("2024-02-30", "2024-13", "2024-00", "2024-10-00", "0000", "0000-01", "2024/02/30", "20241301", "30.2.2024"),
        *("03.04.2024", "03/04/2024", "24-10-17", "202410", "2024-W42", "2024-10/2024-12", "2024-2025", "2024,2025"),
        *(
            "2024-10-17,2024-10-18",
            "9999-12-32",
            "12024-01-01",
            "-2024",
            "yesterday",
            "二〇二四年",
            "2024年13月",
            "²⁰²⁴",
        ),
    ),
    "limit": (
        "50,100",
        "1,000",
        "1.5",
        "1e3",
        "1e99",
        "9" * 19,
        "-3",
        "201",
        "5x",
        "0x10",
        "ten",
        "1/2",
        "½",
        "5²",
        "--5",
    ),
    "value_gte": ("1,5", "1,000", "50,100", "10 20", "83場", "007x", "nan", "inf", "1e99", "1" * 16, "0." + "1" * 16),
    "bbox": (
        *("1,2,3", "1,2,3,4,5", "a,b,c,d", "1,50,3,40", "0,0,181,1", "0,-91,1,1", "nan,0,1,1", "1,2,3,4x"),
        *("34.3,105.5,35.2,106.5", "105,5,34,3,106,5,35,2", "1,,2,3,4"),
    ),
    "sort": (
        "date desc",
        "date:desc",
        "!date",
        "*date",
        "title,title",
        "dat,date",
        "date,zzz",
        "relevence",
        "-",
        "date,",
    ),
    "location": (
        "maiji,qinan",
        "maiji、qinan",
        "MAIJI|QINAN",
        "zzzz",
        "tianshui-open-day",
        "maiji2",
        "tianshui-2024",
        "maiji*",
        "!maiji",
        "-maiji",
    ),
    "category": ("lecture,symposium", "lecture；symposium", "award", "bogus", "-lecture", "!lecture", "~lecture"),
    "include": ("evidence,translations", "evidence translations", "evidencetranslations", "bogus", "all"),
    "location_basis": ("ANY",),
    "undated": ("only,include", "none"),
    "lang": ("fr", "zh-Hans,en", "zh-Latn"),
    "cursor": ("", "2"),
}
"""Values for which nothing is suggested, by parameter."""

LIST_OF = {"value_gte": "outcomes"}


@pytest.mark.parametrize(
    ("name", "value", "suggestion"),
    [
        *((name, value, suggestion) for name, values in CORRECTED.items() for value, suggestion in values.items()),
        *((name, value, None) for name, values in NOT_CORRECTED.items() for value in values),
    ],
)
def test_a_value_is_corrected_only_if_nothing_is_lost(
    both: Client, name: str, value: str, suggestion: str | None
) -> None:
    path = f"/v1/{LIST_OF.get(name, 'events')}"
    # Beside a window, only undated events are none.
    window = [("date_from", "2024-10")] if value == "onyl" else []
    (error,) = both.errors(f"{path}?{urlencode([(name, value), *window])}")
    assert (error["parameter"], error["value"], error["suggestion"]) == (name, value, suggestion)
    if suggestion is not None:
        assert both.request(f"{path}?{urlencode([(name, suggestion)])}").status_code == 200


OTHER_NAMES = {
    "cursor": ("page", "offset", "pageToken"),
    "limit": ("per_page", "page_size", "pageSize", "size", "count", "limt"),
    "q": ("query", "search", "text"),
    "include": ("fields", "expand", "embed", "include[]", "includes"),
    "sort": ("order", "order_by", "orderBy", "sort_by", "ordering"),
    "lang": ("locale", "language", "hl", "languag"),
    "date_from": ("from", "since", "start", "start_date", "starts_on", "dateFrom", "date-from"),
    "date_to": ("until", "to", "end", "end_date", "ends_on"),
    "date": ("dates", "year"),
    "county": ("district", "District"),
    "parent": ("part_of", "partOf"),
    "id": ("ids", "record_id"),
    "location": ("place", "location_id", "location_ids", "locatoin"),
    "organiser": ("organizer", "organisation", "organiser_id"),
    "value_gte": ("min_value", "value__gte", "value[gte]"),
    "value_lte": ("max_value",),
}
"""Names that other services use, or misspelled ones, by our own."""

UNRELATED = (
    *("utm_source", "utm_medium", "fbclid", "gclid", "_", "v", "t", "key", "token", "callback", "format", "updated"),
    *(
        "created",
        "score",
        "update",
        "rate",
        "data",
        "value_gt",
        "value_lt",
        *("date_gt", "date[gt]", "dateGt", "date_lt", "dated", "not_location", "location_ne", "location_nin"),
        *("no_pillar", "pillar_not", "start_after", "updated_from", "no_limit", "lat", "lng"),
        "radius",
        "status",
        "form",
        "xbox",
        "next",
        "zzzz",
    ),
)
PATHS = (*LISTS, "search", "events.csv", "events/{id}")


@pytest.fixture(scope="module")
def parameters(both: Client) -> Mapping[str, Mapping[str, "Parameter"]]:
    """The query parameters of each path, from the OpenAPI document, with right values."""
    return read_parameters(both)


@pytest.mark.parametrize("path", PATHS)
def test_names_of_other_services_lead_to_ours(
    both: Client, parameters: Mapping[str, Mapping[str, "Parameter"]], path: str
) -> None:
    known = parameters[f"/v1/{path}"]
    target = f"/v1/{path.format(id='tianshui-five-ones-study')}?"
    for ours, others in OTHER_NAMES.items():
        for name in others:
            # The value of a cursor cannot be that of a page.
            suggestion = ours if ours in known and ours != "cursor" else None
            value = known[ours].values[0] if suggestion else "x"
            error = error_of(both, target, name, value)
            assert (name, error["suggestion"]) == (name, suggestion)
            hint = f"did you mean {ours}? " if ours in known else ""
            assert error["detail"] == f"is not a parameter here; {hint}there are: {', '.join(known)}"
    for name in UNRELATED:
        assert (name, error_of(both, target, name, "x")["suggestion"]) == (name, None)


def error_of(client: Client, target: str, name: str, value: str) -> dict[str, Any]:
    """Return the error of a parameter; there may be others, such as of a search that is missing."""
    errors = [error for error in client.errors(target + urlencode([(name, value)])) if error["parameter"] == name]
    (error,) = errors
    return error


@pytest.mark.parametrize(
    ("query", "suggestions"),
    [
        ("limit=5&size=7", {"size": None}),
        ("size=7&limit=5", {"size": None}),
        ("size=7&per_page=5", {"size": "limit", "per_page": None}),
        ("query=police&q=police", {"query": None}),
        ("expand=evidence&include=evidence", {"expand": "include"}),
        ("page=2", {"page": None}),
        ("query=", {"query": None}),
        ("per_page", {"per_page": None}),
        ("ids=&query=police", {"ids": None, "query": "q"}),
        ("order=desc", {"order": None}),
        ("start=2025-13", {"start": None}),
        ("date=2024&from=2024", {"from": None}),
        ("since=2025&until=2024", {"since": None, "until": None}),
        ("fields=evidence&expand=outcomes", {"fields": "include", "expand": "include"}),
        ("ids=nowhere", {"ids": None}),
        ("ids=tianshui-five-ones-study", {"ids": "id"}),
        ("place=nowhere", {"place": None}),
        ("search=%25", {"search": None}),
        ("size=5&cursor=x", {"size": None}),
        ("size=5&q=%25", {"size": None}),
        ("size=5&location=nowhere", {"size": None}),
        ("location=MAIJI&campaign=nowhere", {"location": "maiji", "campaign": None}),
        ("location=MAIJI&q=%25", {"location": None}),
        ("locations=nowhere&location=%FF", {"locations": None, "location": None}),
        (
            f"size=5&{'&'.join(f'location=place-{number}' for number in range(101))}",
            {"size": "limit", "location": None},
        ),
    ],
)
def test_what_would_be_refused_is_not_suggested(both: Client, query: str, suggestions: dict[str, str | None]) -> None:
    errors = both.errors(f"/v1/events?{query}")
    assert {error["parameter"]: error["suggestion"] for error in errors} == suggestions


@pytest.mark.parametrize(
    ("query", "suggestions"),
    [
        ("size=7&size=7", ["limit", None]),
        ("limit=1e2&limit=1e2", [None, "100"]),
        ("category=Lecture&category=Lecture", ["lecture", "lecture"]),
        ("date=2024/10&date=2024/10&date_from=2024", [None, None]),
    ],
)
def test_what_is_sent_twice_is_corrected_once(both: Client, query: str, suggestions: list[str | None]) -> None:
    assert [error["suggestion"] for error in both.errors(f"/v1/events?{query}")] == suggestions


@pytest.mark.parametrize(
    "query",
    [
        "date_from=2024/11/02&date_from=2023&date_to=2024-11-01",
        "date_from=2024/11/02&date_to=2024-11-01",
        "date_from=2024-11-02&date_to=2024/11/01",
        "date_from=2024/11/02&date_to=2024/11/01",
        "date=2024/10&date_from=2024",
        "date=2024&date_to=2024/10",
        "date=2024/10&undated=only",
        "undated=Only&date=2024",
        "location_basis=Any&kind=event",
        "sort=Relevance&kind=event",
    ],
)
def test_a_value_that_the_others_forbid_is_not_suggested(both: Client, query: str) -> None:
    assert {error["suggestion"] for error in both.errors(f"/v1/events?{query}")} == {None}


def test_a_limit_that_the_operator_does_not_allow_is_not_suggested(both: Client, two_campaigns_database: Any) -> None:
    narrow = Client(create_app(Settings(data=two_campaigns_database, max_limit=60)))
    assert both.errors("/v1/events?limit=1e2")[0]["suggestion"] == "100"
    assert narrow.errors("/v1/events?limit=1e2")[0]["suggestion"] is None
    for limit in ("61", "500"):
        (error,) = narrow.errors(f"/v1/events?limit={limit}")
        assert (error["detail"], error["suggestion"]) == ("must be from 0 to 60", None)
    assert narrow.request("/v1/events?limit=60").status_code == 200


def test_a_list_in_one_value_says_to_repeat_the_parameter(both: Client) -> None:
    for query, repeated in (
        ("location=maiji,qinan", "location=maiji&location=qinan"),
        ("location=maiji%EF%BC%8Cqinan", "location=maiji&location=qinan"),
        ("include=evidence,translations", "include=evidence&include=translations"),
        ("category=lecture;symposium", "category=lecture&category=symposium"),
        ("kind=event%7C%20series", "kind=event&kind=series"),
        ("facet=kind,category", "facet=kind&facet=category"),
    ):
        (error,) = both.errors(f"/v1/events?{query}")
        assert error["detail"].endswith(f"; repeat the parameter: {repeated}")
        assert both.request(f"/v1/events?{repeated}").status_code == 200
    (error,) = both.errors("/v1/events?location=" + ",".join(f"place-{number}" for number in range(50)))
    assert error["code"] == "string_too_long"
    assert "; repeat the parameter: location=place-0&location=place-1&" in error["detail"]
    assert len(error["detail"]) < 300
    for query in ("undated=only,include", "limit=5,6", "date_from=2024,2025"):
        (error,) = both.errors(f"/v1/events?{query}")
        assert "repeat" not in error["detail"]


@pytest.mark.parametrize(
    ("given_", "choices", "expected"),
    [
        ("a-b", ["a_bc", "a-b"], "a-b"),
        ("a-b-c", ["abc", "a_b_c"], "a_b_c"),
        ("A_B", ["abab", "a-b"], "a-b"),
        ("zzz", ["abc"], None),
        # One letter is missing, too many, another, or in another place.
        ("dat", ["date"], "date"),
        ("datee", ["date"], "date"),
        ("pillor", ["pillar"], "pillar"),
        ("titel", ["title"], "title"),
        # Other words.
        ("rate", ["date"], None),
        ("form", ["from"], None),
        ("score", ["scope"], None),
        ("update", ["date"], None),
        ("unstated", ["stated", "derived"], None),
        ("underived", ["stated", "derived"], None),
        ("offline_column", ["online_column"], None),
        ("no_symposium", ["symposium"], None),
        ("non_quantitative", ["quantitative"], None),
        # Another number is another thing, and one of two is neither.
        ("event-11", ["event-1"], None),
        ("evnt-1", ["event-1"], "event-1"),
        ("!event", ["event"], None),
        ("event*", ["event"], None),
        ("value_te", ["value_gte", "value_lte"], None),
    ],
)
def test_the_nearest_is_one_that_is_certain(given_: str, choices: list[str], expected: str | None) -> None:
    assert nearest(given_, choices) == expected


# The property of all suggestions.


@dataclass(frozen=True)
class Parameter:
    """A query parameter as the OpenAPI document describes it, with right values."""

    name: str
    repeats: bool
    values: tuple[str, ...]


def read_parameters(client: Client) -> dict[str, dict[str, Parameter]]:
    """Read the parameters of every path from the OpenAPI document, and ids in use from the facets."""
    document = client.get("/openapi.json")
    ids: dict[tuple[str, str], list[str]] = {}
    for path in ("/v1/events", "/v1/locations", "/v1/outcomes"):
        described = document["paths"][path]["get"]["parameters"]
        names = next(enum(one["schema"], document) for one in described if one["name"] == "facet")
        facets = client.get(f"{path}?{urlencode([('facet', name) for name in names])}")["meta"]["facets"]
        ids |= {(path, name): [value["id"] for value in values if value["id"]] for name, values in facets.items()}
    return {
        path: {
            one["name"]: Parameter(
                one["name"],
                one["schema"].get("type") == "array",
                tuple(map(str, right_values(path, one["name"], one["schema"], document, ids))),
            )
            for one in operations["get"].get("parameters", [])
            if one["in"] == "query"
        }
        for path, operations in document["paths"].items()
        if path.startswith("/v1/")
    }


def right_values(
    path: str, name: str, schema: dict[str, Any], document: dict[str, Any], ids: dict[tuple[str, str], list[str]]
) -> Sequence[Any]:
    """Return right values of a parameter: all where they are enumerated."""
    if codes := enum(schema, document):
        return codes
    if name == "sort":
        keys = re.findall(r"\w+", schema["pattern"].partition(")")[0])
        return [*keys, *(f"-{key}" for key in keys), f"{keys[0]},-{keys[1]}"]
    if name == "cursor":
        return []
    examples = [one[0] if isinstance(one, list) else one for one in schema.get("examples", [])]
    return [*examples, *ids.get((path.partition(".")[0], name), [])]


def enum(schema: dict[str, Any], document: dict[str, Any]) -> list[str]:
    """Return the values of an enumerated parameter; none for others."""
    reference = schema.get("items", schema).get("$ref", "")
    codes: list[str] = document["components"]["schemas"][reference.rpartition("/")[2]]["enum"] if reference else []
    return codes


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) if "!" <= one <= "~" else one for one in text)


CHANGES: tuple[Callable[[str, int], str], ...] = (
    lambda text, _: text.upper(),
    lambda text, _: text.title(),
    lambda text, _: f" {text}",
    lambda text, _: full_width(text),
    lambda text, _: text.replace("-", "_"),
    lambda text, _: text.replace("-", "/"),
    lambda text, _: text.replace("_", " ").replace("-", ""),
    lambda text, place: text[:place] + text[place + 1 :],
    lambda text, place: text[: place + 1] + text[place:],
    lambda text, place: f"{text[:place]}x{text[place + 1 :]}",
    lambda text, place: text[:place] + text[place : place + 2][::-1] + text[place + 2 :],
    lambda text, place: f"{text}{place}",
    lambda text, _: f"{text},",
    lambda text, place: f"{'!*~-'[place % 4]}{text}",
    lambda text, _: f"{text}e1",
    lambda text, _: f"+{text}.0",
    lambda text, _: f"{text}T00:00:00Z",
)
"""How a right value becomes another one, at a place in it."""

odd_texts = (
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
    | st.from_regex(r"[-+ .,_/0-9eE]{1,12}", fullmatch=True)
    | st.dates().map(lambda day: f"{day.day}.{day.month}.{day.year:04}")
    | st.dates().map(lambda day: f"{day.year:04}年{day.month}月{day.day}日")
)


@st.composite
def odd_queries(
    draw: st.DrawFn, parameters: Mapping[str, Mapping[str, Parameter]]
) -> tuple[str, list[tuple[str, str]]]:
    """Draw a path and a query with one odd value, beside others that may be right."""
    path = draw(st.sampled_from(sorted(path for path in parameters if parameters[path])))
    known = parameters[path]
    odd = draw(st.sampled_from(list(known.values())))
    value = draw(st.sampled_from(odd.values) | odd_texts if odd.values else odd_texts)
    for change in draw(st.lists(st.sampled_from(CHANGES), max_size=2)):
        value = change(value, draw(st.integers(0, max(0, len(value) - 1))))
    name = odd.name
    if not draw(st.integers(0, 4)):
        change = draw(st.sampled_from(CHANGES))
        name = change(name, draw(st.integers(0, len(name) - 1)))
    pairs = [(name, value)]
    for other in draw(st.lists(st.sampled_from(list(known.values())), max_size=2, unique=True)):
        if other.values and (other.repeats or other.name not in (name, odd.name)):
            pairs.insert(draw(st.integers(0, len(pairs))), (other.name, draw(st.sampled_from(other.values))))
    if "q" in known and path == "/v1/search" and not any(one == "q" for one, _ in pairs):
        pairs.append(("q", "police"))
    return path, pairs


@pytest.mark.slow
@given(st.data())
@settings(max_examples=300)
def test_a_suggestion_is_never_refused_and_drops_nothing(
    both: Client, parameters: Mapping[str, Mapping[str, Parameter]], data: st.DataObject
) -> None:
    path, pairs = data.draw(odd_queries(parameters))
    target = path.format(id=IDS.get(path.split("/")[2], ""), format="csv")
    response = both.request(f"{target}?{urlencode(pairs)}")
    assert response.status_code in (200, 422), response.text
    if response.status_code == 200:
        return
    errors = response.json()["errors"]
    suggested = [error for error in errors if error["suggestion"] is not None]
    if not suggested:
        return
    for error in suggested:
        assert means_the_same(error), error
        is_name = error["code"] == "unknown_parameter"
        sent, meant = (error["parameter"], error["value"]), error["suggestion"]
        pairs[pairs.index(sent)] = (meant, error["value"]) if is_name else (error["parameter"], meant)
    again = both.request(f"{target}?{urlencode(pairs)}")
    left = again.json()["errors"] if again.status_code == 422 else []
    uncorrected = {error["parameter"] for error in errors if error["suggestion"] is None}
    assert {error["parameter"] for error in left} <= uncorrected, (suggested, left)


NAMES = {name.casefold() for codes in Code.__subclasses__() for code in codes for name in code.names.values()}


def means_the_same(error: Mapping[str, str]) -> bool:
    """Return whether a suggestion has all that was sent, by a reading of our own."""
    suggested = error["suggestion"]
    if error["code"] == "unknown_parameter":
        return any(is_same_word(error["parameter"], name) for name in (suggested, *OTHER_NAMES.get(suggested, ())))
    sent = error["value"]
    return READERS.get(error["parameter"], is_same_word)(sent, suggested)


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").casefold().strip()


def is_same_number(sent: str, suggested: str) -> bool:
    return float(plain(sent)) == float(suggested)


def is_same_date(sent: str, suggested: str) -> bool:
    digits, others = re.sub(r"[^1-9]", "", plain(sent)), re.sub(r"[\d\s./年月日号號-]", "", plain(sent))
    return Counter(digits) == Counter(re.sub("[^1-9]", "", suggested)) and not others


def is_same_box(sent: str, suggested: str) -> bool:
    numbers = [float(one) for one in re.split(r"[,;\s]+", plain(sent).strip("[](),; ")) if one]
    return numbers == [float(one) for one in suggested.split(",")]


def is_same_word(sent: str, suggested: str) -> bool:
    given_, meant = (re.sub(r"[-_\W]", "", plain(one)) for one in (sent, suggested))
    if re.sub(r"\D", "", given_) != re.sub(r"\D", "", meant) or plain(sent)[:1] in set("!*~-") - {suggested[0]}:
        return False
    return difflib.SequenceMatcher(None, given_, meant).ratio() >= 0.8 or any(
        difflib.SequenceMatcher(None, plain(sent), name).ratio() >= 0.8 for name in NAMES
    )


READERS: dict[str, Callable[[str, str], bool]] = {
    "limit": is_same_number,
    "value_gte": is_same_number,
    "value_lte": is_same_number,
    "date": is_same_date,
    "date_from": is_same_date,
    "date_to": is_same_date,
    "bbox": is_same_box,
}
