"""The catalogue is what DCAT-AP 3 prescribes, as rdflib reads it."""

from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, RDFS, XSD, Graph, Literal, URIRef
from rdflib.term import Node

from app.languages import LANGUAGES
from app.main import create_app
from app.resources.registry import EXPORTS
from app.settings import Settings
from tests.client import BASE, Client

# Its reader of JSON-LD warns of itself.
pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")

EU = "http://publications.europa.eu/resource/authority/"

MANDATORY: dict[URIRef, set[URIRef]] = {
    DCAT.Catalog: {DCTERMS.title, DCTERMS.description, DCTERMS.publisher},
    DCAT.Dataset: {DCTERMS.title, DCTERMS.description},
    DCAT.Distribution: {DCAT.accessURL},
    DCAT.DataService: {DCTERMS.title, DCAT.endpointURL},
    FOAF.Agent: {FOAF.name},
}
"""The mandatory properties of DCAT-AP 3.0 by class."""

AT_MOST_ONCE = (
    *(DCTERMS.publisher, DCTERMS.issued, DCTERMS.modified, DCTERMS.license, DCTERMS.accessRights, DCTERMS.format),
    *(DCTERMS.accrualPeriodicity, DCAT.mediaType, DCAT.bbox, DCAT.startDate, DCAT.endDate, URIRef(f"{DCAT}version")),
)
"""Properties with at most one value there."""

CLASSES: dict[URIRef, URIRef] = {
    DCTERMS.publisher: FOAF.Agent,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCAT.mediaType: DCTERMS.MediaType,
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.rights: DCTERMS.RightsStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.provenance: DCTERMS.ProvenanceStatement,
    DCTERMS.spatial: DCTERMS.Location,
    DCTERMS.temporal: DCTERMS.PeriodOfTime,
    DCAT.landingPage: FOAF.Document,
    FOAF.page: FOAF.Document,
    FOAF.homepage: FOAF.Document,
    DCAT.dataset: DCAT.Dataset,
    DCAT.distribution: DCAT.Distribution,
    DCAT.service: DCAT.DataService,
    DCAT.accessService: DCAT.DataService,
    DCAT.servesDataset: DCAT.Dataset,
}
"""The class that the values of a property have there."""


def read(client: Client) -> Graph:
    response = client.request("/catalog.jsonld")
    assert response.headers["content-type"] == "application/ld+json"
    return Graph().parse(data=response.text, format="json-ld")


@pytest.fixture(scope="module")
def graph(two_campaigns_database: Path) -> Graph:
    return read(Client(create_app(Settings(data=two_campaigns_database))))


def texts(graph: Graph, subject: Node, predicate: URIRef) -> dict[str | None, str]:
    literals = [value for value in graph.objects(subject, predicate) if isinstance(value, Literal)]
    found = {literal.language: str(literal) for literal in literals}
    assert len(found) == len(literals)
    return found


def dataset(campaign: str) -> URIRef:
    return URIRef(f"{BASE}/v1/campaigns/{campaign}")


def test_everything_has_what_is_mandatory(graph: Graph) -> None:
    for class_, properties in MANDATORY.items():
        subjects = set(graph.subjects(RDF.type, class_))
        assert subjects
        for subject in subjects:
            assert properties <= set(graph.predicates(subject)), (subject, class_)
    for subject in graph.subjects():
        for predicate in AT_MOST_ONCE:
            assert len(list(graph.objects(subject, predicate))) <= 1, (subject, predicate)


def test_values_have_the_prescribed_classes(graph: Graph) -> None:
    for predicate, class_ in CLASSES.items():
        values = set(graph.objects(None, predicate))
        assert values, predicate
        for value in values:
            assert (value, RDF.type, class_) in graph, (predicate, value)
    for predicate in (DCTERMS.issued, DCTERMS.modified, DCAT.startDate, DCAT.endDate):
        for value in graph.objects(None, predicate):
            assert isinstance(value, Literal)
            assert (value.datatype, value.ill_typed) == (XSD.date, False)


