"""A hook of Schemathesis: signs requests by the recipe that the exported document gives in `x-venue-auth`.

`SIGNING` in the environment is JSON: `recipe`, `key`, `secret` and `base`, the path that operations are below.
"""

import base64
import hashlib
import hmac
import itertools
import json
import os
import time
from urllib.parse import urlsplit

import requests
import schemathesis

GIVEN = json.loads(os.environ["SIGNING"])
RECIPE = GIVEN["recipe"]
NONCES = itertools.count(time.time_ns() // 1_000)


def filled(template, **values):
    for name, value in values.items():
        template = template.replace("{" + name + "}", value)
    return template


class Signed(requests.auth.AuthBase):
    """Signs what is about to be sent."""

    def __call__(self, request):
        # As they were given on the command line; another, or none, was put there on purpose.
        if any(request.headers.get(name) != GIVEN["key"] for name in RECIPE["headers"]):
            return request
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        method = urlsplit(request.url).path.removeprefix(GIVEN["base"]).lstrip("/")
        # The body need not be text.
        before, after = RECIPE["sign"].split("{body}")
        content = filled(before, method=method).encode() + body + filled(after, method=method).encode()
        digest = hmac.new(GIVEN["secret"].encode(), content, getattr(hashlib, RECIPE["digest"])).digest()
        assert RECIPE["encoding"] == "base64", RECIPE
        values = {"key": GIVEN["key"], "signature": base64.b64encode(digest).decode()}
        for name, value in RECIPE["headers"].items():
            request.headers[name] = filled(value, **values)
        return request


@schemathesis.hook
def before_call(context, case, kwargs):
    """Puts what is signed into the body; what was made wrong on purpose stays."""
    if isinstance(case.body, dict):
        moments = {"{nonce}": next(NONCES), "{timestamp-ms}": time.time_ns() // 1_000_000}
        for name, value in RECIPE["fields"].items():
            given = case.body.get(name, 0)
            # To JSON Schema, 1.0 is an integer.
            if type(given) in (int, float) and given == given // 1 and given >= 0:
                case.body[name] = moments[value]
    kwargs["auth"] = Signed()
