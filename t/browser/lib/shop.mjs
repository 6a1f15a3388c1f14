// A shop on another origin than the login, with a page that has the widget.
//
//     const shop = await openShop({ app: 'start_limit off;' });
//     const page = await shop.visit({ with: 'required', lang: 'es' });
//     await begin(page);
//     await shop.nginx.message(await codeOf(page));
//     await state(page, 'validated');
//     await post(page);                        the shop says "Welcome, NUMBER"
//     await shop.close();
//
// The policy of its page allows the login location and nothing else, and the
// browser blocks the cookies of third parties.

import http from 'node:http';

import { open, startBrowser } from './browser.mjs';
import { startNginx } from './nginx.mjs';
import { startProvider } from './provider.mjs';


const token = 'token-of-the-demo-app';


// The app whose logins take a PIN, sent by the provider.

const appWithPins = (access, { port }, lines) => `whatsauth_app demo {
    token ${token}; phone +56943426553;
    meta app_secret=app-secret-of-the-demo-app
         verify_token=verify-token-of-the-app
         access_token=${access}
         api=http://127.0.0.1:${port}/v26.0;
    confirm always; ${lines}
}`;


// app is lines of the app, more are options of startNginx().  With pins, an
// access token, each login takes a PIN, which shop.provider gets to send.

export async function openShop({ app = '', pins, ...more } = {}) {
    const lines = `login on; authorized_origins http://localhost:@PORT1@; `
                  + app;
    const provider = pins && await startProvider();
    const nginx = await startNginx({
        ...pins ? { apps: appWithPins(pins, provider, lines) }
                : { app: lines },
        server: `location /login/ { whatsauth_login demo; }
                 location = /favicon.ico { return 204; }`,
        ...more,
    });
    const browser = await startBrowser({
        args: ['--test-third-party-cookie-phaseout'],
    });
    const login = nginx.url('');
    const server = http.createServer((request, response) =>
        answer(login, request, response));
    const site = `http://localhost:${nginx.ports[1]}`;

    await new Promise(resolve =>
        server.listen(nginx.ports[1], 'localhost', resolve));

    const url = query => `${site}/?${new URLSearchParams(query)}`;

    return {
        nginx,
        provider,
        browser,
        login,
        url,
        hosts: [new URL(login).host],
        async visit(query = {}, options = {}) {
            const page = await open(browser, { hosts: [new URL(login).host],
                                               ...options });
            await page.goto(url(query));

            return page;
        },
        async close() {
            await browser.close();
            server.close();
            server.closeAllConnections();
            await nginx.stop();
            provider?.stop();
        },
    };
}


async function answer(login, request, response) {
    if (request.method === 'POST') {
        const form = new URLSearchParams(await text(request));
        response.end(`Welcome, ${await collect(login, form)}`);
        return;
    }

    const { searchParams } = new URL(request.url, 'http://site');

    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.setHeader('Content-Security-Policy',
        `default-src 'none'; script-src ${login}/login/; `
        + `connect-src ${login}/login/; img-src ${login}/login/; `
        + "form-action 'self'");
    response.end(pageOf(login, Object.fromEntries(searchParams)));
}


const pageOf = (login, query) => `<!DOCTYPE html>
    <html lang="${query.lang ?? 'en'}">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <meta name="color-scheme" content="${query.scheme ?? 'light'}">
    <link rel="icon" href="${login}/login/none.ico">
    <title>Shop</title>
    <main><h1>Shop</h1>${query.body ?? form(query.with)}</main>
    <script type="module" src="${login}/login/widget.js"></script>`;

export const form = (attributes = '') => `<form method="post" action="/done">
    <whatsauth-login name="whatsauth_claim" ${attributes}></whatsauth-login>
    <button>Continue</button></form>`;


async function text(stream) {
    let all = '';

    for await (const part of stream) {
        all += part;
    }

    return all;
}


// What the site's server does with the form.

async function collect(login, form) {
    const answer = await fetch(`${login}/api/v1/claim`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}` },
        body: new URLSearchParams({ claim: form.get('whatsauth_claim') }),
    });
    const { phone_number: number, error } = await answer.json();

    return number ?? error;
}


// The widget of a page: of several, one is named by within.

export const widget = (page, within = 'whatsauth-login') =>
    page.locator(within);

export const state = (page, name, within) =>
    widget(page, within).locator(`[data-state=${name}]`).waitFor();

export async function begin(page, within) {
    await widget(page, within).locator('[part~=start]').click();
    await state(page, 'send', within);
}

export async function codeOf(page, within) {
    const link = await widget(page, within).locator('[part=link]')
                                           .getAttribute('href');
    return decodeURIComponent(link).match(/>>([0-9a-f]{10})<</)[1];
}

export const value = (page, within) =>
    widget(page, within).evaluate(element => element.value);

export const post = page =>
    page.getByRole('button', { name: 'Continue', exact: true }).click();
