// What the panels ask of the document. Bindings only: each function makes, changes or reads one thing and decides
// nothing. Elements are numbers to the module, so that no handle crosses the border.
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

/** Tells the module that an element of `owner` asks for `action`. */
export const act = (owner, action) => guard(() => module.act(owner, action));

/** What the page's own bindings say to the module's listener. */
export const told = (...words) => module.say(...words);

export const nodes = new Map();
let last = 0;
export const add = node => {
  nodes.set(++last, node);
  return last;
};

/** Forgets the elements within one, and that one too when `inclusive`. */
export const release = (number, inclusive) => {
  const top = nodes.get(number);
  for (const [other, node] of nodes) {
    if (top.contains(node) && (inclusive || node !== top)) nodes.delete(other);
  }
};

/** How many elements are known, for tests. */
export const known = () => nodes.size;

/** The element that had the focus before it went into a shadow of ours, to give it back. */
let outside;

export const shadow = element => {
  const root = element.attachShadow({ mode: 'open' });
  root.adoptedStyleSheets = [sheet];
  element.addEventListener('focusin', event => {
    outside = event.relatedTarget ?? outside;
  });
  return root;
};

const svg = 'http://www.w3.org/2000/svg';

/** `tag.class`: the class is the element's `part` too. */
export const make = (parent, kind, text) => {
  const [tag, name] = kind.split('.');
  const node = document.createElement(tag);
  if (name) {
    node.className = name;
    node.part = name;
  }
  node.append(text);
  nodes.get(parent).append(node);
  return add(node);
};

export const icon = (parent, path) => {
  const picture = document.createElementNS(svg, 'svg');
  const line = document.createElementNS(svg, 'path');
  picture.setAttribute('viewBox', '0 0 24 24');
  picture.setAttribute('aria-hidden', 'true');
  line.setAttribute('d', path);
  picture.append(line);
  nodes.get(parent).append(picture);
};

/** Sets an attribute; without a value, `!` takes it away. */
export const set = (node, name, value) => {
  if (name[0] === '!') nodes.get(node).removeAttribute(name.slice(1));
  else nodes.get(node).setAttribute(name, value);
};

export const text = (node, text) => nodes.get(node).replaceChildren(text);
export const clear = node => {
  release(node);
  nodes.get(node).replaceChildren();
};

/** Removes it; the focus, if it was inside, goes back to where it came from. */
export const remove = node => {
  const element = nodes.get(node);
  const inside = element.contains(element.getRootNode().activeElement);
  release(node, true);
  element.remove();
  if (inside) outside?.focus();
};

export const focus = node => nodes.get(node).focus();

/** Calls `act(owner, action)` for a click, a submission, a change of what is typed, or the Escape key. */
export const on = (node, kind, owner, action) =>
  nodes.get(node).addEventListener(kind, event => {
    if (kind === 'keydown' && event.key !== 'Escape') return;
    if (kind !== 'click') event.preventDefault();
    if (kind === 'keydown') event.stopPropagation();
    act(owner, action);
  });
