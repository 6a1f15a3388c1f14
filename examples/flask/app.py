"""A login with WhatsApp: one request starts it, one collects it."""

import os, requests
from flask import Flask, abort, redirect, request, session

WHATSAUTH, TOKEN = os.environ["WHATSAUTH"], os.environ["WHATSAUTH_TOKEN"]
app = Flask(__name__)
app.secret_key = os.environ["SESSION_SECRET"]


def ask(method, path, token, **form):
    return requests.request(method, WHATSAUTH + path, data=form, timeout=30,
                            headers={"Authorization": f"Bearer {token}"})


@app.get("/")
def home():
    return f"Welcome, {session['phone']}" if "phone" in session else \
        "<form method=post action=/login><button>Log in</button></form>"


@app.post("/login")
def login():
    code = ask("POST", "verification_code", TOKEN, claim=1, qr=1)
    session["claim"] = code.headers["whatsauth-claim"]
    return """Scan or <a href="{link}">open</a> this, and press Send.
        <p><img src="{qr}" alt="QR code of the link">
        <form method=post action=/done><button>Sent</button></form>
        """.format(**code.json())


@app.post("/done")
def done():
    # Another site could log its visitors in here as somebody else.
    if request.headers.get("Origin", "").split("/")[2:] != [request.host]:
        abort(403)
    claim = request.form.get("whatsauth_claim") or session.get("claim", "")
    ask("GET", "claim?wait=20", claim)             # for the message to come
    login = ask("POST", "claim", TOKEN, claim=claim).json()
    if login["status"] != "validated":
        abort(403, login["error"])
    session.clear()
    session["phone"] = login["phone_number"]
    return redirect("/", 303)
