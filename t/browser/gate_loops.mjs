// The gate in Chromium: cookies that lead to nothing never make it loop.

import assert from 'node:assert/strict';
import test from 'node:test';

import { startGate } from './lib/gate.mjs';
import { begin, send, shown, stateOf } from './lib/login.mjs';


const gate = await startGate();
const { nginx, visitor, logIn } = gate;


// Cookies that lead to nothing: the page, after one request.

async function sessionOf(name, target) {
    const page = await visitor();

    await page.goto(nginx.url(target));
    await logIn(page);

    const cookie = (await page.context().cookies())
        .find(one => one.name === name);

    return { page, value: cookie.value };
}


const cookie = (name, value, path = '/') =>
    ({ name, value, domain: '127.0.0.1', path, httpOnly: true,
       sameSite: 'Lax' });

let old, foreign;

test('no loop - sessions of before and of another app', async () => {
    const one = await sessionOf('wa-demo', '/private/');
    const two = await sessionOf('wa-other', '/third/');

    old = one.value;
    foreign = two.value;

    await one.page.goto(nginx.url('/login/logout'));
    await one.page.locator('form[action$=logout] button').click();
    await shown(one.page, 'logged_out');
    await one.page.context().close();
    await two.page.context().close();
});


const spoilt = () => ({
    spoilt: [cookie('wa-demo', 'A'.repeat(43))],
    empty: [cookie('wa-demo', '')],
    'of another form': [cookie('wa-demo', '"%00%FF\'=')],
    old: [cookie('wa-demo', old)],
    'of another app': [cookie('wa-demo', foreign)],
    'a session as a claim': [cookie('wa-claim-demo', foreign)],
    'a spoilt claim': [cookie('wa-claim-demo', 'B'.repeat(43))],
    'a spoilt mark': [cookie('wa-known-demo', 'C'.repeat(43))],
    huge: [cookie('wa-demo', 'D'.repeat(4000))],
    'all of them': [cookie('wa-demo', 'A'.repeat(43)),
                    cookie('wa-claim-demo', 'B'.repeat(43)),
                    cookie('wa-known-demo', 'C'.repeat(43))],
});


for (const name of Object.keys(spoilt())) {
    for (const js of name === 'all of them' ? [true, false] : [true]) {
        const title = `no loop - a cookie, ${name}, `
                      + `${js ? 'with' : 'without'} scripts`;

        test(title, async () => {
            const page = await visitor({ js });
            const url = nginx.url('/private/a?b=c');

            await page.context().addCookies(spoilt()[name]);

            const response = await page.goto(url);

            assert.equal(response.status(), 401);
            assert.equal(page.documents, 1, 'one request');
            assert.equal(await stateOf(page), 'start');

            await logIn(page, { js });
            assert.equal(page.url(), url);
            assert.ok(page.documents <= 8, `${page.documents} requests`);
            await page.context().close();
        });
    }
}


test('no loop - a cookie that stands twice', async () => {
    const page = await visitor();
    const url = nginx.url('/private/a');

    await page.context().addCookies([
        cookie('wa-demo', 'A'.repeat(43), '/private/'),
        cookie('wa-demo', old),
    ]);

    assert.equal((await page.goto(url)).status(), 401);
    assert.equal(page.documents, 1);

    // Nobody can clear the cookie of another path: the login leads to the
    // page again, and stays there.

    await begin(page);
    await send(page, nginx);
    await page.waitForTimeout(3000);
    assert.ok(page.documents <= 8, `${page.documents} requests`);
    await page.context().close();
});


test('no loop - a session that ends while the page is open', async () => {
    const { page } = await sessionOf('wa-demo', '/private/a');

    await page.context().clearCookies();
    page.documents = 0;

    assert.equal((await page.reload()).status(), 401);
    assert.equal(page.documents, 1);
    assert.equal(await stateOf(page), 'start');
    await page.context().close();
});


test.after(gate.stop);
