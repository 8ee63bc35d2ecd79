# Sourced by run.sh: one server with a tenant, made by the program's own commands. Exports what clients are told:
# URL, API_KEY (the provider's), OWNER_KEY, USERNAME, EVENT_TYPE (30 minutes) and SERVER, the folder with its log.

# One member of a JSON object on the input.
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# The program with nothing from the environment but what is named here.
daybook() { env -i PATH="$PATH" "${settings[@]}" "$BINARY" "$@"; }

# start_server DATABASE SUITE FOLDER
start_server() {
  export SERVER=$3
  mkdir -p "$SERVER"
  settings=("DAYBOOK_LOG_LEVEL=warn" "DAYBOOK_MASTER_KEY=$(head -c 32 /dev/urandom | base64)")
  case $1 in
    sqlite) settings+=("DAYBOOK_DATABASE_URL=sqlite://$SERVER/daybook.db") ;;
    postgres)
      psql -q "$TEST_POSTGRES_URL" -c "create database $2"
      settings+=("DAYBOOK_DATABASE_URL=${TEST_POSTGRES_URL%/*}/$2")
      ;;
    *) echo "no such database: $1" >&2; return 1 ;;
  esac
  # The contract tool asks more in a second than any client may.
  if [ "$2" = contract ] && "$BINARY" serve --help | grep -q DAYBOOK_RATE_LIMIT; then
    settings+=(DAYBOOK_RATE_LIMIT=off)
  fi
  local tenant provider
  tenant=$(daybook tenant add Clinic --json)
  tenant_id=$(member tenantId <<<"$tenant")
  OWNER_KEY=$(member apiKey <<<"$tenant")
  USERNAME=ana
  provider=$(daybook provider add --tenant "$tenant_id" --name "Ana Roze" --email ana@example.org --username "$USERNAME" \
    --time-zone Europe/Riga --json)
  API_KEY=$(member apiKey <<<"$provider")
  EVENT_TYPE=$(daybook event-type add --tenant "$tenant_id" --provider "$USERNAME" --slug intro --title Intro \
    --minutes 30 --json | member id)
  start_program "$SERVER" env -i PATH="$PATH" "${settings[@]}" "$BINARY" serve --listen 127.0.0.1:0
  export URL API_KEY OWNER_KEY USERNAME EVENT_TYPE
}
