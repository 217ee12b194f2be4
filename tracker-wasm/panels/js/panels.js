// The module of a visitor's own panel, as the loader imports it: `preferences`, `export`, `erase`. Nothing here throws
// into the page.

import { act, answered, initSync, preferences, request } from '../pkg/panels.js';
import { bytes } from '../../js/bytes.js';
import { guard, serve } from './dom.js';
import base from '../../widgets/js/base.css';
import { ask, give, meet } from './host.js';
import panel from './panel.css';
import css from './preferences.css';

initSync({ module: await WebAssembly.compile(bytes(DECLIC_MODULE)) });
serve({ act, say: (_, ...words) => answered(...words) }, base + panel + css);

/** What the page's script may ask of the edge: see `ask` in `src/door.rs`. */
const [TAKE, FORGET] = [4, 5];

/** Opens the preferences panel. */
const openPreferences = context => {
  meet(context);
  guard(preferences);
};

/** Everything that is kept, as an object; `null` when nothing is, `undefined` when the edge did not answer. */
const take = async (context, callback) => give(callback, await ask(context, () => request(TAKE)));

/** Erases all that is kept; calls back with whether it is done. */
const erase = async (context, callback) => give(callback, await ask(context, () => request(FORGET)));

export { openPreferences as preferences, take as export, erase };
