/** Delivery through a worker that is killed: nothing is lost, and nothing counts twice. */
import { expect, test } from "./shop";

test("a worker killed in the middle loses nothing and counts nothing twice", async ({ shop, page, stage }) => {
  const track = (name: string) => page.evaluate(`declic("track", ${JSON.stringify(name)})`);
  await shop.open("/");
  await shop.accept();
  await shop.telling(() => track("one") as Promise<void>);
  const old = stage.edge;
  const events = `${old}/v1/events`;

  // It takes the batch and dies before its answer is read; what comes next meets nobody.
  await page.route(events, async (route) => {
    await route.fetch();
    await route.abort();
  });
  await track("two");
  await expect.poll(() => shop.posts()).toBeGreaterThan(1);
  await page.unrouteAll({ behavior: "wait" });
  await stage.killAndRestart();
  await track("three");

  // It comes back on another port: the browser is led there, as a name would lead it.
  await page.route(`${old}/**`, async (route) => {
    const headers = { ...route.request().headers(), origin: stage.site };
    const response = await route.fetch({ url: route.request().url().replace(old, stage.edge), headers });
    const shared = { ...response.headers(), "access-control-allow-origin": "*" };
    await route.fulfill({ response, headers: shared });
  });
  const names = async () => {
    await shop.wait(5);
    return (await shop.visitor())?.events.map((event) => event.name).sort();
  };
  await expect.poll(names).toEqual(["one", "three", "two"]);
  expect((await shop.visitor())!.pages.map((visit) => visit.path)).toEqual(["/"]);
});
