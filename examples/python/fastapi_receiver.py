"""A receiver in FastAPI. Run: WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… uvicorn fastapi_receiver:app --port 8080"""

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse

import inbox

app = FastAPI()


@app.post("/hook")
async def hook(request: Request):
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > inbox.MAX_BYTES:
            return PlainTextResponse("The body is too large", 413)
    # Storing waits for the disk; other requests need not.
    status, text = await run_in_threadpool(inbox.take, request.headers, bytes(body))
    return PlainTextResponse(text, status)
