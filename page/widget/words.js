/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * The texts, and how times are written.
 */

/* Language: key: text.  The build makes it of page/texts. */
import { TEXTS } from './texts.js';

const RIGHT_TO_LEFT = ['ar', 'he'];

export const directionOf = language =>
    RIGHT_TO_LEFT.includes(language) ? 'rtl' : 'ltr';


/* The page's language first, then those of the browser. */

export function languageOf(widget) {
    return [widget.closest('[lang]')?.lang, ...navigator.languages]
           .map(tag => tag?.split('-')[0].toLowerCase())
           .find(language => TEXTS[language]) ?? 'en';
}


export const textOf = (language, key) => TEXTS[language][key];


/* Minutes and seconds until then, or nothing if the clock must be wrong. */

export function timeLeft(until) {
    const seconds = Math.round((Date.parse(until) - Date.now()) / 1000);

    return seconds > 0 && seconds < 86400
           ? `${Math.floor(seconds / 60)}:${`${seconds % 60}`.padStart(2, '0')}`
           : '';
}
