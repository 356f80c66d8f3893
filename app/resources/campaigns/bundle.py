"""Everything of one campaign as one document, streamed from the rendered records."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from functools import cache, partial

from pydantic_core import from_json, to_json

from app.db.connections import Reader
from app.db.database import Database
from app.db.filters import Filters
from app.db.keys import ANY_LANGUAGE, DIGEST
from app.db.list_query import ListSelection
from app.db.records import RecordView, read_all, read_part, read_summary
from app.http.conditional import cache_headers
from app.http.context import ApiRequest
from app.http.links import list_links
from app.http.negotiation import JSON, require_media
from app.http.params import LocalisedParams
from app.http.plan import Stream, StreamPlan
from app.http.ranges import ACCEPT_RANGES
from app.http.records import find_record, record_links
from app.languages import Language
from app.model.codes import Code, Resource
from app.model.schemas import TextsByLanguage
from app.resources.campaigns.snapshot import SnapshotMeta, TermNames
from app.resources.membership import CAMPAIGN_RESOURCES, of_campaign
from app.resources.registry import CAMPAIGNS, LIST_SPECS

_PARTS = ("evidence", "translations")


def plan_snapshot(request: ApiRequest, id_: str, params: LocalisedParams) -> StreamPlan:
    """Plan the snapshot of a campaign; its ETag depends on a digest of the campaign's own data."""
    require_media(request.accept, JSON)
    number, language = find_record(request, CAMPAIGNS, id_, params)
    params = params.in_language(language)
    links, database = record_links(request, params), request.context.database
    ending = b'"links":%b}' % to_json(links)
    seconds = request.context.settings.query_timeout_seconds

    def prepare(reader: Reader) -> Stream:
        version = json.loads(read_part(reader, Resource.CAMPAIGN, number, DIGEST, ANY_LANGUAGE))
        headers = cache_headers(request, params, links["self"], JSON, language, version=version) | {
            **ACCEPT_RANGES,
            "Content-Disposition": f'inline; filename="{id_}.{language}.json"',
            "Link": ", ".join(list_links(request, params, campaigns=[id_], canonical=links["self"])),
        }
        return Stream(headers, partial(_write, database, (number, id_), RecordView(language, _PARTS), ending, seconds))

    return StreamPlan(("snapshot", links["self"], language), prepare)


def _write(
    database: Database, campaign: tuple[int, str], view: RecordView, ending: bytes, batch_seconds: float
) -> Generator[bytes, None, None]:
    number, id_ = campaign
    version = ""
    with database.streaming_readers.lend(batch_seconds) as reader:
        for kind in CAMPAIGN_RESOURCES:
            selection = _records_of(database, kind, id_, view.language)
            with closing(read_all(reader, selection, view)) as batches:
                if kind is Resource.CAMPAIGN:
                    ((record,),) = batches
                    version = from_json(record)["version"]
                    yield b'{"data":{"campaign":%b,"summary":%b' % (record, read_summary(reader, number, view))
                else:
                    yield from _list(kind, batches)
    meta = SnapshotMeta(version=version, language=view.language)
    yield b',"terms":%b},"meta":%b,%b' % (_terms(), meta.model_dump_json().encode(), ending)


def _records_of(database: Database, kind: Resource, campaign: str, language: Language) -> ListSelection:
    """Select the records of a campaign, in the order of their list."""
    spec = LIST_SPECS[kind]
    return ListSelection(
        spec,
        shape=(kind, "snapshot"),
        filters=Filters({"campaign": of_campaign(kind)}),
        values={"campaign": campaign},
        sort=(spec.default_sort,),
        language=language,
        results=database.results,
        name=f"{kind}#{campaign}",
    )


def _list(kind: Resource, batches: Iterable[list[bytes]]) -> Generator[bytes, None, None]:
    before = f',"{kind}s":['.encode()
    for batch in batches:
        yield before + b",".join(batch)
        before = b","
    yield b"]" if before == b"," else before + b"]"


@cache
def _terms() -> bytes:
    """Return every code that records have, with its names."""
    return to_json(
        [
            TermNames(vocabulary=vocabulary.__name__, code=term.value, names=TextsByLanguage(dict(term.names)))
            for vocabulary in Code.__subclasses__()
            if vocabulary is not Resource and vocabulary.__module__ == Code.__module__
            for term in vocabulary
        ]
    )
