"""A generated report: an outline of sentences without text, and the ranges that records cite."""

from hashlib import sha256
from random import Random

from app.build.common.documents import DateDocument, EvidenceDocument
from app.model.codes import Basis, SentenceKind
from app.resources.sources.document import DigestDocument, SentenceDocument, SourceDocument, SourcesDocument
from tests.languages import HANT
from tests.tools.generating.words import Words, editorial, printed

_PARAGRAPHS = 40
_SENTENCES = 8


def make_sources(campaign: str, publisher: str, rng: Random) -> SourcesDocument:
    """Return the report that a campaign cites."""
    source = f"{campaign}-report"
    sentences, at = [], 0
    for paragraph in range(1, _PARAGRAPHS + 1):
        for number in range(1, _SENTENCES + 1):
            end = at + rng.randint(60, 160)
            sentence = SentenceDocument(
                paragraph=paragraph,
                sentence=number,
                start=at,
                end=end,
                kind=SentenceKind.LEAD if paragraph == 1 else SentenceKind.BODY,
                sha256=_digest(f"{source} {paragraph} {number}"),
                paraphrase=editorial(
                    Words(
                        f"第{paragraph}段第{number}句說民警與民眾一起做了什麼。",
                        f"第{paragraph}段第{number}句说民警与群众一起做了什么。",
                        f"Sentence {number} of paragraph {paragraph} says what police and public did together.",
                    )
                ),
            )
            sentences.append(sentence)
            at = end
        at += 1
    text = DigestDocument(sha256=_digest(source), length=at)
    document = SourceDocument(
        id=source,
        language=HANT,
        title=None,
        author=None,
        url=None,
        published=DateDocument(
            when=None,
            basis=Basis.NOT_GIVEN,
            note=editorial(Words("報道沒有印出日期。", "报道没有印出日期。", "The report prints no date.")),
        ),
        not_given_note=editorial(
            Words("報道沒有標題、作者和網址。", "报道没有标题、作者和网址。", "It has no title, author or URL.")
        ),
        publisher=publisher,
        publisher_role=printed(Words("主辦", "主办", "publisher")),
        publisher_address=None,
        received=text,
        cleaned=text,
        pinyin_notes=0,
        sentences=tuple(sentences),
        evidence=(evidence_piece(source, sentences[0]),),
    )
    return SourcesDocument(sources=(document,))


def evidence_pieces(sources: SourcesDocument) -> list[EvidenceDocument]:
    """Return the ranges that records may cite: two per sentence, each long enough for any printed date."""
    return [
        evidence_piece(source.id, sentence, first)
        for source in sources.sources
        for sentence in source.sentences
        for first in (0, 30)
    ]


def evidence_piece(source: str, sentence: SentenceDocument, first: int = 0) -> EvidenceDocument:
    """Cite thirty code points of a sentence, starting at `first`."""
    start = sentence.start + first
    return EvidenceDocument(
        source=source, paragraph=sentence.paragraph, sentence=sentence.sentence, start=start, end=start + 30
    )


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()
