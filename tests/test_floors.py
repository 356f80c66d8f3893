"""The floors of the house: imports only go down, and never hide inside a function."""

import ast
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"
FLOORS = {
    "__main__": 6,
    "main": 5,
    "resources": 4,
    "seeding": 4,
    "web": 3,
    "published": 2,
    "storage": 2,
    "formats": 2,
    "tables": 1,
    "vocabulary": 1,
    "options": 1,
    "settings": 0,
    "languages": 0,
}
WITH_HTTP = ("__main__", "main", "resources", "web")
MODULES = sorted(APP.rglob("*.py"))


def room(parts: tuple[str, ...]) -> str:
    return parts[0].removesuffix(".py")


def imports(file: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


def test_every_room_has_a_floor() -> None:
    rooms = {room(file.relative_to(APP).parts) for file in MODULES} - {"__init__"}
    assert rooms == FLOORS.keys()


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(APP)))
def test_imports_only_go_down(file: Path) -> None:
    here = file.relative_to(APP).parts
    if here == ("__init__.py",):
        return
    for name in imports(file):
        package, *rest = name.split(".")
        if package != "app" or rest in ([], ["__version__"]):
            continue
        there = room(tuple(rest))
        if there == room(here):
            siblings = there == "resources" and rest[1] != file.stem
            assert not siblings, f"{file.name} imports its sibling {name}"
        else:
            assert FLOORS[there] < FLOORS[room(here)], f"{name} is not below {'/'.join(here)}"


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(APP)))
def test_what_knows_no_http_imports_none(file: Path) -> None:
    if room(file.relative_to(APP).parts) not in WITH_HTTP:
        assert not [name for name in imports(file) if name.split(".")[0] in ("fastapi", "starlette", "uvicorn")]


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(APP)))
def test_no_import_hides_inside_a_function(file: Path) -> None:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            assert not [inner for inner in ast.walk(node) if isinstance(inner, ast.Import | ast.ImportFrom)]
