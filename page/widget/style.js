/*
 * Copyright (C) the ngx_http_whatsauth_module authors
 *
 * How the widget looks.  Sizes are in em, and texts have the page's colour, so
 * that it fits where it stands.
 */

export const sheet = new CSSStyleSheet();

sheet.replaceSync(`
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
    line-height: 1.45; max-width: min(22em, 100%);
}
.box, form { display: grid; gap: .8em; justify-items: start }
.view { display: contents }
.open { width: 22em; padding: 1.1em; border: 1px solid var(--line);
        border-radius: calc(1.5 * var(--radius)) }
.said { order: -1; display: flex; gap: .6em; align-items: center }
.footer { order: 2 }
[data-state=send] .said { order: 1 }
[data-state=send] .said::before { content: ""; width: .6em; height: .6em;
    border-radius: 50%; background: var(--accent); flex: none;
    animation: wait 1.6s ease-in-out infinite }
@keyframes wait { 50% { opacity: .25 } }
@media (prefers-reduced-motion: reduce) { .said::before { animation: none } }
[data-state=validated] .said { font-weight: 600 }
.said:empty, .error:empty { display: none }
p, pre, ol { margin: 0 }
ol { padding-inline-start: 1.4em }
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
.plain { border: 0; min-height: 2em; padding: .25em 0;
         text-decoration: underline; text-underline-offset: .2em }
.row { display: flex; flex-wrap: wrap; gap: .2em 1.2em; align-items: center }
.small { font-size: .875em }
[disabled], .busy .main { opacity: .6; cursor: default }
:focus-visible { outline: .2em solid currentColor; outline-offset: .15em }
.main:focus-visible { outline-color: var(--accent) }
.said:focus-visible { outline: none }
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
details { justify-self: stretch }
summary { cursor: pointer; padding-block: .25em }
details > :not(summary) { margin-block: .4em }
pre { font: inherit; white-space: pre-wrap; padding: .6em;
      border: 1px solid var(--line); border-radius: var(--radius) }
[part=countdown] { font-variant-numeric: tabular-nums; flex-grow: 1 }
[data-state=pin] [part=countdown] { flex-basis: 100% }
`);
