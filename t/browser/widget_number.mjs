// The widget where the page asks for the number.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, picture, scan } from './lib/browser.mjs';
import { codeOf, openShop, state, widget } from './lib/shop.mjs';


async function type(page, number) {
    await widget(page).locator('input').fill(number);
    await page.keyboard.press('Enter');
}


test('the number - the code counts for it alone', async t => {
    const shop = await openShop({ app: 'ask_number on;' });
    t.after(shop.close);
    const page = await shop.visit();

    await widget(page).locator('[part~=start]').click();
    await state(page, 'number');
    assert.deepEqual(await scan(page), []);
    await picture(page, 'widget-number');

    await type(page, 'nobody');
    await widget(page).locator('[part=error]').getByText(/./).waitFor();
    assert.deepEqual(await scan(page), []);

    await type(page, '+56 9 2222 2222');
    await state(page, 'send');
    const code = await codeOf(page);

    await shop.nginx.message(code, { from: '+56911111111' });
    await shop.nginx.message(code, { from: '+56922222222' });
    await state(page, 'validated');
    assert.match(await widget(page).locator('[role=status]').textContent(),
                 /\+56\*+22/);
});
