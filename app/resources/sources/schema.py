"""The public schema of sources."""

from enum import StrEnum

from pydantic import Field

from app.languages import Language
from app.model.codes import SentenceKind
from app.model.envelopes import ListEnvelope, RecordEnvelope
from app.model.schemas import (
    EvidencePart,
    HonestDate,
    Id,
    Named,
    Note,
    NotGivenNote,
    Paraphrase,
    PublicModel,
    TranslationsPart,
    parts_at_the_end,
)


class SourcePart(StrEnum):
    """What `include` can add to a source."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


class TextDigest(PublicModel):
    """A digest that identifies a text."""

    sha256: str = Field(description="Its SHA-256 in UTF-8, 64 hex digits.")
    length: int = Field(description="Its length in code points.", examples=[1306])


class Sentence(PublicModel):
    """The position of one sentence in the cleaned text, its digest, and what it says."""

    paragraph: int = Field(description="The paragraph's number, from 1.", examples=[3])
    sentence: int = Field(description="The sentence's number in its paragraph, from 1.", examples=[2])
    start: int = Field(description="The first code point, from 0.", examples=[225])
    end: int = Field(description="The code point after the last (half-open).", examples=[345])
    length: int = Field(description="How many code points it has.", examples=[120])
    kind: SentenceKind = Field(description="Its function in the document.", examples=["body"])
    sha256: str = Field(description="The SHA-256 of the sentence in UTF-8, 64 hex digits.")
    paraphrase: Paraphrase


class Correction(PublicModel):
    """A character that the document's script conversion confused, and its correction."""

    at: int = Field(description="The code point in the cleaned text, from 0.", examples=[7])
    printed: str = Field(description="What is printed.", examples=["里"])
    corrected: str = Field(description="The correction.", examples=["裡"])
    word: str = Field(description="The word that contains it, corrected.", examples=["這裡"])


class PunctuationChange(PublicModel):
    """A punctuation mark that is shown in another form than it is printed, everywhere but in `as_stated`."""

    printed: str = Field(description="What is printed.", examples=["“"])
    shown: str = Field(description="What is shown in the source's language.", examples=["「"])


class SourceRecord(PublicModel):
    """A document that records are based on. Its text is not copied."""

    id: Id
    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    language: Language = Field(description="The language that it is written in.", examples=["zh-Hant"])
    title: str | None = Field(description="Its title; null if it is not known.")
    author: str | None = Field(description="Its author; null if not known.")
    url: str | None = Field(description="Its URL; null if not known.")
    published: HonestDate = Field(description="When it was published.")
    not_before: HonestDate | None = Field(description="The day before which it cannot have been published.")
    publisher: Named = Field(description="The organisation that published it.")
    publisher_role: str = Field(description="What the document calls the publisher.", examples=["主辦"])
    publisher_address: str | None = Field(description="The id of the location that is the publisher's address.")
    not_given_note: NotGivenNote
    note: Note
    received: TextDigest = Field(description="The text as it was received.")
    cleaned: TextDigest = Field(description="The text that positions refer to: without the conversion's pinyin notes.")
    pinyin_notes: int = Field(description="How many such notes were removed.", examples=[156])
    sentences: list[Sentence] = Field(
        description="The outline: position, length, digest and paraphrase of every sentence."
    )
    corrections: list[Correction] = Field(description="Characters that are corrected in what is shown.")
    punctuation: list[PunctuationChange] = Field(
        description="Punctuation that is changed in what is shown; beside `corrections`, all that is."
    )
    evidence: EvidencePart
    translations: TranslationsPart


PARTS = parts_at_the_end(SourceRecord, SourcePart)
"""The parts that `include` adds, in the order of the record's last fields."""


class SourceListResponse(ListEnvelope[SourceRecord]):
    """A page of sources."""


class SourceResponse(RecordEnvelope[SourceRecord]):
    """One source."""
