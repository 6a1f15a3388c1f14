// The gate in Chromium: the login page stands in place of what was asked for,
// and leads back to that very URL; nothing else gets the page.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults } from './lib/browser.mjs';
import { startGate } from './lib/gate.mjs';
import { begin, primary, send, shown, stateOf } from './lib/login.mjs';


const gate = await startGate();
const { nginx, visitor, logIn, asked, upgrades } = gate;


const long = 'x=' + 'abcdefghij'.repeat(200);

const targets = {
    'a page': '/private/report.html',
    'a query with & % 26 and +': '/private/a?b=c&d=e%26f%25g+h&&=&i',
    'quotes and markup': '/private/a?b=%22%3E%3Cscript%3Ealert(1)%3C/script%3E',
    'UTF-8': '/private/%C3%B1and%C3%BA/%E2%82%AC?q=%F0%9F%98%80',
    'a byte that is no UTF-8': '/private/%FF?q=%FF',
    'two slashes inside': '/private//a//b?c=//d',
    'two slashes first': '//evil.test/private?a=b',
    'three slashes first': '///evil.test/',
    'an encoded slash': '/private/a%2Fb%2e%2e/c',
    'another URL in the query': '/private/?next=https://evil.test/%3Fa=b',
    'a semicolon and a colon': '/private/a;b=c:d/@e',
    '2 KB': `/private/?${long}`,
    'page=200': '/two/a?b=c%26d',
};


for (const [name, target] of Object.entries(targets)) {
    for (const js of [true, false]) {
        const title = `return - ${name}, ${js ? 'with' : 'without'} scripts`;

        test(title, async () => {
            const page = await visitor({ device: 'phone', js });
            const url = nginx.url(target);
            const response = await page.goto(url);

            assert.equal(response.status(),
                         target.startsWith('/two/') ? 200 : 401);
            assert.equal(page.url(), url, 'in place');
            assert.equal(await stateOf(page), 'start');

            await logIn(page, { js });
            assert.equal(page.url(), url, 'the same URL after the login');
            assert.equal(await page.locator('pre').textContent(), target,
                         'as the app has seen it');
            assert.deepEqual(faults(page), []);
            await page.context().close();
        });
    }
}


for (const js of [true, false]) {
    const kind = js ? 'with' : 'without';

    test(`return - a fragment stays, ${kind} scripts`, async () => {
        const page = await visitor({ js });
        const url = nginx.url('/private/a?b=c#part/2?d=%26');

        await page.goto(url);
        await logIn(page, { js });
        assert.equal(page.url(), js ? url : url.replace(/#.*/, ''));
        await page.context().close();
    });


    test(`return - another host name and IPv6, ${kind} scripts`, async () => {
        for (const host of ['localhost', '[::1]']) {
            const page = await visitor({ js });
            const url = `http://${host}:${nginx.port}/private/a?b=c%26d`;

            await page.goto(url);
            await logIn(page, { js });
            assert.equal(page.url(), url);
            assert.deepEqual(faults(page), []);
            await page.context().close();
        }
    });
}


for (const js of [true, false]) {
    const title = `return - another language was chosen, ${
                   js ? 'with' : 'without'} scripts`;

    test(title, async () => {
        const page = await visitor({ js });
        const url = nginx.url('/private/a?b=c%26d&lang=fr');

        await page.goto(url);
        await page.locator('.languages summary').click();
        await page.locator('a[hreflang=es]').click();
        await shown(page, 'start');
        await begin(page);
        assert.equal(await page.getAttribute('html', 'lang'), 'es');
        await send(page, nginx);

        if (!js) {
            await page.locator('[data-look]').click();
            await shown(page, 'validated');
            assert.equal(await page.getAttribute('html', 'lang'), 'es');
            await primary(page).click();
        }

        await page.locator('pre').waitFor();
        assert.equal(page.url(), url, 'the same URL after the login');
        await page.context().close();
    });
}


test('two tabs - both go on after one login', async () => {
    const page = await visitor();
    const other = await page.context().newPage();

    await page.goto(nginx.url('/private/one?a=1'));
    await other.goto(nginx.url('/private/two?b=2'));
    await logIn(page);
    assert.equal(page.url(), nginx.url('/private/one?a=1'));

    await other.reload();
    await other.locator('pre').waitFor();
    assert.equal(other.url(), nginx.url('/private/two?b=2'));
    await page.context().close();
});


// Everything that is no navigation of a tab.

test('no page - fetch, XHR, image, script, WebSocket', async () => {
    const page = await visitor();

    await page.goto(nginx.url('/open/'));
    asked.length = 0;

    const got = await page.evaluate(async () => {
        const answer = await fetch('/private/fetch', {
            headers: { Accept: 'text/html' },
        });
        const posted = await fetch('/private/post', { method: 'POST',
                                                      body: 'a=b' });
        const xhr = await new Promise(resolve => {
            const request = new XMLHttpRequest();

            request.open('GET', '/private/xhr');
            request.onload = () => resolve(request);
            request.send();
        });
        const element = (name, attributes) => new Promise(resolve => {
            const one = Object.assign(document.createElement(name), attributes);

            one.onload = () => resolve('loaded');
            one.onerror = () => resolve('error');
            document.body.append(one);
        });
        const socket = await new Promise(resolve => {
            const one = new WebSocket(`ws://${location.host}/private/socket`);

            one.onopen = () => resolve('open');
            one.onclose = () => resolve('error');
        });

        return {
            fetch: [answer.status, answer.headers.get('content-type'),
                    answer.headers.get('www-authenticate'),
                    (await answer.json()).error],
            post: [posted.status, (await posted.json()).error],
            xhr: [xhr.status, JSON.parse(xhr.responseText).error],
            image: await element('img', { src: '/private/image' }),
            script: await element('script', { src: '/private/script' }),
            socket,
        };
    });

    assert.deepEqual(got, {
        fetch: [401, 'application/problem+json',
                'WhatsAuth app="demo", login="/login/"', 'login_required'],
        post: [401, 'login_required'],
        xhr: [401, 'login_required'],
        image: 'error',
        script: 'error',
        socket: 'error',
    });
    assert.deepEqual(asked, [], 'the app has seen nothing');
    assert.deepEqual(upgrades, []);
    await page.context().close();
});


test('no page - a frame, a form', async () => {
    const page = await visitor();

    await page.goto(nginx.url('/open/'));

    const framed = page.waitForResponse(nginx.url('/private/frame'));

    await page.evaluate(() => {
        const frame = document.createElement('iframe');

        frame.src = '/private/frame';
        document.body.append(frame);
    });

    const inFrame = await framed;

    assert.equal(inFrame.status(), 401);
    assert.equal(inFrame.headers()['content-type'],
                 'application/problem+json');

    const posted = page.waitForResponse(nginx.url('/private/form'));

    await page.evaluate(() => {
        const form = document.createElement('form');

        form.method = 'post';
        form.action = '/private/form';
        document.body.append(form);
        form.submit();
    });

    const answer = await posted;

    assert.equal(answer.status(), 401);
    assert.equal(answer.headers()['content-type'], 'application/problem+json');
    await page.context().close();
});


test('with a session - all of them get through', async () => {
    const page = await visitor();

    await page.goto(nginx.url('/private/'));
    await logIn(page);

    const got = await page.evaluate(async () => [
        (await fetch('/private/fetch')).status,
        (await fetch('/private/post', { method: 'POST', body: '' })).status,
    ]);

    assert.deepEqual(got, [200, 200]);
    await page.context().close();
});


test.after(gate.stop);
