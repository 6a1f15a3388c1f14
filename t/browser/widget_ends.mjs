// How a login of the widget ends where it cannot go on, each time said by the
// server itself, and its way by SMS.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, picture, qrText, scan } from './lib/browser.mjs';
import { missingStore } from './lib/nginx.mjs';
import { begin, codeOf, openShop, state, widget } from './lib/shop.mjs';


const limit = { timeout: 90000 };

const start = page => widget(page).locator('[part~=start]');


async function seen(page, name) {
    await state(page, name);
    assert.deepEqual(await scan(page), []);
    assert.deepEqual(faults(page), []);
    assert.notEqual(await widget(page).locator('[role=status]').textContent(),
                    '');
    await picture(page, `widget-${name}`);
}


test('limited - an address with too many codes', limit, async t => {
    const shop = await openShop({ app: 'start_limit 1/m 1/h;' });
    t.after(shop.close);
    const page = await shop.visit();

    await begin(page);
    await widget(page).locator('[part~=again]').click();
    await seen(page, 'limited');
    assert.equal(await start(page).textContent(), 'Try again');
});


test('unavailable - the store is not there', limit, async t => {
    const shop = await openShop(await missingStore());
    t.after(shop.close);
    const page = await shop.visit();

    await start(page).click();
    await seen(page, 'unavailable');
    assert.equal(await start(page).textContent(), 'Try again');
});


test('send_failed - the provider takes no PIN', limit, async t => {
    const shop = await openShop({
        pins: 'access-token-unsent', allow: 'whatsauth: replies refused',
    });
    t.after(shop.close);
    const page = await shop.visit();

    await begin(page);
    await shop.nginx.message(await codeOf(page));
    await seen(page, 'send_failed');

    await begin(page);
    await codeOf(page);
});


test('sms - offered where the page says so', limit, async t => {
    const shop = await openShop({ app: 'sms on; sms_phone +14155550199;' });
    t.after(shop.close);
    const plain = await shop.visit();

    await begin(plain);
    assert.equal(await widget(plain).locator('[part~=sms]').count(), 0);

    for (const device of ['desktop', 'phone']) {
        const page = await shop.visit({ with: 'sms' }, { device });

        await begin(page);
        await widget(page).locator('[part~=sms]').click();
        await widget(page).locator('[part~=sms]')
                          .waitFor({ state: 'detached' });
        assert.deepEqual(await scan(page), []);
        assert.deepEqual(faults(page), []);
        await picture(page, `widget-sms-${device}`);

        if (device === 'desktop') {
            assert.match(await qrText(widget(page).locator('img')),
                         /^sms:\+14155550199/i);
        } else {
            assert.match(await widget(page).locator('[part~=open]')
                                           .getAttribute('href'),
                         /^sms:\+14155550199/);
        }
    }
});
