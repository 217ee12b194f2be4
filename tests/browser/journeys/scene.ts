/** One widget on a page of the demo site, from a card of the test's own: for what no rule there shows. */
import { expect, type Locator, type Page } from "@playwright/test";
import { encode, type Card } from "./card";
import type { Stage } from "./stage";

/** What the tag would be told: a word, and what goes with it. */
type Report = string[];

/** `w.js`, as the tag imports it. */
interface Widgets {
  show(rule: string, card: Uint8Array, say: (...report: Report) => void): void;
  settle(rule: string, stored: boolean): void;
  leave(): void;
}

declare global {
  interface Window {
    scene: { widgets: Widgets; said: Report[] };
  }
}

export class Scene {
  private constructor(
    readonly page: Page,
    private readonly stage: Stage,
  ) {}

  /** A page that shows nothing by itself, the tag included, and is not asked for consent. */
  static async open(page: Page, stage: Stage, path = "/privacy"): Promise<Scene> {
    await page.route("**/t.js", (route) => route.fulfill({ contentType: "text/javascript", body: "" }));
    await page.addInitScript(() => localStorage.setItem("sonnette.consent", "denied"));
    await page.goto(stage.site + path);
    return new Scene(page, stage);
  }

  async show(card: Card): Promise<void> {
    const [address, bytes] = [`${this.stage.edge}/w.js`, encode(card)];
    await this.page.evaluate(
      async ([address, bytes]) => {
        const widgets: Widgets = await import(address as string);
        window.scene = { widgets, said: [] };
        widgets.show("rule", new Uint8Array(bytes as number[]), (...report) => window.scene.said.push(report));
      },
      [address, bytes],
    );
    await expect(this.widget).toBeVisible();
  }

  /** The widget, wherever it stands. */
  get widget(): Locator {
    return this.page.locator("section.contact, section.banner, section.survey");
  }

  async stored(stored: boolean): Promise<void> {
    await this.page.evaluate((stored) => window.scene.widgets.settle("rule", stored), stored);
  }

  /** What was said besides that it is shown, once that many reports are there. */
  async expectSaid(...reports: Report[]): Promise<void> {
    const said = () => this.page.evaluate(() => window.scene.said.filter(([word]) => word !== "shown"));
    await expect.poll(said).toEqual(reports);
  }

  /** Presses a key so many times. */
  async press(key: string, times = 1): Promise<void> {
    for (let time = 0; time < times; time++) await this.page.keyboard.press(key);
  }
}
