#!/usr/bin/env bash
# A private Postgres for tests, in a temporary folder on a free loopback port. Prints the superuser's URL, then lives
# until its input ends: whoever started it needs only to end, however, and all of it is removed. Two words on its input
# are obeyed and repeated: `stop` (as a power failure would, pg_ctl -m immediate) and `start` (where it was).
set -euo pipefail
# An interrupt at the terminal reaches everybody: this script still has to clean up, and its input ends anyway.
trap '' INT TERM

newest() {
  local folder
  while IFS= read -r folder; do
    if [ -x "$folder/initdb" ] && [ -x "$folder/postgres" ]; then printf '%s\n' "$folder"; return; fi
  done < <(compgen -G '/usr/lib/postgresql/*/bin' | sort -rV; dirname "$(command -v initdb || echo /none/initdb)")
  echo "Postgres is absent (initdb, postgres): tests/run.sh installs it, or: apt-get install postgresql" >&2
  exit 1
}
bin=$(newest)
folder=$(mktemp -d /tmp/dbpg-XXXXXX)
log=$folder/log
postgres=
remove() {
  if [ -n "$postgres" ]; then kill -INT "$postgres" 2>/dev/null || true; wait "$postgres" 2>/dev/null || true; fi
  rm -rf "$folder"
}
trap remove EXIT

# Postgres refuses to run as root: another user runs it then.
as=()
if [ "$(id -u)" -eq 0 ]; then
  user=postgres
  id -u "$user" >/dev/null 2>&1 || user=nobody
  chown "$user" "$folder"
  as=(setpriv --reuid "$(id -u "$user")" --regid "$(id -g "$user")" --clear-groups)
fi
cd /

"${as[@]}" "$bin/initdb" -D "$folder/data" -U postgres --auth=trust -E UTF8 --locale=C --no-sync >"$log" 2>&1 ||
  { cat "$log" >&2; exit 1; }

# Durable, as `serve` insists, but quiet, and with room for every test's connections.
settings=(-c max_connections=300 -c shared_buffers=64MB -c autovacuum=off -c max_wal_size=256MB -c log_min_messages=fatal)
start() {
  # A subshell undoes the traps: Postgres must hear its signals.
  (trap - INT TERM; exec "${as[@]}" "$bin/postgres" -D "$folder/data" -k "$folder" -h 127.0.0.1 -p "$port" \
    "${settings[@]}") >>"$log" 2>&1 &
  postgres=$!
  while kill -0 "$postgres" 2>/dev/null; do
    # Over the socket in the folder: that is this Postgres, and no other that has the port.
    if "$bin/pg_isready" -q -h "$folder" -p "$port"; then return 0; fi
    sleep 0.05
  done
  return 1
}
stop() {
  kill -QUIT "$postgres"
  wait "$postgres" 2>/dev/null || true
}

for _ in 1 2 3 4 5; do
  port=$((20000 + RANDOM % 12000))
  start || continue
  echo "postgres://postgres@127.0.0.1:$port/postgres"
  while read -r word; do
    case $word in start | stop) "$word"; echo "$word" ;; esac
  done
  exit 0
done
cat "$log" >&2
exit 1
