/** The order page: checks the form and hands the order to the page that thanks for it. Sends what was typed nowhere. */
import { clearOrdered, lines, sums } from "./basket.js";
import { price } from "./catalogue.js";
import { whenComplete } from "./forms.js";

const language = document.documentElement.lang;
const { items, goods, delivery, total } = sums();

document.querySelector("#blank").hidden = items > 0;
document.querySelector("#filled").hidden = items === 0;

const ordered = document.querySelector("#ordered");
for (const { product, quantity } of lines()) {
  row(`${quantity} × ${product.texts[language].name}`, price(product.price * quantity, language));
}
row(textOf("#delivery"), delivery ? price(delivery, language) : textOf("#free"));
row("Total", price(total, language), "total");

function row(what, amount, kind = "") {
  const term = Object.assign(document.createElement("dt"), { textContent: what, className: kind });
  const value = Object.assign(document.createElement("dd"), { textContent: amount, className: kind });
  ordered.append(term, value);
}

function textOf(template) {
  return document.querySelector(template).content.textContent;
}

whenComplete(document.querySelector("#checkout"), () => {
  const number = `S-${Date.now().toString(36).toUpperCase()}`;
  sessionStorage.setItem("sonnette.order", JSON.stringify({ number, goods, total }));
  clearOrdered();
  location.assign("/order/thanks");
});
