"""Finding numbers in the paraphrases of a source's sentences that the sentences do not print."""

import re
from collections.abc import Iterator

from app.build.common.faults import Fault
from app.build.common.numerals import printed_numbers
from app.build.common.yaml_reader import Position
from app.build.reader import CampaignSeeds
from app.fulltext.numerals import DIGITS, SCALES, UNITS
from app.languages import LANGUAGES
from app.resources.sources.document import SourceDocument

_ENGLISH = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ENGLISH_NUMBER = re.compile(rf"\b({'|'.join(_ENGLISH)})\b", re.IGNORECASE)
_NUMERALS = "".join((*DIGITS, *UNITS, *SCALES))
# Part of many words that are no numbers: 一同, 一起.
_LONE_ONE = re.compile(rf"(?<![{_NUMERALS}0-9])一(?![{_NUMERALS}0-9])")


def unprinted_numbers(text: str, seeded: CampaignSeeds, source: SourceDocument) -> Iterator[Fault]:
    """Find the numbers in the paraphrases of a source that the sentences, in its `text`, have in no numerals."""
    place = Position(seeded.yaml["sources"], ("sources", seeded.sources.sources.index(source), "sentences"))
    for index, sentence in enumerate(source.sentences):
        printed = printed_numbers(text[sentence.start : sentence.end])
        where = f"sentence {sentence.paragraph}.{sentence.sentence} of {source.id}"
        for language in LANGUAGES:
            words = sentence.paraphrase.root[language]
            for number in sorted(_numbers(words) - printed):
                yield place.at(index, "paraphrase", language).fault(f"{number:.12g} is not printed in {where}")


def _numbers(words: str) -> set[float]:
    english = {float(_ENGLISH.index(word.lower()) + 2) for word in _ENGLISH_NUMBER.findall(words)}
    return printed_numbers(_LONE_ONE.sub("", words)) | english
