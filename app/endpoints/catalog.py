"""The catalogue of the datasets (DCAT-AP 3): one dataset a campaign, with a distribution for each export."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from app.db.connections import Reader
from app.db.identifiers import names_of_kind
from app.db.keys import SUMMARY
from app.db.records import RecordView, read_part, read_records
from app.endpoints.home import CATALOG, LINK_TITLES
from app.http.conditional import document_headers
from app.http.context import ApiRequest
from app.http.negotiation import JSON
from app.http.plan import Plan, Rendered
from app.http.routing import make_router
from app.languages import LANGUAGES, Language, Tree, text_in
from app.model.codes import Resource
from app.resources.registry import CAMPAIGNS, EXPORTS

router = make_router()

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_EU = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types"

_FILE_TYPES = {
    "csv": "CSV",
    "xlsx": "XLSX",
    "geojson": "GEOJSON",
    "ics": "ICS",
    "jsonld": "JSON_LD",
    "json": "JSON",
    "jsonl": None,
}
"""The names of formats in the EU's list of file types, by extension. It has no JSON Lines, nor has IANA's list."""

_EU_LANGUAGES = {"zh": "ZHO", "en": "ENG"}
"""The languages in the EU's list, which has no scripts, by primary subtag."""

_SOURCES = "SELECT campaign, url FROM source WHERE url IS NOT NULL ORDER BY campaign, id"


@router.get("/catalog.jsonld", response_model=None)
def read_catalog(request: ApiRequest) -> Plan:
    """Return the catalogue."""

    def render(reader: Reader) -> Rendered:
        return Rendered(to_json(_catalog(request, reader)))

    # It has every campaign in every language.
    return Plan(document_headers(request, CATALOG, ", ".join(LANGUAGES)), render, is_slow=True)


def _catalog(request: ApiRequest, reader: Reader) -> Tree:
    origin, database = request.origin, request.context.database
    own, service = f"{origin}/catalog.jsonld", f"{origin}/catalog.jsonld#api"
    sources: dict[str, list[str]] = {}
    for campaign, url in reader.rows(_SOURCES, {}):
        sources.setdefault(campaign, []).append(url)
    # Campaigns are numbered by id.
    datasets = [
        _dataset(origin, _in_each_language(reader, number), sources.get(campaign, []), database.credits)
        for number, campaign in enumerate(names_of_kind(reader, Resource.CAMPAIGN), start=1)
    ]
    about = {
        "dct:description": _texts(LINK_TITLES["description"]),
        "dct:publisher": _publisher(origin),
        "dct:language": _languages(),
    }
    # A catalogue and a service have one licence at most.
    if len(database.licences_by_url) == 1:
        about["dct:license"] = [_node(url, "dct:LicenseDocument") for url in database.licences_by_url]
    return {
        "@context": _CONTEXT,
        "@id": own,
        "@type": "dcat:Catalog",
        "dct:title": _texts(LINK_TITLES["catalog"]),
        **about,
        "dct:issued": min((dataset["dct:issued"] for dataset in datasets), key=_value),
        "dct:modified": max((dataset["dct:modified"] for dataset in datasets), key=_value),
        "foaf:homepage": _node(f"{origin}/docs", "foaf:Document"),
        "dcat:dataset": datasets,
        "dcat:service": {
            "@id": service,
            "@type": "dcat:DataService",
            "dct:title": _texts(LINK_TITLES["title"]),
            **about,
            "dcat:endpointURL": {"@id": f"{origin}/v1"},
            "dcat:endpointDescription": {"@id": f"{origin}/openapi.json"},
            "dcat:servesDataset": [{"@id": dataset["@id"]} for dataset in datasets],
            "foaf:page": _node(f"{origin}/docs", "foaf:Document"),
        },
    }


def _in_each_language(reader: Reader, number: int) -> dict[Language, tuple[Tree, Tree]]:
    """Return a campaign's record and its summary in every language."""
    found = {}
    for language in LANGUAGES:
        (record,) = read_records(reader, CAMPAIGNS, [number], RecordView(language))
        summary = read_part(reader, Resource.CAMPAIGN, number, SUMMARY, language)
        found[language] = json.loads(record), json.loads(summary)
    return found


