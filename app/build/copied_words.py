"""Finding in the editors' own texts what was copied from the source."""

from collections.abc import Iterator

from app.build.common.faults import Fault
from app.build.common.trees import text_fields
from app.build.reader import CampaignSeeds
from app.build.validate.evidence import printed_words
from app.languages import TextOrigin
from app.resources.sources.document import SourceDocument

RUN = 9
"""So many characters in the source's order are copied, unless a printed name, date or figure contains them."""


def copied(text: str, seeded: CampaignSeeds, source: SourceDocument) -> Iterator[Fault]:
    """Find the first run in each editorial text that stands in the source's corrected text too."""
    # As records show it.
    for change in source.punctuation:
        text = text.replace(change.printed, change.shown)
    texts = [(words, place.at(*path)) for part, place in seeded.parts() for words, path in text_fields(part)]
    language = source.language
    names = [words.root[language] for words, _ in texts if words.origin is TextOrigin.SOURCE]
    names += [quotation.words for quotation in printed_words(seeded)]
    for words, place in texts:
        if words.origin is TextOrigin.EDITORIAL:
            own = words.root[language]
            for start in range(len(own) - RUN + 1):
                run = own[start : start + RUN]
                if run in text and not any(run in name for name in names):
                    message = f"{run!r} stands in {source.id} too; use other words, or mark a name `origin: source`"
                    yield place.at(language).fault(message)
                    break
