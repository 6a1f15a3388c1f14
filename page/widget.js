/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * <whatsauth-login name="whatsauth_claim">: a login with WhatsApp as a field of
 * a form, for pages of other origins; docs/WIDGET.md is its manual.  Its value
 * is the claim of a validated login, and empty before.  The site's server
 * collects it with a token, which no page ever has.
 *
 * No cookie plays a part.  The claim travels in a header, and waits in the
 * tab's sessionStorage, because phones drop tabs that are behind WhatsApp.
 */

/* Language: key: text.  The build puts page/texts in place of the braces. */
const TEXTS = {};

const RIGHT_TO_LEFT = ['ar', 'he'];

/* A browser has six connections for a host: others need some of them. */
const STREAMS_MAX = 2;

const POLL = 4000;                                                    /* ms */
const POLL_MAX = 30000;

let streams = 0;


/* ------------------------------------------------------------- requests */

/* An answer that is no success; word is the "error" of its problem. */

class Refusal extends Error {
    constructor(status, problem) {
        super(problem.detail ?? problem.title ?? `status ${status}`);
        this.status = status;
        this.word = problem.error ?? '';
    }
}


/* A login at the location base: what each of its requests looks like. */

class Login {
    constructor(base, code = {}) {
        this.base = base;
        this.code = code;
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
            },
        });

        if (!response.ok) {
            throw new Refusal(response.status,
                              await response.json().catch(() => ({})));
        }

        return response;
    }

    post(path, fields = {}, options = {}) {
        return this.send(path, { ...options, method: 'POST',
                                 body: new URLSearchParams(fields) });
    }

    async start(fields) {
        const response = await this.post('start', fields);

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

    async status(signal) {
        return (await this.send('status', { signal })).json();
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


/* ------------------------------------------------- following the status */

/*
 * Calls take with each status until the signal aborts or the claim is gone.
 * Without an event stream (the page has enough, or the server too many) it
 * asks every few seconds.
 */

async function follow(login, take, signal) {
    const way = { polls: streams >= STREAMS_MAX, wait: POLL, failures: 0 };

    while (!signal.aborted) {
        try {
            await (way.polls ? poll : listen)(login, take, signal, way);
            way.failures = 0;
        } catch (error) {
            if (error.status === 401) {
                take({ status: 'gone' });
                return;
            }

            way.polls ||= error.status === 503;
            way.wait = Math.min(POLL * 2 ** way.failures++, POLL_MAX);
        }

        await pause(way.wait, signal);
    }
}


async function poll(login, take, signal, way) {
    take(await login.status(signal));
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


/* -------------------------------------------------- what the tab keeps */

/* A page may be denied any storage: then a login lives as long as its page. */

function inStorage(action) {
    try {
        return action(sessionStorage);
    } catch {
        return null;
    }
}


const kept = {
    read: key => inStorage(store => JSON.parse(store.getItem(key))),
    write: (key, code) =>
        inStorage(store => store.setItem(key, JSON.stringify(code))),
    drop: key => inStorage(store => store.removeItem(key)),
};


/* Forms of one page, and widgets of one name, have logins of their own. */

function keyOf(widget) {
    const same = [...document.querySelectorAll(widget.localName)]
                 .filter(other => other.name === widget.name);

    return `whatsauth ${baseOf(widget)} ${widget.name} ${same.indexOf(widget)}`;
}


/* The login location: that of the script, unless the page names one. */

function baseOf(widget) {
    return new URL(widget.getAttribute('login') ?? '.', import.meta.url).href;
}


/* ---------------------------------------------------------------- words */

/* The page's language first, then those of the browser. */

function languageOf(widget) {
    return [widget.closest('[lang]')?.lang, ...navigator.languages, 'en']
           .map(tag => tag?.split('-')[0].toLowerCase())
           .find(language => TEXTS[language]);
}


function text(language, key, values = {}) {
    const words = TEXTS[language]?.[key] ?? TEXTS.en?.[key] ?? key;

    return words.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
}


/* Minutes and seconds until then, or nothing if the clock must be wrong. */

function timeLeft(until) {
    const seconds = Math.round((Date.parse(until) - Date.now()) / 1000);

    return seconds > 0 && seconds < 86400
           ? `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`
           : '';
}


/* ------------------------------------------------------------- elements */

/* Texts become nodes and never markup: no answer can bring in a script. */

function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);

    for (const [name, value] of Object.entries(properties)) {
        if (typeof value === 'function') {
            element[name] = value;
        } else if (value !== undefined && value !== false) {
            element.setAttribute(name, value);
        }
    }

    element.append(...children.flat().filter(Boolean));
    return element;
}


/* A speech bubble with a tick in it, drawn for this module. */

function icon() {
    const space = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(space, 'svg');
    const path = document.createElementNS(space, 'path');

    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    path.setAttribute('d', 'M12 3a9 9 0 0 0-7.7 13.6L3 21l4.5-1.2A9 9 0 1 0 12'
                           + ' 3zM8.2 12.2l2.7 2.7 5-5.3');
    svg.append(path);
    return svg;
}


const button = (part, words, onclick) =>
    make('button', { type: 'button', class: 'plain', part: `button ${part}`,
                     onclick }, words);

const remark = words => make('p', { part: 'description' }, words);

const webLink = (words, href) =>
    make('a', { part: 'link', href, target: '_blank',
                rel: 'noopener noreferrer' }, words);

const fold = (title, ...inside) =>
    make('details', { class: 'small' }, make('summary', {}, title), ...inside);


/* ---------------------------------------------------------------- views */

/*
 * A view is what a state shows.  It reads w: w.text(key, values), w.code (the
 * answer of start), w.left() (the time), w.phone (whether this is one), some
 * attributes, and what can be done: w.start, w.confirm, w.resend, w.cancel.
 */

const VIEWS = {
    start: w => [startButton(w, w.placeholder)],
    number: w => [numberForm(w)],
    send: w => [w.description && remark(w.description),
                ...w.phone ? byPhone(w) : byScreen(w), byHand(w), footer(w)],
    pin: w => [pinForm(w), footer(w, button('resend', w.text('resend'),
                                            w.resend))],
    validated: () => [],
    ended: w => [startButton(w, w.text('again'))],
};

/* What is said with it, to screen readers, too: the key of a text. */
const SAID = {
    start: '', number: 'number_why', send: 'waiting', pin: 'pin_why',
    validated: 'done',
};

const LIVE = ['send', 'pin'];
const OPEN = ['number', ...LIVE];


const startButton = (w, words) =>
    make('button', { type: 'button', class: 'main', part: 'button start',
                     onclick: () => w.start(), ...w.off && { disabled: '' } },
         icon(), words ?? w.text('start'));


/* The deep link opens the app at once; the other one does without an app. */

const byPhone = w => [
    remark(w.text('send_phone')),
    make('a', { class: 'button main', part: 'button open',
                href: w.code.deep_link },
         icon(), w.buttonText ?? w.text('open')),
    webLink(w.text('open_web'), w.code.link),
    fold(w.text('other_phone'), image(w)),
];

const byScreen = w => [
    remark(w.text('send_screen')),
    image(w),
    webLink(w.buttonText ?? w.text('open_here'), w.code.link),
];

const image = w => make('img', { class: 'qr', part: 'qr', src: w.code.qr,
                                 alt: w.text('qr_alt') });


function byHand(w) {
    const copy = button('copy', w.text('copy'), async () => {
        await navigator.clipboard.writeText(w.code.text);
        w.say('copied');
    });

    return fold(w.text('by_hand'),
                make('p', {}, w.text('by_hand_to', { number: w.code.number })),
                make('pre', { part: 'message', dir: 'auto' }, w.code.text),
                copy);
}


/* Screen readers are told of the end, and not of each second. */

function footer(w, ...buttons) {
    const left = make('span', { 'aria-hidden': 'true', part: 'countdown' });

    w.everySecond(() => {
        const time = w.left();
        left.textContent = time && w.text('expires', { time });
    });

    return make('div', { class: 'row small footer' }, left, ...buttons,
                button('again', w.text('again'), () => w.start()),
                button('cancel', w.text('cancel'), w.cancel));
}


/* A form of its own in the shadow tree: Enter does not post the site's. */

function smallForm({ label, field, submit, send }) {
    const error = make('p', { class: 'error', part: 'error', id: 'error' });
    const input = make('input', { part: 'input', dir: 'ltr', required: '',
                                  'aria-describedby': 'error', ...field });

    return make('form', {
        novalidate: '',
        onsubmit: async event => {
            event.preventDefault();
            error.textContent = await send(input.value);

            if (error.textContent) {
                input.setAttribute('aria-invalid', 'true');
                input.select();
                input.focus();
            }
        },
    }, make('label', {}, label, input),
       make('div', { role: 'alert' }, error),
       make('button', { class: 'main', part: 'button confirm' }, submit));
}


const pinForm = w => smallForm({
    label: w.text('pin'),
    field: { class: 'pin', inputmode: 'numeric', maxlength: 6,
             autocomplete: 'one-time-code' },
    submit: w.text('confirm'),
    send: w.confirm,
});

const numberForm = w => smallForm({
    label: w.text('number'),
    field: { type: 'tel', autocomplete: 'tel' },
    submit: w.text('start'),
    send: number => w.start({ number }),
});


const STYLE = `
:host { display: inline-block; max-width: 100%; text-align: start }
:host([hidden]) { display: none }
* { box-sizing: border-box }
.box {
    --accent: var(--whatsauth-color, #0a7d4b);
    --ink: var(--whatsauth-on-color, #fff);
    --line: var(--whatsauth-line, color-mix(in srgb, currentColor 25%,
                                            transparent));
    --edge: color-mix(in srgb, currentColor 60%, transparent);
    --radius: var(--whatsauth-radius, .6em);
    line-height: 1.45; width: 22em; max-width: 100%;
}
.box, form { display: grid; gap: .8em; justify-items: start }
.view { display: contents }
.open { padding: 1.1em; border: 1px solid var(--line);
        border-radius: calc(1.5 * var(--radius)) }
.said { order: -1; display: flex; gap: .6em; align-items: center;
        outline: none }
.footer { order: 2 }
[data-state=send] .said { order: 1 }
[data-state=send] .said::before { content: ""; width: .6em; height: .6em;
    border-radius: 50%; background: var(--accent); flex: none;
    animation: wait 1.6s ease-in-out infinite }
@keyframes wait { 50% { opacity: .25 } }
@media (prefers-reduced-motion: reduce) { .said::before { animation: none } }
[data-state=validated] .said { font-weight: 600 }
.said:empty, .error:empty { display: none }
p, pre { margin: 0 }
p, pre, a { overflow-wrap: anywhere }
a { color: inherit; padding-block: .25em }
button, .button, input { font: inherit; color: inherit; min-height: 2.75em;
    padding: .5em 1.1em; border: 1px solid var(--edge);
    border-radius: var(--radius); background: transparent }
button, .button { display: inline-flex; align-items: center; gap: .6em;
    justify-content: center; text-decoration: none; cursor: pointer }
.main { background: var(--accent); border-color: var(--accent);
        color: var(--ink); font-weight: 600 }
.main:hover { filter: brightness(.92) }
.button { width: 100% }
.plain { border-color: transparent; min-height: 2em; padding: .25em .4em;
         text-decoration: underline; text-underline-offset: .2em }
.row { display: flex; flex-wrap: wrap; gap: .2em .8em; align-items: center }
.small { font-size: .875em }
[disabled], .busy .main { opacity: .6; cursor: default }
:focus-visible { outline: .2em solid currentColor; outline-offset: .15em }
.main:focus-visible { outline-color: var(--accent) }
svg { width: 1.5em; height: 1.5em; flex: none; fill: none;
      stroke: currentColor; stroke-width: 1.9; stroke-linecap: round;
      stroke-linejoin: round }
.said svg { color: var(--accent) }
.qr { width: min(100%, 13em); aspect-ratio: 1; justify-self: center;
      background: #fff;
      border: 1px solid var(--line); border-radius: var(--radius) }
label { display: grid; gap: .3em }
input { width: 100%; padding-inline: .7em }
.pin { width: 9em; letter-spacing: .3em; font-variant-numeric: tabular-nums }
.error { border-inline-start: .25em solid #d32f2f; padding-inline-start: .6em }
summary { cursor: pointer; padding-block: .25em }
details > :not(summary) { margin-block: .4em }
pre { font: inherit; white-space: pre-wrap; padding: .6em;
      border: 1px solid var(--line); border-radius: var(--radius) }
[part=countdown] { font-variant-numeric: tabular-nums; flex-grow: 1 }
`;

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);


