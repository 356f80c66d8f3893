"""The snapshot of a campaign: complete, and equal to the lists and records."""

import gzip
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import brotli
import pytest
import zstandard
from pydantic import BaseModel

from app.build.pipeline import build
from app.languages import LANGUAGES
from app.main import create_app
from app.model.codes import Code
from app.resources.campaigns.snapshot import SnapshotResponse
from app.settings import Settings
from tests.client import BASE, Client

Record = dict[str, Any]

CAMPAIGNS = ("tianshui", "pingliang")
LISTS = ("sources", "locations", "events", "outcomes")
DECODERS = {
    "gzip": gzip.decompress,
    "br": brotli.decompress,
    # Written as it is made, it does not say how long it is.
    "zstd": lambda body: zstandard.ZstdDecompressor().decompressobj().decompress(body),
}
every_campaign = pytest.mark.parametrize("campaign", CAMPAIGNS)
every_language = pytest.mark.parametrize("language", LANGUAGES)


def snapshot(client: Client, campaign: str, language: str = "en") -> Any:
    return client.get(f"/v1/campaigns/{campaign}/snapshot?lang={language}")["data"]


@every_campaign
@every_language
def test_it_fits_its_model(both: Client, campaign: str, language: str) -> None:
    response = both.get(f"/v1/campaigns/{campaign}/snapshot?lang={language}")
    SnapshotResponse.model_validate(response)
    assert response["meta"] == {"version": response["data"]["campaign"]["version"], "language": language}
    assert response["links"] == {
        "self": f"{BASE}/v1/campaigns/{campaign}/snapshot?lang={language}",
        "collection": f"{BASE}/v1/campaigns",
    }


@every_campaign
@every_language
def test_every_record_equals_the_single_response(both: Client, campaign: str, language: str) -> None:
    found = snapshot(both, campaign, language)
    requested = f"lang={language}&include=evidence&include=translations"
    assert found["campaign"] == both.get(f"/v1/campaigns/{campaign}?{requested}")["data"]
    assert (
        found["summary"] == both.get(f"/v1/campaigns/{campaign}/summary?lang={language}&include=translations")["data"]
    )
    for name in LISTS:
        assert found[name]
        for record in found[name]:
            expected = both.get(f"/v1/{name}/{record['id']}?{requested}")["data"]
            assert record == expected


@every_campaign
def test_evidence_in_a_source_of_another_campaign_says_what_it_cites(both: Client, campaign: str) -> None:
    found = snapshot(both, campaign)
    own = {source["id"] for source in found["sources"]}
    shared = [place for place in found["locations"] if len(place["mentions"]) > 1]
    assert shared
    for place in shared:
        others = [item for item in place["evidence"] if item["source"] not in own]
        assert others
        for item in others:
            cited = both.get(f"/v1/sources/{item['source']}?lang=en")["data"]
            assert (item["source_title"], item["not_given_note"]) == (cited["title"], cited["not_given_note"])
            assert item["paraphrase"] in [sentence["paraphrase"] for sentence in cited["sentences"]]


@every_campaign
def test_every_record_of_the_campaign_is_there_in_the_order_of_its_list(both: Client, campaign: str) -> None:
    found = snapshot(both, campaign)
    for name in ("sources", "events", "outcomes"):
        listed = both.ids(f"/v1/{name}?campaign={campaign}&limit=200")
        assert [record["id"] for record in found[name]] == listed
    places = both.get("/v1/locations?limit=200")["data"]
    spoken_of = [place for place in places if campaign in {mention["campaign"] for mention in place["mentions"]}]
    around = {step["id"] for place in spoken_of for step in place["path"]}
    assert [place["id"] for place in found["locations"]] == [place["id"] for place in places if place["id"] in around]


