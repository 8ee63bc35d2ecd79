# Sourced by run.sh: one server with a tenant, made by the program's own commands. Exports what clients are told:
# URL, API_KEY (the provider's), TOKEN (of an owner who is that provider), USERNAME, EVENT_TYPE (30 minutes) and SERVER,
# the folder with its log.

# One member of a JSON object on the input.
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

# The program with nothing from the environment but what is named here.
daybook() { env -i PATH="$PATH" "${settings[@]}" "$BINARY" "$@"; }

# A bearer token of an owner of the tenant who acts as the provider. No request can revoke it, as it could a key.
token() {
  python3 - "$@" <<'PYTHON'
import base64, hashlib, hmac, json, sys, time

secret, tenant, provider = sys.argv[1:]
encode = lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
now = int(time.time())
claims = {"iss": "clients", "aud": "daybook", "sub": "contract", "iat": now, "exp": now + 3600, "org_id": tenant,
          "app_metadata": {"daybook_role": "owner", "daybook_provider": provider}}
parts = ".".join(encode(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
print(parts + "." + encode(hmac.new(secret.encode(), parts.encode(), hashlib.sha256).digest()))
PYTHON
}

# start_server DATABASE SUITE FOLDER
start_server() {
  export SERVER=$3
  mkdir -p "$SERVER"
  local secret
  secret=$(head -c 32 /dev/urandom | base64)
  settings=("DAYBOOK_LOG_LEVEL=warn" "DAYBOOK_MASTER_KEY=$(head -c 32 /dev/urandom | base64)")
  case $1 in
    sqlite) settings+=("DAYBOOK_DATABASE_URL=sqlite://$SERVER/daybook.db") ;;
    postgres)
      psql -q "$TEST_POSTGRES_URL" -c "create database $2"
      settings+=("DAYBOOK_DATABASE_URL=${TEST_POSTGRES_URL%/*}/$2")
      ;;
    *) echo "no such database: $1" >&2; return 1 ;;
  esac
  if [ "$2" = contract ] || [ "$2" = links ]; then
    # The contract tool asks more in a second than any client may.
    settings+=("DAYBOOK_JWT_SECRET=$secret" DAYBOOK_JWT_ISSUER=clients DAYBOOK_JWT_AUDIENCE=daybook
      DAYBOOK_RATE_LIMIT=off)
  fi
  local tenant provider
  tenant=$(daybook tenant add Clinic --json | member tenantId)
  USERNAME=ana
  provider=$(daybook provider add --tenant "$tenant" --name "Ana Roze" --email ana@example.org --username "$USERNAME" \
    --time-zone Europe/Riga --json)
  API_KEY=$(member apiKey <<<"$provider")
  TOKEN=$(token "$secret" "$tenant" "$(member uid <<<"$provider")")
  EVENT_TYPE=$(daybook event-type add --tenant "$tenant" --provider "$USERNAME" --slug intro --title Intro \
    --minutes 30 --json | member id)
  start_program "$SERVER" env -i PATH="$PATH" "${settings[@]}" "$BINARY" serve --listen 127.0.0.1:0
  export URL API_KEY TOKEN USERNAME EVENT_TYPE
}
