#!/usr/bin/env bash
# Does what a newcomer does: starts the demo on an empty folder and pastes its five lines. Builds nothing new after
# tests/run.sh: the same profile.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --quiet --bin daybook
daybook=$PWD/target/release/daybook
folder=$(mktemp -d)
demo=
stop() {
  if [ -n "$demo" ]; then kill -TERM "$demo" 2>/dev/null || true; wait "$demo" || true; fi
  rm -rf "$folder"
}
trap stop EXIT

cd "$folder"
mkfifo output
# The demo must need nothing from the environment.
env -i PATH="$PATH" "$daybook" demo --listen 127.0.0.1:0 >output 2>log &
demo=$!
exec 3<output
url=
: >printed
while IFS= read -r -t 30 line <&3; do
  printf '%s\n' "$line" >>printed
  case $line in "listening on "*) url=${line#listening on }; break ;; esac
done
if [ -z "$url" ]; then echo "the demo did not start" >&2; cat log >&2; exit 1; fi

command -v curl >/dev/null || { echo "curl is needed: apt-get install curl" >&2; exit 1; }
mapfile -t lines < <(grep 'curl ' printed)
if [ "${#lines[@]}" -ne 5 ]; then echo "five lines expected, ${#lines[@]} printed" >&2; exit 1; fi

# In one shell, as when pasted: a line finds the uid of the one before in a variable. The status is the last line.
statuses=
for line in "${lines[@]}"; do
  eval "$line" >answer
  statuses+="$(sed -n '$p' answer) "
  cat answer
done
if [ "$statuses" != "201 400 201 200 200 " ]; then
  echo "book, refuse, move, cancel, history answered: $statuses" >&2
  exit 1
fi
for event in BookingPlaced BookingRescheduled BookingCancelled; do
  grep -q "$event" answer || { echo "$event is not in the history" >&2; exit 1; }
done

kill -TERM "$demo"
wait "$demo" || { echo "the demo did not end well" >&2; cat log >&2; exit 1; }
demo=
echo "smoke: book, refuse, move, cancel, history: as printed"
