"""Verifying the seeds against the original page's text, which is not a part of the project."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from unicodedata import normalize

from app.build.common.documents import DateDocument, EvidenceDocument
from app.build.common.faults import Fault
from app.build.common.numerals import printed_numbers
from app.build.common.trees import quoted_from, text_fields
from app.build.copied_words import RUN, copied
from app.build.paraphrases import unprinted_numbers
from app.build.reader import CampaignSeeds, Seeds
from app.build.validate.evidence import Quotation, counts, own_words, printed_words
from app.languages import TextOrigin
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


def verify_source(seeds: Seeds, file: Path, source_id: str | None = None, *, show_evidence: bool = False) -> str:
    """Verify what the seeds have of a source against its text in `file`, as received or already cleaned.

    Without `source_id` the source is found by its digest. Returns a report of what was compared and what was not; with
    `show_evidence` it has the text at each place of evidence that quotes nothing, for an editor to read. Raises
    VerificationError with every difference.
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
    verification = _Verification(text, seeded, source)
    if differences := verification.differences():
        raise VerificationError("\n".join(differences))
    return "\n".join([f"{file} is {source.id}", *verification.report(notes, show_evidence=show_evidence)])


@dataclass
class _Compared:
    """How the quotations of one kind, or the numbers, compare with the text."""

    found: int = 0
    elsewhere: int = 0
    """How many are not in this text, and cite another source too."""
    confirmed: set[int] = field(default_factory=set)
    """The places of evidence that have the words of a quotation, by their `id`."""
    differences: list[str] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)
    """The numbers that the editors derived, each with its place."""


