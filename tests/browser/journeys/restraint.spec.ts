/** What the tag does not do: listen, wait, keep or break anything nobody asked it to. */
import type { Page, Request } from "@playwright/test";
import { Outage } from "./outage";
import { BELL, expect, SADDLE, test } from "./shop";

/** Counts the timers and listeners that this script sets, from before it runs. */
function countTimersAndListeners(): void {
  const counts: Record<string, number> = {};
  const ofTheTag = () => new Error().stack?.includes("/t.js") ?? false;
  const count = (kind: string) => {
    counts[kind] = (counts[kind] ?? 0) + 1;
  };
  const setTimer = window.setTimeout;
  window.setTimeout = ((...words: Parameters<typeof setTimeout>) => {
    if (ofTheTag()) count("timer");
    return setTimer(...words);
  }) as typeof setTimeout;
  const listen = EventTarget.prototype.addEventListener;
  EventTarget.prototype.addEventListener = function (this: EventTarget, type: string, ...rest: unknown[]) {
    if (ofTheTag()) count(type);
    return Reflect.apply(listen, this, [type, ...rest]);
  };
  Object.assign(window, { counts });
}

async function counts(page: Page): Promise<Record<string, number>> {
  return page.evaluate(() => (window as unknown as { counts: Record<string, number> }).counts);
}

/** Calls the tag as a page's script does. */
async function declic(page: Page, ...words: string[]): Promise<void> {
  await page.evaluate((words) => (window as unknown as { declic(...words: string[]): void }).declic(...words), words);
}

/** A batch's consent, and whether it carries a visitor's token; where they stand is told by `tracker-wasm/wire`. */
function told(batch: Request): { consent: string; token: boolean } {
  const bytes = batch.postDataBuffer()!;
  // The version, the clock, then the site's key behind its length.
  const consent = bytes[6 + bytes[5]!]!;
  return { consent: ["not asked", "denied", "granted", "necessary"][consent]!, token: bytes.includes("d1.") };
}

test("sets no timer and hears no scroll, pointer or key while no rule waits for one", async ({ shop, page }) => {
  await page.addInitScript(countTimersAndListeners);
  await shop.open("/");
  const found = await counts(page);
  for (const kind of ["timer", "scroll", "mouseout", "mousemove", "pointermove", "keydown", "touchmove"]) {
    expect(found[kind] ?? 0, kind).toBe(0);
  }
});

test("sets one timer where a rule waits for a dwell", async ({ shop, page }) => {
  await page.addInitScript(countTimersAndListeners);
  await shop.open("/");
  await shop.accept();
  await shop.readFaq();
  await shop.buy(SADDLE, 2);
  await shop.open("/cart");
  expect((await counts(page)).timer ?? 0).toBe(1);
});

test("keeps nothing and sends no token before consent, and one key after", async ({ shop }) => {
  await shop.open("/");
  await shop.look(BELL);
  expect(await shop.kept()).toEqual([]);
  expect(await shop.page.context().cookies()).toEqual([]);
  expect(shop.batches.map(told)).toEqual(Array(2).fill({ consent: "not asked", token: false }));

  await shop.accept();
  expect(await shop.kept()).toEqual(["declic.shop"]);
  expect(told(shop.batches.at(-1)!)).toEqual({ consent: "granted", token: false });
  await shop.look(BELL);
  expect(told(shop.batches.at(-1)!)).toEqual({ consent: "granted", token: true });
  expect(await shop.kept()).toEqual(["declic.shop"]);
  expect(await shop.page.context().cookies()).toEqual([]);
});

test("tells the basket again when the visitor consents after filling it", async ({ shop }) => {
  await shop.buy(SADDLE, 2);
  await shop.accept();
  expect(shop.batches.at(-1)?.postDataBuffer()?.includes("EUR")).toBe(true);
});

