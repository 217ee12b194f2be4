// What the module asks of the browser, and the one door by which the browser answers. Bindings only: each function
// reads or does one thing and decides nothing. Written by hand because generated ones, with a handle for every
// object, made the same tag 2 KB heavier (Brotli).
//
// Everything is looked up on the global object when it is called, so that a test can put its own clock there.

const script = document.currentScript;

/** The script's own data-site. */
export const site = script?.dataset.site ?? '';

/** The module's exports, once it runs. */
let tag;
/** The widgets module, once asked for. */
let widgets;
let timer;
let busy = false;
let stopped = false;

/** Everything the tag asks for is relative to its own address. */
const at = path => new URL(path, script.src).href;

/** Says once why there is no tag from here on; the page goes on without it. */
export const fail = error => {
  stopped = true;
  console.warn(`declic: stopped; the page goes on without it (${error})`);
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

const wake = (code, number = 0, text = '') => guard(() => tag.wake(code, number, text));

export const serve = exports => {
  tag = exports;
};

/** What the module learns from an event, as a number and a text. */
const reading = {
  click: event => [0, event.target.closest?.('[data-declic-event]')?.dataset.declicEvent],
  mouseout: event => [event.relatedTarget ? 1 : event.clientY],
  pageshow: event => [+event.persisted],
};

const doors = [];
const door = code => (doors[code] ??= event => wake(code, ...(reading[event?.type]?.(event) ?? [])));

const send = (path, body) =>
  fetch(at(path), { method: 'POST', body, keepalive: true, credentials: 'omit', signal: AbortSignal.timeout?.(1e4) });

// Each of these follows a `show`, and a missing module has said so already.
const tell = step => widgets?.then(step, () => {});

/** What `src/host.rs` declares. */
export const host = {
  /** Capturing: a page that stops an event on its way must not make its visitor look idle. */
  listen: (kinds, code, wanted) => {
    for (const kind of kinds.split(' ')) {
      (wanted ? addEventListener : removeEventListener)(kind, door(code), true);
    }
  },

  /** Calls back after each change of the address within this document. */
  routes: code => {
    if (self.navigation) return navigation.addEventListener('currententrychange', door(code));
    for (const name of ['pushState', 'replaceState']) {
      const change = history[name];
      history[name] = function () {
        change.apply(this, arguments);
        wake(code);
      };
    }
    host.listen('popstate', code, true);
  },

  /** One timer; a negative delay stops it. */
  alarm: (code, delay) => {
    clearTimeout(timer);
    if (delay >= 0) timer = setTimeout(door(code), delay);
  },

  soon: code => queueMicrotask(door(code)),

  /** One text about the page, in the order of `Text` in src/host.rs. */
  text: which =>
    [
      location.pathname,
      location.search.slice(1),
      document.title,
      document.querySelector('[data-declic-page]')?.dataset.declicPage,
      document.documentElement.lang || navigator.language,
      document.referrer,
    ][which] ?? '',

  visible: () => !document.hidden,
  top: () => scrollY,
  range: () => document.documentElement.scrollHeight - innerHeight,

  post: body => {
    send('v1/events', body)
      .then(async answer => [answer.status, new Uint8Array(await answer.arrayBuffer())])
      .catch(() => [0, new Uint8Array()])
      .then(answer => guard(() => tag.answer(...answer)));
  },

  ask: (body, code, rule) => {
    send('v1/contacts', body).then(
      answer => wake(code, answer.status, rule),
      () => wake(code, 0, rule),
    );
  },

  beacon: body => navigator.sendBeacon(at('v1/events'), body),

  /** Storage may be forbidden or full: that costs the visitor's continuity and nothing else. */
  recall: site => {
    try {
      return localStorage['declic.' + site] ?? '';
    } catch {
      return '';
    }
  },
  keep: (site, token) => {
    try {
      if (token) localStorage['declic.' + site] = token;
      else delete localStorage['declic.' + site];
    } catch {}
  },

  /** Later, so that what the page does in its listeners does not meet the tag at work. */
  emit: (name, rule) =>
    queueMicrotask(() => document.dispatchEvent(new CustomEvent('declic:' + name, { detail: { rule } }))),

  show: (rule, card) => {
    const say = (what, first = '', second = '') => guard(() => tag.said(rule, what, first, second));
    // The bytes are the module's own memory and will be gone when the widgets come.
    card = card.slice();
    widgets ??= import(at('w.js'));
    widgets.then(({ show }) => show(rule, card, say)).catch(() => say('gone'));
  },

  hide: (rule, hidden) => tell(({ hide }) => hide(rule, hidden)),
  remove: rule => tell(({ remove }) => remove(rule)),
  leave: () => tell(({ leave }) => leave()),
  settle: (rule, stored) => tell(({ settle }) => settle(rule, stored)),
};
