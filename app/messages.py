"""Messages to people: English templates in the code, and their translations in `app/locales/messages`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app.languages import LANGUAGES, Language
from app.locales import LocaleError, placeholders, read_translations

WRITTEN_IN = Language("en")
"""The language of the templates, and the one for readers who ask for no other that the service has."""


@dataclass(frozen=True)
class Message:
    """A sentence, or a part of one, that is put into words when the language of its reader is known."""

    template: str
    """In English, with named placeholders."""
    values: Mapping[str, object]
    """Their values: other messages, texts by language, lists, or what is the same in every language."""

    def __str__(self) -> str:
        return self.in_language(WRITTEN_IN)

    def in_language(self, language: Language) -> str:
        """Return the message in a language; in English where it is not translated."""
        template = messages_in(language).get(self.template, self.template)
        return template.format_map({name: _in_language(value, language) for name, value in self.values.items()})


def message(template: str, /, **values: object) -> Message:
    """Make a message; `template` is a literal, so that a test can find every one."""
    return Message(template, values)


def _in_language(value: object, language: Language) -> object:
    match value:
        case Message():
            return value.in_language(language)
        case Mapping():
            return value[language]
        case list() | tuple():
            return message(", ").in_language(language).join(str(_in_language(one, language)) for one in value)
    return value


@cache
def messages_in(language: Language) -> Mapping[str, str]:
    """Return the translations of the templates; none for English and a language without a file of them.

    Raises LocaleError for one with other placeholders than its template.
    """
    translations = read_translations("messages", language)
    for english, translated in translations.items():
        if placeholders(translated) != placeholders(english):
            raise LocaleError(f"messages in {language}: {translated!r} must have the placeholders of {english!r}")
    return translations


def manual_in(language: Language) -> Mapping[str, str]:
    """Return the translations of the manual's texts, messages included."""
    return {**messages_in(language), **read_translations("manual", language)}


def check_messages() -> None:
    """Read the messages of all languages, so that no request waits for it; raises LocaleError."""
    for language in LANGUAGES:
        messages_in(language)
