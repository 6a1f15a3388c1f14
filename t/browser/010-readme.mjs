// The picture in README is of the page that README's first configuration gives.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import test from 'node:test';

import { faults, open, pictures, qrText, startBrowser }
    from './lib/browser.mjs';
import { startNginx } from './lib/nginx.mjs';


const top = new URL('../..', import.meta.url).pathname;
const readme = await readFile(`${top}README.md`, 'utf8');
const [, config] = /```nginx\n([^]*?)```/.exec(readme);

// Its secrets are in files, which this machine does not have.
const app = /^ {4}whatsauth_app [^]*?^ {4}\}/m.exec(config)[0]
            .replace(/file:[^\s;]*\/([\w.]+)/g, 'secret-of-$1');
const login = /^ *location \/login\/ \{[^]*?\}/m.exec(config)[0];

const icon = 'location = /favicon.ico { return 204; }';
const nginx = await startNginx({ apps: app, server: `${login} ${icon}` });
const browser = await startBrowser();
const made = `${pictures}/readme.png`;
const shown = `${top}docs/login.png`;


function size(png) {
    return `${png.readUInt32BE(16)} x ${png.readUInt32BE(20)}`;
}


test('the picture is made', { timeout: 60000 }, async () => {
    const page = await open(browser, {
        deviceScaleFactor: 1.5,
        viewport: { width: 1280, height: 900 },
    });

    await page.goto(nginx.url('/login/'));
    await page.click('form[data-begin] button.main');
    await page.waitForSelector('body[data-state="send"]');
    assert.match(await qrText(page.locator('.qr img')), /^https:\/\/wa\.me\//);

    const { x, y, width, height } = await page.locator('.page').boundingBox();

    await page.screenshot({
        path: made,
        clip: { x: x - 16, y: y - 16, width: width + 32, height: height + 32 },
    });
    execFileSync('pngquant', ['--force', '--output', made, '64', made]);
    assert.deepEqual(faults(page), []);
});


test('README shows it', async () => {
    const picture = await readFile(shown);

    assert.match(readme, /<img src="docs\/login\.png" alt="[^"]+"/);
    assert.ok((await stat(shown)).size < 60000, 'it is small');
    assert.equal(size(picture), size(await readFile(made)),
                 `the page looks otherwise now: cp ${made} ${shown}`);
});


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
