// sidecar.mjs FOLDER PORT EXPRESS_PORT: two servers that auth_request asks, the
// one by hand, the other as most are, with Express and its sessions in memory.
//
// FOLDER/tokens has a session in each line; the cookie of Express is a signed
// one, so FOLDER/requests-express has requests of its own, as long as one
// another, whose length is printed.

import { createHmac } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import express from 'express';
import session from 'express-session';

const [folder, port, expressPort] = process.argv.slice(2);
const tokens = readFileSync(`${folder}/tokens`, 'latin1').trimEnd()
    .split('\n');
const phone = '+56911111111';
const secret = 'secret-of-the-sidecar';
const ends = Date.now() + 12 * 3600 * 1000;

const sessions = new Map(tokens.map((token) => [token, { ends, phone }]));

const byHand = createServer((request, response) => {
    const cookies = request.headers.cookie ?? '';
    const token = cookies.match(/(?:^|; )wa-demo=([^;]*)/)?.[1];
    const known = sessions.get(token);

    if (known === undefined || known.ends < Date.now()) {
        response.writeHead(401).end();
        return;
    }

    response.writeHead(204, { 'X-Phone': known.phone }).end();
});

const store = new session.MemoryStore();
const app = express();

app.disable('x-powered-by');
app.use(session({ name: 'sid', resave: false, saveUninitialized: false,
                  secret, store }));
app.get('/', (request, response) => {
    if (!request.session.phone) {
        response.sendStatus(401);
        return;
    }

    response.set('X-Phone', request.session.phone).status(204).end();
});

for (const token of tokens) {
    store.sessions[token] = JSON.stringify({ cookie: {}, phone });
}

const requests = tokens.map((token) => {
    const signature = createHmac('sha256', secret).update(token)
        .digest('base64').replaceAll('=', '');
    return `Host: localhost\r\nCookie: sid=s:${token}.${signature}\r\n\r\n`;
});

writeFileSync(`${folder}/requests-express`, requests.join(''));

for (const [server, at] of [[byHand, port], [createServer(app), expressPort]]) {
    server.keepAliveTimeout = 3600 * 1000;
    await new Promise((done) => server.listen(at, '127.0.0.1', done));
}

console.log(requests[0].length);