/* Black or white, whichever can be read on that colour. */

function inkOn(colour) {
    const pen = new OffscreenCanvas(1, 1).getContext('2d');

    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);

    const [red, green, blue] = [...pen.getImageData(0, 0, 1, 1).data]
        .map(value => (value / 255) ** 2.2);

    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18 ? '#000'
                                                                : '#fff';
}


/* ----------------------------------------------------- the form control */

/* When a stream may have died unnoticed: hidden, frozen, no network. */
const WAKES = [[document, 'visibilitychange'], [window, 'pageshow'],
               [window, 'online']];


class WhatsAuthLogin extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ['btn-text', 'description', 'lang',
                                 'placeholder', 'primary-color', 'required',
                                 'secondary-color'];

    #internals = this.attachInternals();
    #view = make('div', { class: 'view' });
    #said = make('div', { role: 'status', part: 'status', class: 'said',
                          tabindex: '-1' });
    #box = make('div', { class: 'box', part: 'box' }, this.#view, this.#said);

    #state = 'start';
    #code = null;                    /* the answer of start, with the claim */
    #status = {};
    #key = '';                                          /* of what is kept */
    #off = false;                                   /* perhaps by a fieldset */
    #busy = false;
    #tried = false;                                          /* autostart */
    #run = new AbortController();
    #tick = () => {};
    #timer = 0;


    constructor() {
        super();

        const root = this.attachShadow({ mode: 'open', delegatesFocus: true });

        root.adoptedStyleSheets = [sheet];
        root.append(this.#box);
        this.#internals.role = 'group';
    }


    /* As every control of a form has them. */

    get type() { return this.localName; }
    get form() { return this.#internals.form; }
    get labels() { return this.#internals.labels; }
    get name() { return this.getAttribute('name') ?? ''; }
    set name(name) { this.setAttribute('name', name); }
    get required() { return this.hasAttribute('required'); }
    set required(on) { this.toggleAttribute('required', on); }
    get disabled() { return this.hasAttribute('disabled'); }
    set disabled(on) { this.toggleAttribute('disabled', on); }
    get validity() { return this.#internals.validity; }
    get validationMessage() { return this.#internals.validationMessage; }
    get willValidate() { return this.#internals.willValidate; }
    checkValidity() { return this.#internals.checkValidity(); }
    reportValidity() { return this.#internals.reportValidity(); }

    get state() { return this.#state; }
    get value() {
        return this.#state === 'validated' ? this.#code.claim : '';
    }


    /* What the browser calls. */

    connectedCallback() {
        WAKES.forEach(([target, name]) => target.addEventListener(name, this));
        this.#timer = setInterval(() => this.#tick(), 1000);
        this.#key = keyOf(this);
        this.#code = kept.read(this.#key);
        this.#state = this.#code ? 'send' : 'start';
        this.#render();
        this.handleEvent();
    }

    disconnectedCallback() {
        this.#run.abort();
        clearInterval(this.#timer);
        WAKES.forEach(([target, name]) =>
            target.removeEventListener(name, this));
    }

    attributeChangedCallback() {
        if (this.isConnected) {
            this.#render();
        }
    }

    formDisabledCallback(off) {
        this.#off = off;
        this.#render();
    }

    formResetCallback() {
        this.cancel();
    }

    /* A new stream begins with the present state. */

    handleEvent() {
        if (document.visibilityState !== 'visible') {
            return;
        }

        if (LIVE.includes(this.#state)) {
            this.#follow();
        } else if (this.hasAttribute('autostart') && !this.#tried) {
            this.#tried = true;
            this.start();
        }
    }


    /* The steps of a login.  Those with an input return what is wrong. */

    async start(fields = {}) {
        if (this.#busy || this.#off) {
            return '';
        }

        this.#busy = true;
        this.#paint();

        try {
            const code = await new Login(baseOf(this)).start(fields);

            this.#quit();
            this.#leave();
            this.#code = code;
            kept.write(this.#key, code);
            this.#enter('send');
            this.#follow();
        } catch (error) {
            return this.#refused(error);
        } finally {
            this.#busy = false;
            this.#paint();
        }

        return '';
    }

    cancel() {
        this.#quit();
        this.#end('start');
    }

    /* So that nobody can use a code that nobody waits for. */

    #quit() {
        if (LIVE.includes(this.#state)) {
            this.#login().cancel();
        }
    }

    #refused({ status, word, message }) {
        if (word === 'number_required') {
            this.#end('number');
        } else if (status === 400) {
            return message;
        } else {
            this.#end(status === 429 ? 'limited' : 'unavailable');
        }

        return '';
    }

    async #confirm(pin) {
        try {
            await this.#login().post('pin', { pin });
            return '';
        } catch (error) {
            return this.#text(error.word === 'pin_wrong' ? error.word
                                                         : 'unavailable');
        }
    }

    async #resend() {
        try {
            await this.#login().post('pin', { resend: 1 });
            this.#say('resent');
        } catch {
            this.#say('resend_failed');
        }
    }


    #login() {
        return new Login(baseOf(this), this.#code);
    }

    #follow() {
        this.#run.abort();
        this.#run = new AbortController();
        follow(this.#login(), status => this.#take(status), this.#run.signal);
    }


    /*
     * A login that the tab has kept may be over since: collected by the site,
     * or forgotten.  Then the widget begins anew and says nothing.
     */

    #take(status) {
        const known = this.#status.status !== undefined;

        if (status.status === 'gone' || status.collected) {
            this.#end(known ? 'expired' : 'start');
        } else if (status.status === 'requested') {
            this.#status = status;

            if (status.step !== this.#state) {
                this.#enter(status.step);
            }
        } else if (status.status === 'validated') {
            this.#run.abort();
            this.#status = status;
            this.#enter('validated');
        } else {
            this.#end(status.status);
        }
    }

    #end(state) {
        this.#leave();
        this.#enter(state);
    }

    #leave() {
        this.#run.abort();
        kept.drop(this.#key);
        this.#code = null;
        this.#status = {};
    }


    #enter(state) {
        const before = this.value;

        this.#state = state;
        this.#render();
        this.#tell(this.value !== before);
    }


    /* The site may listen; the claim is in value and in no event. */

    #tell(valued) {
        const { phone_hint = null } = this.#status;

        this.dispatchEvent(new CustomEvent('whatsauth', {
            bubbles: true, detail: { state: this.#state, phone_hint },
        }));

        if (valued) {
            this.dispatchEvent(new Event('input', { bubbles: true }));
            this.dispatchEvent(new Event('change', { bubbles: true }));
        }

        if (this.value && this.hasAttribute('autosubmit')) {
            this.form?.requestSubmit();
        }
    }


    /* What is shown. */

    #text(key, values) {
        return text(languageOf(this), key, values);
    }

    #say(key, values) {
        this.#said.replaceChildren(this.#text(key, values));
    }

    #render() {
        const focused = this.shadowRoot.activeElement;
        const view = VIEWS[this.#state] ?? VIEWS.ended;

        this.#tick = () => {};
        this.#view.replaceChildren(...view(this.#reader()).filter(Boolean));
        this.#tick();
        this.#announce();
        this.#paint();
        this.#validate();

        if (focused) {
            (this.#view.querySelector('a, input, button') ?? this.#said)
                .focus();
        }
    }

    /* What views read. */

    #reader() {
        return {
            text: (key, values) => this.#text(key, values),
            say: key => this.#say(key),
            everySecond: tick => { this.#tick = tick; },
            code: this.#code,
            left: () => timeLeft(this.#status.expires_at
                                 ?? this.#code.expires_at),
            phone: matchMedia('(pointer: coarse) and (hover: none)').matches,
            off: this.#off,
            placeholder: this.getAttribute('placeholder'),
            buttonText: this.getAttribute('btn-text'),
            description: this.getAttribute('description'),
            start: fields => this.start(fields),
            cancel: () => this.cancel(),
            confirm: pin => this.#confirm(pin),
            resend: () => this.#resend(),
        };
    }

    #announce() {
        const { phone_hint } = this.#status;
        const key = SAID[this.#state] ?? this.#state;

        if (this.#state === 'validated') {
            this.#say(phone_hint ? 'done_phone' : 'done', { phone_hint });
            this.#said.prepend(icon());
        } else if (key) {
            this.#say(key);
        } else {
            this.#said.replaceChildren();
        }
    }

    #paint() {
        const language = languageOf(this) ?? 'en';
        const colour = this.getAttribute('primary-color');

        this.#box.lang = language;
        this.#box.dir = RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';
        this.#box.dataset.state = this.#state;
        this.#box.classList.toggle('open', OPEN.includes(this.#state));
        this.#box.classList.toggle('busy', this.#busy);
        this.#internals.ariaLabel = this.#text('start');
        this.#internals.ariaBusy = `${this.#busy}`;

        for (const [name, value] of [
            ['--accent', colour], ['--ink', colour && inkOn(colour)],
            ['--line', this.getAttribute('secondary-color')],
        ]) {
            this.#box.style.setProperty(name, value);
        }
    }

    /* The browser remembers no claim: state, the second value, is empty. */

    #validate() {
        const missing = this.required && !this.value;

        this.#internals.setFormValue(this.value || null, '');
        this.#internals.setValidity({ valueMissing: missing },
            missing ? this.#text('required') : '',
            this.#view.firstElementChild ?? this.#said);
    }
}


customElements.define('whatsauth-login', WhatsAuthLogin);
