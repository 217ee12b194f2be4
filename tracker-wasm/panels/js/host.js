// What both panels ask of the page and the edge, beside `dom.js`, and what the visitor's own asks besides. Bindings only, too.

import { add, guard, nodes, release, shadow, told } from './dom.js';

/**
 * What the loader hands over: it calls `import(at(file)).then(panels => panels[verb](context, ...words))`.
 *
 * @typedef {object} Context
 * @property {(path: string) => string} at The address of a path, such as `v1/visitor`, at the edge.
 * @property {() => Uint8Array} situation The open page as an encoded `Batch` without events: the site, the consent, the
 *   token and what is on screen are in it.
 * @property {Map<string, Uint8Array>} cards The `Card` of each rule offered on this page, as encoded.
 * @property {(rule: string, word: string, first: string, second: string) => void} say Tells the tag: no rule, `prefers`,
 *   a kind of widget as `wire::Show` counts, and `1` or `0`.
 */
export let context;
export const meet = given => (context = given);

export const encode = text => new TextEncoder().encode(text);

/** What the module has to tell the page's caller, while a step runs. */
export const account = { told: undefined };
/** What the module tells while `step` runs; `first`, when it tells nothing. */
export const hear = (step, first) => {
  account.told = first;
  guard(step);
  return account.told;
};

/** What came of the last post, as the page's caller is told. */
let outcome;

/** Has the module ask the edge, for the page's caller; what comes of it. */
export const ask = (given, request) => {
  meet(given);
  guard(request);
  return outcome;
};

/** Calls back in a task's own end: what a page throws there is the page's, and told as such. */
export const give = (callback, value) => {
  if (typeof callback === 'function') queueMicrotask(() => callback(value));
};

/** What the page's caller is told when the edge does not answer, by what was asked: see `ask` in `src/door.rs`. */
const NOTHING = { 5: () => false, 6: () => ({ shown: [] }) };

/** What `src/host.rs` declares. */
export const host = {
  /** Nothing, once the tag has stopped. */
  batch: () => context.situation() ?? new Uint8Array(),

  // The bytes are the module's own memory and may be gone when they are sent.
  post: (path, body, ask) => {
    const options = { method: 'POST', body: body.slice(), credentials: 'omit', signal: AbortSignal.timeout(1e4) };
    outcome = fetch(context.at(path), options)
      .then(async answer => [answer.status, new Uint8Array(await answer.arrayBuffer())])
      .catch(() => [0, new Uint8Array()])
      .then(answer => hear(() => told('answered', ask, ...answer), NOTHING[ask]?.()));
  },

  french: () => /^fr/i.test(document.documentElement.lang || navigator.language),

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
};

/** What `src/preferences/page.rs` declares. */
export const visitor = {
  prefer: (kind, allowed) => context.say('', 'prefers', `${kind}`, allowed ? '1' : '0'),
  /** Nothing is kept of the visitor any more: he is somebody new, and what waits to be sent of him is not. */
  forget: () => {
    account.told = true;
    self.declic('reset', 'erased');
  },

  save: (name, text) => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1e4);
  },

  give: text => (account.told = text ? JSON.parse(text) : null),

  /** The visitor's own form of the panel's language first: who reads English in Ireland has his dates so. */
  moment: (node, text) => {
    const language = host.french() ? 'fr' : 'en';
    const own = navigator.languages.filter(tag => tag.startsWith(language));
    const element = nodes.get(node);
    element.dateTime = text;
    const form = new Intl.DateTimeFormat([...own, language], { dateStyle: 'long', timeStyle: 'short' });
    element.append(form.format(new Date(text)));
  },

  open: node => nodes.get(node).showModal(),
  close: node => nodes.get(node).close(),
};
