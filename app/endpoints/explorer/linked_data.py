"""The linked data in the pages, in the terms of schema.org, for search engines."""

from collections.abc import Iterator, Sequence

from pydantic_core import from_json

from app.db.connections import Reader
from app.endpoints.explorer.site import Site
from app.endpoints.explorer.subjects import Campaign, Subject
from app.endpoints.home import LINK_TITLES
from app.http.context import ApiRequest
from app.http.exports import record_facts
from app.http.negotiation import JSON
from app.http.params import query_string, with_query
from app.languages import LANGUAGES, Language, Tree
from app.model.codes import OutcomeKind, Resource
from app.resources.registry import EXPORTS

_CONTEXT = "https://schema.org/"


def linked_campaign(site: Site, campaign: Campaign, url: str) -> Tree:
    """Return a campaign as a Dataset, with a distribution for each export; `url` is that of its page."""
    record, summary, origin, language = campaign.record, campaign.summary, site.origin, site.language
    first, last = summary["first_date"], summary["last_date"]
    return {
        "@context": _CONTEXT,
        "@type": "Dataset",
        "@id": f"{origin}/v1/campaigns/{campaign.id}",
        "url": url,
        "identifier": campaign.id,
        "name": record["name"],
        "alternateName": record["short_name"],
        "description": record["summary"],
        "keywords": [pillar["name"] for pillar in record["pillars"]],
        "version": record["version"],
        "datePublished": record["revisions"][0]["revised_on"],
        "dateModified": record["revisions"][-1]["revised_on"],
        "inLanguage": list(LANGUAGES),
        "isAccessibleForFree": True,
        "includedInDataCatalog": {
            "@type": "DataCatalog",
            "@id": f"{origin}/catalog.jsonld",
            "name": LINK_TITLES["title"][language],
            "url": f"{origin}/",
        },
        "license": record["licence"]["url"],
        "creditText": " ".join([record["licence"]["attribution"], *summary["credits"]]),
        "creator": {"@type": "Organization", "name": LINK_TITLES["publisher"][language], "url": origin},
        "spatialCoverage": _area(origin, record["area"], summary["bounding_box"]),
        **({} if first is None else {"temporalCoverage": f"{first}/{last}"}),
        "isBasedOn": [_source(origin, source) for source in campaign.sources],
        "distribution": [*_distributions(origin, campaign.id, language)],
    }


def linked_campaigns(site: Site, records: Sequence[Tree], title: str) -> Tree:
    """Return the list of campaigns as a DataCatalog; `records` are the campaigns."""
    origin = site.origin
    return {
        "@context": _CONTEXT,
        "@type": "DataCatalog",
        "@id": f"{origin}/catalog.jsonld",
        "url": f"{origin}/",
        "name": title,
        "description": LINK_TITLES["description"][site.language],
        "inLanguage": site.language,
        "dataset": [
            {
                "@type": "Dataset",
                "@id": f"{origin}/v1/campaigns/{record['id']}",
                "name": record["name"],
                # Google requires a description of every Dataset, and recommends a licence.
                "description": record["summary"],
                "license": record["licence"]["url"],
                "url": f"{origin}/campaigns/{record['id']}",
            }
            for record in records
        ],
    }


def linked_record(
    site: Site, request: ApiRequest, reader: Reader, subject: Subject, *, campaign: str, url: str
) -> Tree:
    """Return a record as a node in the terms of schema.org; `url` is that of its page."""
    match subject.resource:
        case Resource.EVENT:
            return _event(request, reader, subject, url, site.language)
        case Resource.LOCATION:
            return _location(site.origin, subject, url)
        case _:
            return _outcome(site, subject, campaign, url)


def _event(request: ApiRequest, reader: Reader, subject: Subject, url: str, language: Language) -> Tree:
    """Return an event as `/v1/events.jsonld` has it."""
    exports = EXPORTS[Resource.EVENT]
    facts = record_facts(request, reader, exports, subject.record, language=language, address=url)
    document: Tree = from_json(b"".join(exports.by_extension["jsonld"].write([[subject.json_text]], facts)))
    event, about = document["@graph"]
    # The page is about the event alone; of the document's metadata it has the licence and the credits.
    event["url"] = url
    event["subjectOf"] = {"@type": "CreativeWork", **{key: about[key] for key in ("license", "creditText")}}
    return {"@context": document["@context"], **event}


