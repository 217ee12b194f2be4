/** A visitor who signs in: told to the edge once he may be remembered, and one customer from then on. */
import { createHmac } from "node:crypto";
import { BELL, expect, SADDLE, test } from "./shop";

const SECRET = "the demo shop's own secret, of 32 bytes and more";
const ID = "c-journey-9";

/** The site's server signs the id. */
const proof = createHmac("sha256", SECRET).update(`declic-id:${ID}`).digest("hex");

test("one who signs in before he consents is named after it, and what he did is the customer's", async ({
  shop,
  page,
  stage,
}) => {
  const added = await stage.owner("POST", "identity-secrets", JSON.stringify({ secret: SECRET }));
  expect(added.ok, await added.text()).toBe(true);
  const identify = () =>
    page.evaluate(
      ([id, proof]) => (window as unknown as { declic(...words: unknown[]): void }).declic("identify", id, { proof }),
      [ID, proof],
    );
  const named = () => shop.batches.filter((batch) => batch.postDataBuffer()?.includes(ID)).length;
  const kept = () => page.evaluate(() => localStorage.getItem("declic.shop"));

  await shop.open("/");
  await identify();
  await shop.look(BELL);
  await identify();
  expect(named()).toBe(0);
  await shop.accept();
  await expect.poll(named).toBe(1);

  // A secret is in force everywhere within seconds; a page identifies as often as it likes.
  const customer = async () => (await stage.owner("GET", `customers/${ID}`)).status;
  await expect
    .poll(async () => {
      await shop.look(SADDLE);
      await shop.telling(identify);
      return customer();
    })
    .toBe(200);
  const paths = async () => {
    const { visitor } = await (await stage.owner("GET", `customers/${ID}`)).json();
    return visitor.pages.map((view: { path: string }) => view.path);
  };
  expect(await paths()).toEqual(expect.arrayContaining([`/p/${BELL}`, `/p/${SADDLE}`]));

  const token = await kept();
  await shop.telling(() =>
    page.evaluate(() => (window as unknown as { declic(...words: unknown[]): void }).declic("reset")),
  );
  await shop.open("/faq");
  expect(await kept()).not.toBe(token);
  expect(await paths()).not.toContain("/faq");
});
