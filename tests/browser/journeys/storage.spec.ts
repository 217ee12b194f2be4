/** What stays on the device, byte by byte, for each answer a visitor can give: these keys, these forms, and nothing else. */
import type { Page } from "@playwright/test";
import { Outage } from "./outage";
import { BELL, expect, test } from "./shop";

/** Everything a page may keep on a device, but for what is the shop's own. */
interface Kept {
  local: Record<string, string>;
  session: Record<string, string>;
  elsewhere: string[];
}

async function kept(page: Page): Promise<Kept> {
  const { local, session, elsewhere } = await page.evaluate(async () => ({
    local: { ...localStorage },
    session: { ...sessionStorage },
    elsewhere: [
      ...(await indexedDB.databases()).map((database) => `database ${database.name}`),
      ...(await caches.keys()).map((name) => `cache ${name}`),
      ...(await navigator.serviceWorker.getRegistrations()).map((worker) => `worker ${worker.scope}`),
    ],
  }));
  const cookies = (await page.context().cookies()).map((cookie) => `cookie ${cookie.name}`);
  const own = (entries: Record<string, string>) =>
    Object.fromEntries(Object.entries(entries).filter(([key]) => !key.startsWith("sonnette.")));
  return { local: own(local), session: own(session), elsewhere: [...elsewhere, ...cookies] };
}

const NOTHING: Kept = { local: {}, session: {}, elsewhere: [] };

/** The edge's token: where the visitor lives, who he is and that the edge says so, 16 bytes each in base64. */
const TOKEN = /^d1\.[a-z]{2,5}\.([0-9]|[12][0-9]|3[01])\.[\w-]{22}\.[\w-]{22}$/;

/** What stands for it until the edge has given one: 16 random bytes. */
const SEED = /^s\.[0-9a-f]{32}$/;

const declic = (page: Page, verb: string, subject: string) =>
  page.evaluate(
    ([verb, subject]) => (window as unknown as { declic(...words: string[]): void }).declic(verb!, subject!),
    [verb, subject],
  );

test("nothing, of one who was not asked, who refuses, or whose browser refuses for him", async ({ shop, page }) => {
  await shop.open("/?utm_campaign=Spring");
  await shop.telling(() => shop.widgets.getByRole("button", { name: "Not now" }).click());
  await shop.look(BELL);
  expect(await kept(page), "not asked").toEqual(NOTHING);
  await shop.telling(() => declic(page, "consent", "denied").then(() => declic(page, "track", "zoom")));
  expect(await kept(page), "denied").toEqual(NOTHING);
  await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
  await shop.look(BELL);
  await shop.telling(() => declic(page, "consent", "granted").then(() => declic(page, "track", "zoom")));
  expect(await kept(page), "Sec-GPC").toEqual(NOTHING);
});

test("the names of what was sent away, for the tab, of one who allows what is necessary", async ({ shop, page }) => {
  await shop.open("/?utm_campaign=Spring");
  await shop.telling(() => declic(page, "consent", "necessary").then(() => declic(page, "track", "zoom")));
  expect(await kept(page)).toEqual(NOTHING);
  await shop.telling(() => shop.widgets.getByRole("button", { name: "Not now" }).click());
  expect(await kept(page)).toEqual({ ...NOTHING, session: { "declic.shop": "campaign-banner\n" } });
});

test("a token of one who accepts: a seed of 34 bytes, then 57 at most from the edge", async ({ shop, page, stage }) => {
  await shop.open("/");
  const outage = await Outage.ofRequests(page, `${stage.edge}/v1/events`);
  await page.getByRole("button", { name: "Accept" }).click();
  await outage.swallows();
  const { local: seeded, ...rest } = await kept(page);
  expect(seeded).toEqual({ "declic.shop": expect.stringMatching(SEED) });
  expect({ local: {}, ...rest }).toEqual(NOTHING);

  await outage.ends();
  await shop.until(async () => TOKEN.test((await kept(page)).local["declic.shop"]!));
  const { local, ...more } = await kept(page);
  expect(local).toEqual({ "declic.shop": expect.stringMatching(TOKEN) });
  expect(local["declic.shop"]!.length).toBeLessThanOrEqual(57);
  expect({ local: {}, ...more }).toEqual(NOTHING);

  await declic(page, "consent", "denied");
  expect(await kept(page), "taken back").toEqual(NOTHING);
});

test("batches that the edge has not acknowledged, with their time, until it has", async ({ shop, page, stage }) => {
  await shop.open("/");
  await shop.accept();
  const outage = await Outage.ofRequests(page, `${stage.edge}/v1/events`);
  await declic(page, "track", "zoom");
  await outage.swallows();
  const before = Date.now();
  await page.goto(`${stage.site}/privacy`);
  const { local } = await kept(page);
  expect(Object.keys(local).sort()).toEqual(["declic.shop", "declic.shop.q"]);
  const batches = JSON.parse(local["declic.shop.q"]!) as [number, string][];
  expect(batches).toHaveLength(1);
  const [[at, bytes]] = batches as [[number, string]];
  // Moments as the page's clock has them, which goes with this one as long as nobody puts it forward.
  expect(Math.abs(at - before)).toBeLessThan(120_000);
  // The batch as it would be sent: its version, then its clock, then the site's key behind its length.
  expect([bytes.charCodeAt(0), bytes.slice(5, 10)]).toEqual([1, "\x04shop"]);
  expect(bytes).toContain(local["declic.shop"]);
  expect(bytes).toContain("zoom");
  expect(Math.max(...[...bytes].map((character) => character.charCodeAt(0)))).toBeLessThan(256);

  await outage.ends();
  await shop.until(async () => !("declic.shop.q" in (await kept(page)).local));
  const { local: after, ...rest } = await kept(page);
  expect(after).toEqual({ "declic.shop": expect.stringMatching(TOKEN) });
  expect({ local: {}, ...rest }).toEqual(NOTHING);
});

test("the key of a debug link, for the tab that was opened with it", async ({ shop, page, stage }) => {
  const key = await stage.debugKey();
  await shop.open(`/?declic_debug=${key}`);
  await expect(page.getByRole("region", { name: "Rules on this page" }).getByRole("listitem").first()).toBeVisible();
  expect(await kept(page)).toEqual({ ...NOTHING, session: { "declic.shop.debug": key } });
});

test("no address that only looks like a debug link opens one", async ({ shop, page, stage }) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await shop.open("/?from=declic_debug");
  await shop.open("/?xdeclic_debug=1");
  expect(asked).not.toContain("/x.js");
  await shop.open(`/?from=x&declic_debug=${await stage.debugKey()}`);
  await expect.poll(() => asked).toContain("/x.js");
});
