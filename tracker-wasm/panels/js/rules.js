// What the debug panel and the explanation alone ask of the page. Bindings only.

import { act, guard, nodes, told } from './dom.js';
import { account, context, encode, hear } from './host.js';

/** What may be forbidden by the browser stays without effect. */
const attempt = step => {
  try {
    return step();
  } catch {}
};

/** Where the tab keeps the key of a debug link. */
const place = `declic.${self.declic?.site}.debug`;
/** That key: the one of the page's own address, else the tab's. It stays while the page changes its address. */
export const key =
  new URLSearchParams(location.search).get('declic_debug') ?? attempt(() => sessionStorage[place]) ?? '';

/** The rule whose card the module is asked about. */
let card;
/** Adds to `account` why each card on screen is there, as `tell(rule, card)` finds it. */
export const hearCards = (account, tell) =>
  hear(() => {
    for (const [rule, bytes] of context.cards) tell(encode((card = rule)), bytes);
  }, account);

/** What `src/debug/page.rs` declares. */
export const rules = {
  key: () => encode(key),
  hold: wanted =>
    attempt(() => {
      if (wanted) sessionStorage[place] = key;
      else delete sessionStorage[place];
    }),
  holds: (field, text) => text.toLowerCase().includes(nodes.get(field).value.trim().toLowerCase()),

  shown: why => account.told.shown.push({ rule: card, why, data: [] }),
  datum: (name, value) => account.told.shown.at(-1).data.push({ name, value }),
  ruled: (rule, verdict, shown, reason) => (account.told.rules ??= []).push({ rule, verdict, shown, reason }),

  grip: node => {
    const handle = nodes.get(node);
    const move = percent => guard(() => told('moved', percent));
    handle.onpointerdown = event => handle.setPointerCapture(event.pointerId);
    handle.onpointermove = event => {
      if (handle.hasPointerCapture(event.pointerId)) move(100 - (100 * event.clientY) / innerHeight);
    };
    handle.onkeydown = event => {
      const step = { ArrowUp: 5, ArrowDown: -5 }[event.key];
      if (!step) return;
      event.preventDefault();
      move(+handle.ariaValueNow + step);
    };
  },

  /** Through the object, not the attribute: a strict content security policy forbids the attribute. */
  stretch: (node, percent) => {
    const element = nodes.get(node);
    element.style.height = percent ? `${percent}vh` : '';
    const height = element.offsetHeight;
    // Nothing gives the page's own value back.
    document.documentElement.style.setProperty('--declic-offset', height ? `${height}px` : '');
  },

  follow: (owner, action) => document.addEventListener('declic:decision', () => act(owner, action)),
};
