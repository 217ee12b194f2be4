/** Delivery through a worker that is killed: nothing is lost, and nothing counts twice. */
import { expect, test } from "./shop";

test("a worker killed in the middle loses nothing and counts nothing twice", async ({ shop, page, stage }) => {
  const track = (name: string) => page.evaluate(`declic("track", ${JSON.stringify(name)})`);
  await shop.open("/");
  await shop.accept();
  await shop.telling(() => track("one") as Promise<void>);
  const old = stage.edge;
  const events = `${old}/v1/events`;
  let lost = 0;
  page.on("requestfailed", (request) => {
    if (request.url() === events) lost++;
  });

  // It takes the batch and dies before its answer is read.
  await page.route(
    events,
    async (route) => {
      await route.fetch();
      await stage.kill();
      await route.abort();
    },
    { times: 1 },
  );
  await track("two");
  await shop.until(async () => lost > 0);

  // What comes next meets nobody.
  await track("three");
  await shop.until(async () => lost > 1);
  await stage.restart();

  // It comes back on another port: the browser is led there, as a name would lead it.
  await page.route(`${old}/**`, async (route) => {
    const headers = { ...route.request().headers(), origin: stage.site };
    const response = await route.fetch({ url: route.request().url().replace(old, stage.edge), headers });
    const shared = { ...response.headers(), "access-control-allow-origin": "*" };
    await route.fulfill({ response, headers: shared });
  });
  const names = async () => (await shop.visitor())?.events.map((event) => event.name).sort();
  await shop.until(async () => (await names())?.includes("three") ?? false);
  expect(await names()).toEqual(["one", "three", "two"]);
  expect((await shop.visitor())!.pages.map((visit) => visit.path)).toEqual(["/"]);
});
