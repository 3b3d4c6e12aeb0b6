"""A name server that knows TXT records alone, where the server under test asks."""

import os
import socketserver
import struct
import threading
from contextlib import contextmanager

TXT, INTERNET = 16, 1
RESPONSE, NO_SUCH_NAME = 0x8180, 0x8183


@contextmanager
def serving(records):
    """A name server with these texts by name, while a `with` block runs."""
    host, port = os.environ["TEST_NAME_SERVER"].rsplit(":", 1)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            datagram, socket = self.request
            socket.sendto(answer(datagram, records), self.client_address)

    with socketserver.UDPServer((host, int(port)), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}).start()
        try:
            yield
        finally:
            server.shutdown()


def answer(datagram, records):
    """The answer to a datagram with one question (RFC 1035 section 4)."""
    labels, at = [], 12
    while datagram[at]:
        labels.append(datagram[at + 1 : at + 1 + datagram[at]])
        at += 1 + datagram[at]
    question = datagram[12 : at + 5]
    text = {name.lower(): text for name, text in records.items()}.get(b".".join(labels).decode().lower())
    known = text is not None
    head = datagram[:2] + struct.pack("!5H", RESPONSE if known else NO_SUCH_NAME, 1, int(known), 0, 0)
    if not known:
        return head + question
    data = bytes([len(text)]) + text.encode()
    # The name is the question's, at byte 12.
    return head + question + struct.pack("!3HIH", 0xC00C, TXT, INTERNET, 60, len(data)) + data
