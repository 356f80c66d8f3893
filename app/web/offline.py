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
from app.storage.membership import members_of
from app.storage.paging import Question, View, order_by, read_all, read_part
from app.storage.snapshot import Snapshot
from app.tables import ANY_LANGUAGE, DIGEST
from app.vocabulary import RecordKind
from app.web.answers import links_of
from app.web.asking import vary_of
from app.web.context import context_of
from app.web.listings import CAMPAIGNS, LISTINGS
from app.web.negotiation import JSON
from app.web.queries import LocalisedQuery
from app.web.streaming import StreamedResponse
from app.web.validators import validators

_PARTS = ("evidence", "translations")


def answer_snapshot(request: Request, id_: str, query: LocalisedQuery, language: Language) -> Response:
    """Answer with everything of a campaign that is there; its validator is a digest of just that."""
    context = context_of(request)
    snapshot = context.snapshot
    digest = json.loads(read_part(snapshot, CAMPAIGNS, id_, DIGEST, ANY_LANGUAGE))
    links = links_of(request, query)
    headers = validators(context, links.self, JSON, language=language, vary=vary_of(query), version=digest)
    headers["Content-Disposition"] = f'inline; filename="{id_}.{language}.json"'
    ending = f'"links":{links.model_dump_json()}}}'
    return StreamedResponse(_pieces(snapshot, id_, language, ending), JSON, headers)


def _pieces(snapshot: Snapshot, id_: str, language: Language, ending: str) -> Generator[bytes, None, None]:
    version = ""
    with snapshot.reader() as reader:
        for kind, (_, condition) in members_of(id_).items():
            listing = LISTINGS[kind]
            question = Question([condition], order_by(listing, [listing.default_sort]))
            with closing(read_all(reader, listing, question, View(language, _PARTS))) as batches:
                if kind is RecordKind.CAMPAIGN:
                    ((campaign,),) = batches
                    version = json.loads(campaign)["version"]
                    yield f'{{"data":{{"campaign":{campaign}'.encode()
                else:
                    yield from _list(kind, batches)
    meta = SnapshotMeta(version=version, language=language)
    yield b',"terms":' + _terms() + f'}},"meta":{meta.model_dump_json()},{ending}'.encode()


def _list(kind: RecordKind, batches: Iterable[list[str]]) -> Generator[bytes, None, None]:
    before = f',"{kind}s":['
    for batch in batches:
        yield f"{before}{','.join(batch)}".encode()
        before = ","
    yield b"]" if before == "," else f"{before}]".encode()


@cache
def _terms() -> bytes:
    return to_json(term_names())
