"""Importing a module in its changed form."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import CodeType

from tests.mutation.mutants import Mutant

_AHEAD = (
    *("alembic.command", "brotli", "coverage", "duckdb", "fastapi", "httpx", "hypothesis.stateful", "icalendar"),
    *("jsonschema", "opencc", "openpyxl", "pydantic_settings", "pypinyin", "pytest", "ruamel.yaml", "sqlmodel"),
    *("uvicorn", "uvloop", "xlsxwriter", "zstandard"),
)
"""What the tests import that is not ours."""


def import_ahead() -> None:
    """Import what is the same for every mutant."""
    for name in _AHEAD:
        __import__(name)


def name_of(module: str) -> str:
    """Give the name by which a module is imported."""
    return module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self._name = name_of(mutant.module)
        self._loader = _Loader(self._name, str(Path(mutant.module).resolve()))
        self._loader.source = mutant.source()

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        return spec_from_file_location(fullname, self._loader.path, loader=self._loader)


class _Loader(SourceFileLoader):
    source = ""

    def get_code(self, _fullname: str) -> CodeType:
        code: CodeType = compile(self.source, self.path, "exec", dont_inherit=True)
        return code


@contextmanager
def importing(mutant: Mutant) -> Iterator[None]:
    """Have a module imported as the mutant makes it."""
    finder = _Finder(mutant)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
