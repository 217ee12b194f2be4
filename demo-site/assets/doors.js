/**
 * The page of the three doors: takes what its examples say through each, and shows what the edge then knows.
 *
 * The basket told here is an example's; the shop's own is told again when the page goes.
 */
import { sums } from "./basket.js";
import { CURRENCY, price } from "./catalogue.js";

const language = document.documentElement.lang;

/** What each button does: the very lines that stand above it. */
const DOORS = {
  call() {
    declic("cart", { total: 149.9, items: 2, currency: "EUR" });
  },
  markup() {
    const written = document.querySelector("#written").content.cloneNode(true);
    document.querySelector("#markup").replaceChildren(written);
  },
  layer() {
    const items = [{ item_name: "Bell No. 1", price: 24, quantity: 1 }];
    dataLayer.push({ event: "add_to_cart", ecommerce: { currency: "EUR", items } });
  },
};

document.querySelector("main").addEventListener("click", ({ target }) => {
  DOORS[target.closest("[data-door]")?.dataset.door]?.();
});

/** Shows the basket and the latest events as the edge keeps them. */
function show(kept) {
  const visitor = kept?.visitor;
  document.querySelector("#unknown").hidden = Boolean(visitor);
  document.querySelector("#known").hidden = !visitor;
  if (!visitor) return;
  const { cart, events } = visitor;
  document.querySelector("#sum").textContent = cart ? price(cart.total, language) : "–";
  document.querySelector("#articles").textContent = cart?.items ?? "–";
  document.querySelector("#events").textContent = events.slice(-3).map((event) => event.name).join(", ") || "–";
}

// Each answer of the edge may follow from what was told: what it keeps is then asked for.
declic("on", "decision", () => declic("export", show));

window.addEventListener("pagehide", () => {
  const { items, goods } = sums();
  declic("cart", { total: goods, items, currency: CURRENCY });
});
