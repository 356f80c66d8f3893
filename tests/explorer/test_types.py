"""The types in the comments of the page's modules, against the types that the service's own OpenAPI document gives."""

import json
import shutil
from pathlib import Path

import pytest

from app.endpoints.explorer.files import FOLDER
from tests.client import Client
from tests.clients.conftest import needs, run
from tests.explorer.conftest import MODULES, needs_modules

pytestmark = [needs_modules, needs("node")]

WORKER = "service-worker.js"

OPTIONS = {
    "allowJs": True,
    "checkJs": True,
    "exactOptionalPropertyTypes": False,
    "module": "esnext",
    "moduleResolution": "bundler",
    "noEmit": True,
    "noFallthroughCasesInSwitch": True,
    "noUncheckedIndexedAccess": True,
    "noUnusedLocals": True,
    "noUnusedParameters": True,
    "strict": True,
    "target": "es2023",
    "types": [],
}


@pytest.fixture(scope="module")
def project(tianshui: Client, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the modules, with the types of the API beside them."""
    folder = tmp_path_factory.mktemp("types")
    (folder / "node_modules").symlink_to(MODULES)
    (folder / "package.json").write_text('{"type": "module"}')
    for path in FOLDER.glob("*.js"):
        shutil.copyfile(path, folder / path.name)
    (folder / "openapi.json").write_text(json.dumps(tianshui.get("/openapi.json")))
    run([MODULES / ".bin" / "openapi-typescript", "openapi.json", "--output", "schema.d.ts"], folder)
    return folder


def check(project: Path, files: list[str], library: str) -> None:
    options = OPTIONS | {"lib": ["es2023", *library.split()]}
    (project / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "files": files}))
    run([MODULES / ".bin" / "tsc", "--project", ".", "--pretty", "false"], project)


def test_modules_of_the_page(project: Path) -> None:
    files = sorted(path.name for path in project.glob("*.js") if path.name != WORKER)
    assert "api.js" in files
    check(project, files, "dom dom.iterable dom.asynciterable")


def test_the_service_worker(project: Path) -> None:
    check(project, [WORKER], "webworker")


def test_a_wrong_use_of_the_api_is_found(project: Path) -> None:
    """The types are those of the API: a field that no event has is refused."""
    (project / "wrong.js").write_text(
        '/** @param {import("./schema").components["schemas"]["EventRecord"]} event */\n'
        "export const wrong = (event) => event.titel;\n"
    )
    with pytest.raises(AssertionError, match=r"titel"):
        check(project, ["wrong.js"], "dom")


@pytest.mark.parametrize("name", ["api.js", "map.js"])
def test_a_module_to_copy_imports_nothing(name: str) -> None:
    lines = (FOLDER / name).read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line.lstrip().startswith("import ")] == []
