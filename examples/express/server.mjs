// A login with WhatsApp: one request starts it, one collects it.

import express from 'express';
import session from 'express-session';

const { WHATSAUTH, WHATSAUTH_TOKEN, SESSION_SECRET, PORT } = process.env;
const ask = (path, token, fields) => fetch(WHATSAUTH + path, {
    headers: { Authorization: `Bearer ${token}` },
    ...fields && { method: 'POST', body: new URLSearchParams(fields) } });
const app = express();
app.use(express.urlencoded(), session({ secret: SESSION_SECRET, resave: false,
    saveUninitialized: false, cookie: { sameSite: 'lax' } }));

// Without this, another site could log its visitors in here as somebody else.
app.use((req, res, next) => req.method === 'GET'
    || req.get('origin')?.split('/')[2] === req.get('host')
    ? next() : res.sendStatus(403));

app.get('/', (req, res) => res.send(req.session.phone
    ? `Welcome, ${req.session.phone}`
    : '<form method=post action=/login><button>Log in</button></form>'));

app.post('/login', async (req, res) => {
    const started = await ask('verification_code', WHATSAUTH_TOKEN,
                              { claim: 1, qr: 1 });
    const { link, qr } = await started.json();
    req.session.claim = started.headers.get('whatsauth-claim');
    res.send(`Scan or <a href="${link}">open</a> this, and press Send.
        <p><img src="${qr}" alt="QR code of the link">
        <form method=post action=/done><button>Sent</button></form>`);
});

app.post('/done', async (req, res) => {
    const claim = req.body?.whatsauth_claim ?? req.session.claim ?? '';
    await ask('claim?wait=20', claim);             // for the message to come
    const login = await (await ask('claim', WHATSAUTH_TOKEN, { claim })).json();
    if (login.status !== 'validated') return res.status(403).send(login.error);
    req.session.regenerate(() => {
        req.session.phone = login.phone_number;
        res.redirect(303, '/');
    });
});

app.listen(PORT, '127.0.0.1');
