"""A login with WhatsApp: one request starts it, one collects it."""

import json, os
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, urlopen
from flask import Flask, abort, redirect, request, session

app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]
app.config["SESSION_COOKIE_SAMESITE"] = "Lax"


def ask(path, token, **fields):
    try:
        return urlopen(Request(os.environ["WHATSAUTH"] + path,
                               urlencode(fields).encode() if fields else None,
                               {"Authorization": f"Bearer {token}"}))
    except HTTPError as answer:
        return answer


# Without this, another site could log its visitors in here as somebody else.
@app.before_request
def refuse_other_sites():
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    if request.method == "POST" and origin != request.host:
        abort(403)


@app.get("/")
def home():
    if "phone" in session:
        return f"Welcome, {session['phone']}"
    return "<form method=post action=/login><button>Log in</button></form>"


@app.post("/login")
def login():
    started = ask("verification_code", os.environ["WHATSAUTH_TOKEN"],
                  claim=1, qr=1)
    code = json.load(started)
    session["claim"] = started.headers["whatsauth-claim"]
    return f"""Scan or <a href="{code['link']}">open</a> this, and press Send.
        <p><img src="{code['qr']}" alt="QR code of the link">
        <form method=post action=/done><button>Sent</button></form>"""


@app.post("/done")
def done():
    claim = request.form.get("whatsauth_claim") or session.get("claim", "")
    ask("claim?wait=20", claim)                    # for the message to come
    login = json.load(ask("claim", os.environ["WHATSAUTH_TOKEN"], claim=claim))
    if login["status"] != "validated":
        abort(403, login["error"])
    session.clear()
    session["phone"] = login["phone_number"]
    return redirect("/", 303)
