import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app import __version__
from app.__main__ import main
from app.build.__main__ import main as edit
from app.build.common.yaml_reader import read_yaml
from app.build.reader import DOCUMENTS
from app.db.database import open_database
from app.options import EDITING
from tests.conftest import CAMPAIGNS, ROOT, SEEDS

YAML_FILES = sorted([*SEEDS.rglob("*.yaml"), *CAMPAIGNS.rglob("*.yaml")])


def run(arguments: Sequence[str]) -> int:
    """Run a command where it runs: the editors' own in this process, as it does in one of its own."""
    return edit(arguments) if arguments and arguments[0] in EDITING else main(arguments)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(arguments) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ([], ["serve", "check", "build", "verify-source", "schema", "openapi"]),
        (["serve"], ["--host", "--port", "--workers", "--data", "--seeds", "--output"]),
        (["check"], ["--seeds"]),
        (["build"], ["--seeds", "--output"]),
        (["verify-source"], ["FILE", "--source", "--show-evidence", "--seeds"]),
        (["schema"], ["places", "campaign", "sources", "locations", "events", "outcomes", "--into"]),
        (["openapi"], ["--data", "--seeds", "--output"]),
    ],
)
def test_each_command_has_a_usage(capsys: pytest.CaptureFixture[str], command: list[str], options: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run([*command, "--help"])
    assert left.value.code == 0
    out, err = capsys.readouterr()
    assert out.startswith(" ".join(["usage: campaign-api", *command]))
    assert err == ""
    for option in options:
        assert option in out
    assert len(set(re.findall(r"--[a-z-]+", out))) == len([word for word in options if word.startswith("--")]) + (
        1 if command else 3  # --help; and --version, and the --port of the last line
    )


def test_the_help_shows_the_defaults_that_the_environment_sets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_PORT", "9123")
    monkeypatch.setenv("CAMPAIGN_API_OUTPUT", "/srv/x.sqlite3")
    with pytest.raises(SystemExit):
        run(["serve", "--help"])
    out = capsys.readouterr().out
    assert "[default: 9123]" in " ".join(out.split())
    assert "[default: /srv/x.sqlite3]" in " ".join(out.split())


@pytest.mark.parametrize("arguments", [["--help"], ["serve", "--help"], ["build", "--help"], ["--version"]])
def test_help_is_printed_in_spite_of_a_wrong_setting(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_PORT", "x")
    monkeypatch.setenv("CAMPAIGN_API_PROT", "1")
    with pytest.raises(SystemExit) as left:
        run(arguments)
    assert left.value.code == 0
    out, err = capsys.readouterr()
    assert "campaign-api" in out
    assert err == ""


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(["--version"])
    assert left.value.code == 0
    assert capsys.readouterr().out == f"campaign-api {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "printed"),
    [
        (["chekc"], "invalid choice: 'chekc'"),
        (["check", "--sedes", "x"], "unrecognized arguments: --sedes x"),
        (["verify-source"], "the following arguments are required: FILE"),
        (["schema", "pillars"], "invalid choice: 'pillars'"),
    ],
)
def test_misuse_is_reported(capsys: pytest.CaptureFixture[str], arguments: list[str], printed: str) -> None:
    with pytest.raises(SystemExit) as left:
        run(arguments)
    assert left.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert printed in err


def test_wrong_values_of_options_are_reported_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--port", "99999", "--workers", "1_0", "--host", "::1 "]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--host: must not begin or end with white space (it is '::1 ')",
        "--port: must be a whole number from 0 to 65535 (it is '99999')",
        "--workers: must be a whole number from 1 to 64 (it is '1_0')",
    ]


