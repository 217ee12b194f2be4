/** Every widget held to WCAG 2.2 AA by axe-core, and to what axe cannot see: targets, shifts, forced colours. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import { expect, test as base } from "./shop";
import { ALL } from "./cards";
import { Scene } from "./scene";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const test = base.extend<{ scene: Scene }>({
  scene: async ({ page, stage }, use) => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    await use(await Scene.open(page, stage, "/"));
  },
});

/** What axe finds wrong with the widget as it stands. */
async function faults(scene: Scene, slot: string | undefined): Promise<string[]> {
  // As the browser's debugger: the page's policy lets no such script in.
  await scene.page.evaluate(AXE);
  const { violations } = await scene.page.evaluate(
    (host): Promise<AxeResults> =>
      (window as unknown as { axe: typeof import("axe-core") }).axe.run(
        { include: [{ fromShadowDom: [host, "section"] }] },
        { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
      ),
    slot ? `[data-declic-slot=${slot}]` : "declic-widgets",
  );
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
}

for (const [name, card] of Object.entries(ALL)) {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`${name} has no fault in the ${colorScheme} @phone`, async ({ scene, page }) => {
      await page.emulateMedia({ colorScheme });
      await scene.show(card);
      expect(await faults(scene, card.slot)).toEqual([]);
      await scene.widget.getByText("Why am I seeing this?").click();
      expect(await faults(scene, card.slot), "explained").toEqual([]);
      if (card.show === "survey") {
        await scene.widget.getByRole("radio", { name: "4" }).check();
        expect(await faults(scene, card.slot), "with a score").toEqual([]);
        await scene.widget.getByRole("button", { name: "Send" }).click();
        expect(await faults(scene, card.slot), "answered").toEqual([]);
      }
      if (card.show !== "callback" && card.show !== "chat") return;

      await scene.widget.locator(".open").click();
      const dialog = scene.widget.getByRole("dialog");
      expect(await faults(scene, card.slot), "open").toEqual([]);
      await dialog.locator(".send").click();
      await expect(dialog.getByRole("alert").filter({ hasText: /./ })).not.toHaveCount(0);
      expect(await faults(scene, card.slot), "with a mistake").toEqual([]);
      await dialog.locator(".to").fill("+44 7400 123456");
      if (await dialog.getByLabel("Your message").isVisible()) await dialog.getByLabel("Your message").fill("Does it ring?");
      await dialog.locator(".send").click();
      await scene.stored(true);
      await expect(dialog.locator(".done")).toBeVisible();
      expect(await faults(scene, card.slot), "sent").toEqual([]);
    });
  }

  test(`${name} can be hit with a finger, and moves nothing @phone`, async ({ scene, page }) => {
    await page.evaluate(() => {
      const seen = { shift: 0 };
      Object.assign(window, { seen });
      const note = (list: PerformanceObserverEntryList) => {
        for (const entry of list.getEntries()) seen.shift += (entry as PerformanceEntry & { value: number }).value;
      };
      new PerformanceObserver(note).observe({ type: "layout-shift" });
    });
    await scene.show(card);
    const small: string[] = [];
    for (const target of await scene.widget.locator("button, a, summary, label.score").all()) {
      const box = await target.boundingBox();
      if (box && Math.min(box.width, box.height) < 24) small.push(`${await target.innerText()}: ${box.height} px`);
    }
    expect(small).toEqual([]);
    // Two frames: a shift is told of after the one it happens in.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect(await page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift)).toBe(0);
  });
}

test("a chosen score is told apart where the visitor's own colours are forced", async ({ scene, page }) => {
  await page.emulateMedia({ forcedColors: "active" });
  await scene.show(ALL["a survey"]);
  await scene.widget.getByRole("radio", { name: "4" }).check();
  const colour = (text: string) =>
    scene.widget.getByText(text, { exact: true }).evaluate((element) => getComputedStyle(element).backgroundColor);
  expect(await colour("4")).not.toBe(await colour("3"));
});

test("nothing moves where the visitor wants no motion", async ({ scene, page }) => {
  await scene.show(ALL["a survey"]);
  expect(await page.evaluate(() => document.querySelector("declic-widgets")!.shadowRoot!.getAnimations().length)).toBe(0);
});
