"""Running the tests of a subject against its mutants."""

import shutil
import time
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path

import coverage
import pytest
from _pytest.fixtures import SubRequest
from _pytest.runner import call_and_report
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.forking import LostError, in_a_copy
from tests.mutation.importing import importing, name_of
from tests.mutation.mutants import Mutant
from tests.mutation.patching import CannotBePatchedError, Program
from tests.mutation.scope import Subject
from tests.mutation.survey import Survey

_FIXTURE = "fixture "
_ALONE = "alone"
_DAY_SECONDS = 24 * 60 * 60

# Of examples that are made up the same each time; one that fails is enough.
settings.register_profile(
    "mutation",
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Result:
    """What became of a mutant."""

    mutant: Mutant
    noticed_by: str | None
    """The test that failed, or what else went wrong; None where all passed."""
    seconds: float


class TestsFailError(Exception):
    """Tests fail though nothing is changed."""


def judge(subject: Subject, mutants: Sequence[Mutant], folder: Path) -> list[Result]:
    """Tell what becomes of each mutant, with `folder` for the files of the tests; raises TestsFailError."""
    survey, results, left = in_a_copy(lambda: _judge_in_place(subject, mutants, folder), _DAY_SECONDS, is_quiet=False)
    if survey.failed:
        raise TestsFailError(", ".join(survey.failed))
    if left:
        unchanged = _judge_imported(subject, replace(left[0], becomes=left[0].was), survey, folder)
        if unchanged.noticed_by is not None:
            raise TestsFailError(unchanged.noticed_by)
    return results + [_told(_judge_imported(subject, mutant, survey, folder)) for mutant in left]


def _told(result: Result) -> Result:
    """Say at once which mutants live: it takes long until all are judged."""
    if result.noticed_by is None:
        was, becomes = result.mutant.lines()
        print(f"  {result.mutant.module}:{result.mutant.line} lives:\n    - {was}\n    + {becomes}", flush=True)
    return result


def _judge_in_place(
    subject: Subject, mutants: Sequence[Mutant], folder: Path
) -> tuple[Survey, list[Result], list[Mutant]]:
    """Judge the mutants of functions that can be changed where they are; gives those that are left over, too."""
    measured = _measuring(subject)
    plugin = _InPlace(subject, mutants, measured, folder / _ALONE)
    measured.start()
    status = _pytest(subject.tests, plugin, folder / "shared")
    if status != pytest.ExitCode.OK:
        raise TestsFailError(f"they cannot be collected: pytest ends with {status}")
    return plugin.survey, plugin.results, plugin.left


def _judge_imported(subject: Subject, mutant: Mutant, survey: Survey, folder: Path) -> Result:
    """Judge a mutant in a process that has imported nothing of ours yet."""
    began = time.monotonic()
    tests = survey.all()
    plugin = _Imported(tests, {} if subject.builds else survey.snapshots)

    def notices() -> str | None:
        with importing(mutant):
            status = _pytest(sorted({test.partition("::")[0] for test in tests}), plugin, folder / _ALONE)
        return plugin.failed or (None if status == pytest.ExitCode.OK else f"pytest ends with {status}")

    return Result(mutant, _noticed_by(notices, survey.limit(tests)), time.monotonic() - began)


def _noticed_by(notices: Callable[[], str | None], seconds: float) -> str | None:
    try:
        return in_a_copy(notices, seconds)
    except LostError as error:
        return str(error)


def _pytest(tests: Sequence[str], plugin: object, folder: Path) -> int:
    settings.load_profile("mutation")
    options = ("-x", "-qq", "--no-header", "--no-summary", "--assert=plain", "--capture=no", "-p", "no:cacheprovider")
    # Folders of its own choice pytest removes when it has been run three times more.
    return int(pytest.main([*tests, *options, "--basetemp", str(folder)], plugins=[plugin]))


def _measuring(subject: Subject) -> coverage.Coverage:
    files = [str(Path(module).resolve()) for module in subject.modules]
    return coverage.Coverage(data_file=None, config_file=False, include=files)


class _InPlace:
    """Collects the tests once, and runs those that matter in a copy of the process for each mutant."""

    def __init__(self, subject: Subject, mutants: Sequence[Mutant], measured: coverage.Coverage, folder: Path) -> None:
        self.survey = Survey()
        self.results: list[Result] = []
        self.left: list[Mutant] = []
        self._subject = subject
        self._mutants = mutants
        self._measured = measured
        self._folder = folder
        self._program = Program(())
        self._contexts: list[str] = []
        self._items: dict[str, pytest.Item] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for module in self._subject.modules:
            # Some are imported when they are first asked for.
            import_module(name_of(module))
        self._items = {item.nodeid: item for item in session.items}
        if not self._subject.builds:
            self._make_what_all_share()
        self._measured.stop()
        before = frozenset(_lines(self._measured, self._subject))
        self._program = Program(self._subject.modules)
        self.survey = replace(in_a_copy(self._look, _DAY_SECONDS), before=before)
        if not self.survey.failed:
            for mutant in self._mutants:
                self._judge(mutant)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.survey.failed.append(report.nodeid)
        self.survey.seconds[report.nodeid] = self.survey.seconds.get(report.nodeid, 0.0) + report.duration

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, bool, bool]:
        # Or only the first test would run what is remembered then.
        self._program.forget()
        with self._during(item.nodeid):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> Generator[None, object, object]:
        with self._during(_FIXTURE + fixturedef.argname):
            return (yield)

    @contextmanager
    def _during(self, context: str) -> Iterator[None]:
        """Say whose the lines are that are run meanwhile."""
        self._contexts.append(context)
        self._switch()
        try:
            yield
        finally:
            self._contexts.pop()
            self._switch()

    def _switch(self) -> None:
        if self._measured._started:
            self._measured.switch_context(self._contexts[-1] if self._contexts else "")

    def _make_what_all_share(self) -> None:
        """Make what is made once for all tests, so that it is there in every copy."""
        made: set[str] = set()
        for item in sorted(self._items.values(), key=lambda item: len(_fixtures(item, "module"))):
            shared = _fixtures(item, "session")
            if shared.keys() <= made:
                continue
            made |= shared.keys()
            elsewhere = next(other for other in self._items.values() if other.path != item.path)
            item.session._setupstate.teardown_exact(item)
            call_and_report(item, "setup", log=False)
            for name, fixture in shared.items():
                if fixture.cached_result is not None and isinstance(fixture.cached_result[0], Path):
                    self.survey.snapshots[name] = fixture.cached_result[0]
            call_and_report(item, "teardown", log=False, nextitem=elsewhere)
            # Or it would be taken for prepared when it is run.
            item._initrequest()  # type: ignore[attr-defined]

    def _look(self) -> Survey:
        """Run all tests, and note which lines each runs."""
        self._measured = _measuring(self._subject)
        self._measured.start()
        self._run(list(self._items))
        self._measured.stop()
        needing: defaultdict[str, set[str]] = defaultdict(set)
        for test, item in self._items.items():
            self.survey.shares[test] = bool(_fixtures(item, "module"))
            for name in item.fixturenames:  # type: ignore[attr-defined]
                needing[_FIXTURE + name].add(test)
        runs: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for place, contexts in _lines(self._measured, self._subject).items():
            for context in contexts:
                runs[place] |= needing.get(context, {context})
        return replace(self.survey, runs=dict(runs))

    def _judge(self, mutant: Mutant) -> None:
        began = time.monotonic()
        tests = self.survey.of(mutant)
        is_left = not mutant.function
        noticed_by = None
        if tests and not is_left:
            noticed_by = _noticed_by(lambda: self._notices(mutant, tests), self.survey.limit(tests))
            is_left = noticed_by == _CANNOT
        if is_left or (noticed_by is None and (mutant.module, mutant.line) in self.survey.before):
            self.left.append(mutant)
        else:
            self.results.append(_told(Result(mutant, noticed_by, time.monotonic() - began)))

    def _notices(self, mutant: Mutant, tests: Sequence[str]) -> str | None:
        try:
            self._program.become(mutant)
        except CannotBePatchedError:
            return _CANNOT
        return self._run(tests, until_one_fails=True)

    def _run(self, tests: Sequence[str], *, until_one_fails: bool = False) -> str | None:
        items = [self._items[test] for test in tests]
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir()
        # What the tests of one mutant write is not left beside what all share.
        items[0].config._tmp_path_factory._basetemp = self._folder  # type: ignore[attr-defined]
        items[0].session._setupstate.teardown_exact(items[0])
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.survey.failed and until_one_fails:
                return self.survey.failed[0]
        return None