class _Verification:
    """What the seeds have of a source, compared with its cleaned text."""

    def __init__(self, text: str, seeded: CampaignSeeds, source: SourceDocument) -> None:
        self._text = text
        self._seeded = seeded
        self._source = source
        # The corrected text, one piece for each code point of the printed one.
        self._pieces = list(text)
        for correction in source.corrections:
            end = correction.at + len(correction.printed)
            self._pieces[correction.at : end] = [correction.corrected, *[""] * (end - correction.at - 1)]
        self._printed = self._compare(
            printed_words(seeded), "".join, list(text), "{words} is not in its evidence ({places})"
        )
        self._own = self._compare(
            own_words(seeded),
            _letters,
            self._pieces,
            "{words} is marked as the source's own and is in no sentence of its evidence ({places}); correct it, or "
            "mark it origin: editorial",
            in_sentence=True,
        )
        self._counts = self._compare_counts()

    def _here(self, evidence: Iterable[EvidenceDocument]) -> list[EvidenceDocument]:
        """Return the evidence that is in the source."""
        return [item for item in evidence if item.source == self._source.id]

    def _compare(
        self,
        quotations: Iterable[Quotation],
        fold: Callable[[Iterable[str]], str],
        text: Sequence[str],
        message: str,
        *,
        in_sentence: bool = False,
    ) -> _Compared:
        """Compare the quotations that cite the source with their evidence, or with the sentences that it is in.

        `fold` makes strings of words and of pieces of `text` that are equal where these count as equal.
        """
        compared = _Compared()
        sentences = {(each.paragraph, each.sentence): each for each in self._source.sentences}
        for words, evidence, place in quotations:
            here = self._here(evidence)
            folded = fold(words)
            holding = [item for item in here if folded in fold(text[item.start : item.end])]
            compared.confirmed.update(map(id, holding))
            around = [sentences[item.paragraph, item.sentence] for item in here] if in_sentence else []
            if holding or any(folded in fold(text[each.start : each.end]) for each in around):
                compared.found += 1
            elif here and len(here) < len(evidence):
                compared.elsewhere += 1
            elif here:
                fault = place.fault(message.format(words=repr(words), places=_places(here)))
                compared.differences.append(str(fault))
        return compared

    def _compare_counts(self) -> _Compared:
        """Compare the numbers whose evidence is in the source with those that it prints there, in any numerals."""
        compared = _Compared()
        for number, is_derived, evidence, place in counts(self._seeded):
            here = self._here(evidence)
            if is_derived:
                if here:
                    compared.derived.append(str(place.fault(f"{number:g}")))
            elif any(number in printed_numbers(self._text[item.start : item.end]) for item in here):
                compared.found += 1
            elif here and len(here) < len(evidence):
                compared.elsewhere += 1
            elif here:
                fault = place.fault(f"{number:g} is no number of its evidence ({_places(here)})")
                compared.differences.append(str(fault))
        return compared

    def differences(self) -> list[str]:
        """Return a line for each difference."""
        compared = (self._printed, self._own, self._counts)
        found = [*self._outline_differences(), *(line for each in compared for line in each.differences)]
        faults = chain(
            self._misplaced_quotations(),
            copied("".join(self._pieces), self._seeded, self._source),
            unprinted_numbers(self._text, self._seeded, self._source),
        )
        return found + list(map(str, faults))

    def _outline_differences(self) -> Iterator[str]:
        for sentence in self._source.sentences:
            if _sha256(self._text[sentence.start : sentence.end]) != sentence.sha256:
                yield (
                    f"{self._source.id}: sentence {sentence.paragraph}.{sentence.sentence} "
                    f"({sentence.start} to {sentence.end}) is not the one whose digest the seeds have"
                )
        for correction in self._source.corrections:
            at, word = correction.at, correction.word.root[self._seeded.campaign.source_language]
            found = self._text[at : at + len(correction.printed)]
            # Wide enough for any word that contains the correction.
            around = "".join(self._pieces[max(0, at - len(word)) : at + len(word)])
            if found != correction.printed:
                yield f"{self._source.id}: the text has {found!r} at {at}, not {correction.printed!r}"
            elif correction.word.origin is TextOrigin.SOURCE and word not in around:
                yield f"{self._source.id}: the corrected text has {around!r} around {at}, not {word!r}"

    def _misplaced_quotations(self) -> Iterator[Fault]:
        """Find quotations that records would show with a place of their evidence that does not contain them."""
        for words, evidence, place in printed_words(self._seeded):
            here = self._here(evidence)
            holding = [item for item in here if words in self._text[item.start : item.end]]
            index = quoted_from(words, evidence)
            if holding and index is not None and evidence[index] in here and evidence[index] not in holding:
                has, shown = holding[0], evidence[index]
                yield place.fault(
                    f"{words!r} is in {has.start} to {has.end} of its evidence, and would be shown with "
                    f"{shown.start} to {shown.end}; list the place that has it first"
                )

    def report(self, notes: int, *, show_evidence: bool) -> Iterator[str]:
        """Iterate over the lines that say what was compared; `notes` is the number of pinyin notes in the file."""
        parts, source = list(self._seeded.parts()), self._source
        cited = [
            (part, place) for part, place in parts if isinstance(part, EvidenceDocument) and part.source == source.id
        ]
        confirmed = self._printed.confirmed | self._own.confirmed
        silent = [(part, place) for part, place in cited if id(part) not in confirmed]
        editorial = sum(text.origin is TextOrigin.EDITORIAL for part, _ in parts for text, _ in text_fields(part))
        dates = sum(isinstance(part, DateDocument) and bool(part.when) and not part.as_stated for part, _ in parts)
        is_whole = notes == source.pinyin_notes
        yield "compared with the text, without a difference:"
        yield f"  the digest of the {'received and of the ' if is_whole else ''}cleaned text"
        yield f"  {len(source.sentences)} sentences by their digests, {len(source.corrections)} corrections"
        yield f"  {self._printed.found} figures, dates and names as printed, each within its evidence"
        yield f"  {self._counts.found} counts, ordinals and figures, each printed in its evidence, in any numerals"
        yield f"  {self._own.found} texts marked as the source's own, each within a sentence of its evidence"
        yield f"  {len(source.sentences)} paraphrases, whose numbers are printed in their sentences"
        yield f"  {editorial} texts in the editors' words, none of which copies {RUN} characters in the text's order"
        yield f"  {len(cited) - len(silent)} of {len(cited)} places of evidence, which have such words"
        yield "not compared:"
        if not is_whole:
            yield f"  the digest of the received text: this one is without its {source.pinyin_notes} pinyin notes"
        if elsewhere := self._printed.elsewhere + self._own.elsewhere + self._counts.elsewhere:
            yield f"  {elsewhere} quotations and numbers that are not in this text and cite another source too"
        how = "read what the text has there" if show_evidence else "--show-evidence prints what the text has there"
        yield f"  {len(silent)} places of evidence, which support the editors' words; {how}"
        if show_evidence:
            for part, place in silent:
                yield str(place.fault(f"{part.start} to {part.end}: {self._text[part.start : part.end]}"))
        yield f"  {len(self._counts.derived)} numbers that the editors derived"
        yield from (f"    {line}" for line in self._counts.derived)
        yield f"  {dates} dates, which quote nothing"
        yield "  what the texts in the editors' words say, and the other languages of all texts"


def _places(evidence: Iterable[EvidenceDocument]) -> str:
    return ", ".join(f"{item.start} to {item.end}" for item in evidence)


def _letters(text: Iterable[str]) -> str:
    """Return the letters and digits of a text. Names are written with other quotes, commas and spaces than printed."""
    return "".join(filter(str.isalnum, normalize("NFKC", "".join(text))))


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


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
