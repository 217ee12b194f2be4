// What the module asks of the browser, and the one door by which the browser answers. Bindings only: each function
// reads or does one thing and decides nothing. Written by hand, with bytes for texts, because generated bindings, with a
// handle for every object, made the same tag 2 KB heavier (Brotli).
//
// Everything is looked up on the global object when it is called, so that a test can put its own clock there.

import { bytes } from './bytes.js';

const script = document.currentScript;
/** The script's own data-site. */
export const site = script?.dataset.site ?? '';
const key = 'declic.' + site;

/** The module's exports, once it runs. */
let tag;
/** The widgets module, once asked for. */
let widgets;
let timer;
let busy = false;
let stopped = false;

/** Everything the tag asks for is relative to its own address. */
export const at = path => new URL(path, script.src).href;

export const encode = text => new TextEncoder().encode(text);
const decode = bytes => new TextDecoder().decode(bytes);

/** Says once why there is no tag from here on; the page goes on without it. */
export const fail = error => {
  if (!stopped) console.warn(`declic: stopped; the page goes on without it (${error})`);
  stopped = true;
};

/** Runs `step`, after the one that is at work; the first failure ends the tag, not the page. */
export const guard = step => {
  if (busy) return queueMicrotask(() => guard(step));
  if (stopped) return;
  busy = true;
  try {
    step();
  } catch (error) {
    fail(error);
  }
  busy = false;
};

/** Tells the tag what `code` stands for, as `src/code.rs` has it. A body is passed as it is. */
export const wake = (code, number = NaN, second = NaN, text = '', more = '') =>
  guard(() => tag.wake(code, number, second, typeof text === 'string' ? encode(text) : text, encode(more)));

export const serve = exports => {
  tag = exports;
};

/** The kinds of event behind each code of `src/code.rs`, where one has any. */
const KINDS = [
  '',
  '',
  'visibilitychange',
  'pagehide',
  'pageshow',
  'click',
  'popstate hashchange',
  'pointermove pointerdown keydown wheel',
  'scroll',
  'mouseout',
  'input invalid submit',
  'focus blur',
];

/** What the module learns from an event: two numbers and a text. Nothing when it is none of its business. */
const reading = {
  click: event => [event.clientX, event.clientY, event.target.closest?.('[data-declic-event]')?.dataset.declicEvent],
  mouseout: event => [event.relatedTarget ? 1 : event.clientY],
  // Shown for the first time, it is the page that began with the tag.
  pageshow: event => event.persisted && [],
  input: event => form(event, 0),
  invalid: event => form(event, 1),
  submit: event => form(event, 2),
};
const form = (event, what) => {
  const found = event.target.closest?.('form');
  // `form.name` may be a field of that name.
  return found && [what, 0, found.getAttribute('name') ?? found.id];
};

const doors = [];
const door = code =>
  (doors[code] ??= event => {
    const words = (reading[event.type] ?? (() => []))(event);
    if (words) wake(code, ...words);
  });
const ROUTE = 6;

/** What is kept for the tab is the visitor's own choice; the rest stays. Either may be forbidden. */
const store = which => (which > 7 ? sessionStorage : localStorage);
const attempt = step => {
  try {
    return step() ?? '';
  } catch {
    return '';
  }
};

/** Something on screen or a batch goes with its own signal: a request that hangs is one that failed. */
const post = (path, body) =>
  fetch(at(path), { method: 'POST', body, keepalive: true, credentials: 'omit', signal: AbortSignal.timeout?.(1e4) });

/** Later, so that what the page does in its listeners does not meet the tag at work. */
const emit = (name, rule) =>
  queueMicrotask(() => document.dispatchEvent(new CustomEvent('declic:' + name, { detail: { rule } })));

/** What a card says the visitor did, in the order of `src/code.rs`; the first five are events for the page too. */
const WORDS = ['shown', 'accepted', 'dismissed', 'less', 'answered', 'gone', 'callback', 'message', 'prefers'];
/** The card of each rule on screen, as encoded: the panels tell of them. */
export const cards = new Map();
/** Tells the tag what the visitor did with the card of `rule`. */
export const say = (rule, word, first = '', second = '') => {
  const code = WORDS.indexOf(word);
  wake(24 + code, +second, NaN, rule + '\n' + first, `${second}`);
  if (code < 5) emit(word, rule);
  if (/dis|less|gone/.test(word)) cards.delete(rule);
};

/** Batches that wait on the device, each with the time it was put there; keeps others instead, if they are given. */
const stash = list =>
  attempt(() => {
    if (!list) return JSON.parse(localStorage[key + '.q'] ?? '[]');
    const text = JSON.stringify(list);
    // As much as the tag keeps in memory.
    if (text.length < 65536) localStorage[key + '.q'] = text;
    if (!list[0]) delete localStorage[key + '.q'];
  }) || [];

