// Two doors for shops that call nothing: attributes in the markup, and a data layer. Loaded where a page has one of them.
//
// Reads and reports; what it means is the module's business. Nothing here changes the page: the data layer, its entries
// and its `push` are the page's own and stay untouched.

/** The codes of `src/code.rs`. */
const LAYER = 15;
const TRACK = 18;
const CART = 19;

let wake;

/** The page's own mistakes, such as a getter that throws, stay without effect. */
const attempt = step => {
  try {
    step();
  } catch {}
};

const ATTRIBUTES = ['cart', 'items', 'currency', 'order', 'total'].map(name => `data-declic-${name}`);
const told = {};

/** Tells what the markup says of this, when it is not what was told last. */
const tell = (name, read) => {
  const element = document.querySelector(`[data-declic-${name}]`);
  const words = element && read(element.dataset);
  if (words && told[name] !== `${words}`) {
    told[name] = `${words}`;
    wake(...words);
  }
};

const look = () => {
  tell('cart', data => [CART, +data.declicCart, +data.declicItems, '', data.declicCurrency ?? '']);
  tell('order', data => [TRACK, +data.declicTotal, NaN, 'purchase', data.declicOrder]);
};

/** An entry as a tag manager has it, `{event, ecommerce}`, or the arguments of `gtag('event', …)`. */
const hear = entry =>
  attempt(() => {
    const [event, shop] = entry[0] === 'event' ? [entry[1], entry[2]] : [entry.event, entry.ecommerce];
    // What a tag manager tells itself begins so.
    if (!event || event.startsWith('gtm.')) return;
    const { value, items = [], transaction_id: order, currency } = shop ?? {};
    const sum = price => items.reduce((total, item) => total + price(item) * (item.quantity ?? 1), 0);
    wake(LAYER, +(value ?? sum(item => item.price)), sum(() => 1), event, `${order ?? currency ?? ''}`);
  });

/** How far the data layer is read, and its entry before that place. */
let place = 0;
let last;

/** Hears what the data layer has got since. Tag managers take entries off its front, and a page may put another there. */
const read = () =>
  attempt(() => {
    const layer = self.dataLayer;
    if (place && layer[place - 1] !== last) place = layer.lastIndexOf(last) + 1;
    while (place < layer.length) hear((last = layer[place++]));
  });

let due;
/** At the end of the task, when the page has done what it does at this moment. */
const soon = () =>
  (due ??= setTimeout(() => {
    due = null;
    read();
  }));

/**
 * Opens both; `enter` is the way into the tag.
 *
 * Nothing tells of an entry, short of putting a function of ours in place of `push`, as tag managers do: with two of
 * them and the page, whose is it then, and who is called first? So the layer is read when what leads to an entry
 * happens: a click, a change, another state of the document. One that comes with none of these is read at the next, or
 * when the page goes.
 */
export const open = enter => {
  wake = enter;
  attempt(look);
  read();
  const layer = !!self.dataLayer;
  new MutationObserver(() => {
    attempt(look);
    if (layer) soon();
  }).observe(document.body, { subtree: true, childList: true, characterData: layer, attributeFilter: ATTRIBUTES });
  if (!layer) return;
  for (const kind of ['click', 'change']) addEventListener(kind, soon, true);
  addEventListener('pagehide', read);
};
