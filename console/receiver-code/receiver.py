# Takes batches of events from Tidepost. Needs Python 3.9 or later:
#   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… python3 receiver.py
# #if signed
import base64
import hashlib
# #endif
# #if token or signed
import hmac
# #endif
import json
import os
import queue
import re
import threading
# #if signed
import time
# #endif
import uuid
# #if compressed
import zlib
# #endif
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "8080"))
PATH = "/path-of-target"
MAX_BYTES = 16 * 1024 * 1024
# #if token
TOKEN = os.environ["WEBHOOK_TOKEN"]
# #endif
# #if signed
SECRET = os.environ["WEBHOOK_SECRET"]
# #endif


def process(batch_id, events):
    """Your work on a batch. It runs after the answer."""
    print(f"{batch_id}: {len(events)} events", flush=True)


def store(batch_id, text):
    """Stores a batch, or tells that it is there already. A batch may come again for four hours: keep files longer."""
    part = f"inbox/{uuid.uuid4()}.part"
    with open(part, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(part, f"inbox/{batch_id}.json")
        return True
    except FileExistsError:
        return False
    finally:
        os.unlink(part)


# #if compressed
def inflate(raw, encoding):
    if encoding != "gzip":
        return raw
    inflater = zlib.decompressobj(31)
    text = inflater.decompress(raw, MAX_BYTES)
    if not inflater.eof:
        raise ValueError("cut or too large")
    return text


# #endif
# #if signed
def is_signed(headers, raw):
    """Verifies a signature of Standard Webhooks over the bytes as they arrived."""
    timestamp = headers.get("webhook-timestamp", "")
    if not timestamp.isdecimal() or abs(time.time() - int(timestamp)) > 300:
        return False
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    signed = f"{headers.get('webhook-id')}.{timestamp}.".encode() + raw
    expected = b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    signatures = headers.get("webhook-signature", "").encode().split(b" ")
    return any([hmac.compare_digest(expected, signature) for signature in signatures])


# #endif
class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        raw = self.rfile.read(min(int(self.headers.get("content-length", 0)), MAX_BYTES + 1))
        if len(raw) > MAX_BYTES:
            self.close_connection = True
            return self.answer(413, "too large")
        if self.path.split("?")[0] != PATH:
            return self.answer(404, "not found")
        # #if token
        sent = self.headers.get("x-messagesystems-webhook-token", "")
        if not hmac.compare_digest(sent.encode(), TOKEN.encode()):
            return self.answer(401, "wrong token")
        # #endif
        try:
            # #if compressed
            text = inflate(raw, self.headers.get("content-encoding"))
            # #else text = raw
            # #endif
            events = [event for event in json.loads(text) if event["msys"]]
        # #if compressed
        except (KeyError, TypeError, ValueError, zlib.error):
        # #else except (KeyError, TypeError, ValueError):
        # #endif
            return self.answer(400, "not a batch")
        if not events:  # the test POST of a new webhook
            return self.answer(200, "ping")
        # #if signed
        if not is_signed(self.headers, raw):
            return self.answer(401, "wrong signature")
        batch_id = self.headers.get("webhook-id", "")
        # #else batch_id = self.headers.get("x-messagesystems-batch-id", "")
        # #endif
        if not re.fullmatch(r"[\w-]{1,64}", batch_id):
            return self.answer(400, "no batch id")
        if not store(batch_id, text):
            return self.answer(200, "duplicate")
        self.answer(200, "stored")
        jobs.put((batch_id, events))

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


def work():
    while True:
        try:
            process(*jobs.get())
        except Exception as error:
            print(error, flush=True)


os.makedirs("inbox", exist_ok=True)
jobs = queue.Queue()
threading.Thread(target=work, daemon=True).start()
ThreadingHTTPServer(("", PORT), Receiver).serve_forever()
