// A login with WhatsApp: one request starts it, one collects it.

import express from 'express';
import session from 'express-session';

const { WHATSAUTH, WHATSAUTH_TOKEN: TOKEN, SESSION_SECRET, PORT } = process.env;
const app = express().use(express.urlencoded(), session({ resave: false,
    saveUninitialized: false, secret: SESSION_SECRET }));
const ask = (path, token, form) => fetch(WHATSAUTH + path, {
    headers: { Authorization: `Bearer ${token}` },
    ...form && { method: 'POST', body: new URLSearchParams(form) } });

app.get('/', (req, res) => res.send(req.session.phone
    ? `Welcome, ${req.session.phone}`
    : '<form method=post action=/login><button>Log in</button></form>'));

app.post('/login', async (req, res) => {
    const code = await ask('verification_code', TOKEN, { claim: 1, qr: 1 });
    req.session.claim = code.headers.get('whatsauth-claim');
    const { link, qr } = await code.json();
    res.send(`Scan or <a href="${link}">open</a> this, and press Send.
        <p><img src="${qr}" alt="QR code of the link">
        <form method=post action=/done><button>Sent</button></form>`);
});

app.post('/done', async (req, res) => {
    // Another site could log its visitors in here as somebody else.
    const origin = req.get('origin')?.split('/')[2];
    if (origin !== req.get('host')) return res.sendStatus(403);

    const claim = req.body?.whatsauth_claim ?? req.session.claim ?? '';
    await ask('claim?wait=20', claim);             // for the message to come
    const login = await (await ask('claim', TOKEN, { claim })).json();
    if (login.status !== 'validated') return res.status(403).send(login.error);
    req.session.regenerate(() => {
        req.session.phone = login.phone_number;
        res.redirect(303, '/');
    });
});

app.listen(PORT, '127.0.0.1');
