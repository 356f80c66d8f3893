"""Verifying the seeds against the original page's text, which is not a part of the project."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from app.build.common.documents import EvidenceDocument
from app.build.reader import CampaignSeeds, Seeds
from app.build.validate.evidence import printed_words
from app.resources.sources.document import DigestDocument, SourceDocument

# A note is a syllable of pinyin in ASCII parentheses right after a character: with a tone mark (ā to ǜ), or one of
# the few that have none. Any other word in parentheses is the source's own.
_PINYIN_NOTE = re.compile(
    r"(?<=[\u3400-\u9fff])\("
    r"(?:(?=[a-z]*[^a-z)])[a-z\u00e0-\u01dc\u0300-\u036fńňǹḿ]+|de|le|ma|ne|ba|a|ya|me|men|zhe|zi|tou|li|er)"
    r"\)"
)


class VerificationError(Exception):
    """The text is not the source's, or the seeds differ from it; has a line for each difference."""


def strip_pinyin_notes(text: str) -> tuple[str, int]:
    """Remove the pinyin notes that a script conversion left (`動(dòng)`); returns the text and their number."""
    return _PINYIN_NOTE.subn("", text)


def verify_source(seeds: Seeds, file: Path, source_id: str | None = None) -> str:
    """Verify digest, sentences and everything quoted as printed against the text in `file`.

    The text may be as received or already cleaned. Without `source_id` the source is found by its digest. Returns a
    line that says what was verified; raises VerificationError.
    """
    try:
        received = file.read_bytes().decode("utf-8")
    except OSError as error:
        raise VerificationError(f"{file}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise VerificationError(f"{file}: byte {error.start} is not UTF-8; give the text as plain UTF-8") from error
    text, notes = strip_pinyin_notes(received)
    seeded, source = _choose(seeds, text, source_id)
    differences = [*_digest_differences("the cleaned text", text, source.cleaned)]
    if notes:
        differences += _digest_differences("the received text", received, source.received)
    if notes not in (0, source.pinyin_notes):
        differences.append(f"it has {notes} pinyin notes where the seeds say {source.pinyin_notes}")
    if differences:
        raise VerificationError("\n".join(f"{file} is not the text of {source.id}: {line}" for line in differences))
    differences = [*_outline_differences(text, source), *_printed_differences(text, seeded, source)]
    if differences:
        raise VerificationError("\n".join(differences))
    places = sum(isinstance(part, EvidenceDocument) and part.source == source.id for part, _ in seeded.parts())
    printed = sum(any(item.source == source.id for item in evidence) for _, evidence, _ in printed_words(seeded))
    return (
        f"{file} is {source.id}: digest, {len(source.sentences)} sentences, {len(source.corrections)} corrections, "
        f"{places} places and {printed} figures, dates and names as printed confirmed"
    )


def _choose(seeds: Seeds, text: str, source_id: str | None) -> tuple[CampaignSeeds, SourceDocument]:
    sources = [(seeded, source) for seeded in seeds.campaigns for source in seeded.sources.sources]
    for seeded, source in sources:
        if source.id == source_id or (source_id is None and source.cleaned.sha256 == _sha256(text)):
            return seeded, source
    known = ", ".join(source.id for _, source in sources)
    if source_id is not None:
        raise VerificationError(f"there is no source {source_id!r}; one of: {known}")
    raise VerificationError(
        f"the text ({len(text)} code points without notes, SHA-256 {_sha256(text)}) is none of: {known}; "
        "name one with --source to see how it differs"
    )


def _digest_differences(what: str, text: str, expected: DigestDocument) -> Iterator[str]:
    if _sha256(text) != expected.sha256 or len(text) != expected.length:
        yield (
            f"{what} has {len(text)} code points and SHA-256 {_sha256(text)}, "
            f"the seeds say {expected.length} and {expected.sha256}"
        )


def _outline_differences(text: str, source: SourceDocument) -> Iterator[str]:
    for sentence in source.sentences:
        if _sha256(text[sentence.start : sentence.end]) != sentence.sha256:
            yield (
                f"{source.id}: sentence {sentence.paragraph}.{sentence.sentence} ({sentence.start} to {sentence.end}) "
                "is not the one whose digest the seeds have"
            )
    for correction in source.corrections:
        found = text[correction.at : correction.at + len(correction.printed)]
        if found != correction.printed:
            yield f"{source.id}: the text has {found!r} at {correction.at}, not {correction.printed!r}"


def _printed_differences(text: str, seeded: CampaignSeeds, source: SourceDocument) -> Iterator[str]:
    for words, evidence, place in printed_words(seeded):
        ranges = [item for item in evidence if item.source == source.id]
        if ranges and not any(words in text[item.start : item.end] for item in ranges):
            places = ", ".join(f"{item.start} to {item.end}" for item in ranges)
            yield str(place.fault(f"{words!r} is not in its evidence ({places})"))


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
