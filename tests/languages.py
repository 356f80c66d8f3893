"""The languages that tests are about. The application has no name for a language: its enum is made of the files."""

from app.languages import Language

HANT, HANS, EN = map(Language, ("zh-Hant", "zh-Hans", "en"))
