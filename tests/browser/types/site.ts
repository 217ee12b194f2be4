/** What a site may write against `declic.d.ts`, and what it may not: `cargo dev test types` compiles it. */

// The stub, as a page has it before the tag.
window.declic ||= function (...words: unknown[]) {
  (declic.q ||= []).push(words);
};

declic("consent", "granted");
declic("consent", "necessary");
declic("page");
declic("track", "quote_begun");
declic("track", "add_to_cart", { total: 112, items: 1, currency: "EUR" });
declic("track", "purchase", { total: 224, id: "A-7" });
declic("cart", { total: 224, items: 2, currency: "EUR" });
declic("identify", "c-9", { proof: "00ff" });
declic("show", "basket-call");
declic("hide", "basket-call");
declic("chat", () => console.log("the site's own chat opens"));
declic("preferences");
declic("debug");
const site: string | undefined = declic.site;
console.log(site);
declic("reset");
declic("erase");
declic("erase", (done) => {
  const told: boolean = done;
  return told;
});
declic("export", (kept) => {
  if (kept === undefined) return "ask again";
  return kept === null ? "nothing is kept" : Object.keys(kept).join();
});
declic("explain", ({ shown, rules }) => {
  for (const { rule, why, data } of shown) console.log(rule, why, data[0]?.value.trim());
  for (const account of rules ?? []) if (account.verdict === "not yet") console.log(account.reason);
});
declic("on", "accepted", (event) => console.log(event.detail.rule.length));
document.addEventListener("declic:decision", (event) => console.log(event.detail.rule.length));

// @ts-expect-error: not an answer
declic("consent", "yes");
// @ts-expect-error: no such verb
declic("tell", "welcome");
// @ts-expect-error: an order has a sum
declic("track", "purchase", { id: "A-7" });
// @ts-expect-error: a basket's total is a number
declic("cart", { total: "224" });
// @ts-expect-error: no such event
declic("on", "opened", () => {});
// @ts-expect-error: a verdict is told from `shown`
declic("explain", ({ rules }) => rules?.[0]?.verdict === "shown");
// @ts-expect-error: an event of the tag says a rule and nothing else
document.addEventListener("declic:shown", (event) => event.detail.card);
