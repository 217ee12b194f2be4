// The script tag's own few lines: brings the module up and gives the page its `declic(…)`.

import { answer, call, initSync, said, start, wake } from '../pkg/tracker_wasm.js';
import { fail, guard, serve, site } from './host.js';

/** The event by which the tag said that it is ready. */
let ready;
document.addEventListener('declic:ready', event => (ready = event));

/** `declic(verb, subject, detail)`: the arguments as plain values; what they mean is the module's business. */
const declic = (verb, subject, detail) => {
  if (verb === 'on') {
    document.addEventListener('declic:' + subject, detail);
    // Said once and for all: whoever comes late hears of it too.
    if (subject === 'ready' && ready) queueMicrotask(() => detail(ready));
    return;
  }
  const { total, items, currency } = Object(typeof subject === 'object' ? subject : detail);
  const [text, sum, count, code] = [`${subject ?? ''}`, +total, +items, `${currency ?? ''}`];
  guard(() => call(verb, text, sum, count, code));
};

/** The page's own mistakes, such as a getter that throws, stay without effect. */
const callable = (verb, ...rest) => {
  try {
    declic(`${verb}`, ...rest);
  } catch {}
};

const begin = module => {
  guard(() => {
    initSync({ module });
    serve({ answer, said, wake });
    start(site, navigator.maxTouchPoints > 0, !!navigator.globalPrivacyControl);
  });
  const early = self.declic?.q ?? [];
  self.declic = callable;
  for (const words of early) callable(...words);
};

/** The module is put here by the build, one character a byte: as base64 it weighs a quarter more, compressed. */
const load = () => {
  const bytes = Uint8Array.from(DECLIC_MODULE, letter => letter.charCodeAt(0));
  let module;
  try {
    module = new WebAssembly.Module(bytes);
  } catch (error) {
    // Chromium before 115 compiles no more than 4 KB at once.
    if (error instanceof RangeError) return WebAssembly.compile(bytes).then(begin);
    return fail(error);
  }
  begin(module);
};

// What the tag reads off the page, such as `data-declic-page`, may stand anywhere in it.
if (document.readyState === 'loading') addEventListener('DOMContentLoaded', load);
else load();
