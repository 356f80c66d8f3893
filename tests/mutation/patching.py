"""Changing functions where they are: their code is replaced, so that whoever has one of them has the changed one."""

import functools
import gc
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from tests.mutation.mutants import Mutant

_Place = tuple[str, int]
"""The qualified name of a function and its first line."""


class CannotBePatchedError(Exception):
    """A mutant is none of a function that is there already."""


class Program:
    """The functions of some modules as they are in memory, and all that `app` remembers of what they gave."""

    def __init__(self, modules: tuple[str, ...]) -> None:
        files = {str(Path(module).resolve()): module for module in modules}
        self._functions: dict[str, list[FunctionType]] = {module: [] for module in modules}
        self._caches: list[Any] = []
        for thing in gc.get_objects():
            if isinstance(thing, FunctionType) and thing.__code__.co_filename in files:
                self._functions[files[thing.__code__.co_filename]].append(thing)
            elif isinstance(thing, functools._lru_cache_wrapper) and thing.__module__.startswith("app."):
                self._caches.append(thing)

    def become(self, mutant: Mutant) -> None:
        """Change the functions that a mutant changes, and forget all; raises CannotBePatchedError."""
        was = _codes(Path(mutant.module).read_text(encoding="utf-8"), mutant.module)
        now = _codes(mutant.source(), mutant.module)
        changed = 0
        for function in self._functions[mutant.module]:
            code = function.__code__
            place = (code.co_qualname, code.co_firstlineno)
            number = next((number for number, known in enumerate(was[place]) if known == code), 0)
            if number < len(now[place]) and now[place][number] != code:
                try:
                    function.__code__ = now[place][number]
                except ValueError as error:
                    raise CannotBePatchedError(mutant.function) from error
                changed += 1
        if not changed:
            raise CannotBePatchedError(mutant.function)
        self.forget()

    def forget(self) -> None:
        """Forget what functions gave before."""
        for cache in self._caches:
            cache.cache_clear()


def _codes(source: str, module: str) -> Mapping[_Place, list[CodeType]]:
    """Give the code of every function of a source, by its place."""
    codes: defaultdict[_Place, list[CodeType]] = defaultdict(list)
    for code in _inside(compile(source, str(Path(module).resolve()), "exec", dont_inherit=True)):
        codes[code.co_qualname, code.co_firstlineno].append(code)
    return codes


def _inside(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _inside(constant)
