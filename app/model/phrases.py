"""The phrases of the service in each language, from the tables `phrases`, `months` and `counts` of their files."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

from app.languages import LANGUAGES, Language, localised
from app.model.codes import Qualifier


@dataclass(frozen=True)
class Phrases:
    """The phrases in one language; braces mark what `format` fills in."""

    about: str
    """The title of a workbook's second sheet; those up to `licence` are the labels in it."""
    title: str
    address: str
    language: str
    data_version: str
    records: str
    undated_excluded: str
    derived_excluded: str
    credit: str
    coordinates_from: str
    licence: str
    labelled: str
    some_time: str
    """That a date is known less exactly than to the day: `start` and `end` are the first and last possible day."""
    cut: str
    """At the end of a text that a cell cannot hold."""
    participants: str
    participant: str
    participants_counted: str
    collectives_counted: str
    series_count: str
    month_of_year: str
    metric_meaning: str
    """The meaning of a metric, with its name: the data define metrics and units, and give them no meanings."""
    unit_meaning: str
    language_meaning: str


_TEXTS = localised("phrases", [field.name for field in fields(Phrases)])

PHRASES: Mapping[Language, Phrases] = {
    language: Phrases(**{name: texts[language] for name, texts in _TEXTS.items()}) for language in LANGUAGES
}

MONTHS: Mapping[int, Mapping[Language, str]] = {
    int(month): texts for month, texts in localised("months", map(str, range(1, 13))).items()
}
"""The names of the months, 1 to 12."""

_COUNTS = localised("counts", [qualifier.value for qualifier in Qualifier])


def counted(count: int, qualifier: str, language: Language) -> str:
    """Return a count in words that say how exact it is; `qualifier` is a code of `Qualifier`."""
    return _COUNTS[qualifier][language].format(count=count)


def name_of_month(month: str, language: Language) -> str:
    """Return the name of a month such as `2024-10`."""
    year, number = map(int, month.split("-"))
    return PHRASES[language].month_of_year.format(year=year, month=MONTHS[number][language])
