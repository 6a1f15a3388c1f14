// A server that has no room for another stream: page and widget ask every few
// seconds, by the tag of what they know, and miss no step.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, open } from './lib/browser.mjs';
import { begin as beginPage, shown, textOf } from './lib/login.mjs';
import { begin, codeOf, openShop, state, widget } from './lib/shop.mjs';


const limit = { timeout: 90000 };
const shop = await openShop({
    pins: 'access-token', workers: 1, http: 'whatsauth_streams 1;',
});
const { nginx, provider } = shop;
const held = await hold();


// The one stream that there is room for.  It would end with its response, which
// nobody reads, once that is garbage.

async function hold() {
    const origin = { Origin: `http://localhost:${nginx.ports[1]}` };
    const started = await fetch(nginx.url('/login/start'), {
        method: 'POST', headers: { Accept: 'application/json', ...origin },
        body: new URLSearchParams({ claim: 1 }),
    });
    const claim = started.headers.get('whatsauth-claim');
    const controller = new AbortController();
    const stream = await fetch(nginx.url('/login/status'), {
        signal: controller.signal,
        headers: { Accept: 'text/event-stream', ...origin,
                   Authorization: `Bearer ${claim}` },
    });

    assert.equal(stream.status, 200);

    return { stream, end: () => controller.abort() };
}


// What is asked for the status from now on, and what is answered.

function listen(page) {
    const asked = [];

    page.on('response', async response => {
        const request = response.request();

        if (request.method() === 'GET' && /\/status$/.test(request.url())) {
            const { accept, 'if-none-match': tag } = await request.allHeaders();

            asked.push({ status: response.status(), tag,
                         stream: accept === 'text/event-stream' });
        }
    });

    return asked;
}


const unchanged = page => page.waitForResponse(response =>
    response.url().endsWith('/status') && response.status() === 304);


// The stream is refused, the first question brings a tag, and each one after it
// sends the last.

function asksByTag(asked, streams) {
    const [stream, first, ...later] = asked;

    assert.deepEqual(stream, { status: 503, tag: undefined, stream: true });
    assert.deepEqual(first, { status: 200, tag: undefined, stream: false });
    assert.equal(asked.filter(one => one.stream).length, streams);
    assert.ok(later.some(one => one.status === 304 && one.tag));
}


test('the widget - asks by the tag of what it knows', limit, async () => {
    const page = await shop.visit();
    const asked = listen(page);

    await begin(page);
    await unchanged(page);
    await nginx.message(await codeOf(page));
    await state(page, 'pin');
    await unchanged(page);

    const pin = provider.texts.at(-1).match(/\b\d{6}\b/)[0];

    await widget(page).locator('input').fill(pin);
    await page.keyboard.press('Enter');
    await state(page, 'validated');

    asksByTag(asked, 1);
    assert.equal(new Set(asked.map(one => one.tag)).size, 3,
                 'none, that of send, that of pin');
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


test('the page - tries a stream in each state, and asks by tag', limit,
     async () => {
    const page = await open(shop.browser);
    const asked = listen(page);

    await page.goto(nginx.url('/login/'));
    await beginPage(page);
    await unchanged(page);
    await nginx.message(await textOf(page));
    await shown(page, 'pin');
    await unchanged(page);

    asksByTag(asked, 2);
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


test.after(async () => {
    held.end();
    await shop.close();
});
