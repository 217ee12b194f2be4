// What the widgets module asks of the document. It follows drawings (see `src/drawing.rs`), says what the visitor did
// and what the form holds, and decides nothing.
//
// Nothing here takes markup: texts become text nodes, and styles come from one constructed sheet, as a strict
// content security policy wants.

let module;
let memory;
const sheet = new CSSStyleSheet();

/** Begins: with the module's two functions, its memory, and how its widgets look. */
export const serve = (exports, store, css) => {
  module = exports;
  memory = store;
  sheet.replaceSync(css);
};

/**
 * The widgets on screen, by number: the rule, the card, who hears of it, where it stands, its element, and the slot it
 * fills.
 */
const widgets = new Map();
let last = 0;

/** How many there are, for tests. */
export const known = () => widgets.size;

/** A widget that fails disappears in silence; the page and the other widgets go on. */
const guard = step => {
  try {
    step();
  } catch (error) {
    console.warn(`declic: a widget failed (${error})`);
  }
};

/** What the form of a widget holds, and the browser's language: fields of a name and a value. */
const typed = form =>
  [...(form ? new FormData(form) : []), ['browser', navigator.language]]
    .map(field => field.map(text => text.replace(/[\0\x1e\x1f]/g, ' ')).join('\x1f'))
    .join('\x1e');

/** Asks for one of the actions of `src/widget.rs`, and does what comes of it. */
export const act = (key, asked) =>
  guard(() => {
    const widget = widgets.get(key);
    if (!widget) return;
    const { card, say, root } = widget;
    // The place that both sides know: see `src/door.rs`.
    const place = new Uint8Array(memory.buffer, module.place(), 6 << 16);
    const read = start => new TextDecoder().decode(place.subarray(start, place.indexOf(0, start)));
    const form = new TextEncoder().encode(typed(root?.querySelector('form'))).subarray(0, 1 << 16);
    place.set(card);
    place.set(form, 1 << 16);
    const adapter = typeof self.declic?.chat === 'function' ? 16 : 0;
    const state = module.act(key, asked, widget.state | adapter, card.length, form.length);
    widget.state = state & 15;
    const [drawing, said] = [read(2 << 16), read(5 << 16)];
    if (drawing) draw(key, widget, drawing);
    if (state & 64) take(key);
    if (state & 32) guard(self.declic.chat);
    for (const report of said.split('\x1e').slice(1)) {
      // Later: the tag may be the one that is calling.
      queueMicrotask(() => say(...report.split('\x1f')));
    }
  });

/** Puts a card on screen; the number to ask it by. */
export const put = (rule, card, say) => {
  widgets.set(++last, { rule, card, say, state: 0 });
  act(last, 0);
  return last;
};

/** Takes a widget off the screen; the focus, if it was inside, goes back to where it came from. */
export const take = key => {
  const { root, slot } = widgets.get(key);
  const inside = root?.contains(root.getRootNode().activeElement);
  root?.remove();
  slot?.replaceChildren(document.createElement('slot'));
  if (inside) outside?.focus();
  widgets.delete(key);
};

/** Takes a step with the widget of `rule`, or with all when there is none named. */
export const each = (rule, step) => {
  for (const [key, widget] of widgets) {
    if (!rule || widget.rule === rule) step(key, widget);
  }
};

/** The element that had the focus before it went into a widget, to give it back. */
let outside;

const shadow = element => {
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  element.addEventListener('focusin', event => {
    outside = event.relatedTarget ?? outside;
  });
  return root;
};

let stack;

/**
 * The place where floating widgets stack up. Its host stands behind the body, where the page ends, and is as high as
 * they are: nothing in the page is laid out anew, and its last lines can be scrolled from under them.
 */
const floor = () => {
  if (!stack?.isConnected) {
    const host = document.createElement('declic-widgets');
    stack = document.createElement('div');
    stack.className = 'stack';
    shadow(host).append(stack);
    document.documentElement.append(host);
    makeRoom(host, stack, document.documentElement);
  }
  return stack;
};

/** Gives `host` the height of `stack`, and keeps what gets the focus above it. */
const makeRoom = (host, stack, page) => {
  const own = page.style.scrollPaddingBottom;
  let wanted = matchMedia('(pointer: coarse)').matches;
  const measure = () => {
    // A page too short to scroll would get a scroll bar, and move aside for it: there the keyboard has to ask first.
    wanted ||= page.scrollHeight > innerHeight;
    const height = wanted && stack.offsetHeight;
    host.style.height = height ? `calc(${height}px + var(--declic-offset, 0px))` : '';
    page.style.scrollPaddingBottom = height ? `min(${host.style.height}, 50vh)` : own;
  };
  const observer = new ResizeObserver(measure);
  observer.observe(stack);
  observer.observe(page);
  document.addEventListener('focusin', ({ target }) => {
    if (wanted || !target.matches(':focus-visible')) return;
    wanted = true;
    measure();
    target.scrollIntoView({ block: 'nearest' });
  });
};

