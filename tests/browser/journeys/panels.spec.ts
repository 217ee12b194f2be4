/** The visitor's own panel, the calls beside it, and the panel that a debug link opens. */
import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { Outage } from "./outage";
import { BELL, expect, SADDLE, test, type Shop } from "./shop";

/// <reference path="../../../tracker-wasm/declic.d.ts" />

const BELL_PAGE = `/p/${BELL}`;

/** `declic(verb, callback)`, as a page's script calls it: what the callback gets. */
async function answer(page: Page, verb: string): Promise<unknown> {
  return page.evaluate(
    (verb) => new Promise((given) => (window as unknown as { declic(...words: unknown[]): void }).declic(verb, given)),
    verb,
  );
}

/** Opens the panel as the privacy page does. */
async function openPreferences(shop: Shop): Promise<Locator> {
  await shop.open("/privacy");
  await shop.page.getByRole("button", { name: "Open my preferences" }).click();
  const panel = shop.page.getByRole("dialog", { name: "Your preferences" });
  await expect(panel).toBeVisible();
  return panel;
}

/** A visitor who may be remembered, and has looked at a bell. */
async function knownVisitor(shop: Shop): Promise<void> {
  await shop.open("/");
  await shop.accept();
  await shop.look(BELL);
}

test("tells what is known and keeps what is chosen, by keyboard alone @phone", async ({ shop, page }) => {
  await knownVisitor(shop);
  const panel = await openPreferences(shop);
  await expect(panel.getByRole("heading", { name: "Your preferences" })).toBeFocused();
  await expect(panel.getByText("You allow your visits to be remembered.")).toBeVisible();
  await expect(panel.getByRole("definition").filter({ hasText: BELL_PAGE })).toBeVisible();
  await expectAccessible(page, "declic-panel");

  const chat = panel.getByRole("switch", { name: "Chat" });
  await expect(chat).toBeChecked();
  await chat.focus();
  await shop.telling(() => page.keyboard.press("Space"));
  await expect(chat).not.toBeChecked();
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Open my preferences" })).toBeFocused();

  const again = await openPreferences(shop);
  await expect(again.getByRole("switch", { name: "Chat" })).not.toBeChecked();
  await expect(again.getByRole("switch", { name: "Banners" })).toBeChecked();

  // Three looks at the bell bring a chat prompt to whoever has not said no.
  for (let look = 0; look < 3; look++) await shop.look(BELL);
  await shop.expectNothing();
  expect(shop.complaints).toEqual([]);
});

test("speaks French on a French page", async ({ shop, page, stage }) => {
  await page.context().addCookies([{ name: "language", value: "fr", url: stage.site }]);
  await shop.open("/privacy");
  await page.getByRole("button", { name: "Ouvrir mes préférences" }).click();
  const panel = page.getByRole("dialog", { name: "Vos préférences" });
  await expect(panel.getByText("Rien n’est gardé à votre sujet.")).toBeVisible();
  await expectAccessible(page, "declic-panel");
});

test.describe("far from where the edge stands", () => {
  test.use({ timezoneId: "Asia/Kolkata" });

  for (const [language, open, dates, visits] of [
    ["en", "Open my preferences", "en-GB", "1 visit; this one began at /, without a link from elsewhere"],
    ["fr", "Ouvrir mes préférences", "fr", "1 visite\u00a0; celle-ci a commencé à /, sans lien d’un autre site"],
  ] as const) {
    test(`tells times by the visitor's own clock, and where he came from in words, in ${language}`, async ({
      shop,
      page,
      stage,
    }) => {
      await knownVisitor(shop);
      await page.context().addCookies([{ name: "language", value: language, url: stage.site }]);
      await shop.open("/privacy");
      await page.getByRole("button", { name: open }).click();
      const panel = page.getByRole("dialog");
      await expect(panel.getByRole("definition").filter({ hasText: visits })).toBeVisible();
      const time = panel.locator("time").first();
      const moment = (await time.getAttribute("datetime"))!;
      expect(moment).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      const there = await page.evaluate(
        ([moment, language]) =>
          new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Kolkata" }).format(
            new Date(moment),
          ),
        [moment, dates] as const,
      );
      await expect(time).toHaveText(there);
      expect(there).toContain(String(new Date(Date.parse(moment) + 5.5 * 3_600_000).getUTCMinutes()).padStart(2, "0"));
    });
  }
});

