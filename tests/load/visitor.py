"""Someone who asks a server for pages, with cookies and without scripts, and how long the first byte takes.

Standard library only. Reads TEST_HTTP and TEST_DOMAIN.
"""

import http.client
import os
import time
from html.parser import HTMLParser
from urllib.parse import urlencode, urlsplit

ISSUER = f"https://{os.environ['TEST_DOMAIN']}/"


class Form(HTMLParser):
    """The last form of a page that is posted, and what it would post."""

    def __init__(self, text):
        super().__init__()
        self.action, self.fields = None, {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and attributes.get("method") == "post":
            self.action, self.fields = attributes["action"], {}
        elif tag == "input" and self.action and attributes.get("name"):
            self.fields[attributes["name"]] = attributes.get("value", "")


class Visitor:
    """One connection, with the cookies that the server set and the headers given."""

    def __init__(self, **headers):
        self.connection = http.client.HTTPConnection(urlsplit(os.environ["TEST_HTTP"]).netloc, timeout=600)
        self.cookies, self.headers = {}, headers

    def ask(self, path, form=None):
        """Milliseconds until the first byte, the response and the text, of long ones its beginning."""
        headers = {**self.headers, "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        body = None
        if form is not None:
            body = urlencode(form)
            headers |= {"content-type": "application/x-www-form-urlencoded", "origin": ISSUER.rstrip("/")}
        start = time.perf_counter()
        self.connection.request("GET" if form is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        taken = (time.perf_counter() - start) * 1000
        text = response.read(1_000_000).decode(errors="replace")
        if response.read(1):
            self.connection.close()
        for cookie in response.headers.get_all("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return taken, response, text

    def open(self, path, form=None):
        """The page to which an address leads within the server."""
        _, response, text = self.ask(path, form)
        while response.status in (302, 303):
            target = response.headers["location"].removeprefix(ISSUER.rstrip("/"))
            _, response, text = self.ask(target)
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status} {text}")
        return text

    def send(self, page, **fields):
        """Sends the form of a page."""
        form = Form(page)
        return self.open(form.action, {**form.fields, **fields})

    def time(self, path, times):
        """How long each of so many requests took."""
        self.connection.close()  # The server has ended it if nothing was asked for a while.
        for _ in range(3):
            _, response, text = self.ask(path)
            if response.status != 200:
                raise SystemExit(f"{path}: {response.status} {text}")
        return [self.ask(path)[0] for _ in range(times)]
