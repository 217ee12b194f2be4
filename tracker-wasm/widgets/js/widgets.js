// The widgets module as the tag imports it: `show`, `hide`, `remove`, `leave`, `settle`, and nothing that throws.

import { bytes } from '../../js/bytes.js';
import { act, each, put, serve, take } from './host.js';
import base from './base.css';
import css from './widgets.css';

/**
 * Numbers go in and come out, and nothing else: no bindings are needed between. The one import of the module makes a
 * table for handles of objects, of which there are none.
 */
const { instance } = await WebAssembly.instantiate(bytes(DECLIC_MODULE), {
  './widgets_bg.js': { __wbindgen_init_externref_table() {} },
});
serve(instance.exports, instance.exports.memory, base + css);

/** Puts a card on screen; `say(what, first, second)` hears what the visitor does with it. */
export const show = put;

/** Hides the card of `rule`, or shows it again. */
export const hide = (rule, hidden) => each(rule, (_, { root }) => (root.hidden = hidden));

/** Takes the card of `rule` off the screen, for good and without a word. */
export const remove = rule => each(rule, take);

/** Another page: takes off the screen what the visitor is not busy with. */
export const leave = () => each('', key => act(key, 9));

/** Whether what the visitor sent is stored. */
export const settle = (rule, stored) => each(rule, key => act(key, stored ? 10 : 11));
