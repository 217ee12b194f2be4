// What the panels alone ask of the page and the edge, beside `dom.js`. Bindings only, too.

import { act, add, guard, nodes, release, shadow, told } from './dom.js';

/** What the loader hands over: see `panels.js`. */
let context;
export const meet = given => (context = given);

/** What came of the last post, as the page's caller is told. */
let outcome;
export const last = () => outcome;

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

/** What the module has to tell the page's caller, and the rule whose card it is asked about. */
let account;
let card;
/** What the module tells while `step` runs; `first`, when it tells nothing. */
const hear = (step, first) => {
  account = first;
  guard(step);
  return account;
};

/** What the page's caller is told when the edge does not answer, by what was asked: see `ask` in `src/door.rs`. */
const NOTHING = { 5: () => false, 6: () => ({ shown: [] }) };

/** Adds to `account` why each card on screen is there, as `tell(rule, card)` finds it. */
export const hearCards = (account, tell) =>
  hear(() => {
    for (const [rule, bytes] of context.cards) tell(encode((card = rule)), bytes);
  }, account);

const encode = text => new TextEncoder().encode(text);

/** What `src/host.rs` declares. */
export const host = {
  /** Nothing, once the tag has stopped. */
  batch: () => context.situation() ?? new Uint8Array(),
  prefer: (kind, allowed) => context.say('', 'prefers', `${kind}`, allowed ? '1' : '0'),
  /** Nothing is kept of the visitor any more: he is somebody new, and what waits to be sent of him is not. */
  forget: () => {
    account = true;
    self.declic('reset', 'erased');
  },

  // The bytes are the module's own memory and may be gone when they are sent.
  post: (path, body, ask) => {
    const options = { method: 'POST', body: body.slice(), credentials: 'omit', signal: AbortSignal.timeout(1e4) };
    outcome = fetch(context.at(path), options)
      .then(async answer => [answer.status, new Uint8Array(await answer.arrayBuffer())])
      .catch(() => [0, new Uint8Array()])
      .then(answer => hear(() => told('answered', ask, ...answer), NOTHING[ask]?.()));
  },

  save: (name, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
  },

  key: () => encode(key),
  hold: wanted =>
    attempt(() => {
      if (wanted) sessionStorage[place] = key;
      else delete sessionStorage[place];
    }),
  french: () => /^fr/i.test(document.documentElement.lang || navigator.language),
  holds: (field, text) => text.toLowerCase().includes(nodes.get(field).value.trim().toLowerCase()),

  give: text => (account = text ? JSON.parse(text) : null),
  shown: why => account.shown.push({ rule: card, why, data: [] }),
  datum: (name, value) => account.shown.at(-1).data.push({ name, value }),
  ruled: (rule, verdict, shown, reason) => (account.rules ??= []).push({ rule, verdict, shown, reason }),

  mount: () => {
    const element = document.createElement('declic-panel');
    const root = shadow(element);
    document.body.append(element);
    return add(root);
  },
  unmount: root => {
    const { host } = nodes.get(root);
    release(root, true);
    host.remove();
  },

  open: node => nodes.get(node).showModal(),
  close: node => nodes.get(node).close(),

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
