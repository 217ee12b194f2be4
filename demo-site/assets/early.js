/**
 * Runs before the tag: makes the `declic(…)` queue and tells what this browser and the page already know.
 *
 * A plain script in the head, not a module, so that consent, customer and basket are in the queue before the tag sends its
 * first batch.
 */
window.declic ||= function () {
  (declic.q ||= []).push(arguments);
};

(() => {
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // storage is blocked: nothing is known
    }
  };

  const consent = remembered("sonnette.consent");
  if (consent === "granted" || consent === "denied") declic("consent", consent);
  else document.documentElement.dataset.consent = "unknown";

  // The server writes it into every page of one who has signed in, and signs it.
  const customer = document.querySelector("meta[name=customer]");
  if (customer) declic("identify", customer.content, { proof: customer.dataset.proof });

  try {
    const { total, items, currency } = JSON.parse(remembered("sonnette.basket")) ?? {};
    if (items > 0) declic("cart", { total, items, currency });
  } catch {
    // a basket that cannot be read is an empty one; basket.js writes it afresh
  }
})();
