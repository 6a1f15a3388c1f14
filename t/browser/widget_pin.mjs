// The widget where a login takes a PIN: right, wrong, sent again, never sent.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, paste, picture, scan } from './lib/browser.mjs';
import { until } from './lib/login.mjs';
import { begin, codeOf, openShop, state, value, widget } from './lib/shop.mjs';


const shop = await openShop({ pins: 'access-token' });
const { provider } = shop;


async function pinOf(page) {
    const before = provider.texts.length;

    await shop.nginx.message(await codeOf(page));
    await state(page, 'pin');
    await until(() => provider.texts.length > before);

    return provider.texts.at(-1).match(/\b\d{6}\b/)[0];
}


async function type(page, pin) {
    await widget(page).locator('input').fill(pin);
    await page.keyboard.press('Enter');
}

const wrong = pin => (pin === '000000' ? '111111' : '000000');


test('a PIN - the right one logs in', async () => {
    const page = await shop.visit();

    await begin(page);
    const pin = await pinOf(page);
    assert.deepEqual(await scan(page), []);
    await picture(page, 'widget-pin');

    for (const left of [2, 1]) {
        await type(page, wrong(pin));
        await widget(page).getByText(`That PIN is wrong. Tries left: ${left}.`)
                          .waitFor();
    }

    await picture(page, 'widget-pin-wrong');
    assert.deepEqual(await scan(page), []);
    assert.equal(await value(page), '');

    await type(page, pin);
    await state(page, 'validated');
    assert.match(await value(page), /^wac_/);
    assert.deepEqual(faults(page), []);
});


test('a PIN - pasted with a space', async () => {
    const page = await shop.visit({}, { permissions: ['clipboard-write'] });

    await begin(page);
    const pin = await pinOf(page);

    await widget(page).locator('input').focus();
    await paste(page, `${pin.slice(0, 3)} ${pin.slice(3)} `);
    await page.keyboard.press('Enter');
    await state(page, 'validated');
});


test('a PIN - three wrong ones end the login', async () => {
    const page = await shop.visit();

    await begin(page);
    const pin = await pinOf(page);

    for (let n = 0; n < 3; n++) {
        const said = page.waitForResponse('**/login/pin');
        await type(page, wrong(pin));
        await said;
    }

    await state(page, 'failed');
    assert.equal(await value(page), '');
    assert.deepEqual(await scan(page), []);
});


test('a PIN - it is sent again once', async () => {
    const page = await shop.visit();

    await begin(page);
    const pin = await pinOf(page);
    const before = provider.texts.length;
    const resend = widget(page).locator('[part~=resend]');
    const said = text => widget(page).locator('[role=status]')
                                     .filter({ hasText: text }).waitFor();

    await resend.click();
    await said('The PIN was sent again.');
    await until(() => provider.texts.length > before);
    assert.ok(provider.texts.at(-1).includes(pin));

    await resend.click();
    await said('The PIN has been sent twice.');
    await resend.waitFor({ state: 'detached' });
    assert.ok(await widget(page).locator('input:focus').count());
    assert.deepEqual(await scan(page), []);
    await picture(page, 'widget-pin-resent');

    await type(page, pin);
    await state(page, 'validated');
});


for (const device of ['phone', 'desktop']) {
    test(`a dark page - readable in any state, on a ${device}`, async () => {
        const page = await shop.visit({ scheme: 'dark' }, { device });
        const seen = async name => {
            await state(page, name);
            assert.deepEqual(await scan(page), [], name);
            await picture(page, `widget-dark-${name}-${device}`);
        };

        await seen('start');
        await begin(page);
        await seen('send');
        const pin = await pinOf(page);
        await type(page, wrong(pin));
        await widget(page).getByText('That PIN is wrong.').waitFor();
        await seen('pin');
        await type(page, pin);
        await seen('validated');
        assert.equal(await widget(page).locator('[role=status]').evaluate(
            said => getComputedStyle(said).outlineStyle), 'none',
            'nothing seems to be a button');
        await page.context().close();
    });
}


test.after(shop.close);
