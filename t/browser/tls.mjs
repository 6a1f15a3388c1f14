// The login page over TLS and HTTP/2, at a name whose certificate Chromium
// checks: the cookies are those of __Host-, and everything works by them.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, open, startBrowser } from './lib/browser.mjs';
import { begin, primary, send, shown, stateOf } from './lib/login.mjs';
import { startNginx } from './lib/nginx.mjs';


const HOST = 'login.test';

const nginx = await startNginx({
    tls: HOST,
    app: 'login on; confirm off; start_limit off;',
    server: `location /login/ { whatsauth_login demo; }
             location = /private { return 200 "members only"; }
             location = /favicon.ico { return 204; }`,
});
const browser = await startBrowser({ names: [HOST, `else.${HOST}`],
                                     ca: nginx.ca });
const url = (path, host = HOST) => `https://${host}:${nginx.tls_port}${path}`;


async function cookies(page) {
    const all = await page.context().cookies();

    return Object.fromEntries(all.map(cookie => [cookie.name, cookie]));
}


function isOurs(cookie) {
    assert.equal(cookie.secure, true);
    assert.equal(cookie.httpOnly, true);
    assert.equal(cookie.sameSite, 'Lax');
    assert.equal(cookie.path, '/');
    assert.equal(cookie.domain, HOST);
}


// Without scripts the person says when the message is sent.

async function finish(page, js) {
    if (!js) {
        await page.goto(url('/login/?return=/private'));
        await primary(page).click();
    }

    await page.waitForURL(url('/private'));
}


for (const js of [true, false]) {
    const how = js ? 'with scripts' : 'without scripts';

    test(`a login ${how}`, async () => {
        const page = await open(browser, { js });
        const response = await page.goto(url('/login/?return=/private'));

        assert.equal(response.status(), 200);
        assert.equal((await response.securityDetails()).subjectName, HOST);

        await begin(page);
        const { '__Host-wa-claim-demo': claim, ...others }
            = await cookies(page);
        isOurs(claim);
        assert.deepEqual(others, {});

        await send(page, nginx);
        await finish(page, js);

        const { '__Host-wa-demo': session, ...rest } = await cookies(page);
        isOurs(session);
        assert.deepEqual(rest, {}, 'the claim is cleared');

        await page.goto(url('/login/'));
        assert.equal(await stateOf(page), 'session');
        await page.locator('form[action$=logout] button').click();
        await shown(page, 'logged_out');
        assert.deepEqual(await cookies(page), {});
        assert.deepEqual(faults(page), []);
        await page.context().close();
    });
}


test('events - by HTTP/2', async () => {
    const page = await open(browser);

    await page.goto(url('/login/'));
    await begin(page);

    const protocols = await page.evaluate(() =>
        performance.getEntriesByType('navigation')
            .map(entry => entry.nextHopProtocol));
    assert.deepEqual(protocols, ['h2']);

    await send(page, nginx);
    await shown(page, 'session');
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


test('a cookie from a subdomain - does not replace ours', async () => {
    const page = await open(browser);

    await page.context().addCookies(['wa-demo', 'wa-claim-demo'].map(name =>
        ({ name, value: 'A'.repeat(43), domain: `.${HOST}`, path: '/' })));
    await page.goto(url('/login/'));
    assert.equal(await stateOf(page), 'start');
    await begin(page);
    await send(page, nginx);
    await shown(page, 'session');
    await page.context().close();
});


test('another name - Chromium does not trust its certificate', async () => {
    const page = await open(browser);

    await assert.rejects(page.goto(url('/login/', `else.${HOST}`)),
                         /ERR_CERT_COMMON_NAME_INVALID/);
    await page.context().close();
});


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
