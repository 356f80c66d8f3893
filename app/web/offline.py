"""All of a campaign in one answer, streamed from the records as they are published."""

import json
from collections.abc import Generator, Iterable
from contextlib import closing
from functools import cache

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from app.languages import Language
from app.published.answers import SnapshotMeta
from app.published.snapshot import term_names
from app.storage.identifiers import Identifier
from app.storage.matching import Matching
from app.storage.membership import members_of
from app.storage.questions import Question, ask
from app.storage.reading import Reader
from app.storage.records import View, read_all, read_part
from app.storage.snapshot import Snapshot
from app.storage.statements import given
from app.tables import ANY_LANGUAGE, DIGEST
from app.vocabulary import RecordKind
from app.web.answers import links_of
from app.web.asking import vary_of
from app.web.context import context_of
from app.web.finding import number_of
from app.web.listings import LISTINGS
from app.web.negotiation import JSON
from app.web.queries import LocalisedQuery
from app.web.streaming import StreamedResponse
from app.web.validators import validators

_PARTS = ("evidence", "translations")


async def answer_snapshot(request: Request, found: Identifier, query: LocalisedQuery, language: Language) -> Response:
    """Answer with everything of a campaign that is there; its validator is a digest of just that."""
    context = context_of(request)
    snapshot, number = context.snapshot, number_of(found)

    def read_digest(reader: Reader) -> bytes:
        return read_part(reader, RecordKind.CAMPAIGN, number, DIGEST, ANY_LANGUAGE)

    digest = json.loads(await context.computing.ask(("digest", number), read_digest))
    links = links_of(request, query)
    headers = validators(context, links.self, JSON, language=language, vary=vary_of(query), version=digest)
    headers["Content-Disposition"] = f'inline; filename="{found.id}.{language}.json"'
    ending = f'"links":{links.model_dump_json()}}}'
    return StreamedResponse(
        _pieces(snapshot, found.id, language, ending, context.settings.question_seconds), JSON, headers
    )


def _pieces(
    snapshot: Snapshot, id_: str, language: Language, ending: str, batch_seconds: float
) -> Generator[bytes, None, None]:
    version = ""
    with snapshot.streams.lend(batch_seconds) as reader:
        for kind, question in _questions().items():
            view = View(language, _PARTS)
            with closing(read_all(reader, LISTINGS[kind], question, {"campaign": id_}, view)) as batches:
                if kind is RecordKind.CAMPAIGN:
                    ((campaign,),) = batches
                    version = json.loads(campaign)["version"]
                    yield b'{"data":{"campaign":' + campaign
                else:
                    yield from _list(kind, batches)
    meta = SnapshotMeta(version=version, language=language)
    yield b',"terms":' + _terms() + f'}},"meta":{meta.model_dump_json()},{ending}'.encode()


@cache
def _questions() -> dict[RecordKind, Question]:
    """Make the questions for all records of a campaign, each kind in the order of its list."""
    return {
        kind: ask(LISTINGS[kind], Matching({"campaign": [condition]}), [LISTINGS[kind].default_sort])
        for kind, (_, condition) in members_of(given("campaign")).items()
    }


def _list(kind: RecordKind, batches: Iterable[list[bytes]]) -> Generator[bytes, None, None]:
    before = f',"{kind}s":['.encode()
    for batch in batches:
        yield before + b",".join(batch)
        before = b","
    yield b"]" if before == b"," else before + b"]"


@cache
def _terms() -> bytes:
    return to_json(term_names())
