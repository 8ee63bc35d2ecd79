#!/usr/bin/env bash
# Programs that none of us wrote, against `daybook serve` as it is, on both databases: two clients of the Cal.com v2 API,
# and a tool that holds the server to its own API document. They install themselves under target/clients.
#
#   tests/clients/run.sh                      # everything
#   tests/clients/run.sh agno cal_mcp         # some: agno, cal_mcp, contract, links
#   DATABASES=sqlite tests/clients/run.sh contract
#   BINARY=target/debug/daybook …             # a build that is there; without it the release is built
#
# Each run has a server, a database and a tenant of its own. A failure says what was expected; those of the contract
# tool end in a line of curl each. Logs of a failed run are kept, and named.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/machine.sh
. tests/clients/tools.sh
. tests/clients/server.sh

if [ -z "${BINARY:-}" ]; then
  cargo build --release --bin daybook
  BINARY=${CARGO_TARGET_DIR:-target}/release/daybook
fi
BINARY=$(realpath "$BINARY")
read -ra databases <<<"${DATABASES:-sqlite postgres}"
suites=("$@")
if [ $# -eq 0 ]; then suites=(agno cal_mcp contract links); fi

agno() { timeout 180 "$TOOLS/python/bin/python" tests/clients/agno_client.py; }

# Beside its packages: Node looks for them in the folder of the script.
cal_mcp() {
  cp tests/clients/cal_mcp_client.mjs tests/clients/cal_mcp_preload.mjs "$TOOLS/node/"
  timeout 180 node "$TOOLS/node/cal_mcp_client.mjs"
}

contract() { tests/clients/contract.sh; }

# On a slow machine the other phases of the contract may leave no time for them.
links() { SECONDS_MAX=60 tests/clients/contract.sh --phases stateful; }

folder=$(mktemp -d)
finish() {
  stop_program
  if [ -n "${cluster:-}" ]; then stop_cluster; fi
}
trap finish EXIT

install_tools "${suites[@]}"
case " ${databases[*]} " in *" postgres "*) start_cluster ;; esac

failed=()
for database in "${databases[@]}"; do
  for suite in "${suites[@]}"; do
    echo "== $suite on $database"
    start_server "$database" "$suite" "$folder/$database-$suite"
    "$suite" || failed+=("$suite on $database")
    stop_program || failed+=("the end of the server after $suite on $database")
    if grep -E 'panicked|ERROR' "$SERVER/log"; then failed+=("the log of $suite on $database"); fi
  done
done

if [ "${#failed[@]}" -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}" >&2
  echo "logs: $folder" >&2
  exit 1
fi
rm -rf "$folder"
echo "clients: ${suites[*]} on ${databases[*]}: as they expect"
