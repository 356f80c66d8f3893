"""An invented report without words: an outline of sentences, and the pieces of them that records point at."""

from hashlib import sha256
from random import Random

from app.build.common.documents import DateDocument, EvidenceDocument
from app.languages import Language
from app.model.codes import Basis, SentenceKind
from app.resources.sources.document import DigestDocument, SentenceDocument, SourceDocument, SourcesDocument
from tests.generating.words import Words, printed, told

_PARAGRAPHS = 40
_SENTENCES = 8


def make_sources(campaign: str, publisher: str, chance: Random) -> SourcesDocument:
    """Make the report that a campaign was drawn from."""
    source = f"{campaign}-report"
    sentences, at = [], 0
    for paragraph in range(1, _PARAGRAPHS + 1):
        for number in range(1, _SENTENCES + 1):
            end = at + chance.randint(60, 160)
            sentence = SentenceDocument(
                paragraph=paragraph,
                sentence=number,
                start=at,
                end=end,
                kind=SentenceKind.LEAD if paragraph == 1 else SentenceKind.BODY,
                sha256=_digest(f"{source} {paragraph} {number}"),
            )
            sentences.append(sentence)
            at = end
        at += 1
    document = SourceDocument(
        id=source,
        language=Language.ZH_HANT,
        title=None,
        author=None,
        url=None,
        published=DateDocument(
            when=None,
            basis=Basis.NOT_GIVEN,
            note=told(Words("報道沒有印出日期。", "报道没有印出日期。", "The report prints no date.")),
        ),
        publisher=publisher,
        publisher_role=printed(Words("主辦", "主办", "publisher")),
        publisher_address=None,
        received=DigestDocument(sha256=_digest(f"{source} received"), length=at),
        cleaned=DigestDocument(sha256=_digest(f"{source} cleaned"), length=at),
        pinyin_notes=0,
        sentences=tuple(sentences),
        evidence=(piece_of(source, sentences[0]),),
    )
    return SourcesDocument(sources=(document,))


def pieces_of(sources: SourcesDocument) -> list[EvidenceDocument]:
    """Give the pieces that records may point at: two of each sentence, each long enough for any printed date."""
    return [
        piece_of(source.id, sentence, first)
        for source in sources.sources
        for sentence in source.sentences
        for first in (0, 30)
    ]


def piece_of(source: str, sentence: SentenceDocument, first: int = 0) -> EvidenceDocument:
    """Point at thirty code points of a sentence, from the `first` on."""
    start = sentence.start + first
    return EvidenceDocument(
        source=source, paragraph=sentence.paragraph, sentence=sentence.sentence, start=start, end=start + 30
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
