// What the login page does by itself, with scripts and without: it begins,
// follows the login, goes on, and holds out where the network does not.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, open, paste, picture, scripts, startBrowser, watch }
    from './lib/browser.mjs';
import { begin, check, pinOf, primary, send, shown, startLogins, stateOf,
         textOf, until, visit } from './lib/login.mjs';
import { missingStore, startNginx } from './lib/nginx.mjs';


const nginx = await startLogins();
const browser = await startBrowser();


async function tab(page, path) {
    const other = await page.context().newPage();

    watch(other);
    await other.goto(nginx.url(path));

    return other;
}


const codes = async () => (await nginx.call('records')).length;

const isStream = request =>
    request.headers().accept?.includes('text/event-stream');


test('start - not before somebody is there, and then once', async () => {
    const before = await codes();
    const page = await visit(browser, nginx, 'shop');

    assert.equal(await stateOf(page), 'start');
    assert.equal(await codes(), before);

    await page.mouse.move(100, 100);
    await page.mouse.move(200, 200);
    await shown(page, 'send');
    assert.equal(await codes(), before + 1);
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


test('start - at once with autostart', async () => {
    const page = await visit(browser, nginx, 'auto');

    await shown(page, 'send');
    await page.context().close();
});


test('start - not by itself where a number is asked for', async () => {
    const before = await codes();
    const page = await visit(browser, nginx, 'asks');

    await page.mouse.move(100, 100);
    await page.fill('#phone', 'none');
    await primary(page).click();
    await page.locator('#error').waitFor();
    assert.equal(await codes(), before);
    assert.equal(await page.getAttribute('#phone', 'aria-invalid'), 'true');

    await page.fill('#phone', '+56 9 3333 3333');
    await primary(page).click();
    await shown(page, 'send');
    await page.context().close();
});


test('a login - goes on to where it leads, without a click', async () => {
    const page = await visit(browser, nginx, 'shop',
                             { query: '?return=%2Fprivate' });
    let streams = 0;

    page.on('request', request => { streams += isStream(request) ? 1 : 0; });

    await begin(page);
    await send(page, nginx);
    await page.getByText('members only').waitFor();
    assert.equal(streams, 1);
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


test('a reload, another tab - the same code', async () => {
    const page = await visit(browser, nginx, 'shop');

    await begin(page);
    const text = await textOf(page);

    await page.reload();
    assert.equal(await textOf(page), text);

    const other = await tab(page, '/shop/');
    assert.equal(await textOf(other), text);

    await send(page, nginx);
    await shown(page, 'session');
    await shown(other, 'session');
    await page.context().close();
});


test('a new code - takes the place of the old one', async () => {
    const page = await visit(browser, nginx, 'shop');

    await begin(page);
    const text = await textOf(page);

    await page.locator('form:has([name=new]) button').first().click();
    await until(async () => await textOf(page) !== text);
    await send(page, nginx);
    await shown(page, 'session');
    await page.context().close();
});


test('back from WhatsApp - the page looks at once', async () => {
    const page = await visit(browser, nginx, 'shop', { device: 'phone' });

    // A frozen page: nothing comes of its stream.
    await page.route('**/status', route => {
        isStream(route.request()) || route.continue();
    });
    await begin(page);
    await send(page, nginx);
    assert.equal(await stateOf(page), 'send');
    await page.evaluate(() =>
        document.dispatchEvent(new Event('visibilitychange')));
    await shown(page, 'session');
    await page.context().close();
});


test('a server that fails for a while - the page holds out', async () => {
    const page = await visit(browser, nginx, 'shop');
    let failing = true;

    await begin(page);
    await page.route(/\/shop\/\?/, route => failing
        ? route.fulfill({ status: 502, body: 'Bad gateway' })
        : route.continue());
    await send(page, nginx);
    await page.locator('[data-notice]:visible').waitFor();
    failing = false;
    await shown(page, 'session');
    await page.context().close();
});


test('offline - is told, the code goes when it expires, then on', async () => {
    const page = await visit(browser, nginx, 'brief');

    await begin(page);
    await page.context().setOffline(true);
    await page.locator('[data-notice]:visible').waitFor();
    await page.locator('.qr').waitFor({ state: 'detached' });
    assert.equal(await page.locator('a[data-open]').count(), 0);

    await page.context().setOffline(false);
    await shown(page, 'expired');
    assert.equal(await page.locator('[data-notice]').isVisible(), false);
    await page.context().close();
});


test('expiry while hidden - the code is gone when it is seen', async () => {
    const page = await visit(browser, nginx, 'brief');

    await begin(page);
    await (await tab(page, '/private')).bringToFront();
    await until(async () => await stateOf(page) === 'expired');
    await page.bringToFront();
    assert.equal(await page.locator('.qr').count(), 0);
    await page.context().close();
});


test('too many streams - the page asks every few seconds', async () => {
    const page = await visit(browser, nginx, 'shop');

    await page.route('**/status', route => isStream(route.request())
        ? route.fulfill({ status: 503 }) : route.continue());
    await begin(page);
    await send(page, nginx);
    await shown(page, 'session');
    await page.context().close();
});


test('a reload of nginx - the page goes on', async () => {
    const page = await visit(browser, nginx, 'shop');

    await begin(page);
    await nginx.call('reload');
    await send(page, nginx);
    await shown(page, 'session');
    await page.context().close();
});


test('copy - number and text, as they are to be sent', async () => {
    const page = await visit(browser, nginx, 'shop',
        { permissions: ['clipboard-read', 'clipboard-write'] });

    await begin(page);
    await page.locator('main details summary').click();
    await page.locator('[data-copy=text]').click();
    await until(() => page.locator('[data-said]').textContent());
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()),
                 await textOf(page));

    const button = page.locator('[data-copy=text]');

    assert.match(await button.textContent(), /^Copied/);
    await button.click();
    await until(async () => /^Copy\b/.test(await button.textContent()));
    await page.context().close();
});


test('PIN - typed by keyboard alone, from the start', async () => {
    const page = await visit(browser, nginx, 'pin',
                             { query: '?return=%2Fprivate' });

    await primary(page).focus();
    await page.keyboard.press('Enter');
    await shown(page, 'send');
    assert.equal(await page.evaluate(() => document.activeElement.localName),
                 'h1');

    const sent = nginx.api.texts.length;

    await send(page, nginx);
    await shown(page, 'pin');
    const pin = await pinOf(nginx, sent);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'pin');
    await page.keyboard.type(pin);
    await page.keyboard.press('Enter');
    await page.getByText('members only').waitFor();
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


for (const js of [true, false]) {
    test(`PIN - pasted with a space${js ? '' : ', no script'}`, async () => {
        const page = await visit(browser, nginx, 'pin',
                                 { permissions: ['clipboard-write'] });
        const sent = nginx.api.texts.length;

        await begin(page);
        await send(page, nginx);
        await shown(page, 'pin');
        const pin = await pinOf(nginx, sent);

        if (!js) {
            await scripts(page, false);
        }

        await page.locator('#pin').focus();
        await paste(page, ` ${pin.slice(0, 3)} ${pin.slice(3)}`);
        await primary(page).click();
        await shown(page, js ? 'session' : 'validated');
        await page.context().close();
    });
}


test('PIN - a wrong one is said', async () => {
    const page = await visit(browser, nginx, 'pin');

    await begin(page);
    await send(page, nginx);
    await shown(page, 'pin');
    await page.fill('#pin', await pinOf(nginx) === '000000' ? '1' : '000000');
    await primary(page).click();
    await page.locator('#error').waitFor();
    await until(async () => await page.locator('[data-said]').textContent()
                            === await page.locator('#error').textContent());
    await page.context().close();
});


test('no script - the frame says when to go on', async () => {
    const page = await visit(browser, nginx, 'shop',
                             { js: false, query: '?return=%2Fprivate' });
    const frame = page.frameLocator('iframe');
    const onward = frame.getByText('Continue');

    await begin(page);
    await frame.getByText('Waiting').waitFor();
    await send(page, nginx);
    await onward.waitFor();
    await picture(page, 'frame-changed');

    const button = await onward.boundingBox();
    const around = await page.locator('iframe').boundingBox();

    assert.ok(button.y + button.height <= around.y + around.height,
              'nobody has to scroll to the button');
    await onward.click();
    await shown(page, 'validated');
    await primary(page).click();
    await page.getByText('members only').waitFor();
    assert.deepEqual(faults(page), []);
    await page.context().close();
});


test('no script - "I have sent it"', async () => {
    const page = await visit(browser, nginx, 'shop', { js: false });

    await begin(page);
    await send(page, nginx);
    await page.locator('[data-look]').click();
    await shown(page, 'validated');
    await page.context().close();
});


test('unavailable - the store is not there', async t => {
    const closed = await startNginx({
        ...await missingStore(),
        app: 'login on;',
        server: `location /login/ { whatsauth_login demo; }
                 location = /favicon.ico { return 204; }`,
    });
    t.after(closed.stop);

    for (const [device, js] of [['phone', true], ['desktop', true],
                                ['desktop', false]])
    {
        const page = await open(browser, { device, js });
        const title = `unavailable-${device}${js ? '' : '-no-js'}`;

        await page.goto(closed.url('/login/'));
        await primary(page).click();
        await shown(page, 'unavailable');
        await picture(page, title);
        await check(page, title);

        await primary(page).click();
        await shown(page, 'start');
        await page.context().close();
    }
});


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
