/** The privacy page, as a visitor reads it: in his language, on any screen, in light and dark, with nothing from elsewhere. */
import { expect, test } from "./shop";
import { expectAccessible } from "./axe";

for (const colorScheme of ["light", "dark"] as const) {
  test(`lists what is kept, readable in the ${colorScheme} @phone`, async ({ page, stage }) => {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.url()));
    const complaints: string[] = [];
    page.on("console", (line) => complaints.push(line.text()));
    await page.emulateMedia({ colorScheme });
    const address = `${stage.edge}/privacy?site=shop`;
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("What is kept of you, and why");
    await expect(page.getByRole("heading", { name: "your basket" })).toBeVisible();
    await expect(page.getByText("No cookie is ever set.")).toBeVisible();
    const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(background, "its policy lets its looks in").toBe(
      colorScheme === "dark" ? "rgb(19, 28, 33)" : "rgb(255, 255, 255)",
    );
    const spare = await page.evaluate(() => innerWidth - document.documentElement.scrollWidth);
    expect(spare, "nothing to scroll sideways for").toBeGreaterThanOrEqual(0);
    await expectAccessible(page, "body");

    await page.getByRole("link", { name: "Français" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ce qui est gardé de vous, et pourquoi");
    await expect(page.locator("html")).toHaveAttribute("lang", "fr");
    expect(complaints).toEqual([]);
    expect(asked.filter((url) => !url.includes("/privacy") && !url.endsWith("/favicon.ico"))).toEqual([]);
  });
}