def references_of_campaign(campaign: Record) -> Iterator[tuple[str, str | None]]:
    """Every id in a campaign's own record that names another record, with the kind of that record."""
    yield "location", campaign["area"]["id"]
    yield "organisation", campaign["directed_by"] and campaign["directed_by"]["id"]
    for source in campaign["sources"]:
        yield "source", source
    for programme in campaign["programmes"]:
        if programme["scope"]:
            yield programme["scope"]["level"], programme["scope"]["id"]
    for organisation in campaign["organisations"]:
        yield "organisation", organisation["parent"]
        yield "location", organisation["address"]
        for id_ in organisation["coverage"]["locations"] if organisation["coverage"] else ():
            yield "location", id_


def references_of_event(event: Record) -> Iterator[tuple[str, str | None]]:
    """Every id in an event that names another record, with the kind of that record."""
    yield "campaign", event["campaign"]
    yield "pillar", event["pillar"]
    yield "strand", event["strand"] and event["strand"]["id"]
    yield "programme", event["programme"]
    yield "event", event["part_of"] and event["part_of"]["event"]
    for place in event["locations"]:
        yield "location", place["id"]
    for organiser in event["organisers"]:
        yield "organisation", organiser["id"]
    for participant in event["participants"]:
        yield "organisation", participant["organisation"]


def references_of_others(found: Record) -> Iterator[tuple[str, str | None]]:
    """Every id in the other records of a snapshot that names a record, with the kind of that record."""
    dates = [event["date"] for event in found["events"]]
    dates += [date for source in found["sources"] for date in (source["published"], source["not_before"]) if date]
    for date in dates:
        yield "event", date["relative_to"] and date["relative_to"]["event"]
    for source in found["sources"]:
        yield "campaign", source["campaign"]
        yield "location", source["publisher_address"]
    for place in found["locations"]:
        yield "location", place["parent"]
        yield "location", place["fallback"]
        for step in place["path"]:
            yield "location", step["id"]
    for event in found["events"]:
        yield from references_of_event(event)
    for outcome in found["outcomes"]:
        yield "campaign", outcome["campaign"]
        yield "pillar", outcome["pillar"]
        yield outcome["scope"]["level"], outcome["scope"]["id"]
        for id_ in outcome["events"]:
            yield "event", id_


@every_campaign
def test_references_resolve_inside_the_snapshot(both: Client, campaign: str) -> None:
    found = snapshot(both, campaign)
    whole = found["campaign"]
    # One that is borrowed from another campaign has no record here, but it has its name.
    organisations = [*whole["organisations"], *whole["deployed_by"], whole["implementer"]]
    organisations += [source["publisher"] for source in found["sources"]]
    assert all(organisation["name"] for organisation in organisations)
    inside = {
        "campaign": {campaign},
        "pillar": {pillar["id"] for pillar in whole["pillars"]},
        "strand": {strand["id"] for pillar in whole["pillars"] for strand in pillar["strands"]},
        "programme": {programme["id"] for programme in whole["programmes"]},
        "organisation": {organisation["id"] for organisation in organisations},
    } | {name.removesuffix("s"): {record["id"] for record in found[name]} for name in LISTS}
    kinds = set()
    for kind, id_ in [*references_of_campaign(whole), *references_of_others(found)]:
        if id_ is not None:
            kinds.add(kind)
            assert id_ in inside[kind], (kind, id_)
    assert kinds >= inside.keys() - {"outcome", "programme"}


@every_campaign
def test_evidence_is_inside_its_source(both: Client, campaign: str) -> None:
    found = snapshot(both, campaign)
    lengths = {source["id"]: source["cleaned"]["length"] for source in found["sources"]}
    for record in [
        found["campaign"],
        *(record for name in ("events", "outcomes", "sources") for record in found[name]),
    ]:
        assert record["evidence"]
        assert record["translations"]
        for place in record["evidence"]:
            assert place["start"] < place["end"] <= lengths[place["source"]]


def codes_in(node: Any) -> Iterator[Code]:
    """Return every code in a model, at any depth."""
    if isinstance(node, Code):
        yield node
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from codes_in(getattr(node, name))
    elif isinstance(node, list):
        for item in node:
            yield from codes_in(item)


