"""The tables of seeds/README.md, by which the words of the seeds are checked."""

from collections.abc import Iterator

from tests.conftest import SEEDS


def _rows(heading: str) -> Iterator[list[str]]:
    section = (SEEDS / "README.md").read_text(encoding="utf-8").partition(f"## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


USAGE: list[tuple[str, str]] = [(row[0], row[1]) for row in _rows("One usage in each script")]
"""Words that traditional and simplified Chinese do not share."""

FORBIDDEN: list[str] = [word.strip() for row in _rows("One term for each thing") for word in row[2].split(";")]
"""Words that another term is used for."""