const slots = new WeakMap();

/**
 * The place inside a slot of the page; none when there is no such slot or it is taken. Its own content stays in it,
 * unseen, until the slot is freed.
 */
const slot = name => {
  const element = name && document.querySelector(`[data-declic-slot="${CSS.escape(name)}"]`);
  if (!element) return;
  let root = slots.get(element);
  try {
    if (!root) slots.set(element, (root = shadow(element)));
  } catch {
    return; // an element that can have no shadow, or has its own
  }
  // A free one holds the page's own content, by a <slot>; a new one nothing.
  if (root.firstChild && root.firstChild.localName !== 'slot') return;
  root.replaceChildren();
  return root;
};

/** The languages to write dates and names in: the visitor's own form of the page's language first. */
const locale = tag => {
  try {
    return Intl.getCanonicalLocales([...navigator.languages.filter(own => own.startsWith(tag)), tag]);
  } catch {
    return [];
  }
};

const picture = path => {
  const [svg, line] = ['svg', 'path'].map(tag => document.createElementNS('http://www.w3.org/2000/svg', tag));
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  svg.append(line);
  return svg;
};

/** What is not an attribute, though it stands where one could: takes the element, the value and the language. */
const special = {
  /** A moment, in seconds since 1970. */
  at: (node, seconds, language) =>
    node.append(
      new Intl.DateTimeFormat(language, {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        hour: 'numeric',
        minute: '2-digit',
      }).format(seconds * 1000),
    ),

  /** Countries by their names: the chosen one, then the table of `src/phone.rs`. */
  regions: (node, list, language) => {
    const [home, ...entries] = list.split(' ');
    const names = new Intl.DisplayNames(language, { type: 'region' });
    const options = entries.map(entry => {
      const [region, code] = entry.match(/[A-Z]+|\d+/g);
      const chosen = region === home;
      return new Option(`${names.of(region)} (+${code})`, region, chosen, chosen);
    });
    node.append(...options.sort((a, b) => a.text.localeCompare(b.text, language)));
  },
};

/** Follows a drawing. */
const draw = (key, widget, drawing) => {
  const path = [];
  let focus;
  for (const line of drawing.split('\n')) {
    const [head, text] = line.slice(1).split('\x1e');
    const [kind, ...attributes] = head.split('\x1f');
    const [tag, ...names] = kind.split('.');
    let node;
    if (tag === '&') node = names[0] ? widget.root.querySelector('.' + names[0]) : widget.root;
    else if (tag === 'svg') node = picture(text);
    else {
      node = document.createElement(tag);
      if (names[0]) node.part = node.className = names.join(' ');
    }
    if (!node) continue;
    if (text != null && tag !== 'svg') node.replaceChildren(text);
    for (const attribute of attributes) {
      const [name, value] = attribute.split(/=(.*)/s);
      if (special[name]) special[name](node, value, locale(widget.root.lang));
      else if (name === 'focus') focus ??= node;
      else if (name[0] === '-') node.removeAttribute(name.slice(1));
      else node.setAttribute(name, value);
    }
    const depth = +line[0];
    path[depth] = node;
    if (tag === '&') continue;
    if (depth) path[depth - 1].append(node);
    else enter(key, widget, node);
  }
  focus?.focus();
};

/** A widget's outermost element comes on screen. */
const enter = (key, widget, node) => {
  widget.root = node;
  widget.slot = slot(node.slot);
  (widget.slot ?? floor()).append(node);
  for (const kind of ['click', 'submit', 'keydown']) {
    node.addEventListener(kind, event => {
      let asked = event.target.closest('[data-do]')?.dataset.do;
      if (kind === 'submit') asked = 6;
      if (kind === 'keydown') asked = event.key === 'Escape' && 3;
      if (!asked) return;
      if (kind !== 'click') event.preventDefault();
      if (kind === 'keydown') event.stopPropagation();
      act(key, asked);
    });
  }
  const observer = new IntersectionObserver(
    entries => {
      if (!entries.some(entry => entry.isIntersecting)) return;
      observer.disconnect();
      act(key, 1);
    },
    { threshold: 0.5 },
  );
  observer.observe(node);
};
