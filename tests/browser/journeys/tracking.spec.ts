/** What the tag tells of pages that are not the demo's: its doors, and the policies, frames and lines it has to live with. */
import type { Page } from "@playwright/test";
import { BELL, expect, test } from "./shop";
import type { Stage } from "./stage";

/** What the edge keeps of a visitor, as he takes it along. */
interface Kept {
  pages: { path: string }[];
  events: { name: string }[];
  cart?: { total: number; items: number; currency?: string };
  orders: { count: number; total: number };
}

type Words = [string, ...unknown[]];

/** Calls the tag as a page's script does. */
async function declic(page: Page, ...words: Words): Promise<void> {
  await page.evaluate((words) => (window as unknown as { declic(...words: unknown[]): void }).declic(...words), words);
}

/** Everything that is kept of this page's visitor. */
async function kept(page: Page): Promise<Kept> {
  const all = await page.evaluate(
    () =>
      new Promise((resolve) =>
        (window as unknown as { declic(...words: unknown[]): void }).declic("export", resolve),
      ),
  );
  return (all as { visitor: Kept }).visitor;
}

interface Sheet {
  head?: string;
  body?: string;
  policy?: string;
  /** The script tag, where it is not the plain one. */
  tag?: string;
}

/** Puts a page of the site's own at `path`: it carries the tag, and a visitor who has said yes. */
async function put(page: Page, stage: Stage, path: string, sheet: Sheet): Promise<void> {
  const stub = "window.declic=window.declic||function(){(declic.q=declic.q||[]).push(arguments)}";
  const tag = sheet.tag ?? TAG;
  const body = `<!doctype html><html lang="en"><head><title>Sheet</title>
    <script nonce="n1">${stub};declic("consent","granted")</script>${sheet.head ?? ""}${tag}</head>
    <body>${sheet.body ?? ""}</body></html>`;
  const headers: Record<string, string> = { "content-type": "text/html; charset=utf-8" };
  if (sheet.policy) headers["content-security-policy"] = sheet.policy;
  await page.route(`${stage.site}${path}`, (route) => route.fulfill({ body, headers }));
  // The edge under the site's own address, as one routes it in production. A browser also lets no page that came from
  // nowhere ask this machine for anything.
  await page.route(`${stage.site}/declic/**`, async (route) => {
    const url = route.request().url().replace(`${stage.site}/declic`, stage.edge);
    await route.fulfill({ response: await route.fetch({ url }) });
  });
}

const TAG = `<script nonce="n1" async src="/declic/t.js" data-site="shop"></script>`;

test("reads a data layer without touching it, and counts an order once however often it is told", async ({
  shop,
  page,
  stage,
}) => {
  const first = { event: "view_item", ecommerce: { value: 12, currency: "EUR" } };
  const order = { event: "purchase", ecommerce: { transaction_id: "A-7", value: 60, currency: "EUR" } };
  await put(page, stage, "/layer", {
    head: `<script nonce="n1">dataLayer=[${JSON.stringify(first)}]</script>`,
  });
  await shop.open("/layer");
  const push = (entry: unknown) =>
    page.evaluate((entry) => (window as unknown as { dataLayer: unknown[] }).dataLayer.push(entry), entry);
  const items = [{ item_name: "Bell", price: 20, quantity: 2 }];
  const added = { event: "add_to_cart", ecommerce: { currency: "EUR", items } };
  await expect.poll(async () => (await kept(page)).events.map((event) => event.name)).toContain("view_item");
  expect(await push(added)).toBe(2);
  await push({ event: "gtm.js" });
  await push({ event: "remove_from_cart", ecommerce: { value: 20, currency: "EUR", items: [{ quantity: 1 }] } });
  await expect.poll(async () => (await kept(page)).cart).toEqual({ total: 20, items: 1, currency: "EUR" });
  await push(order);
  await push(order);
  await expect.poll(async () => (await kept(page)).orders.count).toBe(1);
  expect((await kept(page)).events.map((event) => event.name)).not.toContain("gtm.js");
  const layer = await page.evaluate(() => (window as unknown as { dataLayer: unknown[] }).dataLayer);
  expect(layer.slice(0, 2)).toEqual([first, added]);
  expect(layer).toHaveLength(6);
});

