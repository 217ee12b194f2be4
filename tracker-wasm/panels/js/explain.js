// The module of what the rules say, as the loader imports it: `explain`, `debug`; the latter by itself when the page's
// address, or an earlier one of its tab, had `declic_debug=`. Nothing here throws into the page.

import { act, answered, card, debug, initSync, moved, tell } from '../pkg-debug/panels.js';
import { bytes } from '../../js/bytes.js';
import { guard, serve } from './dom.js';
import base from '../../widgets/js/base.css';
import { ask, give, meet } from './host.js';
import { hearCards, key } from './rules.js';
import panel from './panel.css';
import css from './debug.css';

initSync({ module: await WebAssembly.compile(bytes(DECLIC_MODULE)) });
serve({ act, say: (what, ...words) => (what === 'moved' ? moved : answered)(...words) }, base + panel + css);

/** Tells why each widget on screen is there and, in a tab with a debug link, what every rule says. */
const explain = async (context, callback) => {
  meet(context);
  const account = key ? await ask(context, tell) : { shown: [] };
  give(callback, hearCards(account, card));
};

/** Docks the debug panel. */
const dock = context => {
  meet(context);
  guard(debug);
};

export { explain, dock as debug };
