/** A customer who signs in at the shop: greeted by a rule on what the shop's server signs of him, and by no other word. */
import { expect, test, type Shop } from "./shop";

const GREETING = "Good to see you again, Ada";

// A customer is one person in whatever browser: whom an earlier test greeted is not greeted again in the same visit.
test.beforeEach(async ({ stage }) => {
  for (const id of ["c-1042", "c-2077"]) await stage.owner("DELETE", `customers/${id}`);
});

/** Chooses a customer on the account page, and signs in. */
async function signIn(shop: Shop, name: string): Promise<void> {
  await shop.page.getByLabel(name).check();
  await shop.page.getByRole("button", { name: "Sign in" }).click();
  await expect(shop.page.getByRole("heading", { level: 1 })).toHaveText(`Hello ${name}`);
  await shop.answered();
}

const token = (shop: Shop) => shop.page.evaluate(() => localStorage.getItem("declic.shop"));

test("a customer of the plan is greeted by name, and is nobody again once signed out @phone", async ({ shop, page, stage }) => {
  await shop.open("/account");
  await shop.accept();
  await signIn(shop, "Ada");
  await expect(shop.widget(GREETING)).toBeVisible();
  await shop.widget(GREETING).getByText("Why am I seeing this?").click();
  await expect(shop.widget(GREETING)).toContainText("workshop");
  const { visitor } = await (await stage.owner("GET", "customers/c-1042")).json();
  expect(visitor.pages.map((view: { path: string }) => view.path)).toContain("/account");

  const before = await token(shop);
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Your account");
  await shop.expectNothing();
  expect(await token(shop)).not.toBe(before);
  await shop.open("/");
  await shop.expectNothing();
  expect((await shop.visitor())!.pages.map((view) => view.path)).toEqual(expect.arrayContaining(["/account", "/"]));
  expect(shop.complaints).toEqual([]);
});

test("a customer without the plan is signed in, and greeted by nothing", async ({ shop, stage }) => {
  await shop.open("/account");
  await shop.accept();
  await signIn(shop, "Bruno");
  await shop.expectNothing();
  expect((await stage.owner("GET", "customers/c-2077")).status).toBe(200);
});

test("who has not let himself be remembered is not named", async ({ shop }) => {
  await shop.open("/account");
  await signIn(shop, "Ada");
  await shop.expectNothing();
  for (const batch of shop.batches) expect(batch.postDataBuffer()!.includes("c-1042")).toBe(false);
});

test("a forged signature shows nothing, and the answer and the debug panel say why", async ({ shop, page, stage }) => {
  await shop.open("/account");
  await shop.accept();
  const answer = page.waitForResponse((response) => response.headers()["declic-identify"] !== undefined);
  await shop.telling(() => page.getByRole("button", { name: "Pretend to be Ada" }).click());
  expect((await answer).headers()["declic-identify"]).toBe("forged");
  await shop.expectNothing();
  await shop.open(`/account?declic_debug=${await stage.debugKey()}`);
  const rule = page
    .getByRole("region", { name: "Rules on this page" })
    .getByRole("listitem")
    .filter({ has: page.getByText("plan-banner", { exact: true }) });
  await expect(rule.getByText("no", { exact: true })).toBeVisible();
  await expect(rule).toContainText("customer.plan");
});
