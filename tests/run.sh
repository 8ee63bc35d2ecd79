#!/usr/bin/env bash
# Installs what the tests need where it is absent (Postgres, for the private cluster), then runs every test.
# FULL=1 runs the large counts. Further arguments go to cargo test: tests/run.sh race
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/machine.sh

# One private Postgres for unit tests and promises.
start_cluster
trap stop_cluster EXIT

INSTA_UPDATE=no cargo test --release "$@"
