"""The contract of the lists and records of all resources."""

import itertools
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.languages import LANGUAGES
from app.model.schemas import PublicModel, parts_at_the_end
from app.resources.campaigns.schema import CampaignListResponse, CampaignResponse
from app.resources.events.schema import EventListResponse, EventResponse
from app.resources.locations.schema import LocationListResponse, LocationResponse
from app.resources.outcomes.schema import OutcomeListResponse, OutcomeResponse
from app.resources.sources.schema import SourceListResponse, SourceResponse
from tests.client import BASE, Client

LISTS: dict[str, tuple[type[PublicModel], type[PublicModel]]] = {
    "campaigns": (CampaignListResponse, CampaignResponse),
    "events": (EventListResponse, EventResponse),
    "locations": (LocationListResponse, LocationResponse),
    "outcomes": (OutcomeListResponse, OutcomeResponse),
    "sources": (SourceListResponse, SourceResponse),
}
PARTS = {name: ["evidence", "translations"] for name in LISTS} | {
    "events": ["evidence", "translations", "outcomes", "locations"]
}
SORTS = {
    "events": ["date", "title", "category", "source", "id"],
    "locations": ["name", "kind", "source", "id"],
    "outcomes": ["value", "metric", "source", "id"],
}
every_list = pytest.mark.parametrize("name", LISTS)


@every_list
@pytest.mark.parametrize("language", LANGUAGES)
def test_responses_fit_their_models(both: Client, name: str, language: str) -> None:
    list_model, detail_model = LISTS[name]
    for parts in ([], PARTS[name]):
        include = "".join(f"&include={part}" for part in parts)
        page = both.get(f"/v1/{name}?limit=200&lang={language}{include}")
        list_model.model_validate(page)
        assert page["meta"]["total"] == len(page["data"]) > 0
        assert page["meta"]["language"] == language
        for record in page["data"]:
            for part in PARTS[name]:
                assert part in record
                if part != "locations":
                    assert (record[part] is not None) == (part in parts)
            detail = both.get(f"/v1/{name}/{record['id']}?lang={language}{include}")
            detail_model.model_validate(detail)
            assert detail["data"] == record


def test_the_record_of_a_location_is_null_unless_included(both: Client) -> None:
    (brief,) = both.get("/v1/events?limit=1")["data"]
    (whole,) = both.get("/v1/events?limit=1&include=locations")["data"]
    assert [place["record"] for place in brief["locations"]] == [None] * len(brief["locations"])
    for place in whole["locations"]:
        assert place["record"] == both.get(f"/v1/locations/{place['id']}")["data"]


@every_list
def test_pagination_returns_every_record_once(both: Client, name: str) -> None:
    keys = SORTS.get(name, [])
    sorts = [[], *([sign + key] for key in keys for sign in ("", "-")), *map(list, itertools.permutations(keys, 2))]
    for sort in sorts:
        query = f"/v1/{name}?" + (f"sort={','.join(sort)}&" if sort else "")
        at_once = both.ids(f"{query}limit=200")
        for limit in (1, 2, 7):
            pages = list(both.pages(f"{query}limit={limit}"))
            walked = [record["id"] for page in pages for record in page["data"]]
            assert walked == at_once
            assert len(set(walked)) == len(walked) == pages[0]["meta"]["total"]
            assert pages[-1]["links"]["next"] is None


@every_list
def test_the_next_page_is_also_in_the_link_header(both: Client, name: str) -> None:
    response = both.request(f"/v1/{name}?limit=1")
    following = response.json()["links"]["next"]
    first, *others = response.headers["link"].split(", ")
    if following is None:
        assert "next" not in response.links
    else:
        assert first == f'<{following}>; rel="next"'
        assert all('rel="next"' not in other for other in others)
        assert following.startswith(f"{BASE}/v1/{name}?limit=1&cursor=")


@every_list
def test_the_next_cursor_leads_to_the_next_page(both: Client, name: str) -> None:
    cursors = []
    for page in both.pages(f"/v1/{name}?limit=1"):
        cursor, following = page["meta"]["next_cursor"], page["links"]["next"]
        assert cursor == (dict(parse_qsl(urlsplit(following).query))["cursor"] if following else None)
        cursors.append(cursor)
    assert cursors[-1] is None


@pytest.mark.parametrize("name", [*LISTS, "search"])
def test_a_limit_of_0_gives_the_totals_alone(both: Client, name: str) -> None:
    query = "q=公安&facet=kind" if name == "search" else ""
    whole, none = both.get(f"/v1/{name}?{query}"), both.get(f"/v1/{name}?{query}&limit=0")
    assert (none["data"], none["links"]["next"], none["meta"]["limit"]) == ([], None, 0)
    assert none["meta"] == whole["meta"] | {"limit": 0, "next_cursor": None}
    assert none["meta"]["total"] > 0


