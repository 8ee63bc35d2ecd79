# Sourced by run.sh: the outside programs, at the versions they are tested at, in a folder that survives runs.

export TOOLS=$(realpath -m "${CARGO_TARGET_DIR:-target}/clients")

has_venv() { python3 -c 'import venv, ensurepip' 2>/dev/null; }

# Packages of Python, in one environment.
install_python() {
  has_venv || install_packages python3 python3-venv
  if [ ! -x "$TOOLS/python/bin/python" ]; then python3 -m venv "$TOOLS/python"; fi
  "$TOOLS/python/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
}

install_node() {
  command -v node >/dev/null || install_packages nodejs npm
  command -v npm >/dev/null || install_packages npm
  mkdir -p "$TOOLS/node"
  # A package file of its own: npm would look for one further up.
  echo '{"private": true, "type": "module"}' >"$TOOLS/node/package.json"
  npm install --prefix "$TOOLS/node" --no-audit --no-fund --no-package-lock --ignore-scripts --loglevel=error "$@"
}

# What the named suites need.
install_tools() {
  mkdir -p "$TOOLS"
  for suite in "$@"; do
    case $suite in
      agno) install_python agno==3.1.10 requests==2.34.2 pytz==2026.6 ;;
      cal_mcp) install_node @calcom/cal-mcp@0.0.6 ;;
      contract | links) install_python schemathesis==4.32.0 ;;
      *) echo "no such suite: $suite" >&2; return 1 ;;
    esac
  done
}
