"""All of a campaign in one answer, streamed from the records as they are published."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from functools import cache

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from app.db.connections import Reader
from app.db.database import Database
from app.db.filters import Filters
from app.db.identifiers import Identifier
from app.db.list_query import ListQuery, ask
from app.db.membership import members_of
from app.db.records import View, read_all, read_part
from app.db.statements import given
from app.http.cache_headers import validators
from app.http.context import context_of
from app.http.lookup import number_of
from app.http.negotiation import JSON
from app.http.params import LocalisedParams
from app.http.plan import vary_of
from app.http.responses import links_of
from app.http.streaming import StreamedResponse
from app.languages import Language
from app.model.codes import Resource
from app.model.envelopes import SnapshotMeta
from app.model.tables import ANY_LANGUAGE, DIGEST
from app.resources.campaigns.snapshot import term_names
from app.resources.registry import LIST_SPECS

_PARTS = ("evidence", "translations")


async def answer_snapshot(request: Request, found: Identifier, query: LocalisedParams, language: Language) -> Response:
    """Answer with everything of a campaign that is there; its validator is a digest of just that."""
    context = context_of(request)
    snapshot, number = context.snapshot, number_of(found)

    def read_digest(reader: Reader) -> bytes:
        return read_part(reader, Resource.CAMPAIGN, number, DIGEST, ANY_LANGUAGE)

    digest = json.loads(await context.computing.ask(("digest", number), read_digest))
    links = links_of(request, query)
    headers = validators(context, links.self, JSON, language=language, vary=vary_of(query), version=digest)
    headers["Content-Disposition"] = f'inline; filename="{found.id}.{language}.json"'
    ending = f'"links":{links.model_dump_json()}}}'
    return StreamedResponse(
        _pieces(snapshot, found.id, language, ending, context.settings.question_seconds), JSON, headers
    )


def _pieces(
    snapshot: Database, id_: str, language: Language, ending: str, batch_seconds: float
) -> Generator[bytes, None, None]:
    version = ""
    with snapshot.streams.lend(batch_seconds) as reader:
        for kind, question in _questions().items():
            view = View(language, _PARTS)
            with closing(read_all(reader, LIST_SPECS[kind], question, {"campaign": id_}, view)) as batches:
                if kind is Resource.CAMPAIGN:
                    ((campaign,),) = batches
                    version = json.loads(campaign)["version"]
                    yield b'{"data":{"campaign":' + campaign
                else:
                    yield from _list(kind, batches)
    meta = SnapshotMeta(version=version, language=language)
    yield b',"terms":' + _terms() + f'}},"meta":{meta.model_dump_json()},{ending}'.encode()


@cache
def _questions() -> dict[Resource, ListQuery]:
    """Make the questions for all records of a campaign, each kind in the order of its list."""
    return {
        kind: ask(LIST_SPECS[kind], Filters({"campaign": [condition]}), [LIST_SPECS[kind].default_sort])
        for kind, (_, condition) in members_of(given("campaign")).items()
    }


def _list(kind: Resource, batches: Iterable[list[bytes]]) -> Generator[bytes, None, None]:
    before = f',"{kind}s":['.encode()
    for batch in batches:
        yield before + b",".join(batch)
        before = b","
    yield b"]" if before == b"," else before + b"]"


@cache
def _terms() -> bytes:
    return to_json(term_names())
