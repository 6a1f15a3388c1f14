/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * The elements that views are made of.
 */

/* Texts become nodes and never markup: no answer can bring in a script. */

export function make(tag, properties = {}, ...children) {
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

export function icon() {
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


export const button = (part, words, onclick) =>
    make('button', { type: 'button', class: 'plain', part: `button ${part}`,
                     onclick }, words);

export const remark = words => make('p', { part: 'description' }, words);

export const webLink = (words, href) =>
    make('a', { part: 'link', href, target: '_blank',
                rel: 'noopener noreferrer' }, words);

export const fold = (title, ...inside) =>
    make('details', { class: 'small' }, make('summary', {}, title), ...inside);
