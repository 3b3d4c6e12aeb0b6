# What the load scripts share; they source it from the root of the repository. Reads load, seconds_each, connections, and
# script (for wrk, where it is another than report.lua).
# shellcheck shell=bash
connections=${CONNECTIONS:-32}
on_server_core=(taskset -c 0)
on_load_core=(taskset -c 1)
if [ "$(nproc)" -lt 2 ]; then echo "two cores are needed: one for the server, one for the load" >&2; exit 1; fi
if ! command -v wrk > /dev/null; then
  sudo=()
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  "${sudo[@]}" apt-get update -qq
  "${sudo[@]}" apt-get install -y -qq wrk
fi

release=${CARGO_TARGET_DIR:-target}/release

# Builds the server; sets GUILDHALL_BIN.
build_server() {
  echo "building the release binaries"
  [ -n "${GUILDHALL_BIN:-}" ] || cargo build --quiet --release -p guildhall-server
  GUILDHALL_BIN=${GUILDHALL_BIN:-$release/guildhall}
}

# Builds the server, and the example program of that name; sets GUILDHALL_BIN and example.
build_release() {
  build_server
  cargo build --quiet --release -p guildhall-tests --example "$1"
  example=$(realpath "$release/examples/$1")
}

# Prints of a URL, and of a form that is posted to it: requests a second, p50 and p99 in ms, failures.
measure() {
  FORM=$2 "${on_load_core[@]}" wrk -t 1 -c "$connections" -d "${3:-$seconds_each}s" --timeout 10s -s "${script:-$load/report.lua}" "$1" |
    sed -n 's/^RESULT //p'
}

calculate() { awk "BEGIN { printf(\"$1\", $2) }"; }
