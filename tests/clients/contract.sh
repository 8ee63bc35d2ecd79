#!/usr/bin/env bash
# Holds the server at URL to its own API document, by all checks: schemathesis.toml says how, and what is exempt.
# Further arguments go to schemathesis: --include-path /v2/slots.
set -euo pipefail
cd "$(dirname "$0")/../.."

PYTHONPATH=. exec "${TOOLS:-target/clients}/python/bin/schemathesis" --config-file schemathesis.toml run "$URL/openapi.json" \
  --max-time "${SECONDS_MAX:-120}" --generation-deterministic --no-color "$@"
