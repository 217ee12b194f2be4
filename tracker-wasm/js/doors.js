// Two doors for shops that call nothing: attributes in the markup, and a data layer. Loaded where a page has one of them.
//
// Reads and reports; what it means is the module's business. Nothing here changes the page: entries of the data layer
// stay as they are, and its `push` does what it did.

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

const listen = layer => {
  const { push } = layer;
  for (const entry of layer) hear(entry);
  layer.push = function (...entries) {
    const length = push.apply(this, entries);
    entries.forEach(hear);
    return length;
  };
};

/** Opens both; `enter` is the way into the tag. */
export const open = enter => {
  wake = enter;
  attempt(look);
  new MutationObserver(() => attempt(look)).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ATTRIBUTES,
  });
  attempt(() => listen(self.dataLayer));
};
