// The login page in tests: an nginx with apps that show each state of it, and
// the steps that lead there.

import assert from 'node:assert/strict';
import http from 'node:http';

import { open } from './browser.mjs';
import { startNginx } from './nginx.mjs';


export const languages = ['en', 'es', 'pt', 'fr', 'id', 'hi', 'ar', 'he'];


const account = 'meta app_secret=app-secret-of-the-demo-app '
                + 'verify_token=verify-token-of-the-demo-app';

const apps = {
    shop: 'login_title "Northwind Bank";',
    pin: `login_title "Northwind Bank"; confirm always;
          reply_limit 1000/h 1000/h;`,
    unsent: 'confirm always; reply_limit 1000/h 1000/h;',
    brief: 'expires 3s;',
    auto: 'autostart on;',
    asks: 'ask_number on; sms on; sms_phone +14155550199;',
    limited: 'start_limit 1/m 1/h;',
};


// api: the port of what sends its replies, or null.

function block(name, api) {
    const sends = api ? ` access_token=access-token-of-${name}
                          phone_number_id=106540352242922
                          api=http://127.0.0.1:${api}/v26.0` : '';
    const limit = apps[name].includes('start_limit') ? ''
                                                     : 'start_limit off;';

    return `whatsauth_app ${name} {
        token token-of-tenant-${name}; phone +56943426553; login on;
        ${account}${sends}; ${limit} ${apps[name]}
    }`;
}


// A provider's API: keeps the texts of replies, and refuses those of unsent.

function startApi(port) {
    const texts = [];
    const server = http.createServer(async (request, response) => {
        let body = '';

        for await (const part of request) {
            body += part;
        }

        if (request.headers.authorization.includes('unsent')) {
            response.statusCode = 400;
            response.end('{"error":{"code":131047,"message":"no"}}');
            return;
        }

        texts.push(JSON.parse(body).text.body);
        response.setHeader('Content-Type', 'application/json');
        response.end('{"messages":[{"id":"wamid.reply"}]}');
    });

    server.listen(port, '127.0.0.1');

    return { texts, stop: () => server.close() };
}


export async function startLogins(http_lines = '') {
    const names = Object.keys(apps);
    const nginx = await startNginx({
        allow: 'replies refused by',      // of the app that cannot send PINs
        http: http_lines,
        apps: names.map(name => block(name, name === 'pin' || name === 'unsent'
                                            ? '@PORT1@' : null)).join('\n'),
        server: names.map(name =>
            `location /${name}/ { whatsauth_login ${name}; }`).join('\n')
            + ' location = /private { return 200 "members only"; }',
    });
    const api = startApi(nginx.ports[1]);

    return {
        ...nginx,
        api,
        async stop() {
            api.stop();
            await nginx.stop();
        },
    };
}


// A page of an app in a fresh profile.

export async function visit(browser, nginx, name, options = {}) {
    const page = await open(browser, options);

    await page.goto(nginx.url(`/${name}/${options.query ?? ''}`));

    return page;
}


export const stateOf = page => page.getAttribute('body', 'data-state');

export const shown = (page, state, timeout = 15000) =>
    page.locator(`body[data-state="${state}"]`).waitFor({ timeout });

export const textOf = page => page.locator('#text').textContent();

export const primary = page => page.locator('main .main:visible').first();


export async function begin(page) {
    await primary(page).click();
    await shown(page, 'send');
}


// The PIN in the last reply.

export async function pinOf(nginx) {
    await until(() => nginx.api.texts.length > 0);
    const text = nginx.api.texts.at(-1);
    const pin = text.match(/\b(\d{6})\b/)?.[1];

    assert.ok(pin, `there is a PIN in "${text}"`);

    return pin;
}


export async function until(condition, seconds = 15) {
    const end = Date.now() + seconds * 1000;

    while (!await condition()) {
        assert.ok(Date.now() < end, `not within ${seconds} s: ${condition}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}
