# syntax=docker/dockerfile:1
# By digest for a release: docker build --build-arg BASE=python:3.13-slim-trixie@sha256:… (docs/operations.md says how to
# look it up). Not written here: a digest that nobody renews keeps yesterday's holes in the base.
ARG BASE=python:3.13-slim-trixie
FROM ${BASE} AS build
WORKDIR /src
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/sentinel
COPY requirements.lock ./
RUN /opt/sentinel/bin/pip install --require-hashes --no-deps -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY sentinel sentinel
COPY config config
RUN /opt/sentinel/bin/pip install --no-deps .

FROM ${BASE}
LABEL org.opencontainers.image.title="Sentinel" \
      org.opencontainers.image.description="Wakes the right person when a brand catches fire, and hands them what to say" \
      org.opencontainers.image.licenses="Apache-2.0"
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends hunspell-es hunspell-en-us \
 && rm -rf /var/lib/apt/lists/*
RUN groupadd --system --gid 10001 sentinel \
 && useradd --system --uid 10001 --gid sentinel --home-dir /var/lib/sentinel --create-home sentinel
COPY --from=build /opt/sentinel /opt/sentinel
COPY config/sentinel.yaml /etc/sentinel/sentinel.yaml
ENV PATH=/opt/sentinel/bin:$PATH PYTHONUNBUFFERED=1 SENTINEL_CONFIG=/etc/sentinel/sentinel.yaml MPLCONFIGDIR=/tmp/matplotlib
WORKDIR /var/lib/sentinel
USER 10001:10001
VOLUME /var/lib/sentinel
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 CMD ["sentinel", "healthy"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["sentinel"]
CMD ["run"]
