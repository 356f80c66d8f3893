"""Validates evidence: outlines are in order, ranges lie in their sentences, and no event begins after its sources."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from app.build.common.documents import DateDocument, Evidence, EvidenceDocument
from app.build.common.faults import Fault
from app.build.common.trees import SupportedPart, quoted_from, supported_parts, text_fields
from app.build.common.yaml_reader import Position
from app.build.reader import CAMPAIGN_DOCUMENTS, CampaignSeeds, Seeds
from app.languages import TextOrigin
from app.model.codes import Basis
from app.resources.campaigns.document import CampaignDocument
from app.resources.events.document import EventDocument
from app.resources.locations.document import OwnPlaceDocument
from app.resources.sources.document import CorrectionDocument, SentenceDocument, SourceDocument

_COUNTS = ("count", "series_count", "item_count", "ordinal", "value")
"""The fields whose numbers a source prints, in any numerals."""

Outline = Mapping[tuple[int, int], SentenceDocument]
"""The sentences of a source by paragraph and number."""


def check_evidence(seeds: Seeds) -> Iterator[Fault]:
    """Find evidence that points outside its sentence, outlines that do not fit their texts, and impossible dates."""
    for seeded in seeds.campaigns:
        outlines = {
            source.id: {(sentence.paragraph, sentence.sentence): sentence for sentence in reversed(source.sentences)}
            for source in seeded.sources.sources
        }
        published = {source.id: source.published.period().end for source in seeded.sources.sources}
        for part, place in seeded.parts():
            match part:
                case SourceDocument():
                    yield from _check_outline(part, place)
                case EvidenceDocument() if part.source not in seeds.unread_ids:
                    yield from _check_place(part, place, outlines)
                case CampaignDocument(reporting_period=dated):
                    when = place.at("reporting_period", "when")
                    yield from _check_date(dated, dated.evidence or part.evidence, when, published)
                case EventDocument(date=dated):
                    yield from _check_date(dated, dated.evidence or part.evidence, place.at("date", "when"), published)
        for words, found, place in printed_words(seeded):
            if quoted_from(words, found) is None:
                yield place.fault(f"{words!r} is longer than any evidence of its record; widen one")


class Quotation(NamedTuple):
    """Words of a source in a document."""

    words: str
    evidence: tuple[EvidenceDocument, ...]
    """Where the source has them: the evidence of the same mapping, or else of the nearest around it."""
    place: Position


def printed_words(seeded: CampaignSeeds) -> Iterator[Quotation]:
    """Iterate over all words quoted exactly as printed; their evidence must contain them."""
    for supported, place in _supported_parts(seeded):
        for key, words in supported.quotations:
            yield Quotation(words, supported.evidence, place.at(key))


class Count(NamedTuple):
    """A number in a document."""

    number: float
    is_derived: bool
    """Whether the editors derived it, so that the source need not print it."""
    evidence: tuple[EvidenceDocument, ...]
    """Where the source has it, as for a quotation."""
    place: Position


def counts(seeded: CampaignSeeds) -> Iterator[Count]:
    """Iterate over all counts, ordinals and figures."""
    for supported, place in _supported_parts(seeded):
        for key in _COUNTS:
            number = getattr(supported.part, key, None)
            if number is not None:
                basis = getattr(supported.part, "basis" if key == "value" else f"{key}_basis", None)
                yield Count(number, basis is Basis.DERIVED, supported.evidence, place.at(key))


def own_words(seeded: CampaignSeeds) -> Iterator[Quotation]:
    """Iterate over all texts that are marked as the source's own, except the words of its corrections.

    A place has the evidence of its mention.
    """
    language = seeded.campaign.source_language
    mentions = {mention.location: mention.evidence for mention in seeded.locations.mentions}
    for supported, place in _supported_parts(seeded):
        part = supported.part
        if isinstance(part, CorrectionDocument):
            continue
        found = mentions.get(part.id, ()) if isinstance(part, OwnPlaceDocument) else supported.evidence
        for text, path in text_fields(part):
            if text.origin is TextOrigin.SOURCE:
                yield Quotation(text.root[language], found, place.at(*path))


def _supported_parts(seeded: CampaignSeeds) -> Iterator[tuple[SupportedPart, Position]]:
    for name in CAMPAIGN_DOCUMENTS:
        for supported in supported_parts(getattr(seeded, name)):
            yield supported, Position(seeded.yaml[name], supported.path)


def _check_outline(source: SourceDocument, place: Position) -> Iterator[Fault]:
    previous: SentenceDocument | None = None
    for index, sentence in enumerate(source.sentences):
        where = place.at("sentences", index)
        if sentence.end > source.cleaned.length:
            yield where.fault(f"ends at {sentence.end}, after the text's {source.cleaned.length} code points")
        if previous is not None:
            if sentence.start < previous.end:
                yield where.fault(f"starts at {sentence.start}, before the sentence above ends ({previous.end})")
            if (sentence.paragraph, sentence.sentence) <= (previous.paragraph, previous.sentence):
                yield where.fault("must be numbered after the sentence above")
        previous = sentence
    for index, correction in enumerate(source.corrections):
        if correction.at + len(correction.printed) > source.cleaned.length:
            where = place.at("corrections", index, "at")
            yield where.fault(f"{correction.at} is after the text's {source.cleaned.length} code points")


def _check_place(evidence: EvidenceDocument, place: Position, outlines: Mapping[str, Outline]) -> Iterator[Fault]:
    outline = outlines.get(evidence.source)
    if outline is None:
        known = ", ".join(sorted(outlines))
        yield place.at("source").fault(f"{evidence.source!r} is not a source of this campaign; one of: {known}")
        return
    if evidence.end <= evidence.start:
        yield place.fault(f"ends at {evidence.end}, not after its start {evidence.start}")
    sentence = outline.get((evidence.paragraph, evidence.sentence))
    if sentence is None:
        yield place.fault(f"{evidence.source} has no sentence {evidence.sentence} in paragraph {evidence.paragraph}")
    elif evidence.start < sentence.start or evidence.end > sentence.end:
        yield place.fault(
            f"{evidence.start} to {evidence.end} is outside its sentence, "
            f"which goes from {sentence.start} to {sentence.end}"
        )


def _check_date(
    document: DateDocument, evidence: Evidence, when: Position, published: Mapping[str, date | None]
) -> Iterator[Fault]:
    """Find what begins after the last day on which one of its sources can have been published."""
    start = document.period().start
    for source in sorted({item.source for item in evidence}):
        end = published.get(source)
        if start is not None and end is not None and start > end:
            message = f"begins on {start}, and {source!r} was published by {end}; a future event belongs under `plans`"
            yield when.fault(message)