_CANNOT = "it cannot be changed where it is"


class _Imported:
    """Runs the tests in their order, with the snapshots that there are already."""

    def __init__(self, tests: Sequence[str], snapshots: dict[str, Path]) -> None:
        self.failed: str | None = None
        self._places = {test: place for place, test in enumerate(tests)}
        self._snapshots = snapshots

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._places), key=lambda item: self._places[item.nodeid]
        )

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object], request: SubRequest) -> object | None:
        made = self._snapshots.get(fixturedef.argname)
        if made is not None:
            fixturedef.cached_result = (made, fixturedef.cache_key(request), None)
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed = report.nodeid


def _fixtures(item: pytest.Item, scope: str) -> dict[str, pytest.FixtureDef[object]]:
    """Give what a test needs that is made for so much."""
    known = item._fixtureinfo.name2fixturedefs  # type: ignore[attr-defined]
    return {name: defined[-1] for name, defined in known.items() if defined[-1].scope == scope}


def _lines(measured: coverage.Coverage, subject: Subject) -> dict[tuple[str, int], list[str]]:
    """Give the lines that were run, each with the contexts in which it was."""
    data = measured.get_data()
    found = {}
    for module in subject.modules:
        for line, contexts in data.contexts_by_lineno(str(Path(module).resolve())).items():
            found[module, line] = contexts
    return found
