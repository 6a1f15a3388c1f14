// examples/html: its form, in Chromium, is taken by the example of a server.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import test from 'node:test';

import { faults, open, picture, scan, startBrowser } from './lib/browser.mjs';
import { until } from './lib/login.mjs';
import { startNginx } from './lib/nginx.mjs';
import { codeOf, state, widget } from './lib/shop.mjs';


const examples = new URL('../../examples', import.meta.url).pathname;

const nginx = await startNginx({
    app: 'login on; authorized_origins http://127.0.0.1:@PORT1@;',
    server: 'location /login/ { whatsauth_login demo; }',
});
const browser = await startBrowser();
const [, port, phpPort] = nginx.ports;
const site = `http://127.0.0.1:${port}`;

const php = spawn('php',
    ['-S', `127.0.0.1:${phpPort}`, `${examples}/php/index.php`], {
        stdio: 'ignore',
        env: { ...process.env, WHATSAUTH: nginx.url('/api/v1/'),
               WHATSAUTH_TOKEN: 'token-of-the-demo-app' },
    });


// The page is a file, and the rest is the server's: so is it in earnest, too.

const html = (await readFile(`${examples}/html/index.html`, 'utf8'))
             .replaceAll('https://login.example.com', nginx.url(''));

const front = http.createServer((request, response) => {
    if (request.url === '/index.html') {
        response.setHeader('Content-Type', 'text/html; charset=utf-8');
        response.end(html);
        return;
    }

    const { method, headers, url: path } = request;
    const back = http.request({ port: phpPort, host: '127.0.0.1', method,
                                headers, path }, answer => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
    });

    back.on('error', () => { response.statusCode = 502; response.end(); });
    request.pipe(back);
}).listen(port, '127.0.0.1');


test('html - the form logs in, and by itself', { timeout: 60000 }, async () => {
    const page = await open(browser, { hosts: [new URL(nginx.url('')).host] });

    await until(async () => (await fetch(`${site}/`)).status === 200);
    await page.goto(`${site}/index.html`);
    assert.deepEqual(await scan(page), []);
    await picture(page, 'example-html');

    await widget(page).locator('[part~=start]').click();
    await state(page, 'send');
    await picture(page, 'example-html-send');
    await nginx.message(await codeOf(page));
    await page.getByText('Welcome, +56911111111').waitFor();
    assert.deepEqual(faults(page), []);
});


test.after(async () => {
    await browser.close();
    front.close();
    front.closeAllConnections();
    php.kill();
    await nginx.stop();
});
