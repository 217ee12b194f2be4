// What the widgets module asks of the document. Bindings only: each function makes, changes or reads one thing and
// decides nothing. Elements are numbers to the module, so that no handle crosses the border.
//
// Nothing here takes markup: texts become text nodes, and styles come from one constructed sheet, as a strict
// content security policy wants.

let module;
const sheet = new CSSStyleSheet();

/** Begins: with what the elements call, and how they look. */
export const serve = (exports, css) => {
  module = exports;
  sheet.replaceSync(css);
};

/** A widget that fails disappears in silence; the page and the other widgets go on. */
export const guard = step => {
  try {
    step();
  } catch (error) {
    console.warn(`declic: a widget failed (${error})`);
  }
};

const nodes = new Map();
let last = 0;
const add = node => {
  nodes.set(++last, node);
  return last;
};

/** Forgets the elements within one, and that one too when `inclusive`. */
const release = (number, inclusive) => {
  const top = nodes.get(number);
  for (const [other, node] of nodes) {
    if (top.contains(node) && (inclusive || node !== top)) nodes.delete(other);
  }
};

/** How many elements are known, for tests. */
export const known = () => nodes.size;

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

let floor;
let stack;
const slots = new WeakMap();
const svg = 'http://www.w3.org/2000/svg';

/** What `src/host.rs` declares. */
export const host = {
  /** The place where floating widgets stack up. */
  floor: label => {
    if (!floor?.isConnected) {
      floor = document.createElement('declic-widgets');
      const place = document.createElement('div');
      place.className = 'stack';
      place.role = 'region';
      place.ariaLabel = label;
      shadow(floor).append(place);
      document.body.append(floor);
      nodes.delete(stack);
      stack = add(place);
    }
    return stack;
  },

  /**
   * The place inside a slot of the page, or -1 when there is none or it is taken. Its own content stays in it, unseen,
   * until the slot is freed.
   */
  slot: name => {
    const element = document.querySelector(`[data-declic-slot="${CSS.escape(name)}"]`);
    if (!element) return -1;
    let root = slots.get(element);
    try {
      if (!root) slots.set(element, (root = shadow(element)));
    } catch {
      return -1; // an element that can have no shadow, or has its own
    }
    // A free one holds the page's own content, by a <slot>; a new one nothing.
    if (root.firstChild && root.firstChild.localName !== 'slot') return -1;
    root.replaceChildren();
    return add(root);
  },

  /** Shows the slot's own content again. */
  free: root => {
    nodes.get(root).replaceChildren(document.createElement('slot'));
    release(root, true);
  },

  /** `tag.class`: the class is the element's `part` too. */
  make: (parent, kind, text) => {
    const [tag, name] = kind.split('.');
    const node = document.createElement(tag);
    if (name) {
      node.className = name;
      node.part = name;
    }
    node.append(text);
    nodes.get(parent).append(node);
    return add(node);
  },

  icon: (parent, path) => {
    const picture = document.createElementNS(svg, 'svg');
    const line = document.createElementNS(svg, 'path');
    picture.setAttribute('viewBox', '0 0 24 24');
    picture.setAttribute('aria-hidden', 'true');
    line.setAttribute('d', path);
    picture.append(line);
    nodes.get(parent).append(picture);
  },

  /** Sets an attribute; without a value, `!` takes it away. */
  set: (node, name, value) => {
    if (name[0] === '!') nodes.get(node).removeAttribute(name.slice(1));
    else nodes.get(node).setAttribute(name, value);
  },

  text: (node, text) => nodes.get(node).replaceChildren(text),
  value: node => nodes.get(node).value.trim(),
  clear: node => {
    release(node);
    nodes.get(node).replaceChildren();
  },

  /** Removes it; the focus, if it was inside, goes back to where it came from. */
  remove: node => {
    const element = nodes.get(node);
    const inside = element.contains(element.getRootNode().activeElement);
    release(node, true);
    element.remove();
    if (inside) outside?.focus();
  },

  focus: node => nodes.get(node).focus(),

  /** Calls `act(widget, action)` for a click, a submission or the Escape key. */
  on: (node, kind, widget, action) =>
    nodes.get(node).addEventListener(kind, event => {
      if (kind === 'keydown' && event.key !== 'Escape') return;
      if (kind !== 'click') event.preventDefault();
      if (kind === 'keydown') event.stopPropagation();
      guard(() => module.act(widget, action));
    }),

  /** Calls `act(widget, action)` once, when half of it has come into view. */
  watch: (node, widget, action) => {
    const observer = new IntersectionObserver(
      entries => {
        if (!entries.some(entry => entry.isIntersecting)) return;
        observer.disconnect();
        guard(() => module.act(widget, action));
      },
      { threshold: 0.5 },
    );
    observer.observe(nodes.get(node));
  },

  /** Name of a country, in a language. */
  country: (language, region) => {
    try {
      return new Intl.DisplayNames([language, 'en'], { type: 'region' }).of(region);
    } catch {
      return region;
    }
  },

  browser: () => navigator.language,

  say: (rule, what, first, second) => module.say(rule, what, first, second),
};