@every_campaign
def test_every_code_has_its_name_in_every_language(both: Client, campaign: str) -> None:
    response = both.get(f"/v1/campaigns/{campaign}/snapshot")
    named = {(term["vocabulary"], term["code"]): term["names"] for term in response["data"]["terms"]}
    assert len(named) == len(response["data"]["terms"])
    used = {(type(code).__name__, code.value) for code in codes_in(SnapshotResponse.model_validate(response))}
    assert ("DatePrecision", "unknown") in used
    assert used <= named.keys()
    schemes = {location["admin_code_scheme"] for location in response["data"]["locations"]} - {None}
    assert schemes
    assert {("AdminCodeScheme", scheme) for scheme in schemes} <= named.keys()
    for names in named.values():
        assert list(names) == list(LANGUAGES)
        assert all(names.values())
    schemas = both.get("/openapi.json")["components"]["schemas"]
    assert {vocabulary for vocabulary, _ in used} <= schemas.keys()


def responses(client: Client, campaign: str, language: str) -> tuple[str, bytes]:
    response = client.request(f"/v1/campaigns/{campaign}/snapshot?lang={language}")
    return response.headers["etag"], response.content


@every_language
def test_the_etag_is_that_of_the_bytes(tianshui: Client, both: Client, lone_tianshui: Client, language: str) -> None:
    clients = (tianshui, both, lone_tianshui)
    found = [responses(client, "tianshui", language) for client in clients]
    for one in found:
        for other in found:
            assert (one[0] == other[0]) == (one[1] == other[1])
    # The mentions of places that both campaigns speak of differ, and with them the bodies.
    assert found[0][0] != found[1][0]
    differing = [
        one["id"]
        for one, other in zip(*(snapshot(client, "tianshui")["locations"] for client in clients[:2]), strict=True)
        if one != other
    ]
    assert differing == [
        place["id"]
        for place in both.get("/v1/locations?limit=200")["data"]
        if {mention["campaign"] for mention in place["mentions"]} == {"tianshui", "pingliang"}
    ]
    # Of another campaign that speaks of none of its places but those, nothing is in it.
    assert found[0] == found[2]


