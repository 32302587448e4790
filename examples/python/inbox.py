"""What a receiver does with a POST, whatever framework brought it: check, decompress, parse, and store it once."""

import base64
import hashlib
import hmac
import json
import os
import re
import sqlite3
import time
import zlib

MAX_BYTES = 16 * 1024 * 1024  # Tidepost's own largest body has 10 MiB.
TOLERANCE_SECONDS = 300  # How far the time of a signature may be from now.
DATABASE = os.environ.get("INBOX", "inbox.db")


def secret_of(name):
    """The text of a variable, or None where it is not set. An empty one is a mistake that would let in everyone."""
    text = os.environ.get(name)
    if text is not None and not text.strip():
        raise SystemExit(f"{name} is set, but empty.")
    return text and text.strip()


def key_of(secret):
    try:
        key = base64.b64decode(secret[6:], validate=True)
    except ValueError:
        key = b""
    if not key or not secret.startswith("whsec_"):
        raise SystemExit("WEBHOOK_SECRET is not whsec_ and base64.")
    return key


TOKEN = secret_of("WEBHOOK_TOKEN")
SECRET = secret_of("WEBHOOK_SECRET")
KEY = SECRET and key_of(SECRET)
if not TOKEN and not KEY:
    raise SystemExit("Set WEBHOOK_TOKEN, WEBHOOK_SECRET or both: without them everybody could send batches.")


def connect():
    database = sqlite3.connect(DATABASE)
    database.execute("CREATE TABLE IF NOT EXISTS inbox (batch TEXT PRIMARY KEY, events TEXT NOT NULL)")
    return database


def take(headers, body):
    """The answer to a POST: (status, text). A batch that is answered with 200 is on disk."""
    sent = headers.get("x-messagesystems-webhook-token", "")
    if TOKEN and not hmac.compare_digest(sent.encode(), TOKEN.encode()):
        return 401, "The token is missing or wrong"
    try:
        text = decompressed(body)
    except (ValueError, zlib.error):
        return 400, "The body is not a batch"
    if len(text) > MAX_BYTES:
        return 413, f"The body has more than {MAX_BYTES} bytes"
    # The test POST of a new webhook comes before you know its secret. It holds nothing, so nothing is let in.
    if re.fullmatch(rb'\s*\[\s*\{\s*"msys"\s*:\s*\{\s*\}\s*\}\s*\]\s*', text):
        return 200, "ping"
    if KEY and not is_signed(headers, text):
        return 401, "The signature is missing, wrong or too old"
    try:
        events = json.loads(text)
    except (ValueError, RecursionError):
        return 400, "The body is not a batch"
    if not isinstance(events, list):
        return 400, "The body is not a batch"
    # A signature covers webhook-id, not the other header. Both have the id of the batch.
    batch = headers.get("webhook-id" if KEY else "x-messagesystems-batch-id", "")
    if not batch:
        return 400, "There is no batch id"
    with connect() as database:
        row = (batch, json.dumps(events))
        stored = database.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", row).rowcount
    # The batch id is the same on every attempt, so that a batch which comes twice is stored once.
    return 200, "done" if stored else "duplicate"


def decompressed(body):
    """The JSON text, or the beginning of one that is larger than a receiver takes."""
    if body[:2] != b"\x1f\x8b":
        return body
    inflater = zlib.decompressobj(wbits=31)
    text = inflater.decompress(body, MAX_BYTES + 1)
    if not inflater.eof and len(text) <= MAX_BYTES:
        raise ValueError("The gzip body ends too soon")
    return text


def is_signed(headers, text):
    """Verifies a signature of Standard Webhooks over the JSON before compression."""
    timestamp = headers.get("webhook-timestamp", "")
    if not re.fullmatch("[0-9]{1,12}", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    signed = f"{headers.get('webhook-id', '')}.{timestamp}.".encode() + text
    expected = b"v1," + base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest())
    # While a secret is rotated, a POST has a signature of the old one and of the new one.
    signatures = headers.get("webhook-signature", "").encode().split(b" ")
    return any([hmac.compare_digest(expected, signature) for signature in signatures])
