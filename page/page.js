/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * The login page works without this file.  With it the page follows the login
 * by itself: forms are sent and states are shown without a new page.  All HTML
 * comes from the server, in the same words and by the same template.
 */

(() => {
    'use strict';

    const body = document.body;
    const prefix = body.dataset.prefix;
    const POLL = 4000;                                                /* ms */
    const HOME = document.querySelector('main').dataset.return;
    const FOLLOWED = ['send', 'pin', 'send_failed'];

    let source = null;             /* the stream of the login's status */
    let poll = 0;                  /* the timer that stands in for it */
    let etag = null;               /* of the state that it has asked for */
    let end = 0;                   /* when the code expires, by our clock */
    let skew = 0;                  /* what the server's clock is ahead, ms */
    let busy = false;
    let touched = false;           /* there was an input event */

    const main = () => document.querySelector('main');
    const state = () => body.dataset.state;
    const find = selector => document.querySelector(selector);


    /* Screen readers hear it; an empty text first, or the same is not heard. */

    function say(text) {
        const said = find('[data-said]');

        said.textContent = '';
        setTimeout(() => { said.textContent = text; }, 100);
    }

    function text(key) {
        return find('[data-texts]').content
               .querySelector(`[data-key="${key}"]`).textContent;
    }

    /* On the button, for two seconds: it has just been looked at. */

    function showCopied(copy) {
        const label = copy.firstChild;
        const words = label.data;

        if (words !== text('copied')) {
            label.data = text('copied');
            setTimeout(() => { label.data = words; }, 2000);
        }
    }


    /* ------------------------------------------------------ a new state */

    /*
     * Puts the server's page in place of this one.  The same state again
     * moves no focus, or somebody who types would lose the place.
     */

    function show(html) {
        const page = new DOMParser().parseFromString(html, 'text/html');
        const next = page.querySelector('main');
        const before = state();
        const error = page.querySelector('.error');

        if (next === null) {
            notice('unavailable');
            resume();
            return;
        }

        /* A parser has no scripts: the frame in noscript would wait, too. */

        next.querySelectorAll('noscript').forEach(part => part.remove());
        notice(null);

        if (page.body.dataset.state === before && !error && !busy
            && page.querySelector('.qr img')?.src === find('.qr img')?.src)
        {
            count(next.dataset.left);
            resume();
            return;
        }

        /* The stream was that of the login before: a new code has its own. */

        leave();
        body.dataset.state = page.body.dataset.state;
        body.dataset.now = page.body.dataset.now;
        document.title = page.title;
        main().replaceWith(document.adoptNode(next));
        say(error?.textContent ?? find('h1').textContent);
        (find('[data-focus]') ?? find('h1')).focus();
        arrive();

        /* Another tab was first, or the store is back. */

        if (state() === 'session' && before !== 'session' && HOME) {
            location.assign(HOME);
        }
    }


    /*
     * A gated page shows the login in place of itself, so what is looked at is
     * the login's own address: it says where the login stands.
     */

    async function look() {
        try {
            const response = await fetch(here(), {
                headers: { Accept: 'text/html' }, cache: 'no-store'
            });

            show(await response.text());
        } catch {
            notice('offline');
            resume();
        }
    }

    function here() {
        const url = new URL(prefix, location.href);

        url.searchParams.set('lang', document.documentElement.lang);

        if (HOME) {
            url.searchParams.set('return', HOME);
        }

        return url.pathname + url.search;
    }


    /* The answer is the page that a browser without script would show. */

    async function post(form, button) {
        const fields = new URLSearchParams(new FormData(form));

        if (busy) {
            return;
        }

        fields.set('return', here());

        if (button?.name) {
            fields.set(button.name, button.value);
        }

        busy = true;
        form.setAttribute('aria-busy', 'true');

        try {
            const response = await fetch(form.action, {
                method: 'POST', body: fields, cache: 'no-store',
                headers: { Accept: 'text/html' }
            });

            show(await response.text());
        } catch {
            notice('offline');
        } finally {
            busy = false;
            form.removeAttribute('aria-busy');
        }
    }


    /* What a state needs that has just come. */

    function arrive() {
        for (const button of document.querySelectorAll('[data-copy]')) {
            button.hidden = !navigator.clipboard;
        }

        for (const time of document.querySelectorAll('time')) {
            time.textContent = new Date(time.dateTime).toLocaleString(
                document.documentElement.lang,
                { dateStyle: 'medium', timeStyle: 'short' });
        }

        /* This machine's clock may be wrong by hours. */

        skew = Number(body.dataset.now) - Date.now();
        count(main().dataset.left);

        if (state() === 'validated') {
            finish(find('[data-finish]'));

        } else if (FOLLOWED.includes(state())) {
            follow();

        } else {
            leave();
            begin();
        }
    }


    /*
     * As a navigation: the answer brings the cookie of the session.  A browser
     * takes the fragment over to where the answer leads.
     */

    function finish(form) {
        const url = new URL(form.action);

        leave();
        url.hash = location.hash;
        form.action = url;

        if (HOME) {
            form.elements.return.value = HOME;
        }

        form.submit();
    }


    /*
     * Asks for a code by itself once somebody is there: an unseen tab, or a
     * machine that fetches pages, costs the site no code.
     */

    function begin() {
        const form = find('[data-begin]');

        if (form && !find('#phone') && !find('.error')
            && document.visibilityState === 'visible'
            && (touched || 'autostart' in body.dataset))
        {
            post(form);
        }
    }


    /* ------------------------------------------------------- the status */

    function follow() {
        if (source || poll) {
            return;
        }

        source = new EventSource(`${prefix}status`);

        source.addEventListener('status', event => {
            notice(null);
            heard(JSON.parse(event.data));
        });

        /* It comes again by itself, unless it was refused: too many streams. */

        source.addEventListener('error', () => {
            if (source?.readyState === EventSource.CLOSED) {
                source = null;
                wait();
            }
        });
    }

    function leave() {
        source?.close();
        source = null;
        clearTimeout(poll);
        poll = 0;
    }

    /* At a random time: after an outage all pages come at once. */

    function wait() {
        poll = setTimeout(ask, POLL * (.75 + Math.random() / 2));
    }

    async function ask() {
        clearTimeout(poll);
        poll = 0;

        try {
            const response = await fetch(`${prefix}status`, {
                headers: {
                    Accept: 'application/json',
                    ...etag && { 'If-None-Match': etag },
                },
                cache: 'no-store',
            });

            notice(null);

            if (response.ok) {
                etag = response.headers.get('ETag');
                heard(await response.json());
            } else if (response.status === 401) {
                await look();
            }
        } catch {
            notice('offline');
        }

        resume();
    }

    /* A login is not lost sight of, whatever an answer was. */

    function resume() {
        if (!source && !poll && FOLLOWED.includes(state())) {
            wait();
        }
    }

    function heard(status) {
        const now = status.status === 'requested' ? status.step
                                                  : status.status;

        if (now !== state()) {
            etag = null;
            leave();
            look();
        } else {
            count((Date.parse(status.expires_at) - Date.now() - skew) / 1000);
        }
    }

    /* -------------------------------------------------------- the clock */

    function count(seconds) {
        end = seconds > 0 ? Date.now() + seconds * 1000 : 0;
        tick();
    }

    function tick() {
        const clock = find('[data-clock]');
        const left = Math.ceil((end - Date.now()) / 1000);

        if (!clock || !end) {
            return;
        }

        clock.textContent = `${Math.floor(Math.max(left, 0) / 60)}:`
                            + `${Math.max(left, 0) % 60}`.padStart(2, '0');

        if (left <= 0) {
            expire();
        }
    }

    /* The code goes at once, also without a network; the server says more. */

    function expire() {
        end = 0;

        for (const old of document.querySelectorAll('.send, details dl')) {
            old.remove();
        }

        say(text('expired'));
        setTimeout(look, 1000);
    }


    /* ----------------------------------------------------------- events */

    function notice(key) {
        const bar = find('[data-notice]');

        bar.hidden = key === null;
        bar.textContent = key && text(key);
    }

    /* Back from WhatsApp, from another tab or from a dead network. */

    function back() {
        if (document.visibilityState !== 'visible') {
            return;
        }

        tick();

        if (FOLLOWED.includes(state())) {
            ask();
        } else {
            begin();
        }
    }

    /* What is pressed acts by itself, and may be another way to log in. */

    function touch(event) {
        if (!touched && !event.target.closest?.('a, button, summary')) {
            touched = true;
            begin();
        }
    }

    document.addEventListener('submit', event => {
        if (event.target.matches('[data-swap], [data-begin]')) {
            event.preventDefault();
            post(event.target, event.submitter);
        }
    });

    document.addEventListener('click', async event => {
        const link = event.target.closest('[data-look]');
        const copy = event.target.closest('[data-copy]');

        if (link) {
            event.preventDefault();
            look();

        } else if (copy) {
            await navigator.clipboard.writeText(
                find(`#${copy.dataset.copy}`).textContent);
            say(text('copied'));
            showCopied(copy);
        }
    });

    for (const name of ['pointerdown', 'keydown', 'pointermove', 'scroll']) {
        addEventListener(name, touch, { passive: true });
    }

    document.addEventListener('visibilitychange', back);
    addEventListener('pageshow', event => { event.persisted && back(); });
    addEventListener('online', back);
    addEventListener('offline', () => notice('offline'));
    setInterval(tick, 1000);

    arrive();
})();
