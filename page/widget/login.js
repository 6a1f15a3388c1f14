/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * A login at a login location: its requests.  The claim travels in a header,
 * and no cookie plays a part.
 */

/* An answer that is no success; word is the "error" of its problem. */

class Refusal extends Error {
    constructor(status, problem) {
        super(problem.title ?? `status ${status}`);
        this.status = status;
        this.word = problem.error ?? '';
        this.triesLeft = problem.tries_left;
    }
}


/* At the location base, with what start answered, claim included. */

export class Login {
    constructor(base, code = {}) {
        this.base = base;
        this.code = code;
        this.etag = null;              /* of the status that came last */
    }

    /* Without credentials: cookies of that origin are neither sent nor set. */

    async send(path, options = {}, accept = 'application/json') {
        const { claim } = this.code;
        const response = await fetch(new URL(path, this.base), {
            ...options,
            cache: 'no-store',
            credentials: 'omit',
            headers: {
                Accept: accept,
                ...claim && { Authorization: `Bearer ${claim}` },
                ...options.headers,
            },
        });

        if (!response.ok && response.status !== 304) {
            throw new Refusal(response.status,
                              await response.json().catch(() => ({})));
        }

        return response;
    }

    post(path, fields = {}, options = {}) {
        return this.send(path, { ...options, method: 'POST',
                                 body: new URLSearchParams(fields) });
    }

    /* The user is told of the login in the language, too. */

    async start(fields, language) {
        const response = await this.post(`start?lang=${language}`,
                                         { claim: 1, ...fields });

        this.code = {
            ...await response.json(),
            claim: response.headers.get('whatsauth-claim'),
        };
        return this.code;
    }

    /* Nobody waits for its answer, and the page may be on its way out. */

    cancel() {
        this.post('cancel', {}, { keepalive: true }).catch(() => {});
    }

    confirm(pin) {
        return this.post('pin', { pin });
    }

    resend() {
        return this.post('pin', { resend: 1 });
    }

    /* undefined if it is still what it was when this was asked before. */

    async status(signal) {
        const response = await this.send('status', {
            signal,
            headers: this.etag && { 'If-None-Match': this.etag },
        });

        this.etag = response.headers.get('ETag');
        return response.status === 304 ? undefined : response.json();
    }

    async *events(signal) {
        const { body } = await this.send('status', { signal },
                                         'text/event-stream');
        const reader = body.pipeThrough(new TextDecoderStream()).getReader();
        let text = '';

        for (;;) {
            const { done, value } = await reader.read();

            if (done) {
                return;
            }

            const blocks = (text + value).split('\n\n');
            text = blocks.pop();
            yield* blocks.map(readEvent);
        }
    }
}


function readEvent(block) {
    const field = name => block.match(RegExp(`^${name}: ?(.*)$`, 'm'))?.[1];
    const data = field('data');

    return { retry: Number(field('retry')), status: data && JSON.parse(data) };
}