let told;
/** The open page as a batch without events. */
export const situation = () => {
  wake(14);
  return told;
};

const ORDERS = [['hide', false], ['hide', true], ['remove'], ['leave'], ['settle', true], ['settle', false]];

/** One text of the page, in the order of `Page`, or what the device keeps. */
const written = which => {
  switch (which) {
    case 0:
      // A router that lives behind the hash has its pages there.
      return location.pathname + (/^#!?\//.test(location.hash) ? location.hash : '');
    case 1:
      return location.search.slice(1);
    case 2:
      return document.querySelector('[data-declic-page]')?.dataset.declicPage;
    case 3:
      return document.documentElement.lang || navigator.language;
    case 4:
      return document.referrer;
    case 5:
      return document.title;
    default:
      return attempt(() => store(which)[key]);
  }
};

/** What `src/host.rs` declares. */
export const host = {
  /** Capturing: a page that stops an event on its way must not make its visitor look idle. */
  listen: (code, wanted) => {
    if (code === ROUTE && self.navigation) {
      return navigation.addEventListener('currententrychange', door(code));
    }
    for (const kind of KINDS[code].split(' ')) {
      (wanted ? addEventListener : removeEventListener)(kind, door(code), true);
    }
    if (code !== ROUTE) return;
    for (const name of ['pushState', 'replaceState']) {
      const change = history[name];
      history[name] = function () {
        change.apply(this, arguments);
        wake(code);
      };
    }
  },
  /** One timer, or none when the delay is past what timers take; no delay is the end of the task, and no timer. */
  alarm: delay => {
    if (!delay) return queueMicrotask(() => wake(0));
    clearTimeout(timer);
    if (delay < 2 ** 31) timer = setTimeout(() => wake(1), delay);
  },
  /** The texts of a page, in the order of `Page`; sixteen random bytes; what the device keeps. */
  text: which => (which === 6 ? crypto.getRandomValues(new Uint8Array(16)) : encode(written(which) ?? '')),
  read: which => {
    switch (which) {
      case 0:
        return performance.now();
      case 1:
        return !document.hidden && document.hasFocus();
      case 2:
        return scrollY;
      case 3:
        return document.documentElement.scrollHeight - innerHeight;
      case 4:
        return Math.random();
      default:
        return !document.hidden;
    }
  },
  /** The ways of `Way`, in their order. */
  send: (way, body, rule) => {
    body = body.slice();
    if (way === 2) return navigator.sendBeacon(at('v1/events'), body);
    if (way === 6) return (told = body);
    let list = stash();
    if (way === 3) return stash([...list, [Date.now(), String.fromCharCode(...body)]]);
    if (way === 5) return stash(list.slice(1));
    if (way === 4) {
      if (!list[0]) return false;
      body = bytes(list[0][1]);
      const view = new DataView(body.buffer);
      // The clock of a batch stands behind its version.
      view.setUint32(1, view.getUint32(1, true) + Date.now() - list[0][0], true);
    }
    rule = decode(rule);
    const asks = way === 1;
    post(asks ? 'v1/contacts' : 'v1/events', body)
      .then(async answer => [answer.status, new Uint8Array(await answer.arrayBuffer())])
      .catch(() => [0, ''])
      .then(([status, answer]) => {
        if (asks && status === 201) emit('accepted', rule);
        wake(asks ? 13 : 12, status, NaN, asks ? rule : answer);
      });
    return true;
  },
  /** Storage may be forbidden or full: that costs the visitor's continuity and nothing else. */
  keep: (which, text) =>
    attempt(() => {
      if (text.length) store(which)[key] = decode(text);
      else {
        delete store(which)[key];
        if (which === 7) delete localStorage[key + '.q'];
      }
    }),
  emit: (decision, rule) => emit(decision ? 'decision' : 'ready', decode(rule)),
  show: (rule, card) => {
    // The bytes are the module's own memory and will be gone when the widgets come.
    [rule, card] = [decode(rule), card.slice()];
    cards.set(rule, card);
    widgets ??= import(at('w.js'));
    widgets.then(({ show }) => show(rule, card, (...words) => say(rule, ...words))).catch(() => say(rule, 'gone'));
  },
  // Each of these follows a `show`, and a missing module has said so already.
  tell: (order, rule) => {
    const [name, flag] = ORDERS[order];
    rule = decode(rule);
    widgets?.then(module => (name === 'leave' ? module.leave() : module[name](rule, flag))).catch(() => {});
  },
};
