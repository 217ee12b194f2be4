/** The panels held to WCAG 2.2 AA, in both languages, light and dark: what axe-core finds, and what it cannot see. */
import type { Locator, Page } from "@playwright/test";
import { expectAccessible } from "./axe";
import { BELL, expect, SADDLE, test, type Shop } from "./shop";

const FRENCH = { open: "Ouvrir mes préférences", erase: "Tout effacer", accept: "Accepter" };
const ENGLISH = { open: "Open my preferences", erase: "Erase everything", accept: "Accept" };

/** Controls of a panel that are smaller than a finger needs, by their names. */
async function small(panel: Locator): Promise<string[]> {
  return panel.locator("button, input, [role=separator]").evaluateAll((controls) =>
    controls
      .map((control) => ({ control, box: control.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && Math.min(box.width, box.height) < 24)
      .map(({ control, box }) => `${control.ariaLabel ?? control.textContent}: ${box.width} × ${box.height}`),
  );
}

/** Whether a panel is wider than the window it stands in. */
const overflows = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);

/** A visitor who may be remembered, on a page in this language. */
async function enter(shop: Shop, language: string, accept: string): Promise<void> {
  const { page, stage } = shop;
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.context().addCookies([{ name: "language", value: language, url: stage.site }]);
  await shop.open("/");
  await shop.telling(() => page.getByRole("button", { name: accept }).click());
  await shop.look(BELL);
}

for (const [language, words] of Object.entries({ en: ENGLISH, fr: FRENCH })) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`the panels have no fault in the ${colorScheme}, in ${language} @phone`, async ({ shop, page, stage }) => {
      await page.emulateMedia({ colorScheme });
      await enter(shop, language, words.accept);
      await shop.open("/privacy");
      await page.getByRole("button", { name: words.open }).click();
      const preferences = page.locator("declic-panel").getByRole("dialog");
      await expect(preferences.getByRole("switch").first()).toBeVisible();
      await preferences.getByRole("button", { name: words.erase }).click();
      await expectAccessible(page, "declic-panel");
      expect(await small(preferences)).toEqual([]);
      expect(await overflows(page)).toBe(false);
      const moving = () =>
        page.evaluate(() => document.querySelector("declic-panel")!.shadowRoot!.getAnimations().length);
      expect(await moving(), "where the visitor wants no motion").toBe(0);
      await page.keyboard.press("Escape");
      await expect(preferences).toHaveCount(0);

      await shop.open(`/?declic_debug=${await stage.debugKey()}`);
      const debug = page.locator("declic-panel").getByRole("region");
      await expect(debug.getByRole("listitem").first()).toBeVisible();
      await expectAccessible(page, "declic-panel");
      expect(await small(debug)).toEqual([]);
      expect(await overflows(page)).toBe(false);
    });
  }
}

test("the keyboard goes through the debug panel and out of it, and the page moves nowhere", async ({
  shop,
  page,
  stage,
}) => {
  await shop.open("/");
  await shop.accept();
  await page.addInitScript(() => {
    const seen = { shift: 0 };
    Object.assign(window, { moved: seen });
    new PerformanceObserver((list) => {
      // What moves before the panel is there is the page's own doing, and what moves within it moves no page.
      if (!document.querySelector("declic-panel")) return;
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number; sources: { node?: Node }[] })[]) {
        if (entry.sources.some(({ node }) => node?.getRootNode() === document)) seen.shift += entry.value;
      }
    }).observe({ type: "layout-shift" });
  });
  await shop.open(`/p/${SADDLE}?declic_debug=${await stage.debugKey()}`);
  const panel = page.getByRole("region", { name: "Rules on this page" });
  await expect(panel.getByRole("listitem").first()).toBeVisible();
  const shift = await page.evaluate(() => (window as unknown as { moved: { shift: number } }).moved.shift);
  // Less than a hair is the browser's own rounding; a panel that took room from the page would move half of it.
  expect(shift).toBeLessThan(0.001);

  await page.getByRole("contentinfo").getByRole("link").last().focus();
  const names: string[] = [];
  for (let step = 0; step < 12; step++) {
    await page.keyboard.press("Tab");
    const inside = await page.evaluate(() => {
      const active = document.querySelector("declic-panel")!.shadowRoot!.activeElement;
      return active && (active.ariaLabel ?? active.textContent);
    });
    if (inside === null) break;
    names.push(inside.replace(/\d+\s/, ""));
  }
  expect(names).toEqual([
    "Height of the panel",
    "Ask again",
    "Taller",
    "Fold",
    "Close",
    "Filter the rules",
    "all",
    "yes",
    "not yet",
    "no",
    "Rules on this page",
  ]);
});