def _dataset(
    origin: str, campaign: Mapping[Language, tuple[Tree, Tree]], sources: list[str], credits_: Sequence[Tree]
) -> Tree:
    records = {language: record for language, (record, _) in campaign.items()}
    record, summary = next(iter(campaign.values()))
    own = f"{origin}/v1/campaigns/{record['id']}"
    first, last = summary["first_date"], summary["last_date"]
    period = {"@type": "dct:PeriodOfTime", "dcat:startDate": _day(first), "dcat:endDate": _day(last)}
    licence = _node(record["licence"]["url"], "dct:LicenseDocument")
    # The places of all campaigns have their points from the same sources.
    attributions = {
        language: " ".join(
            [record["licence"]["attribution"], *(text_in(credit["attribution"], language) for credit in credits_)]
        )
        for language, record in records.items()
    }
    rights = {"@type": "dct:RightsStatement", "rdfs:label": _texts(attributions)}
    shared = {"dct:license": licence, "dct:rights": rights, "dct:language": _languages()}
    return {
        "@id": own,
        "@type": "dcat:Dataset",
        "dct:identifier": record["id"],
        "dct:title": _texts(_field(records, "name")),
        "dct:description": _texts(_field(records, "summary")),
        "dcat:keyword": [
            *_texts(_field(records, "short_name")),
            *(keyword for index in range(len(record["pillars"])) for keyword in _texts(_pillar_names(records, index))),
        ],
        "dct:publisher": _publisher(origin),
        "dct:issued": _day(record["revisions"][0]["revised_on"]),
        "dct:modified": _day(record["revisions"][-1]["revised_on"]),
        "dcat:version": record["version"],
        **({} if first is None else {"dct:temporal": period}),
        "dct:spatial": _area(origin, records, summary["bounding_box"]),
        "dct:accessRights": _node(f"{_EU}/access-right/PUBLIC", "dct:RightsStatement"),
        "dct:accrualPeriodicity": _node(f"{_EU}/frequency/IRREG", "dct:Frequency"),
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": _texts({language: one["licence"]["statement"] for language, one in records.items()}),
        },
        "dct:relation": [{"@id": url} for url in sources],
        "dcat:landingPage": _node(f"{origin}/campaigns/{record['id']}", "foaf:Document"),
        **shared,
        "dcat:distribution": [*_distributions(origin, record["id"], shared)],
    }


def _distributions(origin: str, campaign: str, shared: Tree) -> Iterator[Tree]:
    """Return a distribution for each export of the campaign's records, and one for its snapshot."""
    common = {"@type": "dcat:Distribution", "dcat:accessService": {"@id": f"{origin}/catalog.jsonld#api"}, **shared}
    for resource, exports in EXPORTS.items():
        path = f"{origin}/v1/{resource}s"
        for extension, format_ in exports.by_extension.items():
            titles = {
                language: LINK_TITLES["export"][language].format(records=exports.titles[language], format=extension)
                for language in LANGUAGES
            }
            yield {
                "@id": f"{origin}/catalog.jsonld#{campaign}-{resource}s-{extension}",
                "dct:title": _texts(titles),
                "dcat:accessURL": {"@id": f"{path}?campaign={campaign}"},
                "dcat:downloadURL": {"@id": f"{path}.{extension}?campaign={campaign}"},
                **_types(extension, format_.bare_media_type),
                **common,
            }
    record = f"{origin}/v1/campaigns/{campaign}"
    yield {
        "@id": f"{origin}/catalog.jsonld#{campaign}-snapshot",
        "dct:title": _texts(LINK_TITLES["snapshot"]),
        "dcat:accessURL": {"@id": record},
        "dcat:downloadURL": {"@id": f"{record}/snapshot"},
        **_types("json", JSON),
        **common,
    }


def _types(extension: str, media_type: str) -> Tree:
    """Return the media type and the file type of a distribution, as far as IANA and the EU list them."""
    file_type = _FILE_TYPES[extension]
    if file_type is None:
        return {}
    return {
        "dct:format": _node(f"{_EU}/file-type/{file_type}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": _node(f"{_MEDIA_TYPES}/{media_type}", "dct:MediaType"),
    }


def _area(origin: str, records: Mapping[Language, Tree], box: Tree | None) -> Tree:
    """Return where the campaign took place, with the box around the known points of its events."""
    areas = {language: record["area"] for language, record in records.items()}
    id_ = next(iter(areas.values()))["id"]
    node: Tree = {"@id": f"{origin}/v1/locations/{id_}", "@type": "dct:Location"}
    node["rdfs:label"] = _texts({language: area["name"] for language, area in areas.items()})
    if box is not None:
        west, south, east, north = (box[side] for side in ("west", "south", "east", "north"))
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        polygon = ", ".join(f"{longitude} {latitude}" for longitude, latitude in corners)
        node["dcat:bbox"] = {"@value": f"POLYGON(({polygon}))", "@type": "geo:wktLiteral"}
    return node


def _publisher(origin: str) -> Tree:
    return {
        "@id": f"{origin}/catalog.jsonld#editors",
        "@type": "foaf:Agent",
        "foaf:name": _texts(LINK_TITLES["publisher"]),
    }


def _languages() -> list[Tree]:
    found = dict.fromkeys(_EU_LANGUAGES.get(language.partition("-")[0]) for language in LANGUAGES)
    return [_node(f"{_EU}/language/{code}", "dct:LinguisticSystem") for code in found if code is not None]


def _texts(texts: Mapping[Any, str]) -> list[Tree]:
    return [{"@value": texts[language], "@language": language.value} for language in LANGUAGES]


def _field(records: Mapping[Language, Tree], name: str) -> dict[Language, str]:
    return {language: record[name] for language, record in records.items()}


def _pillar_names(records: Mapping[Language, Tree], index: int) -> dict[Language, str]:
    return {language: record["pillars"][index]["name"] for language, record in records.items()}


def _day(day: str) -> Tree:
    return {"@value": day, "@type": "xsd:date"}


def _value(literal: Tree) -> str:
    return str(literal["@value"])


def _node(url: str, type_: str) -> Tree:
    return {"@id": url, "@type": type_}
