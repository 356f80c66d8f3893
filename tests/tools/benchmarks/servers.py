"""The measured servers, each configured for speed."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from tests.tools.benchmarks.checkouts import Checkout
from tests.tools.benchmarks.http_client import Response
from tests.tools.benchmarks.processes import ALL_CORES, SERVER_CORE, Server, free_port, running
from tests.tools.benchmarks.programs import Programs

# Headers that a server adds itself or that differ in every response.
_OWN_HEADERS = ("date", "server", "connection", "x-request-id")
_DATASETTE_SETTINGS = {
    "sql_time_limit_ms": "60000",
    "max_returned_rows": "1000",
    "suggest_facets": "off",
    "allow_download": "off",
}
_DATASETTE_METADATA = {"databases": {"peers": {"tables": {"events": {"fts_table": "events_fts", "fts_pk": "number"}}}}}


@dataclass(frozen=True)
class Servers:
    """Starts servers; their files are in a folder."""

    folder: Path
    programs: Programs

    def service(
        self,
        checkout: Checkout,
        database: Path,
        settings: Mapping[str, str] | None = None,
        *,
        cores: str = SERVER_CORE,
    ) -> AbstractContextManager[Server]:
        """Serve a database by our service, with settings by their lowercase names without the prefix."""
        port = free_port()
        return running(
            checkout.serve(port, database),
            port,
            log=self.folder / f"{checkout.name}.log",
            cwd=checkout.root,
            ready="/v1/events?limit=1",
            cores=cores,
            environment=checkout.environment(settings or {}),
        )

    def bare(self, responses: Sequence[Response]) -> AbstractContextManager[Server]:
        """Send the responses, the first at `/0`, from a bare ASGI function on uvicorn."""
        file = self.folder / "bare.json"
        sent = {
            f"/{number}": (response.status, fixed_headers(response), base64.b64encode(response.body).decode())
            for number, response in enumerate(responses)
        }
        sent["/"] = (200, [], "")
        file.write_text(json.dumps(sent), encoding="utf-8")
        environment = {"BARE_RESPONSES": str(file)}
        return self._uvicorn("bare", "tests.tools.benchmarks.bare:app", environment=environment)

    def empty(self) -> AbstractContextManager[Server]:
        """Serve the empty application."""
        return self._uvicorn("empty", "tests.tools.benchmarks.empty:app", cores=ALL_CORES)

    def textbook(self, data: Path) -> AbstractContextManager[Server]:
        """Serve a peers' database by the textbook application."""
        environment = {"TEXTBOOK_DATABASE": str(data)}
        return self._uvicorn(
            "textbook", "tests.tools.benchmarks.textbook:app", "/events?limit=1", environment=environment
        )

    def datasette(self, data: Path) -> AbstractContextManager[Server]:
        """Serve a peers' database by Datasette, as an immutable file whose rows were counted before."""
        folder = self.folder / "serving"
        folder.mkdir(exist_ok=True)
        database, counts, metadata = folder / "peers.db", folder / "counts.json", folder / "metadata.json"
        # Datasette names a database after its file.
        database.unlink(missing_ok=True)
        database.symlink_to(data.resolve())
        metadata.write_text(json.dumps(_DATASETTE_METADATA), encoding="utf-8")
        subprocess.run(
            [self.programs.datasette, "inspect", str(database), "--inspect-file", str(counts)],
            check=True,
            capture_output=True,
            timeout=600,
        )
        # Its access log cannot be turned off; a line costs about 2 % of a response.
        port = free_port()
        settings = [word for name, value in _DATASETTE_SETTINGS.items() for word in ("--setting", name, value)]
        command = [
            *(self.programs.datasette, "serve", "--immutable", str(database), "--inspect-file", str(counts)),
            *("--metadata", str(metadata), "--port", str(port), *settings),
        ]
        return self._running("datasette", command, port, "/peers.json")

    def nginx(self, responses: Sequence[Response]) -> AbstractContextManager[Server]:
        """Send the responses as static files with the same headers, the first at `/0`, by nginx."""
        folder = self.folder / "nginx"
        folder.mkdir(exist_ok=True)
        port = free_port()
        (folder / "ready").write_text("ready", encoding="utf-8")
        places = [f"location = /ready {{ alias {folder}/ready; }}"]
        for number, response in enumerate(responses):
            (folder / str(number)).write_bytes(response.body)
            headers = [(name, value) for name, value in fixed_headers(response) if name.lower() not in _FILE_HEADERS]
            quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for _, value in headers)
            added = "".join(f'add_header {name} "{value}"; ' for (name, _), value in zip(headers, quoted, strict=True))
            content_type = next(value for name, value in response.headers if name.lower() == "content-type")
            places.append(f'location = /{number} {{ alias {folder}/{number}; default_type "{content_type}"; {added}}}')
        configuration = folder / "nginx.conf"
        configuration.write_text(_NGINX.format(folder=folder, port=port, places="\n".join(places)), encoding="utf-8")
        if os.geteuid() == 0:
            # Another user might not have access to the folder.
            configuration.write_text(f"user root;\n{configuration.read_text(encoding='utf-8')}", encoding="utf-8")
        command = [self.programs.nginx, "-p", str(folder), "-c", str(configuration), "-e", str(folder / "errors.log")]
        return self._running("nginx", command, port, "/ready")

    def _uvicorn(
        self,
        name: str,
        app: str,
        ready: str = "/",
        *,
        cores: str = SERVER_CORE,
        environment: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Server]:
        port = free_port()
        command = [sys.executable, "-m", "uvicorn", app, "--port", str(port), "--no-access-log", "--no-server-header"]
        command += ["--loop", "uvloop", "--http", "httptools", "--lifespan", "off", "--log-level", "warning"]
        return self._running(name, command, port, ready, cores=cores, environment=environment)

    def _running(
        self,
        name: str,
        command: Sequence[str],
        port: int,
        ready: str,
        *,
        cores: str = SERVER_CORE,
        environment: Mapping[str, str] | None = None,
    ) -> AbstractContextManager[Server]:
        log = self.folder / f"{name}.log"
        return running(command, port, log=log, ready=ready, cores=cores, environment=environment)


def fixed_headers(response: Response) -> list[tuple[str, str]]:
    """Return a response's headers without those that differ in every response."""
    return [(name, value) for name, value in response.headers if name.lower() not in _OWN_HEADERS] + [
        ("x-request-id", "0123456789abcdef")
    ]


_FILE_HEADERS = ("content-type", "content-length")
_NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    server_tokens off;
    sendfile on;
    tcp_nopush on;
    etag off;
    keepalive_requests 100000000;
    open_file_cache max=100;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
{places}
    }}
}}
"""
