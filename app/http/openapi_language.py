"""The OpenAPI document in another language: its texts are replaced, one paragraph or list item at a time.

The translations are in `app/locales/manual`, by the English text. Names, codes and examples stay as they are.
"""

import re
from typing import Any

from app.http.errors import PROBLEM_JSON
from app.languages import Language
from app.messages import manual_in, message

_TEXTS = ("summary", "description")
_BY_NAME = ("properties", "schemas")
"""The keys of mappings by name: a name in them may equal a key in _TEXTS and is not one."""
_UNTRANSLATED = ("example", "examples", "default", "enum", "const")

_ITEM = "* "
_BREAK = re.compile(r"(\n\n|\n(?=\* )|^\* |(?<=\n)\* )")
"""Separates paragraphs and list items."""
_NAMED_CODE = re.compile(r"`[^`]*`: .*")
"""Matches the item of a code, which has its names in all languages."""
_WITH_EXAMPLE = re.compile(r"(?P<description>.*) Example: (?P<example>`.*`)\.")


class DocumentTranslator:
    """Translates OpenAPI documents into a language; what has no translation stays in English."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._translations = manual_in(language)

    def translate(self, document: dict[str, Any]) -> None:
        """Translate the texts of a document in place."""
        self._visit(document)
        document["info"]["title"] = self.find(document["info"]["title"])
        schemas = document["components"]["schemas"]
        for schema, field in (("ProblemDocument", "title"), ("ParameterError", "detail")):
            described = schemas[schema]["properties"][field]
            described["examples"] = [self.find(text) for text in described["examples"]]

    def find(self, text: str) -> str:
        """Return the translation of a paragraph or list item."""
        return self._translations.get(text, text)

    def _visit(self, node: Any) -> None:
        if isinstance(node, list):
            for one in node:
                self._visit(one)
        if not isinstance(node, dict):
            return
        for key, value in node.items():
            if key in _TEXTS and isinstance(value, str):
                node[key] = self._translate_text(value)
            elif key in _BY_NAME:
                for one in value.values():
                    self._visit(one)
            elif key == PROBLEM_JSON:
                self._translate_problem(value["example"])
            elif key not in _UNTRANSLATED:
                self._visit(value)

    def _translate_text(self, text: str) -> str:
        pieces = _BREAK.split(text)
        # Every other piece is a break.
        for index in range(0, len(pieces), 2):
            is_item = index > 0 and pieces[index - 1] == _ITEM
            if pieces[index] and not (is_item and _NAMED_CODE.fullmatch(pieces[index])):
                pieces[index] = self._translate_block(" ".join(pieces[index].split()))
        return "".join(pieces)

    def _translate_block(self, text: str) -> str:
        found = _WITH_EXAMPLE.fullmatch(text)
        if found is None:
            return self.find(text)
        shown = message(
            "{description} Example: {example}.", description=self.find(found["description"]), example=found["example"]
        )
        return shown.in_language(self._language)

    def _translate_problem(self, problem: dict[str, Any]) -> None:
        for key in ("title", "detail"):
            if key in problem:
                problem[key] = self.find(problem[key])
        for error in problem.get("errors", ()):
            self._translate_problem(error)
