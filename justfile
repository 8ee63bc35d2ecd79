# The commands of the house; each is one line that can be typed, too.

# List them
default:
    @just --list

# A sample clinic on http://127.0.0.1:3001
demo:
    cargo run --release -- demo

# Every test; `just test race` for some, `FULL=1 just test` for large counts
test *ARGS:
    tests/run.sh {{ARGS}}

# Outside clients and the contract tool, on both databases; `just clients agno` for some
clients *ARGS:
    tests/clients/run.sh {{ARGS}}

# What must pass before a commit
ci:
    .ci/run

# Quick look while editing
check:
    cargo fmt
    cargo clippy --release --all-targets

# The map of the code, in a browser
doc:
    cargo doc --release --no-deps --open

# Licences, sources and banned crates
deny:
    cargo deny check bans licenses sources
