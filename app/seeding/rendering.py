"""Rendering every record once per language into the JSON that is published."""

import json
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

from pydantic import TypeAdapter
from pypinyin import Style, lazy_pinyin
from sqlmodel import Session, col, select

from app.languages import CHINESE, LANGUAGES, Language, in_every_language, in_language, texts, words
from app.published.campaign import Campaign
from app.published.common import Evidence, Published, Translation
from app.published.event import Event
from app.published.location import Location
from app.published.outcome import Outcome
from app.published.source import Source
from app.seeding.composing import Composed
from app.storage.membership import members_of
from app.tables import ANY_LANGUAGE, DIGEST, RECORD, CampaignRow, PublishedRow
from app.tables.columns import Tree
from app.vocabulary import RecordKind

_MODELS: dict[RecordKind, type[Published]] = {
    RecordKind.CAMPAIGN: Campaign,
    RecordKind.EVENT: Event,
    RecordKind.LOCATION: Location,
    RecordKind.OUTCOME: Outcome,
    RecordKind.SOURCE: Source,
}
_SPOKEN = dict.fromkeys(CHINESE, Language.ZH_HANS)
_EVIDENCE = TypeAdapter(list[Evidence])
_TRANSLATIONS = TypeAdapter(list[Translation])


def render(kind: RecordKind, composed: Sequence[Composed]) -> Iterator[PublishedRow]:
    """Render every record of a kind; the rows are still without their keys."""

    def row(item: Composed, language: str, part: str, json_text: str, rank: int = 0) -> PublishedRow:
        return PublishedRow(
            key=0,
            kind=kind,
            language=language,
            part=part,
            number=item.number,
            title_rank=rank,
            json_text=json_text,
        )

    for language in LANGUAGES:
        ranks = _title_ranks(composed, language)
        for item in composed:
            json_text = _record_json(_MODELS[kind], item, language)
            yield row(item, language, RECORD, json_text, ranks[item.number])
    for item in composed:
        yield row(item, ANY_LANGUAGE, "evidence", _json(_EVIDENCE, item.evidence))
        yield row(item, ANY_LANGUAGE, "translations", _json(_TRANSLATIONS, _translations(item)))
        for part, (type_, tree) in item.parts.items():
            for language in LANGUAGES:
                yield row(item, language, part, _json(TypeAdapter(type_), in_language(tree, language)))


def seal(session: Session) -> Iterator[PublishedRow]:
    """Digest all that is published of each campaign, once it is rendered: what its offline snapshot is made of."""
    for campaign in session.exec(select(CampaignRow).order_by(col(CampaignRow.number))).all():
        digest = sha256()
        for kind, (table, condition) in members_of(campaign.id).items():
            rendered = (
                select(PublishedRow.json_text)
                .where(PublishedRow.kind == kind, col(PublishedRow.number).in_(select(table.number).where(condition)))
                .order_by(col(PublishedRow.key))
            )
            for json_text in session.exec(rendered):
                digest.update(f"{json_text}\n".encode())
        yield PublishedRow(
            key=0,
            kind=RecordKind.CAMPAIGN,
            language=ANY_LANGUAGE,
            part=DIGEST,
            number=campaign.number,
            title_rank=0,
            json_text=json.dumps(digest.hexdigest()[:32]),
        )


def _json(adapter: TypeAdapter[Any], tree: Any) -> str:
    return adapter.dump_json(adapter.validate_python(tree)).decode()


def _record_json(model: type[Published], item: Composed, language: Language) -> str:
    """Give a record without the parts that `include` adds, as JSON."""
    tree = in_language(item.record, language)
    apart = {"evidence", "translations", *item.parts} & model.model_fields.keys()
    record = model.model_validate(dict.fromkeys(apart) | tree)
    return record.model_dump_json(exclude=apart)


def _translations(item: Composed) -> list[Tree]:
    return [
        {
            "field": pointer,
            "texts": [
                {"language": language, "text": written, "origin": origin}
                for language, written, origin in in_every_language(text)
            ],
        }
        for pointer, text in texts(item.record)
    ]


def _title_ranks(composed: Iterable[Composed], language: Language) -> dict[int, int]:
    """Rank records by title as a reader of the language expects it: Chinese by pinyin, equal titles together."""
    titles = {item.number: words(item.title, language) for item in composed}
    # Which sound a character has is known from the words that it stands in, and those are known in simplified script.
    spoken = {item.number: words(item.title, _SPOKEN.get(language, language)) for item in composed}
    ordered = sorted(titles.items(), key=lambda pair: (collation_key(spoken[pair[0]], language), pair[1]))
    ranks: dict[int, int] = {}
    for rank, (_, group) in enumerate(groupby(ordered, key=lambda pair: pair[1])):
        ranks.update({number: rank for number, _ in group})
    return ranks


def collation_key(title: str, language: Language) -> list[str]:
    """Give what a title is sorted by: pinyin with tones for Chinese, and no heed to case or punctuation."""
    syllables = lazy_pinyin(title, style=Style.TONE3) if language is not Language.EN else title.split()
    plain = ("".join(filter(str.isalnum, word)).casefold() for word in syllables)
    return [word for word in plain if word]
