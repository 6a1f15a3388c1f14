// An nginx with gates and login pages, and a site behind them that shows the
// target of each request as it has come.
//
//     const gate = await startGate();
//     const page = await gate.visitor({ js: false });
//     await page.goto(gate.nginx.url('/private/'));
//     await gate.logIn(page, { js: false });
//     page.documents                           that the page has asked for
//     gate.asked, gate.upgrades                what the site has seen
//     await gate.stop();

import http from 'node:http';

import { open, startBrowser } from './browser.mjs';
import { begin, send } from './login.mjs';
import { startNginx } from './nginx.mjs';


const account = 'meta app_secret=app-secret-of-the-demo-app '
                + 'verify_token=verify-token-of-the-demo-app';

const app = name => `whatsauth_app ${name} {
    token token-of-tenant-${name}; phone +56943426553; ${account};
    login on; start_limit off;
}`;

const options = {
    apps: app('demo') + app('other'),
    server: `
        listen [::1]:@PORT@;
        whatsauth_gate_numbers any;
        proxy_http_version 1.1;
        proxy_set_header Host $http_host;
        proxy_set_header Upgrade $http_upgrade;

        location / { whatsauth_gate demo; proxy_pass http://127.0.0.1:@PORT1@; }
        location /open/ { proxy_pass http://127.0.0.1:@PORT1@; }
        location /two/ {
            whatsauth_gate demo page=200;
            proxy_pass http://127.0.0.1:@PORT1@;
        }
        location /third/ {
            whatsauth_gate other; proxy_pass http://127.0.0.1:@PORT1@;
        }
        location /login/ { whatsauth_login demo; }
        location /in/ { whatsauth_login other; }
        location = /favicon.ico { return 204; }`,
};


export async function startGate() {
    const nginx = await startNginx(options);
    const browser = await startBrowser();
    const asked = [];
    const upgrades = [];
    const site = http.createServer((request, response) =>
        answer(request, response, asked));

    site.on('upgrade', request => upgrades.push(request.url));
    site.listen(nginx.ports[1], '127.0.0.1');

    return {
        nginx,
        asked,
        upgrades,
        visitor: options => visitor(browser, options),
        logIn: (page, options) => logIn(nginx, page, options),
        async stop() {
            await browser.close();
            site.close();
            site.closeAllConnections();
            await nginx.stop();
        },
    };
}


function answer(request, response, asked) {
    const shown = request.url.replace(/&/g, '&amp;').replace(/</g, '&lt;');

    asked.push(`${request.method} ${request.url}`);
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><html lang="en"><title>app</title>'
                 + `<pre>${shown}</pre>`);
}


// A page in a fresh profile that counts the documents it asks for.

async function visitor(browser, options) {
    const page = await open(browser, options);

    page.documents = 0;
    page.on('request', request => {
        page.documents += request.isNavigationRequest()
                          && request.frame() === page.mainFrame() ? 1 : 0;
    });

    return page;
}


// Logs in where the page stands.  Without scripts each step is a click.

async function logIn(nginx, page, { js = true } = {}) {
    await begin(page);
    await send(page, nginx);

    if (!js) {
        await page.frameLocator('iframe').getByText('Continue').click();
    }

    await page.locator('pre').waitFor();
}
