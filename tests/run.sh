#!/usr/bin/env bash
# Installs what the tests need where it is absent (Postgres, for the private cluster), then runs every test.
# FULL=1 runs the large counts. Further arguments go to cargo test: tests/run.sh race
set -euo pipefail
cd "$(dirname "$0")/.."

has_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

if ! has_postgres; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -q
  # Only the binaries are wanted: no cluster of the machine's own is made or started.
  "${as_root[@]}" mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -qy --no-install-recommends postgresql
fi

# One private Postgres for unit tests and promises; it ends when its input does, which is when this script ends.
coproc CLUSTER { exec tests/cluster.sh; }
cluster=$CLUSTER_PID
IFS= read -r TEST_POSTGRES_URL <&"${CLUSTER[0]}"
export TEST_POSTGRES_URL
stop() { exec {CLUSTER[1]}>&-; wait "$cluster" || true; }
trap stop EXIT

INSTA_UPDATE=no cargo test --release "$@"
