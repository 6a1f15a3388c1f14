// A number whose tries of PINs are used up for this hour: what page and widget
// say, and that the login is still there.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, open, picture, scan } from './lib/browser.mjs';
import { check, primary, shown, stateOf, textOf, begin as beginPage }
    from './lib/login.mjs';
import { begin, codeOf, openShop, state, widget } from './lib/shop.mjs';


const limit = { timeout: 120000 };
const shop = await openShop({ pins: 'access-token', app: 'start_limit off;' });
const { nginx } = shop;


// A request of the widget, without one.

async function ask(path, fields, claim) {
    const response = await fetch(nginx.url(`/login/${path}`), {
        method: fields ? 'POST' : 'GET',
        headers: {
            Accept: 'application/json',
            Origin: `http://localhost:${nginx.ports[1]}`,
            ...claim && { Authorization: `Bearer ${claim}` },
        },
        body: fields && new URLSearchParams(fields),
    });

    return { status: response.status, ...await response.json(),
             claim: response.headers.get('whatsauth-claim') };
}


// Somebody begins logins as this number and guesses until no guess counts.

async function guessAll(from) {
    for (let logins = 0; logins < 20; logins++) {
        const { text, claim } = await ask('start', { claim: 1 });
        let guess;

        await nginx.message(text, { from });

        do {
            guess = await ask('pin', { pin: '000000' }, claim);
        } while (guess.error === 'pin_wrong');

        if (guess.status === 429) {
            return;
        }
    }

    assert.fail('a number has no end of guesses');
}


test('the widget - says so, and keeps the login', limit, async () => {
    const from = '+56911111101';
    const page = await shop.visit();

    await begin(page);
    await nginx.message(await codeOf(page), { from });
    await state(page, 'pin');
    await guessAll(from);

    await widget(page).locator('input').fill('123456');
    await page.keyboard.press('Enter');
    await widget(page).locator('[part=error]')
                      .getByText('There have been too many attempts.')
                      .waitFor();
    await state(page, 'pin');
    assert.deepEqual(await scan(page), []);
    assert.deepEqual(faults(page), []);
    await picture(page, 'widget-pin-limited');
    await page.context().close();
});


for (const js of [true, false]) {
    const how = js ? 'with' : 'without';

    test(`the page, ${how} scripts - says so, and until when`, limit,
         async () => {
        const from = `+5691111110${js ? 2 : 3}`;
        const page = await open(shop.browser, { js });

        await page.goto(nginx.url('/login/'));
        await beginPage(page);
        await nginx.message(await textOf(page), { from });

        if (!js) {
            await page.locator('[data-look]').click();
        }

        await shown(page, 'pin');
        await guessAll(from);

        await page.fill('#pin', '123456');
        await primary(page).click();
        await shown(page, 'limited');
        await page.getByText(/Minutes to wait: \d+\./).waitFor();
        await check(page, 'limited');
        await picture(page, `pin-limited${js ? '' : '-no-js'}`);

        await primary(page).click();
        await shown(page, 'pin');
        assert.equal(await stateOf(page), 'pin');
        await page.context().close();
    });
}


test.after(shop.close);
