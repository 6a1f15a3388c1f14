// The helpers of these tests: an nginx, and a Chromium that sees its faults.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, open, picture, qrText, scan, startBrowser }
    from './lib/browser.mjs';
import { startNginx } from './lib/nginx.mjs';


const policy = "default-src 'none'; script-src 'self'; img-src 'self'";

const nginx = await startNginx({
    callback: 1,
    location: 'whatsauth on;',
    server: `
        default_type text/html;
        add_header Content-Security-Policy "${policy}";
        location = /good {
            return 200 '<!DOCTYPE html><html lang=en><title>Good</title>
                <main><h1>Good</h1><noscript>no script</noscript></main>
                <script src=/script></script>';
        }
        location = /script {
            default_type text/javascript;
            return 200 'document.body.dataset.script = "ran"';
        }
        location = /bad {
            return 200 '<title>Bad</title><img src=/favicon.ico>
                <script>alert(1)</script>
                <img src=http://localhost:@PORT1@/>';
        }
        location = /favicon.ico {
            return 204;
        }
    `,
});
const browser = await startBrowser();
const issue = '/api/v1/verification_code?qr=1';
const token = { Authorization: 'Bearer token-of-the-demo-app' };


test('a message validates the code', async () => {
    const answer = await fetch(nginx.url(issue), { headers: token });
    const { code } = await answer.json();

    assert.equal(await nginx.message(code, { name: 'Ján Roe' }), 200);

    const { json } = await nginx.call('received', code);
    assert.equal(json.profile_name, 'Ján Roe');
});


test('a good page has no faults', async () => {
    const page = await open(browser, { device: 'phone' });

    await page.goto(nginx.url('/good'));

    assert.deepEqual(faults(page), []);
    assert.deepEqual(await scan(page), []);
    assert.equal(await page.getAttribute('body', 'data-script'), 'ran');
});


test('a phone has no mouse, nor after its picture', async () => {
    const page = await open(browser, { device: 'phone' });
    const hasMouse = () => page.evaluate(() =>
        matchMedia('(pointer: fine), (hover: hover)').matches);

    await page.goto(nginx.url('/good'));
    assert.equal(await hasMouse(), false);
    await picture(page, 'helpers');
    assert.equal(await hasMouse(), false);
});


test('a page without scripts can be scanned', async () => {
    const page = await open(browser, { js: false });

    await page.goto(nginx.url('/good'));

    assert.equal(await page.getAttribute('body', 'data-script'), null);
    assert.match(await page.textContent('main'), /no script/);
    assert.deepEqual(await scan(page), []);
});


test('a bad page has each fault', async () => {
    const page = await open(browser);

    await page.goto(nginx.url('/bad'));

    const found = faults(page).join('\n');
    assert.match(found, /^console: Executing inline script violates/m);
    assert.match(found, /^console: .*img-src 'self'/m);
    assert.match(found, /^request to localhost:/m);

    const rules = (await scan(page)).map(finding => finding.split(':')[0]);
    assert.ok(rules.includes('html-has-lang'));
    assert.ok(rules.includes('image-alt'));
});


test('a QR code is read from the screen', async () => {
    const page = await open(browser);
    const answer = await fetch(nginx.url(issue), { headers: token });
    const { qr, link } = await answer.json();

    await page.goto(nginx.url(new URL(qr).pathname.replace('.png', '.svg')));

    assert.equal(await qrText(page.locator('svg')), link);
});


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
