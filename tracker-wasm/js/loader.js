// The script tag's own few lines: brings the module up and gives the page its `declic(…)`.

import { initSync, start, wake as enter } from '../pkg/tracker_wasm.js';
import { bytes } from './bytes.js';
import { at, cards, encode, fail, guard, say, serve, site, situation, wake } from './host.js';

/** The event by which the tag said that it is ready. */
let ready;
document.addEventListener('declic:ready', event => (ready = event));

/** What the module understands, in the order of `src/code.rs`. */
const VERBS = ['consent', 'page', 'track', 'cart', 'show', 'hide', 'reset', 'identify'];
/** What the panels do, and in which file: `p.js` is for a visitor, `x.js` for the site's staff. */
const PANELS = { preferences: 'p', export: 'p', erase: 'p', explain: 'x', debug: 'x' };

/** Calls what a module of the tag exports; one that cannot be had costs its own part of the tag and no more. */
const load = (file, name, ...words) =>
  import(at(file))
    .then(module => module[name](...words))
    .catch(() => {});

/** `declic(verb, subject, detail)`: the arguments as plain values; what they mean is the module's business. */
const declic = (verb, subject, detail) => {
  if (verb === 'on') {
    document.addEventListener('declic:' + subject, detail);
    // Said once and for all: whoever comes late hears of it too.
    if (subject === 'ready' && ready) queueMicrotask(() => detail(ready));
  }
  // The chat that the site has already: what opens it.
  if (verb === 'chat') callable.chat = subject;
  const file = PANELS[verb];
  if (file) load(file + '.js', verb, { at, cards, say, situation }, subject);
  const { total, items, currency, id, proof } = Object(typeof subject === 'object' ? subject : detail);
  const code = VERBS.indexOf(verb);
  if (code >= 0) wake(16 + code, +total, +items, `${subject ?? ''}`, `${id ?? proof ?? currency ?? ''}`);
};

/** The page's own mistakes, such as a getter that throws, stay without effect. */
const attempt = step => {
  try {
    step();
  } catch {}
};
const callable = (verb, ...rest) => attempt(() => declic(`${verb}`, ...rest));
callable.site = site;

const begin = module => {
  const early = self.declic?.q ?? [];
  self.declic = callable;
  guard(() => {
    initSync({ module });
    serve({ wake: enter });
    start(encode(site), navigator.maxTouchPoints > 0, !!navigator.globalPrivacyControl);
  });
  for (const words of early) callable(...words);
  // The doors of a shop that calls nothing: only where there is one.
  if (self.dataLayer || document.querySelector('[data-declic-cart],[data-declic-order]')) load('d.js', 'open', wake);
  // A debug link holds for the tab, once the edge has taken it: the panel keeps its key there.
  attempt(() => {
    if (/[?&]declic_debug=/.test(location.search) || sessionStorage[`declic.${site}.debug`]) callable('debug');
  });
};

/** The module is put here by the build, one character a byte: as base64 it weighs a quarter more, compressed. */
const boot = () => {
  const code = bytes(DECLIC_MODULE);
  let module;
  try {
    module = new WebAssembly.Module(code);
  } catch (error) {
    // Chromium before 115 compiles no more than 4 KB at once.
    if (error instanceof RangeError) return WebAssembly.compile(code).then(begin);
    return fail(error);
  }
  begin(module);
};

/** The tag of the page around this frame, if it has one that can be seen from here: it speaks for the frame too. */
const outer = () => {
  try {
    return self !== parent && parent.document.querySelector('script[data-site][src*="/t"]') && parent;
  } catch {}
};

const go = () => {
  // What the tag reads off the page, such as `data-declic-page`, may stand anywhere in it.
  if (document.readyState === 'loading') addEventListener('DOMContentLoaded', boot);
  else boot();
};

if (self.declic?.site !== undefined) {
  console.warn('declic: this page has the tag twice; the second does nothing');
} else if (outer()) {
  const early = self.declic?.q ?? [];
  self.declic = (...words) => parent.declic?.(...words);
  for (const words of early) self.declic(...words);
} else if (document.prerendering) {
  // Nobody has seen the page yet.
  document.addEventListener('prerenderingchange', go, { once: true });
} else {
  go();
}

document.addEventListener('securitypolicyviolation', event => {
  if (event.effectiveDirective === 'connect-src' && event.blockedURI.startsWith(at('v1/'))) {
    fail(`the page's policy forbids connect-src ${at('v1/')}`);
  }
});