test("reads basket and order from the markup, and follows them", async ({ shop, page, stage }) => {
  await put(page, stage, "/markup", {
    body: `<div id="c" data-declic-cart="40" data-declic-items="2" data-declic-currency="EUR"></div>`,
  });
  await shop.open("/markup");
  await expect.poll(async () => (await kept(page)).cart).toEqual({ total: 40, items: 2, currency: "EUR" });
  await page.evaluate(() => (document.querySelector<HTMLElement>("#c")!.dataset.declicCart = "55.5"));
  await expect.poll(async () => (await kept(page)).cart?.total).toBe(55.5);

  await put(page, stage, "/thanks", { body: `<p data-declic-order="B-1" data-declic-total="55.5">Thank you</p>` });
  for (const _ of [1, 2]) {
    await shop.open("/thanks");
    await expect.poll(async () => (await kept(page)).orders).toMatchObject({ count: 1, total: 55.5 });
  }
});

test("tells what the edge has not acknowledged from the next page", async ({ shop, page, stage }) => {
  await shop.open("/");
  await shop.accept();
  await page.route(`${stage.edge}/v1/events`, (route) => route.abort());
  await declic(page, "track", "zoom");
  await expect.poll(() => shop.posts()).toBeGreaterThan(1);
  await page.goto(`${stage.site}/privacy`);
  expect((await shop.kept()).sort()).toEqual(["declic.shop", "declic.shop.q"]);
  await page.unrouteAll({ behavior: "wait" });
  await shop.look(BELL);
  await expect.poll(async () => (await kept(page)).events.map((event) => event.name)).toEqual(["zoom"]);
  await expect.poll(() => shop.kept()).toEqual(["declic.shop"]);
  const paths = (await kept(page)).pages.map((visit) => visit.path);
  expect(paths.sort()).toEqual(["/", `/p/${BELL}`, "/privacy"].sort());
});

test("keeps what the visitor sent away, and nothing else, for one who allows what is necessary", async ({
  shop,
  page,
}) => {
  await shop.open("/?utm_campaign=Spring+rides");
  await shop.telling(() => declic(page, "consent", "necessary").then(() => declic(page, "track", "zoom")));
  await shop.telling(() => shop.widgets.getByRole("button", { name: "Not now" }).click());
  expect(await shop.kept()).toEqual(["declic.shop"]);
  expect(await page.evaluate(() => [sessionStorage["declic.shop"], localStorage["declic.shop"]])).toEqual([
    "campaign-banner\n",
    undefined,
  ]);
  expect(await page.context().cookies()).toEqual([]);
});

test("follows a site of one document, by history, by hash and by the Navigation API", async ({ shop, page }) => {
  for (const api of ["navigation", "history"]) {
    if (api === "history") await page.addInitScript(() => Object.defineProperty(window, "navigation", { value: undefined }));
    await shop.open("/");
    if (api === "navigation") await shop.accept();
    const go = (path: string) => shop.telling(() => page.evaluate((path) => history.pushState(null, "", path), path));
    await go(`/one-${api}`);
    await go(`/two-${api}?x=1`);
    await shop.telling(() => page.evaluate(() => void (location.hash = "#/three")));
    await shop.telling(() => page.evaluate(() => history.back()));
    const paths = (await kept(page)).pages.slice(-5).map((visit) => visit.path);
    expect(paths).toEqual(["/", `/one-${api}`, `/two-${api}`, `/two-${api}#/three`, `/two-${api}`]);
  }
});

test("says so when a page has the tag twice, and counts it once", async ({ shop, page, stage }) => {
  await put(page, stage, "/twice", { tag: TAG + TAG });
  await shop.open("/twice");
  await expect.poll(() => shop.complaints.join()).toContain("this page has the tag twice");
  expect((await kept(page)).pages.map((visit) => visit.path)).toEqual(["/twice"]);
});

