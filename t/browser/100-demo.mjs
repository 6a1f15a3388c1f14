// The demo, as the first visitor sees it: ./dev run, in Chromium.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import test from 'node:test';

import { faults, open, picture, scan, startBrowser } from './lib/browser.mjs';
import { slotPort } from './lib/nginx.mjs';


const top = new URL('../..', import.meta.url).pathname;
const slot = await slotPort();
const home = `http://127.0.0.1:${slot.port}`;
const browser = await startBrowser();
const demo = spawn(`${top}demo/run`, {
    env: { ...process.env, WHATSAUTH_PORT: slot.port, CI: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise(resolve => demo.once('close', resolve));


// The lines that it prints until the one with the address of the page.

async function started() {
    let said = '';

    for await (const part of demo.stdout) {
        said += part;
        if (/^ {4}http:.*\/members\/$/m.test(said)) {
            return;
        }
    }

    assert.fail(`the demo has ended:\n${said}`);
}


function phone(page) {
    return page.frameLocator('iframe[title="Simulated phone"]');
}


function inState(page, state) {
    return page.waitForSelector(`body[data-state="${state}"]`);
}


async function begin(page) {
    await page.goto(`${home}/`);
    await inState(page, 'start');
    await page.click('form[data-begin] button.main');
    await inState(page, 'send');
}


// Resolves to the answer.  The phone writes the message after it has shown the
// chat, so that PINs of earlier logins are there to be counted.

async function sendMessage(page) {
    await phone(page).getByText('WhatsApp has written').waitFor();

    const pins = phone(page).getByText(/\b\d{6}\b/);
    const next = pins.nth(await pins.count());

    await phone(page).getByRole('button', { name: 'Simulate' }).click();
    await next.waitFor();

    return next;
}


async function typePin(page, message) {
    const [pin] = (await message.textContent()).match(/\b\d{6}\b/);

    await page.fill('#pin', pin);
    await page.click('main button.main');
}


const limit = { timeout: 60000 };

test('it starts', limit, started);


for (const [device, colorScheme] of [['desktop', 'light'],
                                     ['phone', 'light'], ['desktop', 'dark']])
{
    const how = colorScheme === 'dark' ? 'dark' : device;

    test(`a login - on a ${device}, ${colorScheme}`, limit, async () => {
        const page = await open(browser, { device, colorScheme });
        const asked = [];

        page.on('request', request => asked.push(request.url()));
        await page.goto(`${home}/`);
        await inState(page, 'start');
        await picture(page, `demo-start-${how}`);

        await begin(page);
        await picture(page, `demo-send-${how}`);
        assert.deepEqual(await scan(page), []);

        const answer = await sendMessage(page);

        await inState(page, 'pin');
        await picture(page, `demo-pin-${how}`);
        await typePin(page, answer);

        await page.getByRole('heading', { name: 'Hello, John Doe' }).waitFor();
        assert.equal(page.url(), `${home}/members/`);
        await phone(page).getByText('has verified a callback').last().waitFor();
        await picture(page, `demo-members-${how}`);
        assert.deepEqual(await scan(page), []);

        await page.click('a[href="/owner/"]');
        await inState(page, 'number_not_allowed');
        await picture(page, `demo-owner-${how}`);
        await page.goBack();

        await page.click('main form button');
        await inState(page, 'start');
        assert.equal(page.url(), `${home}/members/`);

        assert.deepEqual(faults(page), []);
        assert.ok(!asked.includes(`${home}/login/wait`),
                  'what waits without scripts does not wait beside them');
        await page.context().close();
    });
}


test('a second browser - is logged out', limit, async () => {
    const page = await open(browser);

    await page.goto(`${home}/`);
    await inState(page, 'start');
    await page.context().close();
});


test.after(async () => {
    await browser.close();
    demo.kill('SIGTERM');
    await ended;
    await slot.end();
});
