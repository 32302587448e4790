"""What a receiver does with a POST, whatever framework brought it: check, decompress, parse, and store it once."""

import hmac
import json
import os
import sqlite3
import zlib

MAX_BYTES = 16 * 1024 * 1024  # Tidepost's own largest body has 10 MiB.
TOKEN = os.environ.get("WEBHOOK_TOKEN", "").strip()
if not TOKEN:
    raise SystemExit("WEBHOOK_TOKEN is empty or not set: everybody could send batches.")

DATABASE = os.environ.get("INBOX", "inbox.db")


def connect():
    database = sqlite3.connect(DATABASE)
    database.execute("CREATE TABLE IF NOT EXISTS inbox (batch TEXT PRIMARY KEY, events TEXT NOT NULL)")
    return database


def take(headers, body):
    """The answer to a POST: (status, text). A batch that is answered with 200 is on disk."""
    sent = headers.get("x-messagesystems-webhook-token", "")
    if not hmac.compare_digest(sent.encode(), TOKEN.encode()):
        return 401, "The token is missing or wrong"
    try:
        events = json.loads(decompressed(body))
    except (ValueError, zlib.error, RecursionError):
        return 400, "The body is not a batch"
    if len(body) > MAX_BYTES or events is None:
        return 413, f"The body has more than {MAX_BYTES} bytes"
    if not isinstance(events, list):
        return 400, "The body is not a batch"
    if not any(event.get("msys") for event in events if isinstance(event, dict)):
        return 200, "ping"
    batch = headers.get("x-messagesystems-batch-id", "")
    if not batch:
        return 400, "There is no batch id"
    with connect() as database:
        row = (batch, json.dumps(events))
        stored = database.execute("INSERT OR IGNORE INTO inbox VALUES (?, ?)", row).rowcount
    # The batch id is the same on every attempt, so that a batch which comes twice is stored once.
    return 200, "done" if stored else "duplicate"


def decompressed(body):
    """The JSON text; "null" in the place of one that would be larger than a receiver takes."""
    if body[:2] != b"\x1f\x8b":
        return body
    inflater = zlib.decompressobj(wbits=31)
    text = inflater.decompress(body, MAX_BYTES + 1)
    if len(text) > MAX_BYTES:
        return b"null"
    if not inflater.eof:
        raise ValueError("The gzip body ends too soon")
    return text
