// The login page in each state, on a phone and on a desktop, with scripts and
// without: what is shown, that it can be used by all, and that it fits.

import assert from 'node:assert/strict';
import test from 'node:test';

import { devices, faults, picture, qrText, scan, startBrowser }
    from './lib/browser.mjs';
import { begin, languages, pinOf, primary, shown, startLogins, stateOf, textOf,
         visit } from './lib/login.mjs';


const nginx = await startLogins();
const browser = await startBrowser();
let senders = 0;


// How each state is reached.  Without scripts the page stands still until it
// is asked, and with them it may have gone on already.

const STATES = {
    start: { app: 'shop', async reach() {} },
    number: { app: 'asks', state: 'start', async reach() {} },
    send: { app: 'shop', reach: begin },
    pin: { app: 'pin', async reach(page) {
        await begin(page);
        await nginx.message(await textOf(page), { from: sender() });
        await look(page, 'pin');
    } },
    pin_wrong: { app: 'pin', state: 'pin', async reach(page) {
        await STATES.pin.reach(page);
        await page.fill('#pin', await wrongPin());
        await primary(page).click();
        await page.locator('#error').waitFor();
    } },
    send_failed: { app: 'unsent', async reach(page) {
        await begin(page);
        await nginx.message(await textOf(page));
        await look(page, 'send_failed');
    } },
    validated: { app: 'shop', still: true, async reach(page) {
        await begin(page);
        await nginx.message(await textOf(page));
        await look(page, 'validated');
    } },
    expired: { app: 'brief', async reach(page) {
        await begin(page);
        await look(page, 'expired');
    } },
    failed: { app: 'pin', async reach(page) {
        await STATES.pin.reach(page);

        const wrong = await wrongPin();

        for (let i = 0; i < 3; i++) {
            await page.fill('#pin', wrong);
            await Promise.all([
                page.waitForResponse(response =>
                    response.request().method() === 'POST'),
                primary(page).click()
            ]);
            await page.waitForLoadState('domcontentloaded');
        }

        await shown(page, 'failed');
    } },
    session: { app: 'shop', reach: logIn },
    sessions: { app: 'shop', async reach(page) {
        await logIn(page);
        await page.locator('a[href$=sessions]').click();
        await shown(page, 'sessions');
    } },
    logged_out: { app: 'shop', async reach(page) {
        await logIn(page);
        await page.locator('form[action$=logout] button').click();
        await shown(page, 'start');
        await page.goto(nginx.url('/shop/logout'));
        await shown(page, 'logged_out');
    } },
    limited: { app: 'limited', async reach(page) {
        await primary(page).click();
        await page.waitForLoadState();
        await page.goto(nginx.url('/limited/'));

        if (await stateOf(page) === 'send') {
            await page.locator('form[action$=start] button').first().click();
        } else {
            await primary(page).click();
        }

        await shown(page, 'limited');
    } },
};


// Until the server says so: a page with scripts shows it by itself.

async function look(page, state) {
    for (let i = 0; i < 100 && await stateOf(page) !== state; i++) {
        await page.waitForTimeout(100);

        if (await stateOf(page) !== state && !page.follows) {
            await page.goto(page.url());
        }
    }

    await shown(page, state);
}


async function logIn(page) {
    await begin(page);
    await nginx.message(await textOf(page));

    if (!page.follows) {
        await look(page, 'validated');
        await primary(page).click();
    }

    await shown(page, 'session');
}


// A number has ten PINs in an hour.

function sender() {
    senders++;

    return `+569${10000000 + senders}`;
}


async function wrongPin() {
    return await pinOf(nginx) === '123456' ? '654321' : '123456';
}


async function fits(page) {
    return page.evaluate(() =>
        document.documentElement.scrollWidth <= innerWidth);
}


async function openAll(page) {
    const shut = page.locator('details:not([open])');

    while (await shut.count() > 0) {
        await shut.first().locator('summary').click();
    }
}


async function check(page, name) {
    assert.deepEqual(await scan(page), [], `axe, ${name}`);
    assert.ok(await fits(page), `${name} is not wider than the screen`);
    assert.deepEqual(faults(page), [], `faults, ${name}`);
}


for (const [name, { app, state = name, still, reach }] of
     Object.entries(STATES))
{
    for (const device of ['phone', 'desktop']) {
        for (const js of still ? [false] : [true, false]) {
            const title = `${name} - ${device}${js ? '' : ', no script'}`;

            test(title, async () => {
                const page = await visit(browser, nginx, app, { device, js });

                page.follows = js;
                await reach(page);
                assert.equal(await stateOf(page), state);
                await picture(page, `${name}-${device}${js ? '' : '-no-js'}`);
                await check(page, title);
                await page.context().close();
            });
        }
    }

    test(`${name} - in the dark`, async () => {
        const page = await visit(browser, nginx, app, { colorScheme: 'dark',
            device: 'phone', js: !still });

        page.follows = !still;
        await reach(page);
        await picture(page, `${name}-dark`);
        await check(page, name);
        await page.context().close();
    });
}


// A POST of a page of another origin: the answer is a page of ours.

test('cross_site - a form elsewhere', async () => {
    const page = await visit(browser, nginx, 'shop');

    await page.goto('about:blank');
    await page.setContent(`<form method="post"
        action="${nginx.url('/shop/start')}"><button>Go</button></form>`);
    await page.locator('button').click();
    await shown(page, 'cross_site');
    await picture(page, 'cross_site-desktop');
    assert.deepEqual(await scan(page), []);
    await page.context().close();
});


// Each state in each language, small, and with all that unfolds unfolded.

for (const [name, { app, state = name, still, reach }] of
     Object.entries(STATES))
{
    if (name === 'pin_wrong' || name === 'limited') {
        continue;                       // they come from a form, once
    }

    test(`${name} - in each language, on a narrow screen`, async () => {
        const page = await visit(browser, nginx, app, { device: 'narrow',
            js: false });

        await reach(page);

        const path = new URL(page.url()).pathname;

        for (const language of languages) {
            await page.goto(nginx.url(`${path}?lang=${language}`),
                            { waitUntil: 'domcontentloaded' });

            if (name !== 'logged_out') {
                assert.equal(await stateOf(page), state);
            }

            assert.equal(await page.getAttribute('html', 'lang'), language);
            await openAll(page);
            await check(page, `${name}, ${language}`);

            if (name === 'send' || name === 'start') {
                await picture(page, `${name}-${language}`);
            }
        }

        await page.context().close();
    });
}


test('twice as large - nothing is cut off', async () => {
    const page = await visit(browser, nginx, 'shop', {
        viewport: { width: 640, height: 400 }, deviceScaleFactor: 2,
    });

    await begin(page);
    await openAll(page);
    assert.ok(await fits(page));
    await picture(page, 'send-zoomed');
    await page.context().close();
});


// What a phone would read on a screenshot of the page.

for (const device of Object.keys(devices)) {
    test(`QR - is read on ${device}`, async () => {
        const page = await visit(browser, nginx, 'shop', { device });

        await begin(page);

        const link = await page.locator('a[href^="https://wa.me/"]').first()
                               .getAttribute('href');

        assert.equal(await qrText(page.locator('.qr')), link);
        await page.context().close();
    });
}

test('QR - is read in the dark', async () => {
    const page = await visit(browser, nginx, 'shop', { colorScheme: 'dark' });

    await begin(page);
    assert.match(await qrText(page.locator('.qr')), /^https:\/\/wa\.me\//);
    await page.context().close();
});


test('the end', async () => {
    await browser.close();
    await nginx.stop();
});
