/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * To follow the status of a login, by a stream of events or by asking.
 */

/* A browser has six connections for a host: others need some of them. */
const STREAMS_MAX = 2;

/* Milliseconds. */
const POLL = 4000;
const POLL_MAX = 30000;

let streams = 0;


/*
 * Calls take with each status until the signal aborts or the claim is gone.
 * Without an event stream (the page has enough, or the server too many) it
 * asks every few seconds.
 */

export async function follow(login, take, signal) {
    const way = { polls: streams >= STREAMS_MAX, wait: POLL, failures: 0 };

    while (!signal.aborted) {
        try {
            await (way.polls ? poll : listen)(login, take, signal, way);
            way.failures = 0;
        } catch (error) {
            if (signal.aborted) {
                return;
            }

            if (error.status === 401) {
                take({ status: 'gone' });
                return;
            }

            failed(error, way);
        }

        await pause(way.wait, signal);
    }
}


/* Too many streams there: it asks from now on, for the first time at once. */

function failed({ status }, way) {
    way.wait = Math.min(POLL * 2 ** way.failures++, POLL_MAX);

    if (status === 503 && !way.polls) {
        way.polls = true;
        way.wait = 0;
    }
}


async function poll(login, take, signal, way) {
    const status = await login.status(signal);

    if (status) {
        take(status);
    }

    way.wait = POLL;
}


async function listen(login, take, signal, way) {
    streams++;

    try {
        for await (const { retry, status } of login.events(signal)) {
            way.wait = retry || way.wait;

            if (status && !signal.aborted) {
                take(status);
            }
        }
    } finally {
        streams--;
    }
}


/* Random, because after an outage all pages come back; less if aborted. */

function pause(ms, signal) {
    return new Promise(resolve => {
        setTimeout(resolve, ms * (0.75 + Math.random() / 2));
        signal.addEventListener('abort', resolve, { once: true });
    });
}