@pytest.fixture(scope="module")
def lone_tianshui(two_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Client:
    """The service with the first campaign, in whose gazetteer is a place without references."""
    folder = tmp_path_factory.mktemp("lone")
    shutil.copytree(two_seeds, folder / "seeds")
    shutil.rmtree(folder / "seeds" / "pingliang")
    places = folder / "seeds" / "places.yaml"
    text = places.read_text(encoding="utf-8")
    start = text.index("  - id: lanzhou\n")
    end = text.index("  - id: ", start + 1)
    added = text[start:end].replace("- id: lanzhou", "- id: nowhere-spoken-of", 1)
    places.write_text(text[:start] + added + text[start:], encoding="utf-8")
    client = Client(create_app(Settings(data=build(folder / "seeds", folder / "database.sqlite3").path)))
    assert "nowhere-spoken-of" in client.ids("/v1/locations?limit=200")
    return client


@pytest.mark.slow
def test_another_campaign_may_change_without_it(seeds: Path, both: Client, tmp_path: Path) -> None:
    events = seeds / "pingliang" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    assert text.count("en: Road safety quiz}") == 1
    events.write_text(text.replace("en: Road safety quiz}", "en: Quiz on the safety of roads}"), encoding="utf-8")
    client = Client(create_app(Settings(data=build(seeds, tmp_path / "database.sqlite3").path)))
    assert client.get("/v1/events")["meta"]["version"] != both.get("/v1/events")["meta"]["version"]
    for language in LANGUAGES:
        assert responses(client, "tianshui", language) == responses(both, "tianshui", language)
        assert responses(client, "pingliang", language)[0] != responses(both, "pingliang", language)[0]


def test_conditional_requests(tianshui: Client) -> None:
    target = "/v1/campaigns/tianshui/snapshot"
    response = tianshui.request(target)
    assert response.status_code == 200
    assert response.headers["etag"].startswith('"')
    assert response.headers["content-type"] == "application/json"
    assert response.headers["content-language"] == "zh-Hant"
    assert response.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
    assert response.headers["content-disposition"] == 'inline; filename="tianshui.zh-Hant.json"'
    again = tianshui.request(target, headers={"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    for name in ("etag", "vary", "cache-control"):
        assert again.headers[name] == response.headers[name]
    since = tianshui.request(target, headers={"If-Modified-Since": response.headers["last-modified"]})
    assert since.status_code == 304
    assert tianshui.request(target, headers={"If-None-Match": '"another"'}).status_code == 200


def test_head_and_304_read_no_records(tianshui_database: Path) -> None:
    app = create_app(Settings(data=tianshui_database, max_exports=1))
    client = Client(app)
    target = "/v1/campaigns/tianshui/snapshot"
    response = client.request(target)
    # No reader is left for a body.
    with app.state.context.database.streaming_readers.lend():
        head = client.request(target, "HEAD")
        assert (head.status_code, head.content) == (200, b"")
        # The length is known once the document has been made as a whole.
        changed = {"x-request-id": "", "content-length": str(len(response.content))}
        assert {**head.headers} | {"x-request-id": ""} == {**response.headers} | changed
        assert client.request(target, headers={"If-None-Match": response.headers["etag"]}).status_code == 304
        # One that is not cached.
        other = client.request(f"{target}?lang=en", "HEAD")
        assert other.status_code == 200
        unchanged = {"If-None-Match": other.headers["etag"]}
        assert client.request(f"{target}?lang=en", headers=unchanged).status_code == 304
        assert client.request(f"{target}?lang=en").status_code == 503


@every_language
def test_each_encoding_is_of_the_same_bytes_and_has_an_etag_of_its_own(both: Client, language: str) -> None:
    target = f"/v1/campaigns/tianshui/snapshot?lang={language}"
    plain = both.request(target)
    tags = {plain.headers["etag"]}
    for encoding, decode in DECODERS.items():
        response = both.request(target, headers={"Accept-Encoding": encoding})
        assert response.headers["content-encoding"] == encoding
        assert response.content == plain.content or decode(response.content) == plain.content
        tags.add(response.headers["etag"])
        fresh = {"Accept-Encoding": encoding, "If-None-Match": response.headers["etag"]}
        assert both.request(target, headers=fresh).status_code == 304
        other = {"Accept-Encoding": encoding, "If-None-Match": plain.headers["etag"]}
        assert both.request(target, headers=other).status_code == 200
    assert len(tags) == 4
    assert both.request(target, headers={"Accept-Encoding": "identity;q=0, *;q=0"}).status_code == 406


def test_its_json_is_compact(both: Client) -> None:
    response = both.request("/v1/campaigns/tianshui/snapshot")
    assert json.dumps(response.json(), ensure_ascii=False, separators=(",", ":")) == response.text
    assert both.request("/v1/campaigns/tianshui/snapshot", headers={"Accept": "text/csv"}).status_code == 406


@every_campaign
@every_language
def test_every_translation_names_a_text_of_its_record(both: Client, campaign: str, language: str) -> None:
    """With its translations in another language, a record is the same as in the snapshot of that language."""
    found, english = snapshot(both, campaign, language), snapshot(both, campaign, "en")
    pairs = [(found[name], english[name]) for name in ("campaign", "summary")]
    pairs += [pair for name in LISTS for pair in zip(found[name], english[name], strict=True)]
    for record, expected in pairs:
        translations = record["translations"]
        for translation in translations:
            *keys, last = [int(key) if key.isdigit() else key for key in translation["field"].split("/")[1:]]
            texts = {text["language"]: text["text"] for text in translation["texts"]}
            part = record
            for key in keys:
                part = part[key]
            assert part[last] == texts[language]
            part[last] = texts["en"]
        assert record == expected
