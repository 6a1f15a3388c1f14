// The login page in each state and each language, on a narrow screen.

import assert from 'node:assert/strict';
import test from 'node:test';

import { picture, startBrowser } from './lib/browser.mjs';
import { STATES, check, languages, openAll, startLogins, stateOf, visit }
    from './lib/login.mjs';


const nginx = await startLogins();
const browser = await startBrowser();


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

            if (name === 'send' || name === 'start') {
                await picture(page, `${name}-${language}`);
            }
        }

        await page.context().close();
    });
}


test.after(async () => {
    await browser.close();
    await nginx.stop();
});
