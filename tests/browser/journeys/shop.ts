/** The demo shop as a visitor uses it, and what the tag does meanwhile. */
import { test as base, expect, type Locator, type Page, type Request } from "@playwright/test";
import { Stage } from "./stage";

export { expect };

/** Two of these and the basket is past 150. */
export const SADDLE = "leather-saddle";
export const BELL = "brass-bell";

/** What the tag has done on the open page, as the page itself sees it. */
interface Seen {
  /** Batches it has posted. */
  posts: number;
  /** What it has read in their answers: a rule, or "" for nothing to show. One for each answer, or for each offer. */
  decisions: string[];
}

/** What the edge keeps of a visitor. */
export interface Visitor {
  pages: { path: string }[];
  events: { name: string }[];
  cart?: { total: number; items: number; currency?: string };
  orders: { count: number; total: number };
  surveys: { rule: string; score: number; remark?: string }[];
}

/** Notes it from before the tag runs: on the network alone, nobody sees whether an answer has been read. */
function watchTheTag(): void {
  const seen: Seen = { posts: 0, decisions: [] };
  const left = () => {
    try {
      return localStorage.getItem("declic.shop.q") !== null;
    } catch {
      return false; // a page without storage has nothing left on it
    }
  };
  const post = window.fetch;
  window.fetch = (...words) => {
    // What an earlier page left on the device goes first, and its answer decides nothing here.
    if (String(words[0]).endsWith("/v1/events") && !left()) seen.posts++;
    return post(...words);
  };
  document.addEventListener("declic:decision", (event) => {
    seen.decisions.push((event as CustomEvent<{ rule: string }>).detail.rule);
  });
  Object.assign(window, { seen });
}

export class Shop {
  /** Batches the tag has posted, in order. */
  readonly batches: Request[] = [];
  /** What the page's console said, and errors nobody caught. */
  readonly complaints: string[] = [];

  constructor(
    readonly page: Page,
    readonly stage: Stage,
  ) {
    page.on("request", (request) => {
      if (request.url() === `${stage.edge}/v1/events`) this.batches.push(request);
    });
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error" || message.text().includes("declic")) this.complaints.push(message.text());
    });
  }

  /** A visitor's shop: watched from its first page on. */
  static async enter(page: Page, stage: Stage): Promise<Shop> {
    await page.clock.install();
    await page.addInitScript(watchTheTag);
    return new Shop(page, stage);
  }

  /** Opens a page and waits until the tag has read what the edge says to it. */
  async open(path: string, options: { referer?: string } = {}): Promise<void> {
    await this.page.goto(this.stage.site + path, options);
    await this.answered();
  }

  /** Does what makes the tag post, and waits until it has read the answer. */
  async telling(action: () => Promise<void>): Promise<void> {
    await this.answered();
    const before = await this.posts();
    await action();
    await this.answered(before + 1);
  }

  /** Waits until the tag has posted so many batches on this page, and read the answer to each that it has. */
  async answered(posts = 1): Promise<void> {
    const unread = async () => {
      const seen = await this.seen();
      return Math.max(posts, seen.posts) - seen.decisions.length;
    };
    await expect.poll(unread, { message: "answers that the tag has not read", intervals: [20] }).toBeLessThanOrEqual(0);
  }

  /** How many batches the tag has posted on this page. */
  async posts(): Promise<number> {
    return (await this.seen()).posts;
  }

  /** What the tag has read in the edge's answers on this page: see `Seen`. */
  async decisions(): Promise<string[]> {
    return (await this.seen()).decisions;
  }

  /** The rules that the edge has offered on this page. */
  async offers(): Promise<string[]> {
    return (await this.decisions()).filter((rule) => rule !== "");
  }

  /** Nothing is offered on this page, and so nothing is shown or still on its way to be. */
  async expectNothing(): Promise<void> {
    await this.answered();
    expect(await this.offers()).toEqual([]);
    await expect(this.widgets).toHaveCount(0);
  }

  async accept(): Promise<void> {
    await this.telling(() => this.page.getByRole("button", { name: "Accept" }).click());
  }

  async look(slug: string): Promise<void> {
    await this.open(`/p/${slug}`);
  }

  async buy(slug: string, quantity = 1): Promise<void> {
    await this.look(slug);
    await this.page.getByLabel("Quantity").fill(String(quantity));
    await this.telling(() => this.page.getByRole("button", { name: "Add to basket" }).click());
  }

  async readFaq(): Promise<void> {
    await this.open("/faq/delivery");
  }

  /** Time goes by, as the page's own clock tells it. */
  async wait(seconds: number): Promise<void> {
    await this.page.clock.runFor(seconds * 1000);
  }

  /** What Declic shows, wherever it stands. */
  get widgets(): Locator {
    return this.page.locator(".prompt, .dialog, .banner, .survey");
  }

  /** The prompt, dialog, banner or survey that says this. */
  widget(text: string): Locator {
    return this.widgets.filter({ hasText: text });
  }

  /** What the edge keeps of the visitor, as he takes it along; nothing, when nothing is kept. */
  async visitor(): Promise<Visitor | undefined> {
    const all = await this.page.evaluate(
      () => new Promise((given) => (window as unknown as { declic(...words: unknown[]): void }).declic("export", given)),
    );
    return (all as { visitor: Visitor } | null)?.visitor;
  }

  /** Keys kept in this browser, but for the shop's own. */
  async kept(): Promise<string[]> {
    const keys = await this.page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage)]);
    return keys.filter((key) => !key.startsWith("sonnette."));
  }

  private async seen(): Promise<Seen> {
    return this.page.evaluate(() => (window as unknown as { seen: Seen }).seen);
  }
}

export const test = base.extend<{ shop: Shop }, { stage: Stage }>({
  stage: [
    async ({}, use) => {
      const stage = await Stage.start();
      await use(stage);
      await stage.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  shop: async ({ page, stage }, use) => {
    await use(await Shop.enter(page, stage));
  },
});
