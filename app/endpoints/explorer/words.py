"""The words of the explorer, from the tables `explorer.*` of the language files."""

from functools import cache

from app.languages import LANGUAGES, Language, localised_table

SCRIPT_TABLES = ("page", "charts", "record", "dates", "short_months")
"""The tables that the page's modules read."""

_HTML = localised_table("explorer.html")
_SCRIPT = {name: localised_table(f"explorer.{name}") for name in SCRIPT_TABLES} | {"months": localised_table("months")}


@cache
def html_words(language: Language) -> dict[str, str]:
    """Return the words of the HTML, by key."""
    return {key: texts[language] for key, texts in _HTML.items()}


@cache
def script_words(language: Language) -> dict[str, dict[str, str]]:
    """Return the words of the modules, by table and key."""
    return {name: {key: texts[language] for key, texts in table.items()} for name, table in _SCRIPT.items()}


SHORT_NAMES = {language: _HTML["short_language"][language] for language in LANGUAGES}
"""One or two characters for each language."""
