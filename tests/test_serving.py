"""The command as a process, over a real socket."""

import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from app.__main__ import main
from tests.serving import served


def run(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", *arguments], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def test_one_command_builds_and_serves(tmp_path: Path) -> None:
    with served(cwd=tmp_path) as address:
        page = httpx.get(f"{address}/v1/events?limit=1").json()
        assert page["meta"]["total"] == 13
        assert page["links"]["self"] == f"{address}/v1/events?limit=1"
        assert (
            httpx.get(page["links"]["next"], headers={"Host": "evil.example"})
            .json()["links"]["self"]
            .startswith(address)
        )
        assert [path.name for path in (tmp_path / ".data").iterdir()] == ["campaigns.sqlite3"]
    built = tmp_path / ".data" / "campaigns.sqlite3"
    before = built.stat().st_mtime_ns
    with served(cwd=tmp_path) as address, httpx.Client(base_url=address) as client:
        head = client.head("/v1/events", headers={"Accept-Encoding": "br"})
        got = client.get("/v1/events", headers={"Accept-Encoding": "br"})
        assert head.headers["content-length"] == got.headers["content-length"]
        assert head.headers["etag"] == got.headers["etag"]
        assert head.content == b""
        assert client.post("/v1/events", content=b"x" * 1000).status_code == 405
        assert client.get("/v1/events?limit=x").status_code == 422
        assert "server" not in got.headers
        assert got.headers["date"]
    assert built.stat().st_mtime_ns == before


@pytest.mark.slow
def test_cursors_survive_a_restart(tianshui_database: Path, tmp_path: Path) -> None:
    with served("--data", str(tianshui_database), cwd=tmp_path) as address:
        following = httpx.get(f"{address}/v1/events?limit=4").json()["links"]["next"]
        expected = httpx.get(following).json()["data"]
    query = following.partition("?")[2]
    with served("--data", str(tianshui_database), "--workers", "2", cwd=tmp_path) as address:
        assert httpx.get(f"{address}/v1/events?{query}").json()["data"] == expected


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_a_file_that_is_no_database_is_a_one_line_error(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    named = tmp_path / "named.sqlite3"
    if content is not None:
        named.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    monkeypatch.chdir(tmp_path)
    assert main(["serve", "--port", "0", "--data", "named.sqlite3"]) == 1
    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert printed.startswith("named.sqlite3: ")
    assert sorted(tmp_path.iterdir()) == before
    assert content is None or named.read_bytes() == content


@pytest.mark.slow
def test_foreign_files_are_never_overwritten(tmp_path: Path) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("nobody else has this")
    for arguments in (("build", "--output", "precious.txt"), ("serve", "--output", "precious.txt")):
        result = run(*arguments, cwd=tmp_path)
        assert result.returncode == 1
        assert "precious.txt: is not a database" in result.stderr
    assert precious.read_text() == "nobody else has this"
    assert list(tmp_path.iterdir()) == [precious]


@pytest.mark.slow
def test_any_path_can_be_built_at_and_served(tmp_path: Path) -> None:
    odd = tmp_path / "a folder %41?mode=rwc#x" / "天水 100%.sqlite3"
    assert run("build", "--output", str(odd), cwd=tmp_path).returncode == 0
    assert list(odd.parent.iterdir()) == [odd]
    with served("--data", str(odd), cwd=tmp_path) as address:
        assert httpx.get(f"{address}/v1/events").json()["meta"]["total"] == 13


@pytest.mark.slow
def test_a_damaged_output_is_built_again(tianshui_database: Path, tmp_path: Path) -> None:
    output = tmp_path / "own.sqlite3"
    output.write_bytes(tianshui_database.read_bytes()[:5000])
    with served("--output", str(output), cwd=tmp_path) as address:
        assert httpx.get(f"{address}/v1/events").json()["meta"]["total"] == 13