@every_list
def test_records_are_found_by_their_ids(both: Client, name: str) -> None:
    ids = both.ids(f"/v1/{name}?limit=200")
    chosen = ids[-3:]
    query = "&".join(f"id={id_}" for id_ in reversed(chosen))
    page = both.get(f"/v1/{name}?{query}")
    assert ([record["id"] for record in page["data"]], page["meta"]["total"]) == (chosen, len(chosen))
    assert both.ids(f"/v1/{name}?id={ids[0]}") == ids[:1]
    (error,) = both.errors(f"/v1/{name}?id={ids[0]}&id={ids[0]}x")
    assert (error["parameter"], error["suggestion"]) == ("id", ids[0])
    assert error["detail"] == f"is the id of no {name.removesuffix('s')}; did you mean {ids[0]}?"
    assert both.errors(f"/v1/{name}?ids={ids[0]}")[0]["suggestion"] == "id"
    if name in ("events", "locations", "outcomes"):
        exported = both.request(f"/v1/{name}.jsonl?{query}").text.splitlines()
        assert len(exported) == len(chosen)
        assert both.errors(f"/v1/{name}.csv?id={ids[0]}x")[0]["suggestion"] == ids[0]


@every_list
def test_a_matching_etag_is_a_304(both: Client, name: str) -> None:
    first = both.request(f"/v1/{name}")
    again = both.request(f"/v1/{name}", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == first.headers["vary"]
    assert again.headers["cache-control"] == first.headers["cache-control"]
    assert "content-length" not in again.headers
    other = both.request(f"/v1/{name}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@every_list
def test_head_is_get_without_the_body(both: Client, name: str) -> None:
    for target in (f"/v1/{name}", f"/v1/{name}?lang=en&limit=1", f"/v1/{name}/nothing"):
        got, head = both.request(target), both.request(target, "HEAD")
        assert head.content == b""
        assert head.status_code == got.status_code
        got.headers.pop("x-request-id"), head.headers.pop("x-request-id")
        assert dict(head.headers) == dict(got.headers)


@every_list
def test_unknown_parameters_are_refused_with_the_nearest_name(both: Client, name: str) -> None:
    (error,) = both.errors(f"/v1/{name}?limt=3")
    assert (error["parameter"], error["value"], error["code"]) == ("limt", "3", "unknown_parameter")
    assert error["suggestion"] == "limit"
    record = both.ids(f"/v1/{name}?limit=1")[0]
    (error,) = both.errors(f"/v1/{name}/{record}?languag=en")
    assert error["suggestion"] == "lang"


@every_list
def test_a_record_that_is_not_there(both: Client, name: str) -> None:
    known = both.ids(f"/v1/{name}")[0]
    response = both.request(f"/v1/{name}/{known}x")
    assert response.status_code == 404
    problem = response.json()
    assert f"/v1/{name}/{known}" in problem["nearest"]
    assert problem["instance"] == f"/v1/{name}/{known}x"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["x-request-id"]


@every_list
def test_links_have_the_canonical_query(both: Client, name: str) -> None:
    plain = both.request(f"/v1/{name}?lang=en&limit=3")
    spelled = both.request(f"/v1/{name}?&limit=%33&l%61ng=en&")
    assert spelled.headers["etag"] == plain.headers["etag"]
    assert spelled.json()["links"] == plain.json()["links"]
    requested = dict(parse_qsl(urlsplit(plain.json()["links"]["self"]).query))
    assert requested == {"lang": "en", "limit": "3"}


def test_order_is_by_the_keys_and_then_the_id(both: Client) -> None:
    events = both.get("/v1/events?sort=-date&limit=200")["data"]
    dated = [event for event in events if event["date"]["start"]]
    assert [event["date"]["start"] for event in dated] == sorted(
        (event["date"]["start"] for event in dated), reverse=True
    )
    undated = events[len(dated) :]
    assert undated
    assert all(event["date"]["start"] is None for event in undated)
    assert [event["id"] for event in undated] == sorted(event["id"] for event in undated)
    by_category = both.get("/v1/events?sort=category&limit=200")["data"]
    keys = [(event["category"], event["id"]) for event in by_category]
    assert keys == sorted(keys)
    for sort, descending in (("value", False), ("-value", True)):
        values = [outcome["value"] for outcome in both.get(f"/v1/outcomes?sort={sort}&limit=200")["data"]]
        given = [value for value in values if value is not None]
        assert given == sorted(given, reverse=descending)
        assert values[len(given) :] == [None] * (len(values) - len(given))


def test_titles_are_sorted_as_their_readers_expect(tianshui: Client) -> None:
    english = [place["name"] for place in tianshui.get("/v1/locations?sort=name&lang=en&limit=200")["data"]]
    assert english == sorted(english, key=lambda name: name.replace("'", "").casefold())
    chinese = [place["name"] for place in tianshui.get("/v1/locations?sort=name&lang=zh-Hans&limit=200")["data"]]
    assert chinese[:4] == ["城关区", "甘谷县", "甘肃省", "解放军第一步校历史陈列馆"]


@pytest.mark.parametrize(
    "fields",
    [
        ["name", "id", "evidence", "translations"],
        ["id", "evidence", "translations", "name"],
        ["id", "name", "translations", "evidence"],
    ],
)
def test_a_record_with_its_fields_in_another_order_is_refused(fields: list[str]) -> None:
    wrong = type("Wrong", (PublicModel,), {"__annotations__": dict.fromkeys(fields, str), "__module__": __name__})
    with pytest.raises(TypeError, match="Wrong must begin with id and end with evidence, translations"):
        parts_at_the_end(wrong, ["evidence", "translations"])
