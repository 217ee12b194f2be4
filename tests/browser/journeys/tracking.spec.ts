/** What the tag tells of pages that are not the demo's: its doors, and the policies, frames and lines it has to live with. */
import type { Page } from "@playwright/test";
import { Outage } from "./outage";
import { BELL, expect, test } from "./shop";
import type { Stage } from "./stage";

type Words = [string, ...unknown[]];

/** Calls the tag as a page's script does. */
async function declic(page: Page, ...words: Words): Promise<void> {
  await page.evaluate((words) => (window as unknown as { declic(...words: unknown[]): void }).declic(...words), words);
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
  const items = [{ item_name: "Bell", price: 20, quantity: 2 }];
  const entries = {
    add: { event: "add_to_cart", ecommerce: { currency: "EUR", items } },
    remove: { event: "remove_from_cart", ecommerce: { value: 20, currency: "EUR", items: [{ quantity: 1 }] } },
    order: { event: "purchase", ecommerce: { transaction_id: "A-7", value: 60, currency: "EUR" } },
    other: { event: "gtm.js" },
  };
  await put(page, stage, "/layer", {
    head: `<script nonce="n1">
      dataLayer = [${JSON.stringify(first)}];
      entries = ${JSON.stringify(entries)};
      document.addEventListener("click", event => {
        event.stopPropagation();
        if (event.target.id) dataLayer.push(entries[event.target.id]);
      });
    </script>`,
    body: Object.keys(entries).map((id) => `<button id="${id}">${id}</button>`).join("") + "<p>Text</p>",
  });
  await shop.open("/layer");
  const names = async () => (await shop.visitor())!.events.map((event) => event.name);
  await expect.poll(names).toContain("view_item");

  // What a click leads to is told in the same interaction.
  const click = (name: string) => page.getByRole("button", { name }).click();
  await shop.telling(() => click("add"));
  expect((await shop.visitor())!.cart).toEqual({ total: 40, items: 2, currency: "EUR" });
  await click("other");
  await shop.telling(() => click("remove"));
  expect((await shop.visitor())!.cart).toEqual({ total: 20, items: 1, currency: "EUR" });
  await shop.telling(() => click("order"));
  await shop.telling(() => click("order"));
  expect((await shop.visitor())!.orders.count).toBe(1);

  const push = (event: string, more = "") =>
    page.evaluate(`dataLayer.push({ event: ${JSON.stringify(event)} }); ${more}`);
  // So is what comes with an answer of the network, which the page shows.
  await shop.telling(() => push("shown", "document.querySelector('p').firstChild.nodeValue = 'In your basket'"));
  // What comes alone waits for the next that happens; a tag manager may shorten the layer meanwhile.
  await push("alone", "dataLayer.shift()");
  await shop.telling(() => page.getByText("In your basket").click());
  expect((await names()).slice(-2)).toEqual(["shown", "alone"]);
  expect(await names()).not.toContain("gtm.js");
  await shop.open("/layer");
  await shop.telling(() => click("add"));
  const [layer, untouched] = (await page.evaluate(
    `[dataLayer, dataLayer.push === Array.prototype.push && Object.keys(dataLayer).join() === "0,1"]`,
  )) as [unknown[], boolean];
  expect(layer).toEqual([first, entries.add]);
  expect(untouched).toBe(true);
});

test("reads basket and order from the markup, and follows them", async ({ shop, page, stage }) => {
  await put(page, stage, "/markup", {
    body: `<div id="c" data-declic-cart="40" data-declic-items="2" data-declic-currency="EUR"></div>`,
  });
  await shop.open("/markup");
  await expect.poll(async () => (await shop.visitor())!.cart).toEqual({ total: 40, items: 2, currency: "EUR" });
  await page.evaluate(() => (document.querySelector<HTMLElement>("#c")!.dataset.declicCart = "55.5"));
  await expect.poll(async () => (await shop.visitor())?.cart?.total).toBe(55.5);

  await put(page, stage, "/thanks", { body: `<p data-declic-order="B-1" data-declic-total="55.5">Thank you</p>` });
  for (const _ of [1, 2]) {
    await shop.open("/thanks");
    await expect.poll(async () => (await shop.visitor())!.orders).toMatchObject({ count: 1, total: 55.5 });
  }
});

test("tells what the edge has not acknowledged from the next page", async ({ shop, page, stage }) => {
  await shop.open("/");
  await shop.accept();
  const outage = await Outage.ofRequests(page, `${stage.edge}/v1/events`);
  await declic(page, "track", "zoom");
  await outage.swallows();
  await page.goto(`${stage.site}/privacy`);
  expect((await shop.kept()).sort()).toEqual(["declic.shop", "declic.shop.q"]);
  await outage.ends();
  await shop.look(BELL);
  await expect.poll(async () => (await shop.visitor())!.events.map((event) => event.name)).toEqual(["zoom"]);
  await expect.poll(() => shop.kept()).toEqual(["declic.shop"]);
  const paths = (await shop.visitor())!.pages.map((visit) => visit.path);
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
    const paths = (await shop.visitor())!.pages.slice(-5).map((visit) => visit.path);
    expect(paths).toEqual(["/", `/one-${api}`, `/two-${api}`, `/two-${api}#/three`, `/two-${api}`]);
  }
});

test("says so when a page has the tag twice, and counts it once", async ({ shop, page, stage }) => {
  await put(page, stage, "/twice", { tag: TAG + TAG });
  await shop.open("/twice");
  await expect.poll(() => shop.complaints.join()).toContain("this page has the tag twice");
  expect((await shop.visitor())!.pages.map((visit) => visit.path)).toEqual(["/twice"]);
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
  const all = (await shop.visitor())!;
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
  // What is shown is told, and the answer to it comes before the test is over.
  await shop.answered(2);
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
