// Chromium for the tests of page and widget.
//
//     const browser = await startBrowser();
//     const page = await open(browser, { device: 'phone', js: false });
//     await page.goto(nginx.url('/login/'));
//
//     await picture(page, 'start-phone')       build/browser/start-phone.png
//     await scan(page)                         findings of axe, [] if none
//     await qrText(page.locator('img.qr'))     what a phone would read there
//     faults(page)                             [] if nothing bad was seen
//
// faults() names each request to another host, report of the content security
// policy, error in the console and exception since the page was opened.

import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';

const top = new URL('../../..', import.meta.url).pathname;
const require = createRequire(`${top}build/node/`);

const run = promisify(execFile);
const seen = new WeakMap();
export const pictures = `${top}build/browser`;

export const devices = {
    phone: {
        viewport: { width: 390, height: 844 },
        deviceScaleFactor: 2,
        isMobile: true,
        hasTouch: true,
        userAgent: 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 '
                   + '(KHTML, like Gecko) Chrome/156.0.0.0 Mobile '
                   + 'Safari/537.36',
    },
    desktop: { viewport: { width: 1280, height: 800 } },
    narrow: { viewport: { width: 320, height: 640 } },
};


// ./dev runs the tests as root, as whom Chromium has no sandbox.  names is a
// list of hosts that lead to this machine, and ca the file of an authority that
// is trusted.

export async function startBrowser({ names = [], args = [], ca } = {}) {
    const { chromium } = require('playwright-core');
    const rules = names.map(name => `MAP ${name} 127.0.0.1`).join(',');

    return chromium.launch({
        executablePath: '/usr/bin/chromium',
        args: ['--no-sandbox', `--host-resolver-rules=${rules}`, ...args],
        env: ca ? { ...process.env, HOME: await homeWith(ca) } : process.env,
    });
}


// A folder that has what Chromium trusts where it looks for it.

async function homeWith(ca) {
    const home = `${top}build/browser-home`;
    const folder = `${home}/.pki/nssdb`;
    const certutil = (...args) => run('certutil', ['-d', `sql:${folder}`,
                                                   ...args]);

    await rm(home, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await certutil('-N', '--empty-password');
    await certutil('-A', '-n', 'authority', '-t', 'C,,', '-i', ca);

    return home;
}


// A page in a fresh profile.  device is a name of devices; hosts are those that
// it may ask besides the first one; js: false switches scripts off; more are
// options of Playwright's newContext(), such as locale and colorScheme.  Other
// pages of the same profile: page.context().newPage(), and watch().

export async function open(browser, { device = 'desktop', js = true,
                                      hosts = [], ...more } = {})
{
    const context = await browser.newContext({ ...devices[device], ...more });
    const page = await context.newPage();

    watch(page, hosts);
    seen.get(page).touch = devices[device].hasTouch;

    if (!js) {
        await scripts(page, false);
    }

    return page;
}


// javaScriptEnabled of newContext() would keep axe from running, too.

export async function scripts(page, on) {
    const { cdp } = seen.get(page);
    const session = cdp ?? await page.context().newCDPSession(page);

    seen.get(page).cdp = session;
    await session.send('Emulation.setScriptExecutionDisabled', { value: !on });
}


export function watch(page, hosts = []) {
    const faulty = [];
    const allowed = new Set(hosts);

    seen.set(page, { faulty });

    page.on('request', request => {
        const { protocol, host } = new URL(request.url());

        if (!protocol.startsWith('http')) {
            return;
        }

        if (allowed.size === hosts.length) {
            allowed.add(host);
        }

        if (!allowed.has(host)) {
            faulty.push(`request to ${host}: ${request.url()}`);
        }
    });

    page.on('console', message => {
        const text = message.text();

        if (message.type() === 'error' && !/^Failed to load res/.test(text)) {
            faulty.push(`console: ${text}`);
        }
    });

    page.on('pageerror', error => faulty.push(`exception: ${error.stack}`));
}


export function faults(page) {
    return seen.get(page).faulty;
}


export async function picture(page, name) {
    const path = `${pictures}/${name}.png`;

    await mkdir(pictures, { recursive: true });

    // Not page.screenshot(): it waits for a page to be whole, and one without
    // scripts holds a frame that stays open.

    const { cdp, touch } = seen.get(page);
    const session = cdp ?? await page.context().newCDPSession(page);
    const { cssContentSize: { width, height } } =
        await session.send('Page.getLayoutMetrics');
    const { data } = await session.send('Page.captureScreenshot', {
        captureBeyondViewport: true,
        clip: { x: 0, y: 0, width, height, scale: 1 }
    });

    // That made a phone a screen with a mouse.

    if (touch) {
        await session.send('Emulation.setTouchEmulationEnabled',
                           { enabled: true });
    }

    await writeFile(path, Buffer.from(data, 'base64'));

    return path;
}


// Ctrl-V: what a field makes of a text that was copied elsewhere.

export async function paste(page, text) {
    await page.evaluate(text => navigator.clipboard.writeText(text), text);
    await page.keyboard.press('Control+V');
}


// The rules of WCAG 2.2 AA, and axe's own of good practice.  A finding is the
// id of a rule with the elements that break it.

export async function scan(page) {
    const { cdp } = seen.get(page);
    const source = await readFile(require.resolve('axe-core/axe.min.js'),
                                  'utf8');

    if (cdp !== undefined) {
        await scripts(page, true);
    }

    await page.evaluate(source);
    const { violations } = await page.evaluate(() => window.axe.run());

    if (cdp !== undefined) {
        await scripts(page, false);
    }

    return violations.map(({ id, nodes }) =>
        `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}


// The text of a QR code on a screenshot of an element, or null.

let shots = 0;

export async function qrText(locator) {
    const path = `${pictures}/qr-${process.pid}-${shots++}.png`;

    await mkdir(pictures, { recursive: true });
    await locator.screenshot({ path });

    try {
        const { stdout } = await run('zbarimg', ['-q', '--raw', '--nodbus',
            '-Sdisable', '-Sqrcode.enable', path]);
        return stdout.replace(/\n$/, '');
    } catch {
        return null;
    } finally {
        await rm(path);
    }
}
