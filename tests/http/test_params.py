"""Every mistake in a query is an error with the parameter, the value and the nearest right one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.endpoints.docs import ASSETS
from app.http.errors import InvalidQuery
from app.http.params import OpenParams, parse_params, query_string
from app.main import ROUTES
from app.resources.events.params import EventListParams
from tests.client import Client

WRONG = [
    # query, parameter, value, code, suggestion
    ("events?catgory=symposium", "catgory", "symposium", "unknown_parameter", "category"),
    ("events?zzzzzz=1", "zzzzzz", "1", "unknown_parameter", None),
    ("events?limit=1&limit=2", "limit", "2", "repeated", None),
    ("events?lang=en&lang=en", "lang", "en", "repeated", None),
    ("events?sort=category&sort=-date", "sort", "-date", "repeated", "category,-date"),
    ("events?sort=date&sort=-date", "sort", "-date", "repeated", None),
    ("events?sort=category&sort=category", "sort", "category", "repeated", "category"),
    ("events?limit=", "limit", "", "empty", None),
    ("events?limit", "limit", "", "empty", None),
    ("events?category=", "category", "", "empty", None),
    ("events?limit=1_0", "limit", "1_0", "bad_form", "10"),
    ("events?limit=+5", "limit", " 5", "bad_form", "5"),
    ("events?limit=%EF%BC%95", "limit", "５", "bad_form", "5"),
    ("events?limit=1.0", "limit", "1.0", "bad_form", "1"),
    ("events?limit=-1", "limit", "-1", "out_of_range", None),
    ("events?limit=201", "limit", "201", "out_of_range", None),
    ("events?limit=99999999999999999999999", "limit", "99999999999999999999999", "out_of_range", None),
    ("events?date_from=2024-02-30", "date_from", "2024-02-30", "no_such_date", None),
    ("events?date_from=2024-1-1", "date_from", "2024-1-1", "bad_form", "2024-01-01"),
    ("events?date_to=20241031", "date_to", "20241031", "bad_form", "2024-10-31"),
    ("events?date_to=2024-10-31T00:00:00", "date_to", "2024-10-31T00:00:00", "bad_form", None),
    ("events?date_from=2024-11-02&date_to=2024-11-01", "date_from", "2024-11-02", "out_of_order", None),
    ("events?date_from=2024-11&date_to=2024-10", "date_from", "2024-11", "out_of_order", None),
    ("events?date=2024-10&date_from=2024-10-01", "date", "2024-10", "conflict", None),
    ("events?date=2024-10&date_to=2024-10", "date", "2024-10", "conflict", None),
    ("outcomes?date=2024&date_from=2024&date_to=2024", "date", "2024", "conflict", None),
    ("events?date=2024-13", "date", "2024-13", "no_such_date", None),
    ("events?undated=only&date=2024", "undated", "only", "without_effect", None),
    ("events?undated=only&date_from=2024-01-01", "undated", "only", "without_effect", None),
    ("events?location_basis=any", "location_basis", "any", "without_effect", None),
    ("events?location_basis=stated", "location_basis", "stated", "without_effect", None),
    ("events.csv?location_basis=any", "location_basis", "any", "without_effect", None),
    ("events?location_basis=any&facet=kind", "location_basis", "any", "without_effect", None),
    ("outcomes?location_basis=any", "location_basis", "any", "without_effect", None),
    ("outcomes?location_basis=stated", "location_basis", "stated", "without_effect", None),
    ("locations?location_basis=stated", "location_basis", "stated", "without_effect", None),
    (
        "locations?event=tianshui-practice-activities&location_basis=stated",
        *("location_basis", "stated", "without_effect", None),
    ),
    ("events?location=maiji&basis=any", "basis", "any", "unknown_value", None),
    ("outcomes?basis=derved", "basis", "derved", "unknown_value", "derived"),
    ("events?bbox=1,2,3", "bbox", "1,2,3", "bad_bbox", None),
    ("events?bbox=1,2,3,4,5", "bbox", "1,2,3,4,5", "bad_bbox", None),
    ("events?bbox=1,50,3,40", "bbox", "1,50,3,40", "bad_bbox", None),
    ("events?bbox=1,2,3,x", "bbox", "1,2,3,x", "bad_bbox", None),
    ("events?bbox=1,2,nan,4", "bbox", "1,2,nan,4", "bad_bbox", None),
    ("locations?bbox=-181,2,3,4", "bbox", "-181,2,3,4", "bad_bbox", None),
    ("locations?bbox=1,-91,3,4", "bbox", "1,-91,3,4", "bad_bbox", None),
    ("events?category=simposium", "category", "simposium", "unknown_value", "symposium"),
    ("events?category=Symposium", "category", "Symposium", "unknown_value", "symposium"),
    ("events?category=%E5%BA%A7%E8%B0%88%E4%BC%9A", "category", "座谈会", "unknown_value", "symposium"),
    ("events?kind=serie", "kind", "serie", "unknown_value", "series"),
    ("events?lang=zh-Hnat", "lang", "zh-Hnat", "unknown_value", "zh-Hant"),
    ("events?lang=zh-hanss", "lang", "zh-hanss", "unknown_value", "zh-Hans"),
    ("events?lang=zh-Han", "lang", "zh-Han", "unknown_value", None),
    ("events?lang=en-Hant", "lang", "en-Hant", "unknown_value", None),
    ("events?lang=zh-Hans,en", "lang", "zh-Hans,en", "unknown_value", None),
    ("events?lang=zh-Hant+", "lang", "zh-Hant ", "unknown_value", "zh-Hant"),
    ("events?lang=en;q=1", "lang", "en;q=1", "unknown_value", None),
    ("events?lang=*", "lang", "*", "unknown_value", None),
    ("events?lang=fr", "lang", "fr", "unknown_value", None),
    ("events?sort=dat", "sort", "dat", "unknown_value", "date"),
    ("events?sort=date,-date", "sort", "date,-date", "repeated", None),
    ("events?sort=date,", "sort", "date,", "unknown_value", None),
    ("events?include=evidnce", "include", "evidnce", "unknown_value", "evidence"),
    ("events?location=maji", "location", "maji", "unknown_value", "maiji"),
    ("events?location=tianshui-open-day", "location", "tianshui-open-day", "unknown_value", None),
    ("events?location=麥積區", "location", "麥積區", "unknown_value", "maiji"),
    ("events?county=麦积", "county", "麦积", "unknown_value", "maiji"),
    ("outcomes?pillar=两结合", "pillar", "两结合", "unknown_value", "two-combinations"),
    ("events?campaign=maiji", "campaign", "maiji", "unknown_value", None),
    ("events?pillar=dual-vehicle", "pillar", "dual-vehicle", "unknown_value", "dual-vehicles"),
    ("events?organiser=tianshui-pbs", "organiser", "tianshui-pbs", "unknown_value", "tianshui-psb"),
    ("events?parent=maiji", "parent", "maiji", "unknown_value", None),
    ("events?location=kongtong-urban-area", "location", "kongtong-urban-area", "unknown_value", "kongtong"),
    ("outcomes?event=pingliang-cancelled-parade", "event", "pingliang-cancelled-parade", "unknown_value", None),
    ("outcomes?metric=work_created", "metric", "work_created", "unknown_value", "works_created"),
    ("outcomes?unit=activty", "unit", "activty", "unknown_value", "activity"),
    ("outcomes?scope=campain", "scope", "campain", "unknown_value", "campaign"),
    ("outcomes?value_gte=ten", "value_gte", "ten", "bad_form", None),
    ("outcomes?value_gte=1e5", "value_gte", "1e5", "bad_form", "100000"),
    ("outcomes?value_gte=9&value_lte=3", "value_gte", "9", "out_of_order", None),
    ("outcomes?value_gte=9.50&value_lte=3", "value_gte", "9.50", "out_of_order", None),
    ("events?cursor=abc", "cursor", "abc", "invalid_cursor", None),
    ("events?lang=%zz", "lang", "%zz", "bad_encoding", None),
    ("events?lang=%ED%A0%80", "lang", "%ED%A0%80", "bad_encoding", None),
    ("events?location=a%00b", "location", "a%00b", "bad_encoding", None),
    ("events?%FF=1", "%FF", "1", "bad_encoding", None),
    ("events?" + "&".join(["location=maiji"] * 101), "location", "maiji", "too_many", None),
    ("events?location=" + "x" * 101, "location", "x" * 101, "string_too_long", None),
    ("search", "q", None, "missing", None),
    ("search?q=", "q", "", "empty", None),
    ("search?q=%00", "q", "%00", "bad_encoding", None),
    ("search?q=!", "q", "!", "nothing_to_search", None),
    ("events?q=" + "x" * 201, "q", "x" * 200, "string_too_long", None),
    ("events?sort=relevance", "sort", "relevance", "without_effect", None),
    ("events?sort=date,-relevance", "sort", "date,-relevance", "without_effect", None),
    ("events?facet=categry", "facet", "categry", "unknown_value", "category"),
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: wrong[0][:40])
def test_every_mistake_is_an_error(both: Client, wrong: tuple[str, str, str | None, str, str | None]) -> None:
    query, parameter, value, code, suggestion = wrong
    (error,) = both.errors(f"/v1/{query}")
    assert (error["parameter"], error["code"]) == (parameter, code)
    assert error["detail"]
    if value is not None:
        assert error["value"] == value
    assert error["suggestion"] == suggestion


_BOX = "; write west,south,east,north in degrees, such as 105.5,34.3,106.5,35.2"
_SORTS = "one or more of: name, -name, kind, -kind, source, -source, id, -id, relevance, -relevance"
MESSAGES = [
    (
        "campaigns?langs=en",
        "is not a parameter here; did you mean lang? there are: lang, q, limit, cursor, id, include",
    ),
    ("campaigns?zzzzzz=1", "is not a parameter here; there are: lang, q, limit, cursor, id, include"),
    ("events?limit=1&limit=2", "is given more than once; give one value"),
    ("events?limit=", "is empty; leave the parameter out or add a value, such as 20"),
    ("events?cursor=", "is empty; leave the parameter out or add a value"),
    ("search", "is required; add a value, such as 兩結合"),
    ("events?lang=%zz", "is not percent-encoded UTF-8 without control characters"),
    ("events?limit=x", "must be a whole number in digits, such as 20"),
    (
        "outcomes?value_gte=1234567890123456",
        "must be a number such as 20 or 3.5, with at most 15 digits before the point and 15 after it",
    ),
    ("events?date_from=x", "must be a day, a month or a year, like 2024-09-30, 2024-09 or 2024"),
    ("events?date_from=2024-02-30", "is not in the calendar; days of 2024-02 are from 01 to 29"),
    (
        "events?date_from=2024/10/17",
        "must be a day, a month or a year, like 2024-09-30, 2024-09 or 2024; did you mean 2024-10-17?",
    ),
    ("events?limit=1e1", "must be a whole number in digits, such as 20; did you mean 10?"),
    ("events?bbox=1,2,3,4.", f"has '4.' instead of a number{_BOX}; did you mean 1,2,3,4?"),
    ("events?date_to=2023-02-29", "is not in the calendar; days of 2023-02 are from 01 to 28"),
    ("events?date=2024-00", "is not in the calendar; months are from 01 to 12"),
    ("events?date=0000-01-01", "is not in the calendar; years are from 0001 to 9999"),
    (
        "events?date=2024&date_to=2024",
        "is short for date_from and date_to and cannot be given beside them; give either",
    ),
    ("events?limit=-1", "must be from 0 to 200"),
    ("events?limit=201", "must be from 0 to 200"),
    ("events?limit=99999999999999999999", "must be from 0 to 200"),
    ("events?kind=serie", "is not one of: event, series, initiative, component; did you mean series?"),
    ("events?kind=zzzzzz", "is not one of: event, series, initiative, component"),
    ("events?lang=fr", "is not one of: zh-Hant, zh-Hans, en"),
    ("events?location=maji", "is the id of no location; did you mean maiji?"),
    ("events?location=zzzzzzzzz", "is the id of no location"),
    (
        "events?" + "&".join(f"location={number}" for number in range(101)),
        "is given 101 times; at most 100 are allowed",
    ),
    ("locations?sort=nam", f"'nam' is not a sort key; {_SORTS}; did you mean name?"),
    ("locations?sort=zzzzzzz", f"'zzzzzzz' is not a sort key; {_SORTS}"),
    ("locations?sort=-name,name", "names a key twice; name it once"),
    ("locations?sort=name,-name", "names a key twice; name it once"),
    (
        "locations?sort=relevance",
        "orders by relevance to a search, but there is no search; add q or leave it out",
    ),
    (
        "events?location_basis=any",
        "selects which links to locations count, which matters only with one of: location, county, bbox, "
        "facet=location, facet=county; add one of them or leave it out",
    ),
    (
        "events.csv?location_basis=stated",
        "selects which links to locations count, which matters only with one of: location, county, bbox; "
        "add one of them or leave it out",
    ),
    (
        "outcomes?location_basis=any",
        "selects which links to locations count, which matters only with one of: location, county, "
        "facet=location, facet=county; add one of them or leave it out",
    ),
    (
        "locations?has=coordinates&location_basis=any",
        "selects which links to locations count, which matters only with one of: has=events, has=outcomes; "
        "add one of them or leave it out",
    ),
    (
        "events?undated=only&date_to=2024-01-01",
        "selects undated records only, which no date, date_from, date_to or month can match; leave one of them out",
    ),
    (
        "events?date_from=2024-11-02&date_to=2024-11-01",
        "is after date_to (2024-11-01); put the earlier date in date_from",
    ),
    *[
        (f"events?bbox={box}", f"is not four numbers with commas between them{_BOX}")
        for box in ("1,2,3", "1,2,3,4,5", "abc", "Tianshui", "1")
    ],
    ("events?bbox=1,2,x,4", f"has 'x' instead of a number{_BOX}"),
    ("events?bbox=1,4,3,2", f"has a south that is greater than its north{_BOX}"),
    *[
        (f"events?bbox={box}", f"has a longitude beyond 180 degrees{_BOX}")
        for box in ("-180.5,2,3,4", "180.5,2,3,4", "1,2,-180.5,4", "1,2,180.5,4")
    ],
    *[
        (f"events?bbox={box}", f"has a latitude beyond 90 degrees{_BOX}")
        for box in ("1,-90.5,3,4", "1,90.5,3,4", "1,2,3,-90.5", "1,2,3,90.5")
    ],
]


@pytest.mark.parametrize(("query", "detail"), MESSAGES, ids=lambda part: part[:40])
def test_the_message_of_each_mistake(both: Client, query: str, detail: str) -> None:
    (error,) = both.errors(f"/v1/{query}")
    assert error["detail"] == detail


def test_an_error_about_too_many_values_shows_the_first(both: Client) -> None:
    (error,) = both.errors("/v1/events?" + "&".join(f"location={number}" for number in range(101)))
    assert (error["value"], error["code"]) == ("0", "too_many")


@pytest.mark.parametrize("query", ["category{}=symposium", "category=symposium{}", "location=maiji{}"])
def test_only_the_first_errors_have_a_suggestion(both: Client, query: str) -> None:
    """Each takes up to a millisecond of the event loop."""
    errors = both.errors("/v1/events?" + "&".join(query.format(letter) for letter in "jkqvwxz"))
    assert [error["suggestion"] is not None for error in errors] == [True] * 5 + [False] * 2


def test_boxes_reach_to_the_ends_of_the_world(both: Client) -> None:
    every = both.ids("/v1/locations?bbox=-180,-90,180,90")
    assert every
    assert both.ids("/v1/locations?bbox=180,-90,180,90") == []
    assert both.ids("/v1/locations?bbox=-180,-90,-180,90") == []
    for latitude in (-90, 90):
        assert both.ids(f"/v1/locations?bbox=-180,{latitude},180,{latitude}") == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cursor=a", "invalid_cursor"),
        ("cursor=" + "a" * 1000, "invalid_cursor"),
        ("cursor=" + "a" * 1001, "string_too_long"),
        ("bbox=1.123456789012345,2,3,4", None),
        ("bbox=1.1234567890123456,2,3,4", "bad_bbox"),
        ("limit=" + "1" * 18, "out_of_range"),
        ("limit=" + "1" * 19, "out_of_range"),
        ("limit=-" + "1" * 5000, "out_of_range"),
        ("limit=" + "0" * 19 + "5", "bad_form"),
        ("lang=%7F", "bad_encoding"),
    ],
)
def test_limits_on_length_are_inclusive(both: Client, query: str, code: str | None) -> None:
    response = both.request(f"/v1/events?{query}")
    assert response.status_code == (200 if code is None else 422)
    assert code is None or response.json()["errors"][0]["code"] == code


def test_at_most_twenty_errors_are_reported(both: Client) -> None:
    assert len(both.errors("/v1/events?" + "&".join(f"x{number}=1" for number in range(30)))) == 20


def test_an_id_of_the_wrong_kind_says_what_it_is(both: Client) -> None:
    (error,) = both.errors("/v1/events?location=tianshui-five-ones-study")
    assert "event" in error["detail"]
    # It is also that of a campaign, but counties are locations.
    (error,) = both.errors("/v1/events?county=tianshui")
    assert error["detail"] == "is the id of no county or district (it is that of a location)"


def test_all_mistakes_are_reported_at_once(both: Client) -> None:
    errors = both.errors("/v1/events?limt=1&category=x&date_from=soon&bbox=1&sort=-")
    assert [error["parameter"] for error in errors] == ["limt", "category", "bbox", "date_from", "sort"]
    errors = both.errors("/v1/events?location=maji&pillar=x&location=maiji")
    assert [error["parameter"] for error in errors] == ["pillar", "location"]


@given(st.binary(max_size=60))
def test_any_bytes_are_parsed_or_refused(raw: bytes) -> None:
    try:
        query = parse_params(EventListParams, raw)
    except InvalidQuery:
        return
    again = parse_params(EventListParams, query.canonical().encode())
    assert again.canonical() == query.canonical()


@given(
    st.lists(st.sampled_from(["symposium", "open_day", "lecture"]), max_size=4),
    st.dates().map(str) | st.none(),
    st.integers(1, 200),
)
def test_the_canonical_query_is_equivalent(categories: list[str], date_from: str | None, limit: int) -> None:
    pairs = [("category", category) for category in categories] + [("limit", str(limit))]
    pairs += [("date_from", date_from)] if date_from else []
    query = parse_params(EventListParams, query_string(pairs).encode())
    again = parse_params(EventListParams, query.canonical().encode())
    if categories == sorted(set(categories)):
        assert again.filters() == query.filters()
    assert again.canonical() == query.canonical()
    assert sorted(set(categories)) == [value.value for value in again.category]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("events?kind=event&kind=series", "events?kind=series&kind=event&kind=series"),
        ("events?include=evidence&include=outcomes", "events?include=outcomes&include=evidence"),
        ("events?limit=50&sort=date", "events"),
        ("events?date_from=2024-10&date_to=2024-10", "events?date_from=2024-10-01&date_to=2024-10-31"),
        ("events?date=2024-02", "events?date_from=2024-02-01&date_to=2024-02-29"),
        ("events?date=2024&undated=exclude", "events?undated=exclude&date_from=2024-01-01&date_to=2024-12-31"),
        ("events?date=2024-10-17", "events?date_to=2024-10-17&date_from=2024-10-17"),
        ("outcomes?date=2024-10", "outcomes?date_from=2024-10&date_to=2024-10-31"),
        ("events?location=maiji&location_basis=stated", "events?location=maiji"),
        ("events?facet=county&location_basis=stated", "events?facet=county"),
        ("locations?has=outcomes&location_basis=stated", "locations?has=outcomes"),
        ("events?bbox=-0,0.50,107.0,40", "events?bbox=0,0.5,107,40"),
        ("outcomes?value_gte=7.0&value_lte=00100", "outcomes?value_lte=100&value_gte=7"),
        ("events?location=%6Daiji", "events?location=maiji"),
    ],
)
def test_equivalent_queries_have_equal_responses(both: Client, one: str, other: str) -> None:
    first, second = both.request(f"/v1/{one}"), both.request(f"/v1/{other}")
    assert first.status_code == 200
    assert first.headers["etag"] == second.headers["etag"]
    assert first.content == second.content


@pytest.mark.parametrize("query", ["outcomes?value_gte=0.00001", "events?bbox=0.00001,-0.0000001,107,40"])
def test_a_page_can_be_requested_by_its_own_link(both: Client, query: str) -> None:
    page = both.get(f"/v1/{query}")
    assert both.get(page["links"]["self"]) == page
    assert "e-" not in page["links"]["self"].partition("?")[2]


NO_DATA = [
    *("/docs", *(f"/docs/{name}" for name in ASSETS), "/openapi.json", "/healthz", "/readyz", "/metrics", "/"),
    *("/catalog.jsonld", "/datapackage.json", "/.well-known/api-catalog", "/robots.txt", "/favicon.ico"),
    *("/sitemap.xml", "/service-worker.js", "/explorer/files.json", "/explorer/0/main.js"),
    *(
        "/campaigns/tianshui",
        "/events/tianshui-police-open-day",
        "/locations/maiji",
        "/outcomes/tianshui-works-created",
    ),
]
IGNORED = ["utm_source=x", "from=groupmessage&isappinstalled=0", "fbclid=%FF%zz", "lang=fr&lang=", "=", "&&a", "q=天"]


@pytest.mark.parametrize("path", NO_DATA)
def test_what_is_no_data_ignores_any_parameter(both: Client, path: str) -> None:
    plain = both.request(path)
    for query in IGNORED:
        response = both.request(f"{path}?{query}")
        assert response.status_code == 200, query
        assert response.headers.get("etag") == plain.headers.get("etag")
        if "etag" in plain.headers:
            assert response.content == plain.content


def test_all_other_routes_are_strict(both: Client) -> None:
    for route in ROUTES:
        # The last one only refuses unknown formats.
        if route.path in NO_DATA or issubclass(route.params_model, OpenParams) or "{format}" in route.path:
            continue
        assert route.path == "/v1" or route.path.startswith("/v1/")
        assert route.params_model.model_config["extra"] == "forbid"
    for target in ("/v1/events", "/v1/events.csv", "/v1/locations/maiji", "/v1/campaigns/tianshui/snapshot"):
        (error,) = both.errors(f"{target}?utm_source=x")
        assert (error["parameter"], error["code"]) == ("utm_source", "unknown_parameter")


class PageParams(OpenParams):
    """The parameters of a page with one of its own."""

    theme: str = "light"


@pytest.mark.parametrize(
    ("raw", "kept", "theme"),
    [
        (b"theme=dark", b"theme=dark", "dark"),
        (b"utm_source=x&theme=dark&from=groupmessage", b"theme=dark", "dark"),
        (b"a=%FF&th%65me=dark&%zz", b"th%65me=dark", "dark"),
        (b"Theme=dark", b"", "light"),
        (b"", b"", "light"),
    ],
)
def test_a_page_keeps_the_parameters_that_it_has(raw: bytes, kept: bytes, theme: str) -> None:
    assert PageParams.known_query(raw) == kept
    assert parse_params(PageParams, kept).theme == theme


@pytest.mark.parametrize("raw", [b"theme=", b"theme=a&theme=b", b"theme=%zz"])
def test_a_page_refuses_mistakes_in_its_own_parameters(raw: bytes) -> None:
    with pytest.raises(InvalidQuery):
        parse_params(PageParams, PageParams.known_query(raw))


def test_sort_keys_of_many_parameters_are_joined(both: Client) -> None:
    errors = both.errors("/v1/events?sort=category&sort=-date&sort=id&limit=5&sort=-date")
    assert [(error["parameter"], error["code"]) for error in errors] == [("sort", "repeated")] * 3
    assert {error["suggestion"] for error in errors} == {"category,-date,id"}
    both.get("/v1/events?sort=category,-date,id&limit=5")
