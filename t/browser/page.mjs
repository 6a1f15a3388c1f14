// The login page in each state, on a phone and on a desktop, with scripts and
// without: what is shown, that it can be used by all, and that it fits.

import assert from 'node:assert/strict';
import test from 'node:test';

import { devices, picture, qrText, scan, startBrowser }
    from './lib/browser.mjs';
import { STATES, begin, check, openAll, shown, startLogins, stateOf, visit }
    from './lib/login.mjs';


const nginx = await startLogins();
const browser = await startBrowser();


for (const [name, { app, state = name, still, reach }] of
     Object.entries(STATES))
{
    for (const device of ['phone', 'desktop']) {
        for (const js of still ? [false] : [true, false]) {
            const title = `${name} - ${device}${js ? '' : ', no script'}`;

            test(title, async () => {
                const page = await visit(browser, nginx, app, { device, js });

                page.follows = js;
                await reach(page, nginx);
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
        await reach(page, nginx);
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


test('twice as large - nothing is cut off', async () => {
    const page = await visit(browser, nginx, 'shop', {
        viewport: { width: 640, height: 400 }, deviceScaleFactor: 2,
    });

    await begin(page);
    await openAll(page);
    await check(page, 'send, twice as large');
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

for (const [name, options] of [
    ['in the dark', { colorScheme: 'dark' }],
    ['in forced colours', { colorScheme: 'dark', forcedColors: 'active' }],
]) {
    test(`QR - is read ${name}`, async () => {
        const page = await visit(browser, nginx, 'shop', options);

        await begin(page);
        assert.match(await qrText(page.locator('.qr')),
                     /^https:\/\/wa\.me\//);
        await page.context().close();
    });
}


test('forced colours - each button has an edge, on the screen', async () => {
    const page = await visit(browser, nginx, 'shop', { device: 'phone',
        forcedColors: 'active', colorScheme: 'dark' });

    await begin(page);
    await picture(page, 'send-forced');

    const edges = await page.locator('button:visible, .button:visible')
        .evaluateAll(all => all.map(one => [
            getComputedStyle(one).borderTopWidth,
            Math.round(one.getBoundingClientRect().left) >= 20
            && Math.round(one.getBoundingClientRect().right) <= 370]));

    assert.ok(edges.length > 2);
    assert.deepEqual([...new Set(edges.map(String))], ['1px,true']);
    await page.context().close();
});


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
