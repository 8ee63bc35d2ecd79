# Sourced by the scripts beside it: packages that are absent, and one private Postgres for as long as a script runs.

install_packages() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then as_root=(sudo); fi
  "${as_root[@]}" apt-get update -q
  # Of Postgres only the binaries are wanted: no cluster of the machine's own is made or started.
  "${as_root[@]}" mkdir -p /etc/postgresql-common
  echo 'create_main_cluster = false' | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "$@"
}

has_postgres() {
  compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null
}

# Sets TEST_POSTGRES_URL. The cluster ends when its input does: with `stop_cluster`, or with the script.
start_cluster() {
  has_postgres || install_packages postgresql
  coproc CLUSTER { exec tests/cluster.sh; }
  cluster=$CLUSTER_PID
  IFS= read -r TEST_POSTGRES_URL <&"${CLUSTER[0]}"
  export TEST_POSTGRES_URL
}

stop_cluster() {
  exec {CLUSTER[1]}>&-
  wait "$cluster" || true
}

# start_program FOLDER COMMAND…: starts a server in the background, with what it prints in FOLDER/printed up to the line
# that says where it listens. Sets PROGRAM (its process) and URL.
start_program() {
  local folder=$1 line
  shift
  mkfifo "$folder/output"
  "$@" >"$folder/output" 2>"$folder/log" &
  PROGRAM=$!
  exec {OUTPUT}<"$folder/output"
  URL=
  : >"$folder/printed"
  while IFS= read -r -t 30 line <&"$OUTPUT"; do
    printf '%s\n' "$line" >>"$folder/printed"
    case $line in "listening on "*) URL=${line#listening on }; return 0 ;; esac
  done
  echo "the server did not start" >&2
  cat "$folder/log" >&2
  return 1
}

# Ends it as an operator does; fails if it ends badly. Nothing runs: nothing happens.
stop_program() {
  if [ -z "${PROGRAM:-}" ]; then return 0; fi
  local ended=0
  kill -TERM "$PROGRAM" 2>/dev/null || true
  wait "$PROGRAM" || ended=$?
  PROGRAM=
  exec {OUTPUT}<&-
  return "$ended"
}
