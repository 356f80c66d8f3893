FROM python:3.13-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
RUN python -m venv /opt/venv
COPY requirements.lock ./
RUN /opt/venv/bin/pip install --require-hashes -r requirements.lock
COPY pyproject.toml README.md ./
COPY app app
COPY migrations migrations
COPY seeds seeds
RUN /opt/venv/bin/pip install --no-build-isolation --no-deps . \
    && /opt/venv/bin/campaign-api build --output /data/campaigns.sqlite3

FROM python:3.13-slim-bookworm
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin campaign
COPY --from=build /opt/venv /opt/venv
COPY --from=build /data /data
# With two malloc arenas, concurrent exports in threads fragment less memory than with the default of eight per core.
# Docker kills a stopped container after ten seconds.
ENV CAMPAIGN_API_DATA=/data/campaigns.sqlite3 \
    CAMPAIGN_API_SHUTDOWN_TIMEOUT_SECONDS=8 \
    CAMPAIGN_API_HOST=0.0.0.0 \
    MALLOC_ARENA_MAX=2 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
# Not by urllib, which would use a proxy that the environment names.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s \
    CMD ["/opt/venv/bin/python", "-c", "from http.client import HTTPConnection as C; from app.settings import Settings as S; s = S(); c = C(s.host, s.port, timeout=4); c.request('GET', '/readyz'); assert c.getresponse().status == 200"]
CMD ["/opt/venv/bin/campaign-api", "serve"]
