// The login page in each state and each language, on a narrow screen.

import assert from 'node:assert/strict';
import test from 'node:test';

import { picture, startBrowser } from './lib/browser.mjs';
import { STATES, begin, check, languages, openAll, primary, send, shown,
         startLogins, stateOf, visit } from './lib/login.mjs';


const nginx = await startLogins();
const browser = await startBrowser();


// How far the list of languages ends from the end of what unfolds it.

function listGap(page) {
    return page.evaluate(() => {
        const [one, other] = ['summary', 'ul'].map(name =>
            document.querySelector(`.languages ${name}`)
                    .getBoundingClientRect());

        return document.dir === 'rtl' ? Math.abs(one.left - other.left)
                                      : Math.abs(one.right - other.right);
    });
}


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

        await reach(page, nginx);

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
            assert.ok(await listGap(page) < 8,
                      `languages are listed where they unfold, ${language}`);

            if (name === 'start') {
                const { height } = await primary(page).boundingBox();
                assert.ok(height < 60, `the button has a line, ${language}`);
            }

            if (name === 'send' || name === 'start') {
                await picture(page, `${name}-${language}`);
            }
        }

        await page.context().close();
    });
}


// In the address: no cookie, and nothing that the server knows.

const ends = {
    'the logout': page => page.locator('form[action$=logout] button').click(),
    'the end of all sessions': async page => {
        await page.locator('a[href*=sessions]').click();
        await page.locator('form:has([name=all]) button').click();
    },
    'the end of this session': async page => {
        await page.locator('a[href*=sessions]').click();
        await page.locator('form:has([name=session]) button').click();
    },
};

for (const [name, js] of [['the logout', true], ['the logout', false],
                          ['the end of all sessions', false],
                          ['the end of this session', false]])
{
    const title = `the language that was chosen - stays until ${name}, ${
                   js ? 'with' : 'without'} scripts`;

    test(title, async () => {
        const end = ends[name];
        const page = await visit(browser, nginx, 'shop', { js });
        const isHebrew = async state => {
            await shown(page, state);
            assert.equal(await page.getAttribute('html', 'lang'), 'he', state);
        };

        await page.locator('.languages summary').click();
        await page.locator('a[hreflang=he]').click();
        await isHebrew('start');
        await begin(page);
        await isHebrew('send');
        await send(page, nginx);

        if (!js) {
            await page.locator('[data-look]').click();
            await isHebrew('validated');
            await primary(page).click();
        }

        await isHebrew('session');
        await page.locator('a[href*=sessions]').click();
        await isHebrew('sessions');
        await page.locator('main a.quiet').click();
        await isHebrew('session');

        await end(page);
        await isHebrew('logged_out');
        await page.context().close();
    });
}


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