test("asks the edge nothing about a visitor who has not consented", async ({ shop, page, stage }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const panel = await openPreferences(shop);
  await expect(panel.getByText("Nothing is kept about you.")).toBeVisible();
  await expect(panel.getByRole("switch")).toHaveCount(0);
  await expect(panel.getByRole("button", { name: "Erase everything" })).toHaveCount(0);
  expect(asked).not.toContain(`${stage.edge}/v1/visitor`);
  expect(await shop.kept()).toEqual([]);
});

test("hands over all that is kept, and erases it after a second yes @phone", async ({ shop, page }) => {
  await knownVisitor(shop);
  const panel = await openPreferences(shop);
  const download = page.waitForEvent("download");
  await panel.getByRole("button", { name: "Download my data" }).click();
  const file = await (await download).path();
  expect(JSON.stringify(JSON.parse(await readFile(file, "utf8")))).toContain(BELL_PAGE);

  await panel.getByRole("button", { name: "Erase everything" }).click();
  await expect(panel.getByRole("button", { name: "No, keep it" })).toBeFocused();
  await expectAccessible(page, "declic-panel");
  await panel.getByRole("button", { name: "No, keep it" }).click();
  await expect(panel.getByRole("definition").filter({ hasText: BELL_PAGE })).toBeVisible();

  await panel.getByRole("button", { name: "Erase everything" }).click();
  await shop.telling(() => panel.getByRole("button", { name: "Yes, erase it" }).click());
  await expect(panel.getByRole("status").filter({ hasText: "has been erased" })).toBeVisible();
  await expect(panel.getByText("Nothing is kept about you.")).toBeVisible();

  const anew = await openPreferences(shop);
  await expect(anew.getByRole("definition").first()).toBeVisible();
  await expect(anew.getByText(BELL_PAGE)).toHaveCount(0);
});

test("exports and erases for the page's own script", async ({ shop, page }) => {
  await shop.open("/");
  expect(await answer(page, "export")).toBe(null);
  await shop.accept();
  await shop.look(BELL);
  await shop.open("/");
  expect(JSON.stringify(await answer(page, "export"))).toContain(BELL_PAGE);
  // The page that is open is seen anew, by somebody new.
  expect(await answer(page, "erase")).toBe(true);
  expect(JSON.stringify(await answer(page, "export"))).not.toContain(BELL_PAGE);
});

test("after erasure nothing more is told of who was erased, in no tab", async ({ shop, page, stage }) => {
  await page.addInitScript(() => {
    const beacons: string[] = [];
    Object.assign(window, { beacons });
    navigator.sendBeacon = (_, body) => beacons.push(new TextDecoder("latin1").decode(body as Uint8Array)) > 0;
  });
  await knownVisitor(shop);
  const token = () => page.evaluate(() => localStorage.getItem("declic.shop")!);
  const old = await token();
  const other = await page.context().newPage();
  await other.goto(stage.site);

  const outage = await Outage.ofRequests(page, `${stage.edge}/v1/events`);
  const track = (page: Page) => page.evaluate("declic('track', 'secret')");
  await track(page);
  await outage.swallows();
  // It would be sent again while the edge erases: a matter of luck.
  await shop.stopTheClock();
  await shop.landed();
  const before = shop.batches.length;
  expect(await answer(page, "erase")).toBe(true);
  await outage.ends();
  await shop.until(async () => /^d1\./.test(await token()));
  expect(await token()).toMatch(/^d1\./);
  const told = shop.batches.slice(before).map((batch) => batch.postDataBuffer()!.toString("latin1"));
  told.push(...(await page.evaluate(() => (window as unknown as { beacons: string[] }).beacons)));
  expect(told.length).toBeGreaterThan(0);
  for (const batch of told) expect(batch.includes(old) || batch.includes("secret")).toBe(false);

  const sent = other.waitForRequest(`${stage.edge}/v1/events`);
  await track(other);
  expect((await sent).postDataBuffer()!.toString("latin1")).toContain(await token());
});

test("says that no answer came, and asks again", async ({ shop, page, stage }) => {
  await knownVisitor(shop);
  await page.route(`${stage.edge}/v1/visitor`, (route) => route.abort());
  const panel = await openPreferences(shop);
  await expect(panel.getByRole("alert")).toHaveText("No answer came. Check your connection and try again.");
  expect(await answer(page, "export")).toBe(undefined);
  expect(await answer(page, "erase")).toBe(false);
  await page.unrouteAll({ behavior: "wait" });
  await panel.getByRole("button", { name: "Try again" }).click();
  await expect(panel.getByRole("definition").filter({ hasText: BELL_PAGE })).toBeVisible();
});

