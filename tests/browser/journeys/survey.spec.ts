/** The survey after an order: when it appears, and what the edge knows once it is answered. */
import { BELL, expect, test, type Shop } from "./shop";

const TITLE = "How easy was it to order?";

/** `page.dwell` of `order-survey` in demo-site/rules.toml. */
const DWELL = 3;

/** Orders a bell as one does, by the basket and the form; then stays on the page that thanks for it. */
async function order(shop: Shop): Promise<void> {
  const { page } = shop;
  await shop.buy(BELL);
  await shop.open("/checkout");
  await page.getByLabel("Name").fill("Ada");
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Address").fill("1 rue du Quai");
  await page.getByLabel("Postcode and town").fill("75010 Paris");
  await page.getByRole("button", { name: "Place the order" }).click();
  await page.waitForURL("**/order/thanks");
  await shop.answered();
  await shop.wait(DWELL);
}

test("asks whoever has ordered, and the edge knows the answer @phone", async ({ shop, page }) => {
  await shop.open("/");
  await shop.accept();
  await order(shop);
  const survey = shop.widget(TITLE);
  await expect(survey).toBeVisible();
  await survey.getByRole("radio", { name: "4" }).check();
  await survey.getByLabel("Anything to add?").fill("Nearly: the <cape> was hard to find.");
  await shop.telling(() => survey.getByRole("button", { name: "Send" }).click());
  await expect(survey).toContainText("Thank you!");

  const kept = await shop.visitor();
  expect(kept?.orders).toMatchObject({ count: 1, total: 24 });
  const answer = { rule: "order-survey", score: 4, remark: "Nearly: the <cape> was hard to find." };
  expect(kept?.surveys).toMatchObject([answer]);

  // Once a visit: who orders again is not asked again.
  await order(shop);
  await shop.expectNothing();
  expect(shop.complaints).toEqual([]);
});

test("asks nobody who has not ordered, nor one who did not consent", async ({ shop }) => {
  await order(shop);
  await shop.expectNothing();
  await shop.open("/");
  await shop.accept();
  await shop.open("/cart");
  await shop.wait(10 * DWELL);
  await shop.expectNothing();
});
