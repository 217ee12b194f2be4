/** A line to the edge that does not work, for as long as a journey wants it so. */
import { expect, type Page, type Route } from "@playwright/test";

export class Outage {
  private begun = 0;
  private over = 0;

  private constructor(
    private readonly page: Page,
    private readonly address: string,
    private readonly meet: (route: Route) => Promise<void>,
  ) {}

  /** Nothing that is sent to `address` arrives. */
  static ofRequests(page: Page, address: string): Promise<Outage> {
    return Outage.begin(page, address, (route) => route.abort());
  }

  /** What is sent to `address` arrives, and its answer is lost: the worst case for counting twice. */
  static ofAnswers(page: Page, address: string): Promise<Outage> {
    return Outage.begin(page, address, async (route) => {
      await route.fetch();
      await route.abort();
    });
  }

  private static async begin(page: Page, address: string, lose: (route: Route) => Promise<void>): Promise<Outage> {
    const outage = new Outage(page, address, async (route) => {
      outage.begun++;
      try {
        await lose(route);
      } finally {
        outage.over++;
      }
    });
    await page.route(address, outage.meet);
    return outage;
  }

  /** How many requests it has swallowed. */
  get swallowed(): number {
    return this.over;
  }

  /** Waits until it has swallowed so many. */
  async swallows(requests = 1): Promise<void> {
    await expect.poll(() => this.over, { intervals: [20] }).toBeGreaterThanOrEqual(requests);
  }

  /** From here on the line works; what it has in its teeth is lost before this returns. */
  async ends(): Promise<void> {
    await this.page.unroute(this.address, this.meet);
    await expect.poll(() => this.begun - this.over, { intervals: [20] }).toBe(0);
  }
}
