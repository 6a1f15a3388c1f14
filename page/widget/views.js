/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * What each state shows.
 */

import { button, fold, icon, make, remark, webLink } from './element.js';


/*
 * A view is what a state shows.  It reads w: w.text(key, values), w.code (the
 * answer of start), w.left() (the time), w.phone (whether this is one), some
 * attributes, and what can be done: w.start, w.confirm, w.resend, w.cancel.
 */

export const VIEWS = {
    start: w => [startButton(w, w.placeholder)],
    number: w => [numberForm(w)],
    send: w => [w.description && remark(w.description),
                ...w.phone ? byPhone(w) : byScreen(w), byHand(w),
                w.offersSms && !bySms(w) && smsButton(w), footer(w)],
    pin: w => [remark(w.text('pin_warning')), pinForm(w),
               footer(w, button('resend', w.text('pin_resend'), w.resend))],
    validated: () => [],
    limited: w => [startButton(w, w.text('again'))],
    unavailable: w => [startButton(w, w.text('again'))],
    ended: w => [startButton(w, w.text('new_code'))],
};

/* What is said with it, to screen readers, too: the key of a text. */
export const SAID = {
    start: '',
    number: 'number_hint',
    send: 'send_waiting',
    pin: 'pin_lead',
    validated: 'validated_title',
    send_failed: 'send_failed_title',
    expired: 'expired_title',
    failed: 'failed_title',
    limited: 'limited_lead',
    unavailable: 'unavailable_lead',
};

export const LIVE = ['send', 'pin'];
export const OPEN = ['number', ...LIVE];


const startButton = (w, words) =>
    make('button', { type: 'button', class: 'main', part: 'button start',
                     onclick: () => w.start(), ...w.off && { disabled: '' } },
         icon(), words ?? w.text('start_button'));


const bySms = w => w.code.link.startsWith('sms:');


/* The deep link opens the app at once; the other one does without an app. */

const byPhone = w => [
    steps(w, bySms(w) ? 'send_step_tap_sms' : 'send_step_tap'),
    make('a', { class: 'button main', part: 'button open',
                href: w.code.deep_link },
         icon(), w.buttonText
                 ?? w.text(bySms(w) ? 'send_open_sms' : 'send_open')),
    !bySms(w) && webLink(w.text('send_link'), w.code.link),
    fold(w.text('send_qr_phone'), image(w)),
];

const byScreen = w => [
    steps(w, 'send_step_scan'),
    image(w),
    !bySms(w) && webLink(w.buttonText ?? w.text('send_here'), w.code.link),
];

const steps = (w, first) => make('ol', { part: 'steps' },
    ...[first, 'send_step_send', 'send_step_back'].map(key =>
        make('li', {}, w.text(key))));

const image = w => make('img', { class: 'qr', part: 'qr', src: w.code.qr,
                                 alt: w.text('send_qr') });


const smsButton = w => button('sms', w.text('send_by_sms'),
                              () => w.start({ channel: 'sms' }));


function byHand(w) {
    const copy = button('copy', w.text('copy'), async () => {
        await navigator.clipboard.writeText(w.code.text);
        w.copied();
    });

    return fold(w.text('send_by_hand'),
                make('p', {}, w.text('send_by_hand_text')),
                make('p', {}, make('bdi', { dir: 'ltr' }, w.code.number)),
                make('pre', { part: 'message', dir: 'auto' }, w.code.text),
                navigator.clipboard && copy);
}


/* Screen readers are told of the end, and not of each second. */

function footer(w, ...buttons) {
    const left = make('span', { 'aria-hidden': 'true', part: 'countdown' });

    w.everySecond(() => {
        const time = w.left();
        left.textContent = time && `${w.text('send_valid')} ${time}`;
    });

    return make('div', { class: 'row small footer' }, left, ...buttons,
                button('again', w.text('new_code'), () => w.start()),
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
    label: w.text('pin_label'),
    field: { class: 'pin', inputmode: 'numeric',
             autocomplete: 'one-time-code' },
    submit: w.text('pin_button'),
    send: w.confirm,
});

const numberForm = w => smallForm({
    label: w.text('number_label'),
    field: { type: 'tel', autocomplete: 'tel' },
    submit: w.text('start_button'),
    send: number => w.start({ number }),
});
