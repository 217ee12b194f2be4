/** The personalized banner: for the visitor who comes by a search or a campaign, and for no other. */
import { expect, test } from "./shop";

test("names the campaign the visitor came by @phone", async ({ shop }) => {
  await shop.open("/?utm_source=newsletter&utm_medium=email&utm_campaign=Spring+rides");
  const banner = shop.page.locator("[data-declic-slot=hero]").locator(".banner");
  await expect(banner).toContainText("thank you for following “Spring rides”");
});

test("names the words the visitor searched for", async ({ shop }) => {
  await shop.open("/", { referer: "https://www.bing.com/search?q=city+helmet" });
  await expect(shop.widgets).toContainText("You searched for “city helmet”");
});

test("shows markup in a campaign's name as text", async ({ shop }) => {
  const name = "<img src=x onerror=alert(1)>";
  await shop.open(`/?utm_campaign=${encodeURIComponent(name)}`);
  await expect(shop.widgets).toContainText(name);
  await expect(shop.widgets.locator("img")).toHaveCount(0);
});

test("another visitor sees none", async ({ shop }) => {
  await shop.open("/");
  await shop.expectNothing();
});

test("once closed, it stays closed on this page", async ({ shop, page }) => {
  await shop.open("/?utm_campaign=Spring+rides");
  await shop.telling(() => shop.widgets.getByRole("button", { name: "Not now" }).click());
  await expect(shop.widgets).toHaveCount(0);
  await shop.telling(() =>
    page.evaluate(() => (window as unknown as { declic(...words: string[]): void }).declic("track", "zoom")),
  );
  // The edge, which keeps nothing of this visitor, offers it each time; the module that would show it is there.
  expect((await shop.offers()).length).toBeGreaterThan(1);
  await expect(shop.widgets).toHaveCount(0);
});

test("leaves the choice of consent free @phone", async ({ shop, page }) => {
  await shop.open("/p/rain-cape?utm_source=s&utm_medium=cpc&utm_term=cape");
  await expect(shop.widgets).toContainText("You searched for “cape”");
  // A click waits until nothing covers the button.
  await page.getByRole("button", { name: "Refuse" }).click();
  await expect(page.locator("#consent-bar")).toBeHidden();
});
