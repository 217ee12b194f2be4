// The panels module as the loader imports it: `preferences`, `export`, `erase`, `explain`, `debug`. Nothing here throws
// into the page.
//
// The loader calls `import(at('p.js')).then(panels => panels[verb](context, ...words))`, for `debug` when the page's
// address has `declic_debug=`. What it hands over:

/**
 * @typedef {object} Context
 * @property {(path: string) => string} at The address of a path, such as `v1/visitor`, at the edge.
 * @property {() => Uint8Array} situation The open page as an encoded `Batch` without events: the site, the consent, the
 *   token and what is on screen are in it.
 * @property {Map<string, Uint8Array>} cards The `Card` of each rule offered on this page, as encoded.
 * @property {(rule: string, word: string, first: string, second: string) => void} say Tells the tag: no rule, `prefers`,
 *   a kind of widget as `wire::Show` counts, and `1` or `0`.
 */

import { act, answered, card, debug, initSync, moved, preferences, request } from '../pkg/panels.js';
import { guard, serve } from './dom.js';
import base from '../../widgets/js/base.css';
import { hearCards, key, last, meet } from './host.js';
import css from './panels.css';

/** By place: an iterator over the text takes a multiple of the time. */
const bytes = text => new Uint8Array(text.length).map((_, place) => text.charCodeAt(place));
initSync({ module: await WebAssembly.compile(bytes(DECLIC_MODULE)) });
serve({ act, say: (what, ...words) => (what === 'moved' ? moved : answered)(...words) }, base + css);

/** Calls back in a task's own end: what a page throws there is the page's, and told as such. */
const give = (callback, value) => {
  if (typeof callback === 'function') queueMicrotask(() => callback(value));
};

/** What the page's script may ask of the edge: see `ask` in `src/door.rs`. */
const [TAKE, FORGET, TELL] = [4, 5, 6];
const ask = (context, what) => {
  meet(context);
  guard(() => request(what));
  return last();
};

/** Opens the preferences panel. */
const openPreferences = context => {
  meet(context);
  guard(preferences);
};

/** Everything that is kept, as an object; `null` when nothing is, `undefined` when the edge did not answer. */
const take = async (context, callback) => give(callback, await ask(context, TAKE));

/** Erases all that is kept; calls back with whether it is done. */
const erase = async (context, callback) => give(callback, await ask(context, FORGET));

/** Tells why each widget on screen is there and, on a page with a debug link, what every rule says. */
const explain = async (context, callback) => {
  meet(context);
  const account = key ? await ask(context, TELL) : { shown: [] };
  give(callback, hearCards(account, card));
};

/** Docks the debug panel. */
const dock = context => {
  meet(context);
  guard(debug);
};

export { openPreferences as preferences, take as export, erase, explain, dock as debug };
