// The gate's pages in Chromium: a number that is not let in, somebody who is
// not let in, and a store that is away.

import assert from 'node:assert/strict';
import test from 'node:test';

import { open, picture, startBrowser } from './lib/browser.mjs';
import { begin, check, languages, primary, send, shown, stateOf, until }
    from './lib/login.mjs';
import { missingStore, startNginx } from './lib/nginx.mjs';


const limit = { timeout: 90000 };
const LET_IN = '+56922222222';

const nginx = await startNginx({
    app: 'login on; start_limit off; login_title "Northwind Bank";',
    http: 'map $whatsauth_subject $nobody { default 0; }',
    server: `location /login/ { whatsauth_login demo; }
        location = /favicon.ico { return 204; }
        location /staff/ {
            whatsauth_gate demo;
            whatsauth_gate_numbers ${LET_IN};
            proxy_pass http://127.0.0.1:@PORT@/site/;
        }
        location /secret/ {
            whatsauth_gate demo;
            whatsauth_gate_require $nobody;
            proxy_pass http://127.0.0.1:@PORT@/site/;
        }
        location /site/ { return 200 "members only"; }`,
});
const browser = await startBrowser();


// Logs in at a page of the gate, as this number or another one.

async function logIn(page, nginx, js, from) {
    await begin(page);
    await send(page, nginx, from);

    if (!js) {
        await page.frameLocator('iframe').getByText('Continue').click();
    }
}


for (const [name, device, js, colorScheme] of [
    ['phone', 'phone', true, 'light'],
    ['dark', 'phone', true, 'dark'],
    ['desktop', 'desktop', true, 'light'],
    ['desktop-no-js', 'desktop', false, 'light'],
]) {
    const how = `${device}${js ? '' : ', no script'}, ${colorScheme}`;

    test(`another number - ${how}`, limit, async () => {
        const page = await open(browser, { device, js, colorScheme });
        const url = nginx.url('/staff/a?b=c%26d&e=%22');

        await page.goto(url);
        await logIn(page, nginx, js);
        await shown(page, 'number_not_allowed');
        assert.equal(page.url(), url, 'in place');
        assert.equal((await page.reload()).status(), 403);
        await check(page, `number_not_allowed, ${how}`);
        await picture(page, `number_not_allowed-${name}`);

        await primary(page).click();
        await shown(page, 'start');
        assert.equal(page.url(), url, 'the login is at the same URL');
        assert.deepEqual(await page.context().cookies(), [],
                         'nothing of the first number is left');

        await logIn(page, nginx, js, LET_IN);
        await page.getByText('members only').waitFor();
        assert.equal(page.url(), url);
        await page.context().close();
    });


    test(`a store that goes and comes back - ${how}`, limit, async t => {
        const store = await missingStore();
        const closed = await startNginx({
            ...store,
            workers: 1,
            app: 'login on; start_limit off;',
            server: `location /login/ { whatsauth_login demo; }
                location = /favicon.ico { return 204; }
                location /private/ {
                    whatsauth_gate demo;
                    proxy_pass http://127.0.0.1:@PORT@/site/;
                }
                location /site/ { return 200 "members only"; }`,
        });
        t.after(closed.stop);

        const page = await open(browser, { device, js, colorScheme });
        const url = closed.url('/private/a?b=c%26d');
        const mounted = async () => {
            await store.mount();
            await until(async () => (await fetch(url)).status === 401);
        };
        const isAway = async () => {
            const answer = await page.goto(url);

            assert.equal(answer.status(), 503);
            assert.match(answer.headers()['retry-after'], /^\d+$/);
            assert.equal(await stateOf(page), 'unavailable');
        };

        await isAway();
        await check(page, `unavailable, ${how}`);
        await picture(page, `gate-unavailable-${name}`);

        await mounted();
        await primary(page).click();
        await shown(page, 'start');
        await logIn(page, closed, js);
        await page.getByText('members only').waitFor();

        await closed.call('end');
        await store.unmount();
        await closed.call('launch');
        await isAway();

        await mounted();
        await primary(page).click();
        await page.getByText('members only').waitFor();
        assert.equal(page.url(), url, 'the session is still good');
        await page.context().close();
    });
}


test('number_not_allowed, access_denied - in each language', limit,
     async () => {
    const page = await open(browser, { device: 'narrow' });

    await page.goto(nginx.url('/secret/'));
    await logIn(page, nginx, true);
    await shown(page, 'access_denied');

    for (const [name, path] of [['number_not_allowed', '/staff/'],
                                ['access_denied', '/secret/']])
    {
        for (const language of languages) {
            await page.setExtraHTTPHeaders({ 'Accept-Language': language });
            await page.goto(nginx.url(path));
            await shown(page, name);
            assert.equal(await page.getAttribute('html', 'lang'), language);
            await check(page, `${name}, ${language}`);
            await picture(page, `${name}-${language}`);
        }
    }

    await page.context().close();
});


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
