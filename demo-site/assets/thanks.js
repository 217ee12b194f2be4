/** The page after an order: shows it and tells the tag, once, however often the page is loaded again. */
import { price } from "./catalogue.js";

const KEY = "sonnette.order";
const order = JSON.parse(sessionStorage.getItem(KEY));

document.querySelector("#placed").hidden = !order;
document.querySelector("#none").hidden = Boolean(order);

if (order) {
  document.querySelector("#number").textContent = order.number;
  document.querySelector("#amount").textContent = price(order.total, document.documentElement.lang);
  if (!order.told) {
    declic("track", "purchase", { total: order.goods }); // goods alone, like the basket's total
    sessionStorage.setItem(KEY, JSON.stringify({ ...order, told: true }));
  }
}
