"""Sources as they are shown."""

from enum import StrEnum

from pydantic import Field

from app.languages import Language
from app.model.codes import SentenceKind
from app.model.schemas import EvidencePart, HonestDate, Id, Named, Note, PublicModel, TranslationsPart


class SourcePart(StrEnum):
    """What `include` can add to a source."""

    EVIDENCE = "evidence"
    TRANSLATIONS = "translations"


PARTS = tuple(SourcePart)
"""These parts in the order in which they stand at the end of the record."""


class TextDigest(PublicModel):
    """How to recognise a text."""

    sha256: str = Field(description="Its SHA-256 in UTF-8, 64 hex digits.")
    length: int = Field(description="Its length in code points.", examples=[1306])


class Sentence(PublicModel):
    """Where one sentence stands in the cleaned text, and how to recognise it."""

    paragraph: int = Field(description="The paragraph's number, from 1.", examples=[3])
    sentence: int = Field(description="The sentence's number in its paragraph, from 1.", examples=[2])
    start: int = Field(description="The first code point, from 0.", examples=[225])
    end: int = Field(description="The code point after the last (half-open).", examples=[345])
    length: int = Field(description="How many code points it has.", examples=[120])
    kind: SentenceKind = Field(description="What it is in the document.", examples=["body"])
    sha256: str = Field(description="The SHA-256 of the sentence in UTF-8, 64 hex digits.")


class Correction(PublicModel):
    """A character that the document's script conversion had confused, and the right one."""

    at: int = Field(description="The code point in the cleaned text, from 0.", examples=[7])
    printed: str = Field(description="What is printed.", examples=["里"])
    corrected: str = Field(description="What is shown instead.", examples=["裡"])
    word: str = Field(description="The word that it stands in, put right.", examples=["這裡"])


class Source(PublicModel):
    """A document that records were drawn from; its text is not copied here."""

    id: Id
    campaign: str = Field(description="The campaign's id.", examples=["tianshui"])
    language: Language = Field(description="The language that it is written in.", examples=["zh-Hant"])
    title: str | None = Field(description="Its title; null where it is not known.")
    author: str | None = Field(description="Its author; null where not known.")
    url: str | None = Field(description="Its address on the web; null where not known.")
    published: HonestDate = Field(description="When it was published.")
    not_before: HonestDate | None = Field(description="The day before which it cannot have been published.")
    publisher: Named = Field(description="The organisation that published it.")
    publisher_role: str = Field(description="What the document calls the publisher.", examples=["主辦"])
    publisher_address: str | None = Field(description="The id of the location that is the publisher's address.")
    note: Note
    received: TextDigest = Field(description="The text as it was received.")
    cleaned: TextDigest = Field(description="The text that positions count in: without the conversion's pinyin notes.")
    pinyin_notes: int = Field(description="How many such notes were taken out.", examples=[156])
    sentences: list[Sentence] = Field(description="The outline: position, length and digest of every sentence.")
    corrections: list[Correction] = Field(description="Characters that are shown otherwise than they are printed.")
    evidence: EvidencePart
    translations: TranslationsPart
