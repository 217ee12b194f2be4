/** What floats over a page leaves all of it in reach: its end, what has the keyboard's focus, and its layout. */
import type { Locator, Page } from "@playwright/test";
import { expect, test as base } from "./shop";
import { BANNER, CALLBACK } from "./cards";
import { Scene } from "./scene";

const test = base.extend<{ scene: Scene }>({
  scene: async ({ page, stage }, use) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await use(await Scene.open(page, stage));
  },
});

/** How many pixels of `lower` are under `upper`. */
async function covered(lower: Locator, upper: Locator): Promise<number> {
  const [below, above] = [(await lower.boundingBox())!, (await upper.boundingBox())!];
  return Math.max(0, below.y + below.height - above.y);
}

const footer = (page: Page) => page.getByRole("contentinfo").getByRole("link");

/** Two frames: the room is made after the widget is measured. */
const settled = (page: Page) =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

for (const [name, card] of [
  ["a call-back", CALLBACK],
  ["a bar", { ...BANNER, place: "bar" }],
] as const) {
  test(`${name} leaves the end of the page in reach, and gives its place back @phone`, async ({ scene, page }) => {
    const height = () => page.evaluate(() => document.documentElement.scrollHeight);
    const [before, body] = [await height(), await page.locator("body").boundingBox()];
    await scene.show(card);
    await settled(page);
    await page.evaluate(() => scrollTo(0, 1e6));
    await settled(page);
    expect(await covered(footer(page).last(), scene.widget)).toBe(0);
    await page.evaluate(() => scrollTo(0, 0));
    expect(await page.locator("body").boundingBox()).toEqual(body);

    await scene.widget.getByRole("button", { name: "Not now" }).click();
    await expect(scene.widget).toHaveCount(0);
    await expect.poll(height).toBe(before);
    expect(await page.locator("html").getAttribute("style")).not.toContain("scroll-padding");
  });
}

test("what the keyboard comes to is never under a widget @phone", async ({ scene, page }) => {
  await scene.show(CALLBACK);
  await settled(page);
  const links = page.locator("main a, main button, main input, footer a");
  for (let left = await links.count(); left > 0; left--) {
    await scene.press("Tab");
    const focused = page.locator(":focus");
    if ((await focused.count()) > 0 && (await focused.evaluate((element) => element.localName)) !== "declic-widgets") {
      expect(await covered(focused, scene.widget), await focused.innerText()).toBe(0);
    }
  }
});

test("a page too short to scroll gets no scroll bar, until the keyboard needs the room", async ({ scene, page }) => {
  await page.setViewportSize({ width: 1280, height: 2400 });
  await scene.show({ ...BANNER, place: "bar" });
  await settled(page);
  const scrolls = () => page.evaluate(() => document.documentElement.scrollHeight > innerHeight);
  expect(await scrolls()).toBe(false);
  expect(await covered(footer(page).first(), scene.widget)).toBeGreaterThan(0);
  await page.getByRole("link").first().focus();
  await scene.press("Tab");
  expect(await scrolls()).toBe(true);
  await footer(page).first().focus();
  expect(await covered(footer(page).first(), scene.widget)).toBe(0);
});