/** The debug panel, and the row of a rule in it. */
function debug(page: Page) {
  const panel = page.getByRole("region", { name: "Rules on this page" });
  const rule = (id: string) => panel.getByRole("listitem").filter({ has: page.getByText(id, { exact: true }) });
  return { panel, rule };
}

test("a debug link shows what each rule says, and follows it @phone", async ({ shop, page, stage }) => {
  await shop.open("/");
  await shop.accept();
  await shop.readFaq();
  await shop.buy(SADDLE, 2);
  await shop.open(`/cart?declic_debug=${await stage.debugKey()}`);
  const { panel, rule } = debug(page);
  await expect(rule("basket-call")).toContainText("not yet");
  await expectAccessible(page, "declic-panel");

  await shop.wait(10);
  await expect(rule("basket-call").getByText("yes", { exact: true })).toBeVisible();
  await expect(rule("basket-call")).toContainText("on screen already");

  const all = await panel.getByRole("listitem").count();
  await panel.getByRole("searchbox").fill("BASKET-CALL");
  await expect(rule("basket-call")).toBeVisible();
  expect(await panel.getByRole("listitem").count()).toBeLessThan(all);
  await panel.getByRole("searchbox").fill("no rule says this");
  await expect(panel.getByText("No rule matches the filter.")).toBeVisible();
  await panel.getByRole("searchbox").fill("");
  await panel.getByRole("button", { name: /^\d+ no$/ }).click();
  await expect(panel.getByRole("listitem").first()).toBeVisible();
  await expect(rule("basket-call")).toHaveCount(0);

  const grip = panel.getByRole("separator");
  const height = Number(await grip.getAttribute("aria-valuenow"));
  await grip.press("ArrowUp");
  await expect(grip).toHaveAttribute("aria-valuenow", String(height + 5));
  await panel.getByRole("button", { name: "Fold" }).click();
  await expect(panel.getByRole("searchbox")).toBeHidden();
  await panel.getByRole("button", { name: "Close" }).click();
  await expect(panel).toHaveCount(0);
});

test("a debug link holds for the pages of its tab, until the panel is closed", async ({ shop, page, stage }) => {
  const key = await stage.debugKey();
  await shop.open(`/?declic_debug=${key}`);
  const { panel } = debug(page);
  await expect(panel.getByRole("listitem").first()).toBeVisible();
  expect(await shop.kept()).toEqual(["declic.shop.debug"]);
  expect(await page.evaluate(() => sessionStorage["declic.shop.debug"])).toBe(key);

  await shop.open("/products");
  await expect(panel.getByRole("listitem").first()).toBeVisible();
  expect(((await answer(page, "explain")) as Declic.Explanation).rules).not.toBe(undefined);
  const other = await page.context().newPage();
  await other.goto(stage.site);
  await other.waitForFunction("declic.site");
  expect(await other.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  await expect(debug(other).panel).toHaveCount(0);

  await panel.getByRole("button", { name: "Close" }).click();
  expect(await shop.kept()).toEqual([]);
  await shop.open("/");
  await expect(panel).toHaveCount(0);
});

test("a debug link that was not signed here opens nothing, and is not kept", async ({ shop, page }) => {
  await shop.open("/?declic_debug=99999999999.00ff");
  const { panel } = debug(page);
  await expect(panel.getByRole("status")).toContainText("This debug link is not valid");
  await expect(panel.getByRole("listitem")).toHaveCount(0);
  expect(await shop.kept()).toEqual([]);
});

test("explains to the page's script what is on screen, and every rule only with a debug link", async ({
  shop,
  page,
  stage,
}) => {
  await shop.open("/");
  await shop.accept();
  for (let look = 0; look < 3; look++) await shop.look(BELL);
  await expect(shop.widgets).toHaveCount(1);
  const [rule] = await shop.offers();
  const explained = (await answer(page, "explain")) as Declic.Explanation;
  expect(explained.rules).toBe(undefined);
  expect(explained.shown.map((shown) => shown.rule)).toEqual([rule]);
  expect(explained.shown[0]!.why).not.toBe("");

  await shop.open(`${BELL_PAGE}?declic_debug=${await stage.debugKey()}`);
  const all = (await answer(page, "explain")) as Declic.Explanation;
  expect(all.rules!.find((account) => account.rule === rule)).toMatchObject({ verdict: "yes" });
});
