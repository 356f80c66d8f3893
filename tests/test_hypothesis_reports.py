"""A property that fails shows its example, although warnings are errors here."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

_FAILING = """
import warnings

import pytest
from hypothesis import given, settings, strategies as st


@pytest.fixture(scope="module")
def records():
    return [{"id": number, "text": "x" * 50} for number in range(900)]


@settings(database=None, max_examples=20)
@given(number=st.integers(0, 1000))
def test_property(records, number):
    assert number < 1


def test_warning():
    warnings.warn("of our own code", stacklevel=1)
"""


@pytest.mark.slow
def test_the_example_is_shown_even_if_its_repr_is_very_large(tmp_path: Path) -> None:
    file = tmp_path / "test_failing.py"
    file.write_text(_FAILING)
    command = [sys.executable, "-m", "pytest", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider", str(file)]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    _, _, example = ended.stdout.partition("Failing test case: test_property(")
    assert "number=1," in example
    assert "AssertionError" in example
    assert "Generating overly large repr" in ended.stdout
    # Other warnings are errors.
    assert "UserWarning: of our own code" in ended.stdout
    assert "2 failed" in ended.stdout
