// The widget on a page of another origin: its logins, its states, its form.

import assert from 'node:assert/strict';
import test from 'node:test';

import { faults, picture, qrText, scan, watch } from './lib/browser.mjs';
import { begin, codeOf, form, openShop, post, state, value, widget }
    from './lib/shop.mjs';


const languages = ['en', 'es', 'pt', 'fr', 'id', 'hi', 'ar', 'he'];

const shop = await openShop();
const { nginx, visit } = shop;


test('a login - the form has the claim, the server the number', async () => {
    const page = await visit({ with: 'required' });
    const cookies = [];

    await page.context().addCookies([
        { name: 'wa-claim-demo', value: 'x'.repeat(43), url: shop.login },
    ]);

    page.on('request', async request => {
        const { cookie } = await request.allHeaders();
        cookie && cookies.push(cookie);
    });
    page.on('response', async response => {
        const all = await response.allHeaders();
        all['set-cookie'] && cookies.push(all['set-cookie']);
    });

    await picture(page, 'widget-start');
    await begin(page);
    await picture(page, 'widget-send');

    const link = await widget(page).locator('[part=link]')
                                   .getAttribute('href');
    assert.equal(await qrText(widget(page).locator('img')), link);
    assert.equal(await value(page), '');

    await nginx.message(await codeOf(page));
    await state(page, 'validated');
    await picture(page, 'widget-validated');

    assert.match(await value(page), /^wac_[\w-]{43}$/);
    assert.match(await widget(page).locator('[role=status]').textContent(),
                 /\+56\*+11/);

    await post(page);
    await page.getByText('Welcome, +56911111111').waitFor();

    assert.deepEqual(cookies, []);
    assert.deepEqual(faults(page), []);
});


test('a phone - the button opens the app', async () => {
    const page = await visit({}, { device: 'phone' });

    await begin(page);
    await picture(page, 'widget-send-phone');

    const open = widget(page).locator('[part~=open]');
    assert.match(await open.getAttribute('href'), /^whatsapp:/);
    assert.equal(await widget(page).locator('img').isVisible(), false);
    assert.deepEqual(faults(page), []);
});


test('required - the browser does not post the form before', async () => {
    const page = await visit({ with: 'required' });

    await post(page);
    assert.deepEqual(await widget(page).evaluate(element => [
        element.checkValidity(), element.validity.valueMissing,
        element.validationMessage !== '', element.form !== null,
        document.activeElement === element,
    ]), [false, true, true, true, true]);
    assert.equal(new URL(page.url()).pathname, '/');
});


test('keyboard alone - to the end', async () => {
    const page = await visit({ with: 'autosubmit' });

    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await state(page, 'send');
    assert.equal(await widget(page).evaluate(element =>
        element.shadowRoot.activeElement?.localName), 'a');

    await nginx.message(await codeOf(page));
    await page.getByText('Welcome, +56911111111').waitFor();
});


test('a reload - the same code, and after the form a new start', async () => {
    const page = await visit();

    await begin(page);
    const code = await codeOf(page);
    await page.reload();
    await state(page, 'send');
    assert.equal(await codeOf(page), code);

    await nginx.message(code);
    await state(page, 'validated');
    await post(page);
    await page.getByText('Welcome').waitFor();
    await page.goto(shop.url());
    await state(page, 'start');
});


test('another tab - has a login of its own', async () => {
    const page = await visit();

    await begin(page);

    const other = await page.context().newPage();
    watch(other, shop.hosts);
    await other.goto(shop.url());
    await state(other, 'start');
});


test('several widgets - each form has its own claim', async () => {
    const three = ['a', 'b', 'c'];
    const page = await visit({ body: three.map(name => form(`id="${name}"`))
                                          .join('') });

    for (const name of three) {
        await begin(page, `#${name}`);
    }

    for (const name of three) {
        await nginx.message(await codeOf(page, `#${name}`));
        await state(page, 'validated', `#${name}`);
    }

    const values = await Promise.all(three.map(name =>
        value(page, `#${name}`)));
    assert.equal(new Set(values).size, 3);
    assert.deepEqual(faults(page), []);
});


test('too many streams - the widget asks every few seconds', async () => {
    const page = await visit();

    await page.route('**/login/status', (route, request) =>
        request.headers().accept === 'text/event-stream'
        ? route.fulfill({
            status: 503,
            headers: { 'Access-Control-Allow-Origin': '*' },
            json: { status: 503, error: 'too_many_streams' },
        })
        : route.continue());
    await begin(page);
    await nginx.message(await codeOf(page));
    await state(page, 'validated');
});


