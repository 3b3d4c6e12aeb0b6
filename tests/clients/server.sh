# Starts the server for the test scripts, which source this. Usage:
#   start_server sqlite|postgres     a fresh database, TLS beside plain HTTP, a bootstrap client;
#                                    sets TEST_HTTP, TEST_DOMAIN, TEST_CLIENT_ID, TEST_CLIENT_SECRET, TEST_MAIL (the
#                                    folder into which letters go), TEST_DATABASE (the database's address),
#                                    TEST_NAME_SERVER (where it asks for TXT records:
#                                    a port on which tests may answer), the variables by which Node and Python trust the
#                                    test CA, and TEST_TLS_CERT and TEST_TLS_KEY for web applications of the tests' own;
#                                    TEST_GUILDHALL runs the binary with the server's settings
#   stop_server                      by SIGTERM; fails unless it ends with status 0
# What has been started is stopped, and its files removed, when the script ends, however it ends.
# Settings: GUILDHALL_BIN (a built binary), SERVER_PREFIX (a command to run it under), SERVER_ENV (more NAME=value).
# shellcheck shell=bash
clients=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$clients/../.." && pwd)
source "$clients/postgres.sh"
[ ! -d "$clients/.venv/bin" ] || PATH="$clients/.venv/bin:$PATH"

work=$(mktemp -d /tmp/guildhall-clients.XXXXXX)
server_pid=""
trap 'end_of_script $?' EXIT
trap 'exit 130' INT TERM

end_of_script() {
  if [ -n "$server_pid" ]; then
    kill -KILL "$server_pid" 2>/dev/null || true
    wait "$server_pid" 2>/dev/null || true
  fi
  if [ "$1" != 0 ] && [ -s "$work/server.log" ]; then
    echo "--- the server's log, last 200 lines" >&2
    tail -n 200 "$work/server.log" >&2
  fi
  [ "${own_postgres:-no}" = no ] || stop_postgres
  rm -rf "$work"
}

# Prints the path of the binary, built if the caller brought none.
server_binary() {
  if [ -z "${GUILDHALL_BIN:-}" ]; then
    (cd "$root" && cargo build --quiet -p guildhall-server >&2)
    GUILDHALL_BIN="${CARGO_TARGET_DIR:-$root/target}/debug/guildhall"
  fi
  [ -x "$GUILDHALL_BIN" ] || { echo "no binary at $GUILDHALL_BIN" >&2; return 1; }
  realpath "$GUILDHALL_BIN"
}

# Prints the address of a fresh database of the kind asked for.
database_url() {
  case "$1" in
    sqlite) echo "sqlite://$work/guildhall.db?mode=rwc" ;;
    postgres) new_postgres_database ;;
    *) echo "the database is sqlite or postgres, not '$1'" >&2; return 1 ;;
  esac
}

start_server() {
  local binary database http tls
  binary=$(server_binary)
  if [ "$1" = postgres ] && [ -z "${GUILDHALL_TEST_POSTGRES_URL:-}" ]; then own_postgres=yes; start_postgres; fi
  database=$(database_url "$1")
  http=$(free_port)
  tls=$(free_port)
  "$clients/ca" "$work"

  export TEST_HTTP="http://127.0.0.1:$http" TEST_DOMAIN="127.0.0.1:$tls"
  export TEST_CLIENT_ID="bootstrap$(openssl rand -hex 8)" TEST_CLIENT_SECRET
  TEST_CLIENT_SECRET=$(openssl rand -hex 32)
  export TEST_MAIL="$work/mail" TEST_DATABASE="$database"
  TEST_NAME_SERVER="127.0.0.1:$(free_port)"
  export TEST_NAME_SERVER
  export TEST_TLS_CERT="$work/server.crt" TEST_TLS_KEY="$work/server.key"
  export NODE_EXTRA_CA_CERTS="$work/ca.crt" SSL_CERT_FILE="$work/bundle.crt" REQUESTS_CA_BUNDLE="$work/bundle.crt"
  export NO_PROXY="127.0.0.1,localhost" no_proxy="127.0.0.1,localhost"
  unset SSL_CERT_DIR CURL_CA_BUNDLE

  export TEST_GUILDHALL="$work/guildhall"
  local settings=(
    PATH="$PATH" HOME="$work" SSL_CERT_FILE="$work/bundle.crt"
    GUILDHALL_LISTEN="127.0.0.1:$http"
    GUILDHALL_TLS_LISTEN="127.0.0.1:$tls"
    GUILDHALL_TLS_CERT="$work/server.crt"
    GUILDHALL_TLS_KEY="$work/server.key"
    GUILDHALL_PUBLIC_URL="https://127.0.0.1:$tls/"
    GUILDHALL_DATABASE_URL="$database"
    GUILDHALL_ENCRYPTION_KEY="$(openssl rand -base64 32)"
    GUILDHALL_MAIL="file://$TEST_MAIL"
    GUILDHALL_NAME_SERVER="$TEST_NAME_SERVER"
    GUILDHALL_BOOTSTRAP_CLIENT_ID="$TEST_CLIENT_ID"
    GUILDHALL_BOOTSTRAP_CLIENT_SECRET="$TEST_CLIENT_SECRET"
    ${SERVER_ENV[@]+"${SERVER_ENV[@]}"}
  )
  # In a folder without a guildhall.toml of the caller, and no stray files elsewhere.
  printf '#!/usr/bin/env bash\ncd %q && exec env -i%s %q "$@"\n' \
    "$work" "$(printf ' %q' "${settings[@]}")" "$binary" > "$TEST_GUILDHALL"
  chmod 700 "$TEST_GUILDHALL"
  ${SERVER_PREFIX[@]+"${SERVER_PREFIX[@]}"} "$TEST_GUILDHALL" serve > "$work/server.log" 2>&1 &
  server_pid=$!
  wait_until_ready
}

wait_until_ready() {
  local _
  for _ in $(seq 300); do
    if curl --silent --fail --output /dev/null "$TEST_HTTP/health/ready"; then return 0; fi
    if ! kill -0 "$server_pid" 2>/dev/null; then echo "the server did not start" >&2; return 1; fi
    sleep 0.1
  done
  echo "the server was not ready within 30 seconds" >&2
  return 1
}

stop_server() {
  local status=0 pid=$server_pid _
  kill -TERM "$pid"
  for _ in $(seq 150); do
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.1
  done
  if kill -0 "$pid" 2>/dev/null; then echo "the server was still running 15 seconds after SIGTERM" >&2; return 1; fi
  wait "$pid" || status=$?
  server_pid=""
  if [ "$status" != 0 ]; then echo "the server ended with status $status after SIGTERM" >&2; return 1; fi
}

# Prints a token for the Management API, got by the bootstrap client.
management_token() {
  curl --silent --show-error --fail-with-body "$TEST_HTTP/oauth/token" \
    -d grant_type=client_credentials -d "client_id=$TEST_CLIENT_ID" -d "client_secret=$TEST_CLIENT_SECRET" \
    -d "audience=https://$TEST_DOMAIN/api/v2/" |
    python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])'
}
