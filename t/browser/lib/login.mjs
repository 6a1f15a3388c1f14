// The login page in tests: an nginx with apps that show each state of it, and
// the steps that lead there.

import assert from 'node:assert/strict';

import { faults, open, scan } from './browser.mjs';
import { startNginx } from './nginx.mjs';
import { startProvider } from './provider.mjs';


export const languages = ['en', 'es', 'pt', 'fr', 'id', 'hi', 'ar', 'he'];


const account = 'meta app_secret=app-secret-of-the-demo-app '
                + 'verify_token=verify-token-of-the-demo-app';

const apps = {
    shop: 'login_title "Northwind Bank";',
    pin: `login_title "Northwind Bank"; confirm always;
          reply_limit 1000/h 1000/h;`,
    unsent: 'confirm always; reply_limit 1000/h 1000/h;',
    brief: 'expires 3s;',
    auto: 'autostart on;',
    asks: 'ask_number on; sms on; sms_phone +14155550199;',
    limited: 'start_limit 1/m 1/h;',
};


// api: the port of what sends its replies, or null.

function block(name, api) {
    const sends = api ? ` access_token=access-token-of-${name}
                          phone_number_id=106540352242922
                          api=http://127.0.0.1:${api}/v26.0` : '';
    const limit = apps[name].includes('start_limit') ? ''
                                                     : 'start_limit off;';

    return `whatsauth_app ${name} {
        token token-of-tenant-${name}; phone +56943426553; login on;
        ${account}${sends}; ${limit} ${apps[name]}
    }`;
}


export async function startLogins(lines = '') {
    const names = Object.keys(apps);
    const nginx = await startNginx({
        http: lines,
        apps: names.map(name => block(name, name === 'pin' || name === 'unsent'
                                            ? '@PORT1@' : null)).join('\n'),
        server: names.map(name =>
            `location /${name}/ { whatsauth_login ${name}; }`).join('\n')
            + `location = /private { return 200 "members only"; }
               location = /favicon.ico { return 204; }`,
        allow: 'whatsauth: replies refused',
    });
    const api = await startProvider(nginx.ports[1]);

    return {
        ...nginx,
        api,
        async stop() {
            api.stop();
            await nginx.stop();
        },
    };
}


// A page of an app in a fresh profile.

export async function visit(browser, nginx, name, options = {}) {
    const page = await open(browser, options);

    await page.goto(nginx.url(`/${name}/${options.query ?? ''}`));

    return page;
}


export const stateOf = page => page.getAttribute('body', 'data-state');

export const shown = (page, state, timeout = 15000) =>
    page.locator(`body[data-state="${state}"]`).waitFor({ timeout });

export const textOf = page => page.locator('#text').textContent();

export const primary = page => page.locator('main .main:visible').first();


export async function begin(page) {
    await primary(page).click();
    await shown(page, 'send');
}


// The message of the page, each from another phone if none is named: a number
// has ten PINs an hour.

let phones = 0;

export async function send(page, nginx, from = `+569${30000000 + phones++}`) {
    assert.equal(await nginx.message(await textOf(page), { from }), 200);
}


// The PIN in the last reply, which comes after so many others.

export async function pinOf(nginx, others = 0) {
    await until(() => nginx.api.texts.length > others);
    const text = nginx.api.texts.at(-1);
    const pin = text.match(/\b(\d{6})\b/)?.[1];

    assert.ok(pin, `there is a PIN in "${text}"`);

    return pin;
}


export async function until(condition, seconds = 15) {
    const end = Date.now() + seconds * 1000;

    while (!await condition()) {
        assert.ok(Date.now() < end, `not within ${seconds} s: ${condition}`);
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}


// How each state is reached.  Without scripts the page stands still until it
// is asked, and with them it may have gone on already.

export const STATES = {
    start: { app: 'shop', async reach() {} },
    number: { app: 'asks', state: 'start', async reach() {} },
    send: { app: 'shop', reach: begin },
    pin: { app: 'pin', async reach(page, nginx) {
        await begin(page);
        await send(page, nginx);
        await look(page, 'pin');
    } },
    pin_wrong: { app: 'pin', state: 'pin', async reach(page, nginx) {
        await STATES.pin.reach(page, nginx);
        await page.fill('#pin', await wrongPin(nginx));
        await primary(page).click();
        await page.locator('#error').waitFor();
    } },
    send_failed: { app: 'unsent', async reach(page, nginx) {
        await begin(page);
        await send(page, nginx);
        await look(page, 'send_failed');
    } },
    validated: { app: 'shop', still: true, async reach(page, nginx) {
        await begin(page);
        await send(page, nginx);
        await look(page, 'validated');
    } },
    expired: { app: 'brief', async reach(page, nginx) {
        await begin(page);
        await look(page, 'expired');
    } },
    failed: { app: 'pin', async reach(page, nginx) {
        await STATES.pin.reach(page, nginx);

        for (let i = 0; i < 3; i++) {
            await page.fill('#pin', await wrongPin(nginx));
            await primary(page).click();
            await (i < 2 ? page.locator('#error', { hasText: `${2 - i}` })
                               .waitFor() : shown(page, 'failed'));
        }
    } },
    session: { app: 'shop', reach: logIn },
    sessions: { app: 'shop', async reach(page, nginx) {
        await logIn(page, nginx);
        await page.locator('a[href*=sessions]').click();
        await shown(page, 'sessions');
    } },
    logged_out: { app: 'shop', async reach(page, nginx) {
        await logIn(page, nginx);
        await page.locator('form[action$=logout] button').click();
        await shown(page, 'logged_out');
    } },
    limited: { app: 'limited', async reach(page, nginx) {
        await primary(page).click();
        await page.waitForLoadState();
        await page.goto(nginx.url('/limited/'));

        if (await stateOf(page) === 'send') {
            await page.locator('form[action*=start] button').first().click();
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


async function logIn(page, nginx) {
    await begin(page);
    await send(page, nginx);

    if (!page.follows) {
        await look(page, 'validated');
        await primary(page).click();
    }

    await shown(page, 'session');
}


async function wrongPin(nginx) {
    return await pinOf(nginx) === '123456' ? '654321' : '123456';
}


// What stands beside the screen.  What is cut off on the side where a text
// begins makes no page wider, so that the width of the page does not tell.

async function beside(page) {
    return page.evaluate(() => {
        const root = document.documentElement;

        const found = [...document.querySelectorAll('body *:not(.heard)')]
            .filter(one => {
                const { left, right, width } = one.getBoundingClientRect();

                return width > 0 && one.checkVisibility()
                       && (left < -1 || right > innerWidth + 1);
            });

        return (root.scrollWidth > innerWidth ? [root, ...found] : found)
               .map(one => one.outerHTML.slice(0, 200));
    });
}


export async function openAll(page) {
    const closed = page.locator('details:not([open]) summary:visible');

    while (await closed.count() > 0) {
        await closed.first().click();
    }
}


// No finding of axe, no fault, and nothing beside the screen.

export async function check(page, name) {
    assert.deepEqual(await scan(page), [], `axe, ${name}`);
    assert.deepEqual(await beside(page), [], `wider than the screen, ${name}`);
    assert.deepEqual(faults(page), [], `faults, ${name}`);
}
