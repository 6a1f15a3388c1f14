// A code of the widget expires.

import assert from 'node:assert/strict';
import test from 'node:test';

import { picture, scan } from './lib/browser.mjs';
import { begin, openShop, state, widget } from './lib/shop.mjs';


test('a code that expires - is told, and its image goes', async t => {
    const brief = await openShop({ app: 'expires 2s;' });
    t.after(brief.close);
    const page = await brief.visit();

    await begin(page);
    await state(page, 'expired');
    assert.equal(await widget(page).locator('img').count(), 0);
    assert.deepEqual(await scan(page), []);
    await picture(page, 'widget-expired');

    await begin(page);
});
