# One image for web, worker and beat: what each of them runs is in docker-compose.yml.
FROM python:3.13.5-slim-bookworm

RUN apt-get update \
    && apt-get install -q -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /srv/portal --uid 10001 portal

WORKDIR /srv/portal
COPY --chown=portal . .
USER portal
# The same set-up as on any other machine; what it downloaded on the way is left out of the image.
RUN ./portal manage version && rm -rf var node_modules && mkdir -m 700 var
ENV PATH=/srv/portal/.venv/bin:$PATH PYTHONUNBUFFERED=1
VOLUME /srv/portal/var
EXPOSE 8000

HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "commissioning.processes.health", "web"]
CMD ["gunicorn", "--config", "python:commissioning.processes.server", "commissioning.wsgi:application"]