test("keeps nothing after a refusal", async ({ shop, page }) => {
  await shop.open("/");
  await page.getByRole("button", { name: "Refuse" }).click();
  for (let visit = 0; visit < 3; visit++) await shop.look(BELL);
  expect(await shop.kept()).toEqual([]);
  expect(told(shop.batches.at(-1)!)).toEqual({ consent: "denied", token: false });
  await shop.expectNothing();
});

test("takes Sec-GPC for a refusal", async ({ shop, page }) => {
  await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await shop.open("/");
  await page.getByRole("button", { name: "Accept" }).click();
  for (let visit = 0; visit < 3; visit++) await shop.look(BELL);
  expect(await shop.kept()).toEqual([]);
  expect(shop.batches.map(told)).toEqual(Array(4).fill({ consent: "denied", token: false }));
  await shop.expectNothing();
});

test("sends again what the network lost, and the edge counts it once", async ({ shop, page, stage }) => {
  await shop.open("/");
  await shop.accept();
  await shop.look(BELL);
  const outage = await Outage.ofAnswers(page, `${stage.edge}/v1/events`);
  await page.goto(`${stage.site}/p/${BELL}`);
  await outage.swallows();
  await outage.ends();
  await shop.until(async () => (await shop.decisions()).length > 0);
  expect(await shop.posts()).toBeGreaterThan(1);
  expect(await shop.decisions()).toEqual([""]);
  await expect(shop.widgets).toHaveCount(0);
  await shop.look(BELL);
  await expect(shop.widgets).toContainText("Still wondering about this one?");
});

test("consent given while the edge is away reaches it later, with no storm of timers meanwhile", async ({
  shop,
  page,
  stage,
}) => {
  await page.addInitScript(countTimersAndListeners);
  await shop.open("/");
  const outage = await Outage.ofRequests(page, `${stage.edge}/v1/events`);
  await page.getByRole("button", { name: "Accept" }).click();
  // Second by second, so that each failure is told to the tag before its time goes on.
  for (let second = 0; second < 60; second++) await shop.wait(1);
  // A few failures, each further from the last, and a timer or two for each.
  expect((await counts(page)).timer ?? 0).toBeLessThan(20);
  expect(await shop.posts()).toBeGreaterThan(3);
  const token = () => page.evaluate(() => localStorage.getItem("declic.shop") ?? "");
  expect(await token()).toMatch(/^s\./);

  await outage.ends();
  await shop.until(async () => /^d1\./.test(await token()));
  expect(await token()).toMatch(/^d1\./);
  expect(told(shop.batches.at(-1)!).consent).toBe("granted");
});

test("who moves on before the edge has answered is still one visitor", async ({ shop, page, stage }) => {
  await shop.open("/faq/delivery");
  // The edge takes the batch, and the answer finds nobody.
  const outage = await Outage.ofAnswers(page, `${stage.edge}/v1/events`);
  await page.getByRole("button", { name: "Accept" }).click();
  await outage.swallows();
  // An answer that is still to be lost would be lost to the next page.
  await outage.ends();
  await shop.buy(SADDLE, 2);
  await shop.open("/cart");
  await shop.wait(10);
  await expect(shop.widgets).toContainText("A question about your basket?");
});

test("a refusal in one tab holds in the other", async ({ shop, page, stage }) => {
  await shop.open("/");
  await shop.accept();
  const other = await page.context().newPage();
  await other.goto(`${stage.site}/privacy`);
  await declic(other, "consent", "denied");
  await expect.poll(() => shop.kept()).toEqual([]);
  await shop.telling(() => declic(page, "track", "zoom"));
  expect(told(shop.batches.at(-1)!)).toMatchObject({ consent: "denied", token: false });
});

test("an edge that does not answer leaves the page alone", async ({ shop, page, stage }) => {
  await page.route(`${stage.edge}/v1/**`, (route) => route.abort());
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${stage.site}/p/${BELL}`);
  await page.getByRole("button", { name: "Add to basket" }).click();
  await expect(page.getByText("In your basket.")).toBeVisible();
  await shop.wait(60);
  expect(errors).toEqual([]);
});
