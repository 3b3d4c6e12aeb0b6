"""Rows straight into the database of a load test: more than can be made by calls. Standard library only.

Reads TEST_DATABASE, and PSQL, the program, where it is PostgreSQL.
"""

import csv
import io
import os
import sqlite3
import subprocess

NULL = r"\N"


class Sqlite:
    def __init__(self, address):
        path = address.removeprefix("sqlite://").partition("?")[0]
        self.connection = sqlite3.connect(path, timeout=60, isolation_level=None)
        self.connection.row_factory = sqlite3.Row

    def row(self, table, where):
        """The row of a condition, by column."""
        return dict(self.connection.execute(f"SELECT * FROM {table} WHERE {where}").fetchone())

    def add(self, table, rows):
        """Adds rows, all with the same columns."""
        rows = iter(rows)
        first = next(rows, None)
        if first is None:
            return
        marks = ", ".join("?" * len(first))
        insert = f"INSERT INTO {table} ({', '.join(first)}) VALUES ({marks})"
        self.connection.execute("BEGIN IMMEDIATE")
        self.connection.execute(insert, tuple(first.values()))
        self.connection.executemany(insert, (tuple(row.values()) for row in rows))
        self.connection.execute("COMMIT")

    def settle(self):
        """The server gathers no statistics in SQLite; only the journal is cleared."""
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Postgres:
    def __init__(self, address):
        self.command = [os.environ["PSQL"], address, "--quiet", "--set=ON_ERROR_STOP=1", "--command"]

    def _run(self, sql, text=None):
        done = subprocess.run([*self.command, sql], input=text, text=True, stdout=subprocess.PIPE, check=True)
        return done.stdout

    def row(self, table, where):
        told = self._run(f"COPY (SELECT * FROM {table} WHERE {where}) TO STDOUT (FORMAT csv, HEADER, NULL '{NULL}')")
        (row,) = csv.DictReader(io.StringIO(told, newline=""))
        return {column: None if value == NULL else value for column, value in row.items()}

    def add(self, table, rows):
        text, columns = io.StringIO(newline=""), None
        writer = csv.writer(text)
        for row in rows:
            columns = columns or ", ".join(row)
            writer.writerow(NULL if value is None else value for value in row.values())
        if columns:
            self._run(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv, NULL '{NULL}')", text.getvalue())

    def settle(self):
        """What PostgreSQL does by itself after a while."""
        self._run("VACUUM ANALYZE")


def database():
    address = os.environ["TEST_DATABASE"]
    return Sqlite(address) if address.startswith("sqlite:") else Postgres(address)
