"""Calls of the Management API for the load tests. Standard library only; reads TEST_HTTP and MANAGEMENT_TOKEN."""

import json
import os
import urllib.error
import urllib.request

HTTP = os.environ["TEST_HTTP"]
HEADERS = {"authorization": f"Bearer {os.environ['MANAGEMENT_TOKEN']}", "content-type": "application/json"}


def call(path, body=None, method=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{HTTP}/api/v2/{path}", data=data, headers=HEADERS, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            text = answer.read()
    except urllib.error.HTTPError as refusal:
        raise SystemExit(f"{path}: {refusal.code} {refusal.read().decode()}") from None
    return json.loads(text) if text else None


def create(path, **body):
    return call(path, body)


def change(path, **body):
    return call(path, body, "PATCH")


def get(path):
    return call(path)