@pytest.mark.parametrize("campaign", ["tianshui", "pingliang"])
def test_each_campaign_is_a_dataset(both: Client, graph: Graph, campaign: str) -> None:
    own = dataset(campaign)
    for language in LANGUAGES:
        record = both.get(f"/v1/campaigns/{campaign}?lang={language}")["data"]
        summary = both.get(f"/v1/campaigns/{campaign}/summary?lang={language}")["data"]
        assert texts(graph, own, DCTERMS.title)[language] == record["name"]
        assert texts(graph, own, DCTERMS.description)[language] == record["summary"]
        keywords = {str(one) for one in graph.objects(own, DCAT.keyword) if getattr(one, "language", "") == language}
        assert keywords == {record["short_name"], *(pillar["name"] for pillar in record["pillars"])}
        (area,) = graph.objects(own, DCTERMS.spatial)
        assert area == URIRef(f"{BASE}/v1/locations/{record['area']['id']}")
        assert texts(graph, area, RDFS.label)[language] == record["area"]["name"]
        (rights,) = {texts(graph, one, RDFS.label)[language] for one in graph.objects(own, DCTERMS.rights)}
        places = both.get(f"/v1/locations?has=coordinates&limit=200&lang={language}")["data"]
        required = {place["coordinates_source"]["id"]: place["coordinates_source"]["attribution"] for place in places}
        credits_ = {credit for credit in required.values() if credit is not None}
        assert len(credits_) > len(summary["credits"])
        assert rights.startswith(record["licence"]["attribution"])
        assert all(credit in rights for credit in credits_)
        (provenance,) = graph.objects(own, DCTERMS.provenance)
        assert texts(graph, provenance, RDFS.label)[language] == record["licence"]["statement"]
    assert graph.value(own, DCTERMS.license) == URIRef(record["licence"]["url"])
    assert str(graph.value(own, DCTERMS.issued)) == record["revisions"][0]["revised_on"]
    assert str(graph.value(own, DCTERMS.modified)) == record["revisions"][-1]["revised_on"]
    (period,) = graph.objects(own, DCTERMS.temporal)
    assert str(graph.value(period, DCAT.startDate)) == summary["first_date"]
    assert str(graph.value(period, DCAT.endDate)) == summary["last_date"]
    box = summary["bounding_box"]
    polygon = str(graph.value(area, DCAT.bbox))
    assert polygon.startswith(f"POLYGON(({box['west']} {box['south']}, {box['east']} {box['south']}, ")
    addresses = {both.get(f"/v1/sources/{source}")["data"]["url"] for source in record["sources"]} - {None}
    assert {str(one) for one in graph.objects(own, DCTERMS.relation)} == addresses


@pytest.mark.parametrize("campaign", ["tianshui", "pingliang"])
def test_each_export_is_a_distribution(both: Client, graph: Graph, campaign: str) -> None:
    expected = {
        f"{BASE}/v1/{resource}s.{extension}?campaign={campaign}"
        for resource, exports in EXPORTS.items()
        for extension in exports.by_extension
    } | {f"{BASE}/v1/campaigns/{campaign}/snapshot"}
    distributions = list(graph.objects(dataset(campaign), DCAT.distribution))
    found = {str(graph.value(one, DCAT.downloadURL)): one for one in distributions}
    assert found.keys() == expected
    assert len(distributions) == len(expected)
    for address, one in found.items():
        response = both.request(address)
        assert response.status_code == 200, address
        media_type, format_ = graph.value(one, DCAT.mediaType), graph.value(one, DCTERMS.format)
        assert (media_type is None) == (format_ is None) == (".jsonl?" in address)
        if media_type is not None:
            sent = response.headers["content-type"].partition(";")[0]
            assert str(media_type) == f"https://www.iana.org/assignments/media-types/{sent}"
            assert str(format_).startswith(f"{EU}file-type/")
        assert both.request(str(graph.value(one, DCAT.accessURL))).status_code == 200
        assert len(texts(graph, one, DCTERMS.title)) == len(LANGUAGES)
        assert graph.value(one, DCTERMS.license) == graph.value(dataset(campaign), DCTERMS.license)


def test_a_catalogue_has_the_licence_that_all_datasets_share(tianshui: Client, graph: Graph) -> None:
    (catalog,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert graph.value(catalog, DCTERMS.license) is None
    alone = read(tianshui)
    (catalog,) = alone.subjects(RDF.type, DCAT.Catalog)
    assert alone.value(catalog, DCTERMS.license) == alone.value(dataset("tianshui"), DCTERMS.license)
    assert [*alone.objects(catalog, DCAT.dataset)] == [dataset("tianshui")]


@pytest.mark.slow
def test_the_data_service_leads_to_the_api(both: Client, graph: Graph) -> None:
    (service,) = graph.subjects(RDF.type, DCAT.DataService)
    for predicate in (DCAT.endpointURL, DCAT.endpointDescription, FOAF.page):
        assert both.request(str(graph.value(service, predicate))).status_code == 200
    assert set(graph.objects(service, DCAT.servesDataset)) == set(graph.subjects(RDF.type, DCAT.Dataset))
