// What the widgets alone ask of the page, beside `dom.js`. Bindings only, too.
//
// Named from the folder above: in a test, every crate finds its copy of `dom.js` there and nowhere else.

import { act, add, nodes, release, shadow, told } from '../../widgets/js/dom.js';

let floor;
let stack;
const slots = new WeakMap();

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

  /** Calls `act(widget, action)` once, when half of it has come into view. */
  watch: (node, widget, action) => {
    const observer = new IntersectionObserver(
      entries => {
        if (!entries.some(entry => entry.isIntersecting)) return;
        observer.disconnect();
        act(widget, action);
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

  say: told,
};
