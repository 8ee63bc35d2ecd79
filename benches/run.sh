#!/usr/bin/env bash
# Prints what a booking costs, all from one run on one machine against one Postgres:
#   (a) a bare INSERT guarded by EXCLUDE, by pgbench      (c) Daybook over HTTP with an API key, on Postgres
#   (b) cqrs-es + postgres-es, in process                 (d) the same on SQLite
# each as bookings/s with p50 and p99, and as a ratio to the best of (a). Then the figures that are no rates.
#
#   benches/run.sh [--quick] [--seconds N] [--clients N,N] [--ahead N] [--behind N] [--listed N] [--only a,b,c,d]
#
# Installs what it needs (Debian), starts a private Postgres with the default durable settings, and removes it at the
# end. A refused or lost booking fails the run. Nothing else should run on the machine meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

seconds=10 only=a,b,c,d ahead=10000 behind=100000 listed=1000000 clients=32,128,256
while [ $# -gt 0 ]; do
  case $1 in
    --quick) seconds=3 ahead=2000 behind=5000 listed=20000 clients=32,128 ;;
    --seconds) seconds=$2; shift ;;
    --clients) clients=$2; shift ;;
    --ahead) ahead=$2; shift ;;
    --behind) behind=$2; shift ;;
    --listed) listed=$2; shift ;;
    --only) only=$2; shift ;;
    *) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  esac
  shift
done
wanted() { [[ ,$only, == *,$1,* ]]; }

as_root() { if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi; }

find_binaries() {
  local found
  found=$(compgen -G '/usr/lib/postgresql/*/bin/pgbench' | sort -V | tail -n 1) || true
  bin=${found%/pgbench}
  [ -n "$bin" ] && [ -x "$bin/initdb" ]
}

if ! find_binaries; then
  as_root apt-get update -q
  # Only the binaries are wanted: no cluster of the machine's own is made or started.
  as_root mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends postgresql postgresql-contrib
  find_binaries || { echo "no pgbench after installing postgresql" >&2; exit 1; }
fi

bench=$(cargo bench --no-run --bench load 2>&1 | tee /dev/stderr | sed -n 's/.*Executable.*(\(.*\))$/\1/p')
cargo build --release --manifest-path benches/peers/Cargo.toml

# Postgres refuses to run as root: then another user runs it and owns its folder. A short path: sockets need one.
user=()
folder=$(mktemp -d /tmp/dbb.XXXXXX)
chmod 755 "$folder"
if [ "$(id -u)" -eq 0 ]; then
  owner=$(id -u postgres >/dev/null 2>&1 && echo postgres || echo nobody)
  install -d -o "$owner" -m 700 "$folder/pg"
  user=(setpriv --reuid "$owner" --regid "$(id -g "$owner")" --clear-groups)
else
  install -d -m 700 "$folder/pg"
