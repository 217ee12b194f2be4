/** The call-back button on the basket page: when it appears, when it does not, and what becomes of a request. */
import { expect, SADDLE, BELL, test } from "./shop";

/** `page.dwell` of `basket-call` in demo-site/rules.toml. */
const DWELL = 10;
const TITLE = "A question about your basket?";

test("appears on the basket page after its dwell, once @phone", async ({ shop }) => {
  await shop.open("/");
  await shop.accept();
  await shop.readFaq();
  await shop.buy(SADDLE, 2);
  await shop.stopTheClock();
  await shop.open("/cart");
  const asked = await shop.posts();

  // The edge's own tests stop a millisecond before the dwell.
  await shop.wait(DWELL - 1);
  expect(await shop.posts()).toBe(asked);
  await shop.expectNothing();

  await shop.wait(2);
  await expect(shop.widget(TITLE).getByRole("button", { name: "Call me back" })).toBeVisible();
  await expect(shop.widgets).toHaveCount(1);

  await shop.open("/cart");
  const later = await shop.posts();
  await shop.wait(10 * DWELL);
  expect(await shop.posts()).toBe(later);
  await shop.expectNothing();
  expect(shop.complaints).toEqual([]);
});

test("does not appear below 150", async ({ shop }) => {
  await shop.open("/");
  await shop.accept();
  await shop.readFaq();
  await shop.buy(BELL);
  await shop.open("/cart");
  const asked = await shop.posts();
  await shop.wait(10 * DWELL);
  expect(await shop.posts()).toBe(asked);
  await shop.expectNothing();
});

test("does not appear without the FAQ", async ({ shop }) => {
  await shop.open("/");
  await shop.accept();
  await shop.buy(SADDLE, 2);
  await shop.open("/cart");
  const asked = await shop.posts();
  await shop.wait(10 * DWELL);
  expect(await shop.posts()).toBe(asked);
  await shop.expectNothing();
});

test("a number left with it reaches the desk with the journey, and survives kill -9 @phone", async ({ shop, stage }) => {
  await shop.open("/");
  await shop.accept();
  await shop.look(BELL);
  await shop.readFaq();
  await shop.buy(SADDLE, 2);
  await shop.open("/cart");
  await shop.wait(DWELL);

  const before = (await stage.callbacks()).length;
  await shop.widget(TITLE).getByRole("button", { name: "Call me back" }).click();
  const dialog = shop.page.getByRole("dialog", { name: TITLE });
  await dialog.getByLabel("Country").selectOption({ label: "United Kingdom (+44)" });
  await dialog.getByLabel("Phone number").fill("07400 123456");
  const stored = shop.page.waitForResponse(`${stage.edge}/v1/contacts`);
  await dialog.getByRole("button", { name: "Call me back" }).click();
  expect((await stored).status()).toBe(201);
  await expect(dialog).toContainText("We will call you on");

  await stage.killAndRestart();
  const callbacks = await stage.callbacks();
  expect(callbacks).toHaveLength(before + 1);
  const callback = callbacks.at(-1)!;
  expect(callback.phone).toBe("+447400123456");
  expect(callback.rule).toBe("basket-call");
  expect(callback.page.path).toBe("/cart");
  expect(callback.journey.cart.total).toBe(224);
  const paths = callback.journey.pages.map((page) => page.path);
  expect(paths).toEqual(["/", `/p/${BELL}`, "/faq/delivery", `/p/${SADDLE}`, "/cart"]);
});
