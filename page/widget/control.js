/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * <whatsauth-login name="whatsauth_claim">: a login with WhatsApp as a field of
 * a form, for pages of other origins; docs/WIDGET.md is its manual.  Its value
 * is the claim of a validated login, and empty before.  The site's server
 * collects it with a token, which no page ever has.
 */

import { follow } from './follow.js';
import { kept, keyOf } from './kept.js';
import { Login } from './login.js';
import { Stage } from './stage.js';
import { LIVE, OPEN, SAID, VIEWS } from './views.js';
import { languageOf, textOf, timeLeft } from './words.js';


/* When a stream may have died unnoticed: hidden, frozen, no network. */
const WAKES = [[document, 'visibilitychange'], [window, 'pageshow'],
               [window, 'online']];


class WhatsAuthLogin extends HTMLElement {
    static formAssociated = true;
    static observedAttributes = ['btn-text', 'description', 'lang',
                                 'placeholder', 'primary-color', 'required',
                                 'secondary-color'];

    #internals = this.attachInternals();
    #stage = new Stage(this.attachShadow({ mode: 'open',
                                           delegatesFocus: true }));
    #state = 'start';
    #code = null;                    /* the answer of start, with the claim */
    #status = {};
    #key = '';                       /* of what the tab keeps */
    #off = false;                    /* disabled, perhaps by a fieldset */
    #busy = false;
    #tried = false;                  /* autostart */
    #run = new AbortController();    /* of starting or following */
    #everySecond = () => {};
    #timer = 0;


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
        this.#timer = setInterval(() => this.#everySecond(), 1000);
        this.#key = keyOf(this, this.#base);
        this.#code = kept.read(this.#key);
        this.#state = this.#code ? 'send' : 'start';
        this.#internals.role = 'group';
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

    handleEvent(event) {
        if (document.visibilityState !== 'visible'
            || event?.persisted === false)
        {
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

        const login = this.#login();
        const { signal } = this.#anew();

        this.#setBusy(true);

        try {
            await login.start(fields, languageOf(this));
        } catch (error) {
            return signal.aborted ? '' : this.#refused(error);
        } finally {
            this.#setBusy(false);
        }

        signal.aborted ? login.cancel() : this.#begin(login.code);
        return '';
    }

    cancel() {
        this.#quit();
        this.#end('start');
    }

    #begin(code) {
        this.#quit();
        this.#leave();
        this.#code = code;
        kept.write(this.#key, code);
        this.#enter('send');
        this.#follow();
    }

    #refused({ status, word }) {
        if (word === 'number_required') {
            this.#end('number');
        } else if (status === 400 && this.#state === 'number') {
            return this.#text('error_invalid_parameter');
        } else {
            this.#end(status === 429 ? 'limited' : 'unavailable');
        }

        return '';
    }

    async #confirm(pin) {
        try {
            await this.#login(this.#code).confirm(pin);
            return '';
        } catch ({ status, word, triesLeft }) {
            return word === 'pin_wrong'
                   ? this.#text('error_pin_wrong')
                         .replace('{tries_left}', triesLeft)
                   : this.#text(status === 429 ? 'limited_lead'
                                : status === 400 ? 'error_pin_digits'
                                                 : 'unavailable_lead');
        }
    }

    /* The second is the last. */

    async #resend(button) {
        try {
            await this.#login(this.#code).resend();
            this.#stage.say(this.#text('resent'));
        } catch ({ status }) {
            const last = status === 429;

            this.#stage.say(this.#text(last ? 'error_resent'
                                            : 'resend_failed'));
            last && this.#stage.drop(button);
        }
    }

    /* Nobody is to use a code that nobody waits for. */

    #quit() {
        if (LIVE.includes(this.#state)) {
            this.#login(this.#code).cancel();
        }
    }

    #follow() {
        const { signal } = this.#anew();

        follow(this.#login(this.#code), status => this.#take(status), signal);
    }

    /* What was under way must not come back to a later login. */

    #anew() {
        this.#run.abort();
        this.#run = new AbortController();
        return this.#run;
    }

    #login(code) {
        return new Login(this.#base, code);
    }

    /* The login location is where the script is from, or named by the page. */

    get #base() {
        return new URL(this.getAttribute('login') ?? '.', import.meta.url)
               .href;
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


    /* The site hears of each state; the claim is in value and in no event. */

    #enter(state) {
        const { value } = this;

        this.#state = state;
        this.#render();
        this.dispatchEvent(new CustomEvent('whatsauth', {
            bubbles: true,
            detail: { state, phone_hint: this.#status.phone_hint ?? null },
        }));

        if (this.value !== value) {
            this.dispatchEvent(new Event('input', { bubbles: true }));
            this.dispatchEvent(new Event('change', { bubbles: true }));
        }

        if (this.value && this.hasAttribute('autosubmit')) {
            this.form?.requestSubmit();
        }
    }


    /* What is shown and said. */

    #text(key) {
        return textOf(languageOf(this), key);
    }

    #setBusy(on) {
        this.#busy = on;
        this.#stage.busy(on);
        this.#internals.ariaBusy = `${on}`;
    }

    #render() {
        const state = this.#state;

        this.#everySecond = () => {};
        this.#stage.speak(languageOf(this));
        this.#stage.paint(this.getAttribute('primary-color'),
                          this.getAttribute('secondary-color'));
        this.#stage.show(state, OPEN.includes(state),
                         (VIEWS[state] ?? VIEWS.ended)(this.#reader()));
        this.#everySecond();
        this.#internals.ariaLabel = this.#text('start_button');
        this.#announce();
        this.#validate();
    }

    /* What views read. */

    #reader() {
        return {
            text: key => this.#text(key),
            copied: () => this.#copied(),
            everySecond: action => { this.#everySecond = action; },
            code: this.#code,
            left: () => timeLeft(this.#status.expires_at
                                 ?? this.#code.expires_at),
            phone: matchMedia('(pointer: coarse) and (hover: none)').matches,
            off: this.#off,
            offersSms: this.hasAttribute('sms'),
            placeholder: this.getAttribute('placeholder'),
            buttonText: this.getAttribute('btn-text'),
            description: this.getAttribute('description'),
            start: fields => this.start(fields),
            cancel: () => this.cancel(),
            confirm: pin => this.#confirm(pin),
            resend: ({ target }) => this.#resend(target),
        };
    }

    #announce() {
        const key = SAID[this.#state];

        this.#stage.say(key && this.#text(key), this.#status.phone_hint);
    }

    #copied() {
        this.#stage.say(this.#text('copied'));
        setTimeout(() => this.#announce(), 3000);
    }

    /* The browser is to remember no claim: the second value is empty. */

    #validate() {
        const missing = this.required && !this.value;

        this.#internals.setFormValue(this.value || null, '');
        this.#internals.setValidity({ valueMissing: missing },
            missing ? this.#text('required') : '', this.#stage.anchor);
    }
}


customElements.define('whatsauth-login', WhatsAuthLogin);
