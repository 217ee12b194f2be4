/** The page of the demo site that documents the three doors: each example does what it says. */
import { BELL, expect, test } from "./shop";

test("each door of a shop works as its example says @phone", async ({ shop, page }) => {
  await shop.buy(BELL);
  await shop.open("/doors");
  await expect(page.getByText("Nothing: it keeps something only of those who accept.")).toBeVisible();
  await shop.accept();
  const known = page.getByRole("status").filter({ hasText: "Basket" });
  await expect(known).toContainText("€24.00");

  const press = (name: string) => shop.telling(() => page.getByRole("button", { name }).click());
  await press("Make the call");
  await expect(known).toContainText("€149.90");
  await press("Write it into the page");
  await expect(known).toContainText("€68.00");
  await press("Push it");
  await expect(known).toContainText("€92.00");
  await expect(known).toContainText("add_to_cart");
  await press("Which size?");
  await expect(known).toContainText("size_guide");

  // An entry with which nothing else happens is told when the page goes, and so is the shop's own basket.
  await page.evaluate("dataLayer.push({ event: 'last' })");
  await shop.telling(() => page.evaluate("void dispatchEvent(new Event('pagehide'))"));
  await expect(known).toContainText("last");
  await expect(known).toContainText("€24.00");
  expect(shop.complaints).toEqual([]);
});