fi
postgres=
# shellcheck disable=SC2329 # called by the trap
clean_up() {
  if [ $? -ne 0 ]; then tail -n 20 "$folder/log" >&2; fi
  if [ -n "$postgres" ]; then kill -INT "$postgres" 2>/dev/null || true; wait "$postgres" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap clean_up EXIT

export PGHOST=$folder/pg PGPORT=$((20000 + RANDOM % 20000)) PGUSER=postgres PGDATABASE=postgres
(cd / && "${user[@]}" "$bin/initdb" -D "$folder/pg/data" -U postgres --auth=trust -E UTF8 --locale=C) >"$folder/log"
# Everything that decides about durability and memory stays at its default.
(cd / && exec "${user[@]}" "$bin/postgres" -D "$folder/pg/data" -k "$folder/pg" -h 127.0.0.1 -p "$PGPORT" \
  -c max_connections=150 -c max_wal_size=4GB -c log_min_messages=warning) >>"$folder/log" 2>&1 &
postgres=$!
for _ in $(seq 1 300); do
  "$bin/pg_isready" -q && break
  kill -0 "$postgres" || { cat "$folder/log" >&2; exit 1; }
  sleep 0.1
done

sql() { "$bin/psql" -qXAt -v ON_ERROR_STOP=1 "$@"; }
rows=$folder/rows
touch "$rows"

sql -c "create role bench_owner login createrole"
for database in bare peers daybook; do sql -c "create database $database owner bench_owner"; done

bare() {
  sql -d bare -c "create extension btree_gist;
    create table bare (provider_id integer not null, during tstzrange not null,
      exclude using gist (provider_id with =, during with &&))"
  for count in 8 32 64; do
    (cd "$folder" && "$bin/pgbench" -n -M prepared -f "$OLDPWD/benches/bare_insert.sql" -c "$count" -j 2 -T "$seconds" \
      -l --log-prefix="$folder/latency" bare) >"$folder/pgbench" 2>>"$folder/log"
    local rate p50 p99 total
    rate=$(sed -n 's/^tps = \([0-9]*\).*/\1/p' "$folder/pgbench")
    cat "$folder"/latency.* | awk '{print $3}' | sort -n >"$folder/latencies"
    total=$(wc -l <"$folder/latencies")
    p50=$(sed -n "$((total / 2 + 1))p" "$folder/latencies")
    p99=$(sed -n "$((total * 99 / 100 + 1))p" "$folder/latencies")
    rm -f "$folder"/latency.*
    printf '(a) bare INSERT ... EXCLUDE\t%s\t%s\t%s\t%s\n' "$count" "$rate" "$p50" "$p99" >>"$rows"
  done
}

peers() {
  benches/peers/target/release/peers "postgres://bench_owner@127.0.0.1:$PGPORT/peers" "$seconds" 8 32 64 >>"$rows"
}

# The server and the load generator read the same variables.
daybook() {
  local name=$1 url=$2
  shift 2
  DAYBOOK_DATABASE_URL=$url DAYBOOK_MASTER_KEY=YmVuY2gtbWFzdGVyLWtleS1iZW5jaC1tYXN0ZXItMzI= DAYBOOK_LOG_LEVEL=info \
    "$bench" --row "$name" --clients "$clients" --seconds "$seconds" "$@" 2>>"$folder/log" >>"$rows"
}

# postgres-es reads what Daybook wrote through the columns that both have.
history() {
  local tenant provider
  read -r tenant provider < <(sql -d daybook -F ' ' -c "select tenant, aggregate_id from events
    where aggregate_type = 'provider' group by 1, 2 order by count(*) desc limit 1")
  PEERS_DATABASE_URL="postgres://bench_owner@127.0.0.1:$PGPORT/daybook" PEERS_TENANT=$tenant PEERS_PROVIDER=$provider \
    cargo test --release --quiet --manifest-path benches/peers/Cargo.toml >>"$folder/log" 2>&1
  printf 'note\tpostgres-es reads a history of Daybook whole and in order\tyes\n' >>"$rows"
}

if wanted a; then echo "(a) ..." >&2; bare; fi
if wanted b; then echo "(b) ..." >&2; peers; fi
if wanted c; then
  echo "(c) ..." >&2
  daybook "(c) Daybook, Postgres" "postgres://bench_owner@127.0.0.1:$PGPORT/daybook" \
    --bookings-ahead "$ahead" --bookings-behind "$behind" --hosts-ahead "$ahead" --listed "$listed"
  history
fi
if wanted d; then echo "(d) ..." >&2; daybook "(d) Daybook, SQLite" "sqlite://$folder/day.db" \
  --bookings-ahead "$ahead" --hosts-ahead "$ahead" --listed "$listed"; fi

echo
echo "$(nproc) cores, $("$bin/postgres" --version), $seconds s per row, load generator on the same machine"
awk -F '\t' '
  $1 == "note" { notes[++count] = sprintf("%-72s %s", $2, $3); next }
  /^\(a\)/ && best < $3 { best = $3 }
  { name[++n] = $1; clients[n] = $2; rate[n] = $3; p50[n] = $4; p99[n] = $5 }
  END {
    printf "%-46s %8s %11s %9s %9s %8s\n", "", "clients", "per second", "p50 ms", "p99 ms", "x (a)"
    for (i = 1; i <= n; i++) {
      ratio = name[i] !~ /slots|list|history|half/ && best ? sprintf("%.2f", rate[i] / best) : "-"
      printf "%-46s %8d %11d %9.2f %9.2f %8s\n", name[i], clients[i], rate[i], p50[i] / 1000, p99[i] / 1000, ratio
    }
    for (i = 1; i <= count; i++) print notes[i]
  }' "$rows"
