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
  /** Those of them that the edge has answered, and the tag has read. */
  answers: number;
  /** Requests of the tag's that have not come back, whatever becomes of them. */
  inTheAir: number;
  /** What it has read in their answers: a rule, or "" for nothing to show. */
  decisions: string[];
}

/** Seconds that go by at once: half of what the tag gives a request. */
const STEP = 5;

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
  const seen: Seen = { posts: 0, answers: 0, inTheAir: 0, decisions: [] };
  /** Whether a batch is the first of those that an earlier page left on the device, but for its clock. */
  const isLeft = (body: Uint8Array) => {
    try {
      const [[, text]] = JSON.parse(localStorage.getItem("declic.shop.q") ?? "[[0,\"\"]]") as [[number, string]];
      const same = (byte: number, place: number) => (place > 0 && place < 5) || byte === text.charCodeAt(place);
      return body.length === text.length && body.every(same);
    } catch {
      return false; // a page without storage has nothing left on it
    }
  };
  const post = window.fetch;
  window.fetch = async (...words) => {
    if (!String(words[0]).endsWith("/v1/events")) return post(...words);
    // What an earlier page left goes first, and its answer decides nothing here.
    const counts = isLeft(words[1]!.body as Uint8Array) ? 0 : 1;
    seen.posts += counts;
    seen.inTheAir++;
    const landed = (answered: number) => {
      seen.inTheAir--;
      seen.answers += answered;
    };
    try {
      const answer = await post(...words);
      const read = answer.arrayBuffer.bind(answer);
      // Once the tag has the bytes it acts on them in the same task: nobody who asks sees it between the two.
      answer.arrayBuffer = () =>
        read().then(
          (bytes) => {
            landed(answer.ok ? counts : 0);
            return bytes;
          },
          (error) => {
            landed(0);
            throw error;
          },
        );
      return answer;
    } catch (error) {
      landed(0);
      throw error;
    }
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

  /** The same visitor in another tab, on this page. */
  async another(path: string): Promise<Shop> {
    const page = await this.page.context().newPage();
    await page.addInitScript(watchTheTag);
    const tab = new Shop(page, this.stage);
    await tab.open(path);
    return tab;
  }

  /** Opens a page and waits until the tag has read what the edge says to it. */
  async open(path: string, options: { referer?: string } = {}): Promise<void> {
    await this.page.goto(this.stage.site + path, options);
    await this.answered();
  }

  /** Does what makes the tag post, and waits until it has read the answer. */
  async telling(action: () => Promise<void>): Promise<void> {
    await this.answered();
    const { answers } = await this.seen();
    await action();
    await this.answered(answers + 1);
  }

  /** Waits until the tag has read so many answers on this page, and waits for none. */
  async answered(answers = 1): Promise<void> {
    const read = async () => {
      const seen = await this.seen();
      return seen.inTheAir ? 0 : seen.answers;
    };
    const message = "answers that the tag has read, 0 while it waits for one";
    await expect.poll(read, { message, intervals: [20] }).toBeGreaterThanOrEqual(answers);
  }

  /** Waits until all that the tag has sent has come back, with an answer or without. */
  async landed(): Promise<void> {
    const inTheAir = async () => (await this.seen()).inTheAir;
    await expect.poll(inTheAir, { message: "requests in the air", intervals: [20] }).toBe(0);
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

  /**
   * Time goes by, as the page's own clock tells it. What the tag sends meanwhile comes back first: on a slow machine its
   * time is not the page's, and the tag would give it up.
   */
  async wait(seconds: number): Promise<void> {
    for (let left = seconds; left > 0; left -= STEP) {
      await this.landed();
      await this.page.clock.runFor(Math.min(left, STEP) * 1000);
    }
    await this.landed();
  }

  /** Time goes by until this holds, and ten minutes of the page's own at most: then it is for the test to say what is wrong. */
  async until(holds: () => Promise<boolean>): Promise<void> {
    for (let second = 0; second < 600 && !(await holds()); second++) await this.wait(1);
  }

  /** From here on, also on the pages opened next, the page's time goes by when it is told to, and not by itself. */
  async stopTheClock(): Promise<void> {
    // A clock goes forward only, and the page's own goes on while this is said.
    await this.page.clock.pauseAt((await this.page.evaluate(() => Date.now())) + 60_000);
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