def _location(origin: str, subject: Subject, url: str) -> Tree:
    record = subject.record
    node: Tree = {
        "@context": _CONTEXT,
        "@type": "Place",
        "@id": f"{origin}/v1/locations/{record['id']}",
        "url": url,
        "identifier": record["id"],
        "name": record["name"],
    }
    if record["full_name"]:
        node["alternateName"] = record["full_name"]
    if record["address"]:
        node["address"] = record["address"]
    if record["latitude"] is not None:
        point = {"latitude": record["latitude"], "longitude": record["longitude"]}
        node["geo"] = {"@type": "GeoCoordinates", **point}
    above = [step for step in record["path"] if step["id"] != record["id"]]
    if above:
        parent = above[-1]
        node["containedInPlace"] = {"@id": f"{origin}/v1/locations/{parent['id']}"} | _place(parent["name"])
    return node


def _outcome(site: Site, subject: Subject, campaign: str, url: str) -> Tree:
    record, origin = subject.record, site.origin
    node: Tree = {
        "@context": _CONTEXT,
        "@id": f"{origin}/v1/outcomes/{record['id']}",
        "url": url,
        "identifier": record["id"],
        "name": record["label"],
        "description": subject.description,
    }
    about = {"@id": f"{origin}/v1/{record['scope']['level']}s/{record['scope']['id']}", "name": record["scope"]["name"]}
    if record["scope"]["level"] == "pillar":
        # A pillar has no address of its own.
        del about["@id"]
    if record["kind"] == OutcomeKind.QUANTITATIVE and record["value"] is not None:
        figure = {"measuredProperty": {"@type": "Property", "name": record["label"]}, "value": record["value"]}
        unit = {"unitText": record["unit_name"]} if record["unit_name"] else {}
        return node | {"@type": "Observation", "observationAbout": {"@type": "Thing", **about}, **figure, **unit}
    # A node of the type Dataset would need the name and the description of the campaign.
    return node | {
        "@type": "Claim",
        "about": {"@type": "Thing", **about},
        "inLanguage": site.language,
        "isPartOf": {"@id": f"{origin}/v1/campaigns/{campaign}"},
    }


def _area(origin: str, area: Tree, box: Tree | None) -> Tree:
    node: Tree = {"@id": f"{origin}/v1/locations/{area['id']}"} | _place(area["name"])
    if box is not None:
        # https://schema.org/box: the lower corner, then the upper one.
        corners = (box["south"], box["west"], box["north"], box["east"])
        node["geo"] = {"@type": "GeoShape", "box": " ".join(map(str, corners))}
    return node


def _place(name: str) -> Tree:
    return {"@type": "Place", "name": name}


def _source(origin: str, source: Tree) -> Tree:
    node: Tree = {"@type": "CreativeWork", "@id": f"{origin}/v1/sources/{source['id']}"}
    if source["title"]:
        node["name"] = source["title"]
    if source["url"]:
        node["url"] = source["url"]
    if source["publisher"]:
        node["publisher"] = {"@type": "Organization", "name": source["publisher"]["name"]}
    return node


def _distributions(origin: str, campaign: str, language: Language) -> Iterator[Tree]:
    query = query_string([("campaign", campaign), ("lang", language.value)])
    for resource, exports in EXPORTS.items():
        for extension, format_ in exports.by_extension.items():
            name = LINK_TITLES["export"][language].format(records=exports.titles[language], format=extension)
            url = with_query(f"{origin}/v1/{resource}s.{extension}", query)
            yield _download(name, url, format_.bare_media_type)
    yield _download(LINK_TITLES["snapshot"][language], f"{origin}/v1/campaigns/{campaign}/snapshot", JSON)


def _download(name: str, url: str, media_type: str) -> Tree:
    return {"@type": "DataDownload", "name": name, "contentUrl": url, "encodingFormat": media_type}
