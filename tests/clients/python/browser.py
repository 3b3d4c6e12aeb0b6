"""A browser without scripts, and what it reads of pages."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests
from guildhall import ISSUER


class Page(HTMLParser):
    """A page's last form that is posted, and what it would post."""

    def __init__(self, response):
        super().__init__()
        self.address, self.action, self.fields = response.url, None, {}
        self.feed(response.text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if tag == "form" and attributes.get("method") == "post":
            self.action, self.fields = urljoin(self.address, attributes["action"]), {}
        elif tag == "input" and self.action and attributes.get("name"):
            self.fields[attributes["name"]] = attributes.get("value", "")


class Browser:
    """A browser without scripts, which stops where it would leave the server."""

    def __init__(self):
        self.session = requests.Session()

    def open(self, address):
        return self._followed(self.session.get(address, allow_redirects=False))

    def send(self, page, **fields):
        form = Page(page)
        return self._followed(self.session.post(form.action, data={**form.fields, **fields}, allow_redirects=False))

    def _followed(self, response):
        while response.is_redirect:
            target = urljoin(response.url, response.headers["location"])
            if not target.startswith(ISSUER):
                return target
            response = self.session.get(target, allow_redirects=False)
        return response
