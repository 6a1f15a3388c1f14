// An nginx with the module, by the helper of the Perl suites.
//
//     const nginx = await startNginx({
//         app: 'login on; authorized_origins http://localhost:@PORT1@;',
//         server: 'location /login/ { whatsauth_login demo; }',
//     });
//
//     nginx.url('/login/')                     http://127.0.0.1:PORT/login/
//     nginx.ports[1]                           further ports, for other sites
//     await nginx.message(code)                signed; resolves to the status
//     await nginx.message(text, { from: '+56922222222', name: 'Jane Roe' })
//     await nginx.call('records')              see bridge.pl for all calls
//     await nginx.stop()                       fails if an error was logged
//
// The options are those of start_nginx() in t/lib/Test/WhatsAuth/Nginx.pm, and
// may have @PORT@, @PORT1@ and @ROOT@.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';


export async function startNginx(options = {}) {
    const bridge = startBridge();
    const started = await bridge.call('start', options);

    return {
        ...started,
        call: bridge.call,
        url: path => `http://127.0.0.1:${started.port}${path}`,
        message: (text, from = {}) => bridge.call('message', inMarks(text),
                                                  from),
        async stop() {
            const good = await bridge.call('stop');
            await bridge.end();
            assert.equal(good, 1, 'nginx stops and has logged no error');
        },
    };
}


// Options for startNginx(): the store is a link to where nothing is yet, a
// volume that is not mounted for example.  mount() and unmount() make it be
// there, for an nginx that looks for it, and go.

export async function missingStore() {
    const folder = await mkdtemp(`${tmpdir()}/whatsauth-`);

    await symlink(`${folder}/missing/store`, `${folder}/link`);

    return {
        plain: 1,
        http: `whatsauth_store ${folder}/link;`,
        allow: 'whatsauth',
        async mount() {
            await mkdir(`${folder}/away/store`, { recursive: true });
            await rename(`${folder}/away`, `${folder}/missing`);
        },
        unmount: () => rename(`${folder}/missing`, `${folder}/away`),
    };
}


// A port for a server that the test starts by itself, until end().

export async function slotPort() {
    const bridge = startBridge();

    return { port: await bridge.call('port'), end: bridge.end };
}


function inMarks(text) {
    return /^[0-9a-f]{10}$/.test(text) ? `>>${text}<<` : text;
}


// The answers come in the order of the calls.

function startBridge() {
    const path = new URL('bridge.pl', import.meta.url).pathname;
    const child = spawn('perl', [path], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout });
    const waiting = [];
    const ended = new Promise(resolve => child.once('close', resolve));

    lines.on('line', line => {
        const { result, error } = JSON.parse(line);
        const { resolve, reject } = waiting.shift();

        hold(waiting.length > 0);
        error === undefined ? resolve(result) : reject(new Error(error));
    });

    child.once('close', () => {
        for (const { reject } of waiting) {
            reject(new Error('the bridge to Perl has ended'));
        }
    });

    // Only a call keeps this process: a test that fails before it stops its
    // nginx must end all the same, and the bridge then ends with its input.
    function hold(on) {
        for (const handle of [child, child.stdin, child.stdout]) {
            on ? handle.ref() : handle.unref();
        }
    }

    hold(false);

    return {
        call: (...call) => new Promise((resolve, reject) => {
            waiting.push({ resolve, reject });
            hold(true);
            child.stdin.write(`${JSON.stringify(call)}\n`);
        }),
        end: () => {
            hold(true);
            child.stdin.end();
            return ended;
        },
    };
}
