/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * What a tab keeps of a login that runs: phones drop tabs behind WhatsApp.
 */

/* A page may be denied any storage: then a login lives as long as its page. */

function inStorage(action) {
    try {
        return action(sessionStorage);
    } catch {
        return null;
    }
}


export const kept = {
    read: key => inStorage(store => JSON.parse(store.getItem(key))),
    write: (key, code) =>
        inStorage(store => store.setItem(key, JSON.stringify(code))),
    drop: key => inStorage(store => store.removeItem(key)),
};


/* Forms of one page, and widgets of one name, have logins of their own. */

export function keyOf(widget, base) {
    const same = [...document.querySelectorAll(widget.localName)]
                 .filter(other => other.name === widget.name);

    return `whatsauth ${base} ${widget.name} ${same.indexOf(widget)}`;
}
