/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * The shadow tree of a widget: what is shown, what is said, and the colours.
 */

import { icon, make } from './element.js';
import { sheet } from './style.js';
import { directionOf } from './words.js';


export class Stage {
    #root;
    #view = make('div', { class: 'view' });
    #said = make('div', { role: 'status', part: 'status', class: 'said',
                          tabindex: '-1' });
    #box = make('div', { class: 'box', part: 'box' }, this.#view, this.#said);

    constructor(root) {
        root.adoptedStyleSheets = [sheet];
        root.append(this.#box);
        this.#root = root;
    }


    /* Where the browser points to if the form wants a value. */

    get anchor() {
        return this.#view.querySelector('a, input, button') ?? this.#said;
    }


    /* The focus stays in the widget when the element that had it goes. */

    drop(node) {
        const focused = this.#root.activeElement === node;

        node.remove();

        if (focused) {
            this.anchor.focus();
        }
    }

    show(state, open, nodes) {
        const focused = this.#root.activeElement;

        this.#box.dataset.state = state;
        this.#box.classList.toggle('open', open);
        this.#view.replaceChildren(...nodes.filter(Boolean));

        if (focused) {
            this.anchor.focus();
        }
    }

    say(words, number) {
        this.#said.replaceChildren(...number
            ? [icon(), make('span', {}, `${words} `,
                            make('bdi', { dir: 'ltr' }, number))]
            : [words]);
    }

    busy(on) {
        this.#box.classList.toggle('busy', on);
    }

    speak(language) {
        this.#box.lang = language;
        this.#box.dir = directionOf(language);
    }

    paint(colour, line) {
        const { style } = this.#box;

        style.setProperty('--accent', colour);
        style.setProperty('--ink', colour && inkOn(colour));
        style.setProperty('--line', line);
    }
}


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
