"""`sources.yaml`: the documents that a campaign was drawn from, without their text."""

from pydantic import Field, HttpUrl

from app.build.common.documents import (
    DateDocument,
    Document,
    Evidence,
    LocationId,
    OrganisationId,
    Printed,
    PrintedText,
    Sha256,
    Slug,
    Text,
)
from app.languages import Language
from app.model.codes import Resource, SentenceKind
from app.model.schemas import MAX_INTEGER

_SHORTEST_NOTE = len("(a)")

_MAX_PARAPHRASE = 1_000
"""The maximum length of a paraphrase in one language, code points."""


class DigestDocument(Document):
    """How to recognise a text."""

    sha256: Sha256 = Field(description="Of the text in UTF-8, line ends as they are.")
    length: int = Field(ge=1, description="In code points.")


class SentenceDocument(Document):
    """The half-open range of one sentence in the cleaned text, its digest, and what it says."""

    paragraph: int = Field(ge=1)
    sentence: int = Field(ge=1)
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    kind: SentenceKind
    sha256: Sha256
    paraphrase: Text = Field(description="What the sentence says, in one line of the editors' own words.")

    def _fault(self) -> str | None:
        if self.end <= self.start:
            return "end must be greater than start"
        if any("\n" in words or len(words) > _MAX_PARAPHRASE for words in self.paraphrase.root.values()):
            return f"a paraphrase is one line of at most {_MAX_PARAPHRASE:,} characters"
        return None


class CorrectionDocument(Document):
    """A character that the source's script conversion had confused, and the right one."""

    at: int = Field(ge=0, description="The code point in the cleaned text.")
    printed: Printed
    corrected: Printed
    word: PrintedText = Field(description="The corrected word that contains it.")


class PunctuationDocument(Document):
    """A punctuation mark that the source's own texts have in another form, wherever the source prints it."""

    printed: Printed
    shown: Printed


class SourceDocument(Document):
    """A public document."""

    defines = Resource.SOURCE
    id: Slug
    language: Language
    title: PrintedText | None
    author: PrintedText | None
    url: HttpUrl | None = Field(strict=False)
    published: DateDocument
    not_before: DateDocument | None = Field(None, description="A day before which it cannot have been published.")
    publisher: OrganisationId = Field(description="The organisation that published it.")
    publisher_role: PrintedText = Field(description="What the source calls the publisher.")
    publisher_address: LocationId | None = Field(description="The location that is the publisher's address.")
    not_given_note: Text | None = Field(None, description="Why the title, the author or the URL is null.")
    note: Text | None = Field(None, description="What is odd about the document.")
    received: DigestDocument = Field(description="The text as it was received.")
    cleaned: DigestDocument = Field(description="The text without the conversion's pinyin notes.")
    pinyin_notes: int = Field(
        ge=0, le=MAX_INTEGER, description="How many notes in parentheses the conversion had left."
    )
    sentences: tuple[SentenceDocument, ...] = Field(min_length=1)
    corrections: tuple[CorrectionDocument, ...] = ()
    punctuation: tuple[PunctuationDocument, ...] = ()
    evidence: Evidence

    def _fault(self) -> str | None:
        if (None in (self.title, self.author, self.url)) != (self.not_given_note is not None):
            return "not_given_note says why title, author or url is null; write it exactly when one of them is"
        if self.pinyin_notes == 0 and self.received != self.cleaned:
            return "without pinyin notes nothing was removed: received must equal cleaned"
        if self.received.length < self.cleaned.length + _SHORTEST_NOTE * self.pinyin_notes:
            return f"received must be at least {_SHORTEST_NOTE} code points longer than cleaned for each pinyin note"
        if self.pinyin_notes and self.received.sha256 == self.cleaned.sha256:
            return "received and cleaned differ by the pinyin notes, so they cannot have the same sha256"
        return None


class SourcesDocument(Document):
    """The sources of a campaign."""

    sources: tuple[SourceDocument, ...] = Field(min_length=1)
