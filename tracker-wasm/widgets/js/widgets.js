// The widgets module as the tag imports it: `show`, `hide`, `remove`, `leave`, `settle`, and nothing that throws.

import {
  act,
  hide as hideCard,
  initSync,
  leave as leaveCards,
  remove as removeCard,
  settle as settleCard,
  show as showCard,
} from '../pkg/widgets.js';
import { guard, serve } from './dom.js';
import base from './base.css';
import css from './widgets.css';

const bytes = Uint8Array.from(DECLIC_MODULE, letter => letter.charCodeAt(0));
initSync({ module: await WebAssembly.compile(bytes) });

/** Who hears of each rule's card. */
const listeners = new Map();

// Later: the tag may be the one that is calling.
const say = (rule, ...words) => queueMicrotask(() => listeners.get(rule)?.(...words));

serve({ act, say }, base + css);

/** Puts a card on screen; `say(what, first, second)` hears what the visitor does with it. */
export const show = (rule, card, say) => {
  listeners.set(rule, say);
  guard(() => showCard(rule, card));
};

/** Hides the card of `rule`, or shows it again. */
export const hide = (rule, hidden) => guard(() => hideCard(rule, hidden));

/** Takes the card of `rule` off the screen, for good and without a word. */
export const remove = rule => guard(() => removeCard(rule));

/** Another page: takes off the screen what the visitor is not busy with. */
export const leave = () => guard(leaveCards);

/** Whether what the visitor sent is stored. */
export const settle = (rule, stored) => guard(() => settleCard(rule, stored));
