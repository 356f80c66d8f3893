"""What is told of the mutants: a table by module, and each that lives on with its change and why it may."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.mutation.mutants import Mutant
from tests.mutation.suite import Result

EXPLANATIONS = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True)
class Explanation:
    """Why mutants of a line may live on."""

    module: str
    was: str
    """The line as it is, with single spaces."""
    becomes: str | None
    """The line as it was changed; None for any change of it."""
    why: str

    def is_of(self, mutant: Mutant) -> bool:
        """Tell whether it explains a mutant."""
        was, becomes = mutant.lines()
        return mutant.module == self.module and was == self.was and self.becomes in (None, becomes)


def read_explanations() -> list[Explanation]:
    """Read those that are committed."""
    written = tomllib.loads(EXPLANATIONS.read_text(encoding="utf-8"))
    return [
        Explanation(module, one["was"], one.get("becomes"), one["why"])
        for module, ones in written.items()
        for one in ones
    ]


def why_it_lives(mutant: Mutant, explanations: Iterable[Explanation]) -> str | None:
    """Find the explanation of a mutant."""
    return next((one.why for one in explanations if one.is_of(mutant)), None)


def table(results: Sequence[Result], explanations: Sequence[Explanation]) -> Iterator[str]:
    """Give the lines of the table."""
    yield f"{'module':<36} {'mutants':>7} {'killed':>7} {'%':>6} {'survived':>8} {'explained':>9} {'s':>6}"
    by_module: dict[str, list[Result]] = {}
    for result in results:
        by_module.setdefault(result.mutant.module, []).append(result)
    for name, ones in (*by_module.items(), ("altogether", results)):
        lives = [one for one in ones if one.noticed_by is None]
        explained = sum(why_it_lives(one.mutant, explanations) is not None for one in lives)
        killed, seconds = len(ones) - len(lives), sum(one.seconds for one in ones)
        share = f"{share_killed(ones):.1f}"
        yield f"{name:<36} {len(ones):>7} {killed:>7} {share:>6} {len(lives):>8} {explained:>9} {seconds:>6.0f}"


def share_killed(results: Sequence[Result]) -> float:
    """Tell how many of a hundred mutants were noticed."""
    return 100 * sum(result.noticed_by is not None for result in results) / len(results)


def survivors(results: Sequence[Result], explanations: Sequence[Explanation]) -> Iterator[str]:
    """Give the lines of the report: those that nothing explains first."""
    lives = [(result.mutant, why_it_lives(result.mutant, explanations)) for result in results if not result.noticed_by]
    for mutant, why in sorted(lives, key=lambda pair: pair[1] is not None):
        was, becomes = mutant.lines()
        yield f"{mutant.module}:{mutant.line} {mutant.function}"
        yield f"- {was}"
        yield f"+ {becomes}"
        yield f"  {why or 'NOT EXPLAINED'}"
        yield ""


def stale(results: Sequence[Result], explanations: Sequence[Explanation]) -> list[Explanation]:
    """List the explanations that are of no survivor, though their modules were put to the test."""
    modules = {result.mutant.module for result in results}
    lives = [result.mutant for result in results if result.noticed_by is None]
    return [one for one in explanations if one.module in modules and not any(one.is_of(mutant) for mutant in lives)]
