# A throw-away PostgreSQL, sourced by the test scripts. Usage:
#   start_postgres          prints nothing, sets GUILDHALL_TEST_POSTGRES_URL
#   stop_postgres           stops it and removes its files; safe to call twice
# shellcheck shell=bash
source "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

postgres_bin() {
  local newest
  newest=$(find /usr/lib/postgresql -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n 1)
  dirname "${newest:-$(command -v initdb || echo "PostgreSQL is not installed: run tests/install" >&2)}"
}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

start_postgres() {
  local bin port
  bin=$(postgres_bin)
  port=$(free_port)
  postgres_dir=$(mktemp -d /tmp/guildhall-postgres.XXXXXX)
  [ "$(id -u)" != 0 ] || chown postgres "$postgres_dir"
  as_postgres "$bin/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
    -D "$postgres_dir/data" > "$postgres_dir/initdb.log"
  as_postgres "$bin/pg_ctl" -D "$postgres_dir/data" -l "$postgres_dir/data/server.log" -w -t 60 start > /dev/null -o \
    "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$postgres_dir -c max_connections=300 -c fsync=off"
  export GUILDHALL_TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$port/postgres"
}

stop_postgres() {
  [ -n "${postgres_dir:-}" ] || return 0
  as_postgres "$(postgres_bin)/pg_ctl" -D "$postgres_dir/data" -m immediate stop > /dev/null 2>&1 || true
  rm -rf "$postgres_dir"
  postgres_dir=""
  unset GUILDHALL_TEST_POSTGRES_URL
}

# Prints the address of a new, empty database.
new_postgres_database() {
  local name
  name="guildhall_$(openssl rand -hex 6)"
  "$(postgres_bin)/psql" --quiet "$GUILDHALL_TEST_POSTGRES_URL" -c "create database $name" >&2
  echo "${GUILDHALL_TEST_POSTGRES_URL%/*}/$name"
}