@pytest.mark.parametrize(
    ("name", "value", "printed"),
    [
        ("CAMPAIGN_API_PORT", "abc", "CAMPAIGN_API_PORT: must be a whole number from 0 to 65535 (it is 'abc')"),
        (
            "CAMPAIGN_API_PUBLIC_BASE_URL",
            "example",
            "CAMPAIGN_API_PUBLIC_BASE_URL: must be an http or https URL such as ",
        ),
    ],
)
def test_a_wrong_setting_is_reported_with_its_variable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str, *, value: str, printed: str
) -> None:
    monkeypatch.setenv(name, value)
    assert run(["check"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(printed)
    assert err.endswith(f" (it is {value!r})\n")
    assert err.count("\n") == 1


def test_all_wrong_settings_are_reported_at_once(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_PORT", "abc")
    monkeypatch.setenv("CAMPAIGN_API_WORKERS", "0")
    assert run(["check"]) == 2
    assert [line.split(":")[0] for line in capsys.readouterr().err.splitlines()] == [
        "CAMPAIGN_API_PORT",
        "CAMPAIGN_API_WORKERS",
    ]


def test_an_empty_setting_is_none(
    lone: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_PORT", "")
    assert printed(capsys, "check", "--seeds", str(lone)).endswith("no faults\n")


def test_a_setting_replaces_an_option(
    lone: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_SEEDS", str(lone))
    assert printed(capsys, "check") == f"{lone}: 1 campaign(s), no faults\n"


def test_an_option_overrides_a_setting(
    lone: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CAMPAIGN_API_SEEDS", "/nowhere")
    assert printed(capsys, "check", "--seeds", str(lone)) == f"{lone}: 1 campaign(s), no faults\n"


@pytest.mark.slow
def test_without_options_the_projects_own_seeds_are_checked(tmp_path: Path) -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "app", "check"],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )
    assert printed.stdout == f"{SEEDS}: 1 campaign(s), no faults\n"


def in_a_process(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as it is installed, in some folder."""
    command = [sys.executable, "-P", "-c", "from app.__main__ import main; raise SystemExit(main())", *arguments]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(command, check=False, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.slow
def test_the_commands_of_editors_run_in_the_build_process(lone: Path) -> None:
    done = in_a_process(ROOT, "check", "--seeds", str(lone))
    assert (done.returncode, done.stdout) == (0, f"{lone}: 1 campaign(s), no faults\n")
    (lone / "pingliang" / "events.yaml").unlink()
    faulty = in_a_process(ROOT, "check", "--seeds", str(lone))
    assert (faulty.returncode, faulty.stdout) == (1, "")
    assert faulty.stderr.endswith("1 fault\n")
    assert in_a_process(ROOT, "schema", "pillars").returncode == 2


@pytest.mark.slow
def test_our_package_runs_in_any_folder(lone: Path, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('another app')", encoding="utf-8")
    done = in_a_process(tmp_path, "check", "--seeds", str(lone))
    assert done.stdout == f"{lone}: 1 campaign(s), no faults\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        ("schema",),
        ("--help",),
        *(
            pytest.param(arguments, marks=pytest.mark.slow)
            for arguments in (("schema", "events"), ("check",), ("openapi",), ("--version",), ("build", "-h"))
        ),
    ],
)
def test_a_reader_of_the_output_may_leave_early(tianshui_database: Path, arguments: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "app", *arguments],
        cwd=ROOT,
        env=os.environ | {"CAMPAIGN_API_DATA": str(tianshui_database)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"Error" not in process.stderr.read()
        assert process.wait(60) == 0


@pytest.mark.slow
def test_output_that_cannot_be_written_is_reported_in_one_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "app.build", "schema", "events"],
            check=False,
            cwd=ROOT,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert (done.returncode, done.stderr) == (1, "standard output cannot be written: No space left on device\n")


def test_schemas_are_written_to_a_folder_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    assert run(["schema", "--into", str(file)]) == 1
    assert capsys.readouterr().err == f"{file}: cannot be written: File exists\n"


def test_build_prints_the_file_and_its_version(lone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "data" / "x.sqlite3"
    assert run(["build", "--seeds", str(lone), "--output", str(output)]) == 0
    out, err = capsys.readouterr()
    database = open_database(output)
    database.close()
    assert out == f"{output} {database.version}\n"
    assert re.fullmatch(r"[0-9a-f]{32}", database.version)
    progress = err.splitlines()
    assert progress[0] == f"reading {lone / 'pingliang'}"
    assert progress[-1] == f"{output} has version {database.version}"
    again = printed(capsys, "build", "--seeds", str(lone), "--output", str(output))
    assert again == f"{output} {database.version} (as before)\n"


def test_build_reports_faults_of_the_seeds(lone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (lone / "pingliang" / "events.yaml").unlink()
    assert run(["build", "--seeds", str(lone), "--output", str(tmp_path / "x.sqlite3")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    fault, count = err.splitlines()[-2:]
    assert fault == f"{lone / 'pingliang' / 'events.yaml'}:1:1: (document): cannot be read: No such file or directory"
    assert count.startswith("1 fault")
    assert not (tmp_path / "x.sqlite3").exists()


def test_build_reports_why_it_cannot_write(lone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data").write_text("", encoding="utf-8")
    assert run(["build", "--seeds", str(lone), "--output", str(tmp_path / "data" / "x.sqlite3")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith(f"{tmp_path / 'data' / 'x.sqlite3'}: cannot be written: ")


@pytest.fixture(scope="module")
def schemas() -> dict[str, Any]:
    """The schemas as the command prints them."""
    with redirect_stdout(io.StringIO()) as out:
        assert run(["schema"]) == 0
    found: dict[str, Any] = json.loads(out.getvalue())
    return found


def test_the_schemas_are_valid(schemas: dict[str, Any]) -> None:
    assert list(schemas) == list(DOCUMENTS)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("document", list(DOCUMENTS))
def test_the_schema_of_one_document_is_printed_alone(
    schemas: dict[str, Any], capsys: pytest.CaptureFixture[str], document: str
) -> None:
    assert json.loads(printed(capsys, "schema", document)) == schemas[document]


@pytest.mark.parametrize("file", YAML_FILES, ids=[f"{file.parent.name}/{file.name}" for file in YAML_FILES])
def test_every_document_is_valid_against_its_schema(schemas: dict[str, Any], file: Path) -> None:
    errors = [error.message for error in Draft202012Validator(schemas[file.stem]).iter_errors(read_yaml(file).value)]
    assert errors == []


@pytest.mark.parametrize(
    ("document", "old", "new"),
    [
        ("events", "    series_count: 3\n", "    serie_count: 3\n"),
        ("events", "    kind: component\n", "    kind: compnent\n"),
        ("events", "en: Road safety quiz}", "de: Quiz}"),
        ("events", "en: Road safety quiz}", "en: ''}"),
        ("outcomes", "    metric: participants\n", ""),
        ("outcomes", "en: parents who kept watch, origin: editorial}", "en: parents, origin: converted}"),
        ("locations", "latitude: 35.54279", "latitude: 95"),
        ("locations", '"620800"', "620800"),
        ("sources", "url: null", "url: 5"),
        ("campaign", "id: pingliang-new-helmets", "id: New Helmets"),
    ],
)
def test_a_json_schema_refuses_invalid_documents(
    lone: Path, schemas: dict[str, Any], document: str, *, old: str, new: str
) -> None:
    file = lone / "pingliang" / f"{document}.yaml"
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1
    file.write_text(text.replace(old, new), encoding="utf-8")
    assert not Draft202012Validator(schemas[document]).is_valid(read_yaml(file).value)


def test_the_schemas_beside_the_seeds_are_current(
    tmp_path: Path, schemas: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(capsys, "schema", "--into", str(tmp_path / "new" / "schemas")) == ""
    written = {file.name: file.read_bytes() for file in (tmp_path / "new" / "schemas").iterdir()}
    assert written == {file.name: file.read_bytes() for file in (SEEDS / ".schema").iterdir()}
    assert {name: json.loads(text) for name, text in written.items()} == {
        f"{name}.json": schema for name, schema in schemas.items()
    }


@pytest.mark.parametrize("file", YAML_FILES, ids=[f"{file.parent.name}/{file.name}" for file in YAML_FILES])
def test_every_document_names_its_schema_in_its_first_line(file: Path) -> None:
    line = file.read_text(encoding="utf-8").split("\n", 1)[0]
    named = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", line)
    assert named is not None
    assert (file.parent / named[1]).resolve() == SEEDS / ".schema" / f"{file.stem}.json"
    assert (file.parent / named[1]).is_file()


@pytest.mark.slow
def test_openapi_is_printed(tianshui_database: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(printed(capsys, "openapi", "--data", str(tianshui_database)))
    assert document["openapi"] == "3.1.0"
    assert document["info"]["version"] == __version__
    assert "/v1/events" in document["paths"]


@pytest.mark.slow
def test_openapi_builds_the_database_that_it_needs(
    lone: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "x.sqlite3"
    document = json.loads(printed(capsys, "openapi", "--seeds", str(lone), "--output", str(output)))
    assert document["openapi"] == "3.1.0"
    assert output.is_file()


def test_openapi_reports_a_missing_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["openapi", "--data", str(tmp_path / "x.sqlite3")]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err == f"{tmp_path / 'x.sqlite3'}: there is no such file; run `campaign-api build`\n"