test("speaks for a frame of the same site, which is no page of its own", async ({ shop, page, stage }) => {
  await put(page, stage, "/inner", { body: "<p>inside</p>" });
  await put(page, stage, "/outer", { body: `<iframe src="/inner"></iframe>` });
  await shop.open("/outer");
  const frame = page.frames()[1]!;
  await frame.waitForFunction(() => typeof (window as unknown as { declic: unknown }).declic === "function");
  await shop.telling(() =>
    frame.evaluate(() => (window as unknown as { declic(...words: string[]): void }).declic("track", "inside")),
  );
  const all = await kept(page);
  expect(all.pages.map((visit) => visit.path)).toEqual(["/outer"]);
  expect(all.events.map((event) => event.name)).toEqual(["inside"]);
});

test("works, widgets included, under a strict policy with a nonce", async ({ shop, page, stage }) => {
  await put(page, stage, "/", {
    policy: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-n1'; connect-src 'self'",
  });
  await page.goto(`${stage.site}/?utm_campaign=Spring+rides`);
  await page.unroute(`${stage.site}/`);
  await put(page, stage, "/?utm_campaign=strict", {
    policy: "default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'nonce-n1'; connect-src 'self'",
  });
  await page.goto(`${stage.site}/?utm_campaign=strict`);
  await expect(shop.widgets).toContainText("“strict”");
});

test("is silent, and says so once, where WebAssembly or the edge is forbidden", async ({ shop, page, stage }) => {
  for (const [path, policy] of [
    ["/no-wasm", "script-src 'self' 'nonce-n1'; connect-src 'self'"],
    ["/no-edge", "script-src 'self' 'nonce-n1' 'wasm-unsafe-eval'; connect-src 'none'"],
  ] as const) {
    shop.complaints.length = 0;
    await put(page, stage, path, { policy: `default-src 'none'; ${policy}` });
    const said = () => shop.complaints.filter((text) => text.startsWith("declic:"));
    await page.goto(stage.site + path);
    await expect.poll(() => said().length, path).toBe(1);
    await shop.wait(600);
    expect(said(), path).toHaveLength(1);
  }
});

test("waits until a prerendered page is seen", async ({ shop, page, stage }) => {
  await page.addInitScript(() => {
    if (location.pathname === "/privacy") Object.defineProperty(document, "prerendering", { value: true });
  });
  await page.goto(`${stage.site}/privacy`);
  await shop.wait(5);
  expect(await shop.posts()).toBe(0);
  await page.evaluate(() => document.dispatchEvent(new Event("prerenderingchange")));
  await shop.answered();
});

test("a version pinned by its integrity runs, and other bytes do not", async ({ shop, page, stage }) => {
  const answered = await (await fetch(`${stage.edge}/v1/snippet?site=shop`)).text();
  const snippet = answered.replace(stage.edge, `${stage.site}/declic`);
  expect(snippet).toMatch(/integrity="sha384-[^"]{64}" crossorigin="anonymous"/);
  await put(page, stage, "/pinned", { tag: snippet });
  await shop.open("/pinned");
  await put(page, stage, "/tampered", { tag: snippet.replace(/sha384-./, "sha384-_") });
  await page.goto(`${stage.site}/tampered`);
  await expect.poll(() => page.evaluate(() => document.readyState)).toBe("complete");
  expect(await page.evaluate(() => (window as unknown as { declic: { site?: string } }).declic.site)).toBe(undefined);
});

test("helps with a form that shows errors, and where clicks get nowhere", async ({ shop, page }) => {
  await shop.open("/quote/2");
  await shop.accept();
  await shop.telling(() => page.getByRole("button", { name: "See the offer" }).click());
  await expect(shop.widgets).toContainText("Is the form giving you trouble?");
  await shop.widgets.getByRole("button", { name: "Not now" }).click();

  await shop.look(BELL);
  await shop.telling(() => page.locator("h1").first().click({ clickCount: 3 }));
  await expect(shop.widgets).toContainText("Does something not answer?");
});
