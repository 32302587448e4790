"""A receiver in Flask. Run: WEBHOOK_TOKEN=… WEBHOOK_SECRET=whsec_… flask --app flask_receiver run --port 8080"""

from flask import Flask, request

import inbox

app = Flask(__name__)
app.config["MAX_CONTENT_LENGTH"] = inbox.MAX_BYTES


@app.post("/hook")
def hook():
    status, text = inbox.take(request.headers, request.get_data())
    return text, status
