# Takes batches of events from Tidepost. Needs Python 3.9 or later:
#   WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… python3 receiver.py
# A batch is in inbox/ before the answer, and moves to done/ once it is processed, or to failed/ after the last attempt.
# It may come again for 28 hours, four more than the stream keeps events by default: keep the files for longer.
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
# #if token or signed
import sys
# #endif
import threading
# #if signed
import time
# #endif
import traceback
import uuid
# #if compressed
import zlib
# #endif
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("PORT", "8080"))
PATH = "/path-of-target"
MAX_BYTES = 16 * 1024 * 1024
# Pauses, in seconds, before a batch that failed is tried again.
PAUSES = [10, 60, 600, 3600]


def process(batch_id, events):
    """Your work on a batch. It runs after the answer; when it raises, or the program ends, it runs again."""
    print(f"{batch_id}: {len(events)} events", flush=True)


def is_finished(batch_id):
    return any(os.path.exists(f"{folder}/{batch_id}.json") for folder in ("done", "failed"))


def store(batch_id, text):
    """Stores a batch, or tells that it is there already."""
    part = f"inbox/{uuid.uuid4()}.part"
    with open(part, "wb") as file:
        try:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
            os.link(part, f"inbox/{batch_id}.json")
            os.fsync(file.fileno())  # the new name, too
            return True
        except FileExistsError:
            return False
        finally:
            os.unlink(part)


def work(batch_id, failures):
    file = f"inbox/{batch_id}.json"
    if is_finished(batch_id):  # a duplicate that came while the batch moved
        return os.unlink(file)
    try:
        with open(file, encoding="utf-8", errors="replace") as stored:
            elements = read_list(stored.read(), batch_id)
        process(batch_id, [element for element in elements if element["msys"]])
        os.rename(file, f"done/{batch_id}.json")
    except BaseException:
        print(batch_id, "failed:", traceback.format_exc(), flush=True)
        if failures == len(PAUSES):
            return os.rename(file, f"failed/{batch_id}.json")
        timer = threading.Timer(PAUSES[failures], jobs.put, [(batch_id, failures + 1)])
        timer.daemon = True
        timer.start()


def read_list(text, batch_id):
    """Reads a list. What Python cannot read of it, such as very deep nesting, is left out and holds up nothing else."""
    try:
        return json.loads(text)
    except (RecursionError, ValueError):
        elements = []
        for number, element in enumerate(split(text)):
            try:
                elements.append(json.loads(element))
            except (RecursionError, ValueError) as error:
                print(f"{batch_id}: element {number} is left out: {error}", flush=True)
        if not elements:
            raise
        return elements


def split(text):
    """The elements of a list, each as text."""
    depth = start = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"|[][{},]', text):
        if token[0] in "[{":
            depth += 1
            start = start or token.end()
        elif token[0] in "]}":
            depth -= 1
        if (token[0] == "," and depth == 1) or depth == 0:
            yield text[start : token.start()]
            start = token.end()


# #if compressed
def inflate(raw, encoding):
    """Returns nothing for what is not gzip, or too large."""
    if encoding != "gzip":
        return raw
    try:
        inflater = zlib.decompressobj(31)
        text = inflater.decompress(raw, MAX_BYTES)
        return text if inflater.eof else b""
    except zlib.error:
        return b""


# #endif
# #if token or signed
def secrets_of(name):
    """The text of a variable, and the old one of NAME_OLD while it is being replaced. An empty one would let in everyone."""
    names = [key for key in (name, f"{name}_OLD") if key == name or key in os.environ]
    texts = [os.environ.get(key, "").strip() for key in names]
    return texts if all(texts) else sys.exit(f"{' or '.join(names)} is not set or empty")


# #endif
# #if signed
def key_of(secret):
    try:
        key = base64.b64decode(secret[6:], validate=True)
    except ValueError:
        key = b""
    return key if key and secret.startswith("whsec_") else sys.exit("WEBHOOK_SECRET is not whsec_ and base64")


def is_signed(headers, plain):
    """Verifies a signature of Standard Webhooks over the JSON before compression."""
    timestamp = headers.get("webhook-timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > 300:
        return False
    signed = f"{headers.get('webhook-id')}.{timestamp}.".encode() + plain
    expected = [b"v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in KEYS]
    signatures = headers.get("webhook-signature", "").encode().split(b" ")
    return any([hmac.compare_digest(one, other) for one in expected for other in signatures])


# #endif
class Receiver(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        try:
            status, text = self.receive()
        except Exception:
            traceback.print_exc()
            self.close_connection = True
            status, text = 500, "failed"
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def receive(self):
        raw = self.rfile.read(min(int(self.headers.get("content-length", 0)), MAX_BYTES + 1))
        if len(raw) > MAX_BYTES:
            self.close_connection = True
            return 413, "too large"
        if self.path.split("?")[0] != PATH:
            return 404, "not found"
        # #if token
        sent = self.headers.get("x-messagesystems-webhook-token", "").encode()
        if not any([hmac.compare_digest(sent, token.encode()) for token in TOKENS]):
            return 401, "wrong token"
        # #endif
        # #if compressed
        plain = inflate(raw, self.headers.get("content-encoding"))
        # #else plain = raw
        # #endif
        text = plain.strip()
        if not text.startswith(b"[") or not text.endswith(b"]"):
            return 400, "not a batch"
        if len(text) < 1024 and re.fullmatch(rb'\[(\{"msys":\{\}\},?)*\]', re.sub(rb"\s", b"", text)):
            return 200, "ping"  # the test POST of a new webhook
        # #if signed
        if not is_signed(self.headers, plain):
            return 401, "wrong signature"
        batch_id = self.headers.get("webhook-id", "")
        # #else batch_id = self.headers.get("x-messagesystems-batch-id", "")
        # #endif
        if not re.fullmatch("[0-9A-Za-z_-]{1,64}", batch_id):
            return 400, "no batch id"
        if is_finished(batch_id) or not store(batch_id, text):
            return 200, "duplicate"
        jobs.put((batch_id, 0))
        return 200, "stored"

    def log_message(self, *args):
        pass


def work_on():
    while True:
        try:
            work(*jobs.get())
        except Exception:
            traceback.print_exc()


# #if token
TOKENS = secrets_of("WEBHOOK_TOKEN")
# #endif
# #if signed
KEYS = [key_of(secret) for secret in secrets_of("WEBHOOK_SECRET")]
# #endif
for folder in ("inbox", "done", "failed"):
    os.makedirs(folder, exist_ok=True)
jobs = queue.Queue()
for name in os.listdir("inbox"):  # what an earlier run has left
    if name.endswith(".json"):
        jobs.put((name[: -len(".json")], 0))
threading.Thread(target=work_on, daemon=True).start()
ThreadingHTTPServer(("", PORT), Receiver).serve_forever()
