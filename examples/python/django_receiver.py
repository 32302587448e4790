"""A receiver in Django: anymail's view for SparkPost's webhooks, as it is, in a Django that is no more than it needs.

Prints what anymail makes of each event. Run: python django_receiver.py 8080
"""

import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ANYMAIL={"WEBHOOK_SECRET": "ann:s3cret"},
    DATA_UPLOAD_MAX_MEMORY_SIZE=None,
    INSTALLED_APPS=["anymail"],
    MIDDLEWARE=[],
    ROOT_URLCONF=__name__,
    SECRET_KEY="of-no-importance",
    USE_TZ=True,
)
urlpatterns = [path("anymail/", include("anymail.urls"))]
django.setup()

from anymail.signals import tracking  # noqa: E402


def on_event(sender, event, esp_name, **_):
    names = ("event_type", "message_id", "event_id", "recipient", "reject_reason", "mta_response", "tags", "metadata")
    seen = {name: getattr(event, name) for name in (*names, "click_url", "user_agent")}
    seen["timestamp"] = event.timestamp and event.timestamp.isoformat()
    seen["esp_name"] = esp_name
    seen["type"] = next(iter(event.esp_event["msys"].values()))["type"]
    print(json.dumps(seen), flush=True)


tracking.connect(on_event)


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


server = make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application(), handler_class=Quiet)
print("ready", flush=True)
server.serve_forever()
