#!/usr/bin/env bash
# Does what a newcomer does: starts the demo on an empty folder and pastes its six lines. Builds nothing new after
# tests/run.sh: the same profile.
set -euo pipefail
cd "$(dirname "$0")/.."
. tests/machine.sh

cargo build --release --quiet --bin daybook
daybook=$PWD/target/release/daybook
folder=$(mktemp -d)
stop() {
  stop_program || true
  rm -rf "$folder"
}
trap stop EXIT

cd "$folder"
# The demo must need nothing from the environment.
start_program "$folder" env -i PATH="$PATH" "$daybook" demo --listen 127.0.0.1:0

command -v curl >/dev/null || { echo "curl is needed: apt-get install curl" >&2; exit 1; }
mapfile -t lines < <(grep 'curl ' printed)
if [ "${#lines[@]}" -ne 6 ]; then echo "six lines expected, ${#lines[@]} printed" >&2; exit 1; fi

# In one shell, as when pasted: a line finds the uid of the one before in a variable. The status is the last line.
statuses=
for line in "${lines[@]}"; do
  eval "$line" >answer
  cat answer >>answers
  statuses+="$(sed -n '$p' answer) "
  cat answer
done
if [ "$statuses" != "201 400 201 200 200 201 " ]; then
  echo "book, refuse, move, cancel, history, two at once answered: $statuses" >&2
  exit 1
fi
for event in BookingPlaced BookingRescheduled BookingCancelled; do
  grep -q "$event" answers || { echo "$event is not in the history" >&2; exit 1; }
done

stop_program || { echo "the demo did not end well" >&2; cat log >&2; exit 1; }
echo "smoke: book, refuse, move, cancel, history: as printed"