test('offline - the widget knows when it is back', async () => {
    const page = await visit();

    await begin(page);
    await page.context().setOffline(true);
    await nginx.message(await codeOf(page));
    await page.context().setOffline(false);
    await state(page, 'validated');
});


test('the server reloads - the widget follows', async () => {
    const page = await visit();

    await begin(page);
    await nginx.call('reload');
    await nginx.message(await codeOf(page));
    await state(page, 'validated');
});


test('cancel - the code logs nobody in', async () => {
    const page = await visit();

    await begin(page);
    const code = await codeOf(page);

    const cancelled = page.waitForResponse('**/login/cancel');
    await widget(page).locator('[part~=cancel]').click();
    await state(page, 'start');
    await cancelled;
    await nginx.message(code);

    const records = await nginx.call('records');
    const record = records.find(one => one.code === code);
    assert.deepEqual([record.status, record.error], ['failed', 'cancelled']);
});


test('a new code - the one before is over', async () => {
    const page = await visit();

    await begin(page);
    const code = await codeOf(page);

    await widget(page).locator('[part~=again]').click();
    await page.waitForFunction(code => !decodeURIComponent(document
        .querySelector('whatsauth-login').shadowRoot
        .querySelector('[part=link]').href).includes(code), code);
    await nginx.message(await codeOf(page));
    await state(page, 'validated');
});


test('a form - reset and disabled fieldset', async () => {
    const page = await visit({ body: `<form><fieldset id="all">
        <whatsauth-login name="c"></whatsauth-login></fieldset></form>` });

    await begin(page);
    await page.evaluate(() => document.querySelector('form').reset());
    await state(page, 'start');

    await page.evaluate(() => { document.querySelector('#all').disabled = 1; });
    assert.equal(await widget(page).locator('[part~=start]').isDisabled(),
                 true);
});


test('events - the site hears of each state, and of no claim', async () => {
    const page = await visit();

    await page.evaluate(() => {
        window.heard = [];
        for (const name of ['whatsauth', 'input', 'change']) {
            document.addEventListener(name, ({ type, detail }) =>
                window.heard.push([type, JSON.stringify(detail ?? null)]));
        }
    });
    await begin(page);
    await nginx.message(await codeOf(page));
    await state(page, 'validated');

    const heard = await page.evaluate(() => window.heard);
    assert.deepEqual(heard, [
        ['whatsauth', '{"state":"send","phone_hint":null}'],
        ['whatsauth', '{"state":"validated","phone_hint":"+56*******11"}'],
        ['input', 'null'],
        ['change', 'null'],
    ]);
});


test('attributes - texts and colours of the site', async () => {
    const page = await visit({ with: 'placeholder="Verify me" '
        + 'description="For your order" btn-text="Go" '
        + 'primary-color="#2ecc71"' });
    const start = widget(page).locator('[part~=start]');

    assert.equal(await start.textContent(), 'Verify me');
    assert.deepEqual(await start.evaluate(element => {
        const { backgroundColor, color } = getComputedStyle(element);
        return [backgroundColor, color];
    }), ['rgb(46, 204, 113)', 'rgb(0, 0, 0)']);

    await begin(page);
    await widget(page).getByText('For your order').waitFor();
    assert.equal(await widget(page).locator('[part=link]').textContent(), 'Go');
});


test('an address with too many codes - is told so', async () => {
    const page = await visit();

    await page.route(/\/login\/start\?/, route => route.fulfill({
        status: 429,
        headers: { 'Access-Control-Allow-Origin': '*' },
        json: { status: 429, error: 'too_many_requests' },
    }));
    await widget(page).locator('[part~=start]').click();
    await state(page, 'limited');
    assert.deepEqual(await scan(page), []);
});


for (const lang of languages) {
    test(`${lang} - no finding of axe in any state`, async () => {
        const direction = ['ar', 'he'].includes(lang) ? 'rtl' : 'ltr';
        const page = await visit({ lang }, { device: 'narrow' });
        const seen = async name => {
            await state(page, name);
            assert.deepEqual(await scan(page), [], name);
            assert.equal(await page.evaluate(() =>
                document.documentElement.scrollWidth <= innerWidth), true,
                `${name} fits in 320 px`);
            await picture(page, `widget-${name}-${lang}`);
        };

        await seen('start');
        await begin(page);
        await widget(page).locator('summary').first().click();
        await seen('send');
        assert.equal(await widget(page).locator('[part=box]')
                                       .getAttribute('dir'), direction);
        await nginx.message(await codeOf(page));
        await seen('validated');
        await page.close();
    });
}


test.after(async () => {
    await shop.close();
});
