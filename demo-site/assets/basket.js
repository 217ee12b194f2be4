/**
 * The basket: what is in it, kept in this browser's `localStorage`.
 *
 * Takes product slugs and quantities; returns lines with their products. Tells the tag of every change.
 * Never touches the page: who wants to follow it listens to `basket` on `document`.
 */
import { CURRENCY, DELIVERY_PRICE, FREE_DELIVERY_FROM, PRODUCTS } from "./catalogue.js";

const KEY = "sonnette.basket";

/** More than this of one article is a typing slip. */
export const MOST_OF_ONE = 20;

/** Used when storage is blocked: the basket then lasts as long as the page. */
let fallback = {};

/** The lines of the basket, `{ product, quantity }`, in the order they were added. */
export function lines() {
  return Object.entries(quantities()).map(([slug, quantity]) => ({ product: productOf(slug), quantity }));
}

/** What it comes to: `{ items, goods, delivery, total }`, amounts in euros. */
export function sums() {
  const { items, goods } = count(quantities());
  const delivery = items === 0 || goods >= FREE_DELIVERY_FROM ? 0 : DELIVERY_PRICE;
  return { items, goods, delivery, total: goods + delivery };
}

/** Adds to what there is of an article. */
export function add(slug, quantity) {
  const now = quantities();
  write({ ...now, [slug]: Math.min((now[slug] ?? 0) + quantity, MOST_OF_ONE) });
  declic("track", "add_to_cart");
  tellTag();
}

/** Sets how many of an article there are; none removes it. */
export function set(slug, quantity) {
  const { [slug]: _, ...others } = quantities();
  write(quantity > 0 ? { ...quantities(), [slug]: Math.min(quantity, MOST_OF_ONE) } : others);
  tellTag();
}

/** Takes everything out. */
export function clear() {
  write({});
  tellTag();
}

/** Empties it because it was ordered: the tag learns that from the purchase itself. */
export function clearOrdered() {
  write({});
}

function quantities() {
  let stored = fallback;
  try {
    stored = JSON.parse(localStorage.getItem(KEY))?.quantities ?? {};
  } catch {
    // blocked or broken storage: keep to the fallback
  }
  return Object.fromEntries(Object.entries(stored).filter(([slug, quantity]) => productOf(slug) && quantity > 0));
}

function write(next) {
  fallback = next;
  const { items, goods } = count(next);
  try {
    // The sums stand beside the quantities so that early.js can tell them without the catalogue.
    localStorage.setItem(KEY, JSON.stringify({ quantities: next, total: goods, items, currency: CURRENCY }));
  } catch {
    // the fallback has it
  }
  document.dispatchEvent(new CustomEvent("basket"));
}

function count(current) {
  const entries = Object.entries(current);
  return {
    items: entries.reduce((sum, [, quantity]) => sum + quantity, 0),
    goods: entries.reduce((sum, [slug, quantity]) => sum + quantity * productOf(slug).price, 0),
  };
}

function tellTag() {
  const { items, goods } = sums();
  declic("cart", { total: goods, items, currency: CURRENCY });
}

function productOf(slug) {
  return PRODUCTS.find((product) => product.slug === slug);
}
