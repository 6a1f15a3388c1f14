// The gate in Chromium: the login page stands in place of what was asked for,
// and leads back to that very URL; nothing else gets the page; nothing loops.

import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';

import { faults, open, startBrowser } from './lib/browser.mjs';
import { begin, send, shown, stateOf } from './lib/login.mjs';
import { startNginx } from './lib/nginx.mjs';


// The app behind the gate shows the target of each request as it has come.

const account = 'meta app_secret=app-secret-of-the-demo-app '
                + 'verify_token=verify-token-of-the-demo-app';

const app = name => `whatsauth_app ${name} {
    token token-of-tenant-${name}; phone +56943426553; ${account};
    login on; start_limit off;
}`;

const nginx = await startNginx({
    apps: app('demo') + app('other'),
    server: `
        listen [::1]:@PORT@;
        whatsauth_gate_numbers any;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;

        location / { whatsauth_gate demo; proxy_pass http://127.0.0.1:@PORT1@; }
        location /open/ { proxy_pass http://127.0.0.1:@PORT1@; }
        location /two/ {
            whatsauth_gate demo page=200;
            proxy_pass http://127.0.0.1:@PORT1@;
        }
        location /third/ {
            whatsauth_gate other; proxy_pass http://127.0.0.1:@PORT1@;
        }
        location /login/ { whatsauth_login demo; }
        location /in/ { whatsauth_login other; }
        location = /favicon.ico { return 204; }`,
});

const asked = [];
const upgrades = [];

const site = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'text/html');

    const shown = request.url.replace(/&/g, '&amp;').replace(/</g, '&lt;');

    response.end('<!doctype html><html lang="en"><title>app</title>'
                 + `<pre>${shown}</pre>`);
});

site.on('upgrade', request => upgrades.push(request.url));
site.listen(nginx.ports[1], '127.0.0.1');

const browser = await startBrowser();
const port = nginx.port;


// A page in a fresh profile that counts the documents it asks for.

async function visitor(options) {
    const page = await open(browser, options);

    page.documents = 0;
    page.on('request', request => {
        page.documents += request.isNavigationRequest()
                          && request.frame() === page.mainFrame() ? 1 : 0;
    });

    return page;
}


// Logs in where the page stands.  Without scripts each step is a click.

async function logIn(page, { js = true } = {}) {
    await begin(page);
    await send(page, nginx);

    if (!js) {
        await page.frameLocator('iframe').getByText('Continue').click();
    }

    await page.locator('pre').waitFor();
}


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
            const url = `http://${host}:${port}/private/a?b=c%26d`;

            await page.goto(url);
            await logIn(page, { js });
            assert.equal(page.url(), url);
            assert.deepEqual(faults(page), []);
            await page.context().close();
        }
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


test.after(async () => {
    await browser.close();
    site.close();
    site.closeAllConnections();
    await nginx.stop();
});
