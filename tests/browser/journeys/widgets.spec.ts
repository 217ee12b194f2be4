/** What each widget offers, and that the keyboard alone can do all of it. */
import { expect, test as base } from "./shop";
import { BANNER, CALLBACK, CHAT, SURVEY } from "./cards";
import { Scene } from "./scene";

const test = base.extend<{ scene: Scene }>({
  scene: async ({ page, stage }, use) => {
    await use(await Scene.open(page, stage));
  },
});

test("a call is asked for by keyboard alone, and the focus comes back", async ({ scene, page }) => {
  await scene.show(CALLBACK);
  const before = page.getByRole("contentinfo").getByRole("link").last();
  await before.focus();
  await scene.press("Tab");
  const prompt = scene.widget.getByRole("button", { name: "Call me back" });
  await expect(prompt).toBeFocused();
  await scene.press("Enter");
  const number = scene.widget.getByLabel("Phone number");
  await expect(number).toBeFocused();
  await page.keyboard.type("07400 123456");

  // Closed and opened again, it has kept what was typed; nothing holds the focus inside.
  await scene.press("Escape");
  await expect(prompt).toBeFocused();
  await scene.press("Shift+Tab");
  await expect(before).toBeFocused();
  await scene.press("Tab");
  await scene.press("Enter");
  await expect(number).toHaveValue("07400 123456");

  await scene.press("Tab");
  await expect(scene.widget.getByLabel("When")).toBeFocused();
  await scene.press("ArrowDown");
  await scene.press("Tab");
  await scene.press("Enter");
  await scene.expectSaid(["callback", "+447400123456", "1800262800"]);
  await scene.stored(true);
  await expect(scene.widget.getByRole("status").filter({ visible: true })).toBeFocused();
  await expect(scene.widget).toContainText("We will call you on +447400123456.Mon 18 Jan, 9:00");
  await scene.press("Escape");
  await expect(scene.widget).toHaveCount(0);
  await expect(before).toBeFocused();
});

test("the wait comes first, and a closed desk offers later only @phone", async ({ scene, page }) => {
  await scene.show(CALLBACK);
  await expect(scene.widget).toContainText("Wait: about 2 minutes");
  await scene.widget.getByRole("button", { name: "Call me back" }).click();
  await expect(scene.widget.getByLabel("When").locator("option")).toHaveText([
    "As soon as possible",
    "Mon 18 Jan, 9:00",
    "Mon 18 Jan, 9:30",
  ]);
  await page.reload();
  await scene.show({ ...CALLBACK, now: false, wait_s: undefined });
  await scene.widget.getByRole("button", { name: "Call me back" }).click();
  await expect(scene.widget.getByLabel("When").locator("option")).toHaveCount(2);
  await expect(scene.widget).not.toContainText("Wait");
});

test("a desk that has no call to give says so, and takes a message after the pages that help @phone", async ({ scene }) => {
  const links: [string, string][] = [["Delivery", "/faq/delivery"]];
  await scene.show({ ...CALLBACK, now: false, wait_s: undefined, slots: [], action: "Call me back", links });
  await scene.widget.getByRole("button", { name: "Write to us" }).click();
  const dialog = scene.widget.getByRole("dialog");
  await expect(dialog).toContainText("Nobody can call you back just now.");
  await expect(dialog.getByText("This may already help")).toBeFocused();
  await expect(dialog.getByLabel("Phone number", { exact: true })).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "Call me back" })).toHaveCount(0);
  await dialog.getByLabel("Your e-mail or phone number").fill("07400 123456");
  await dialog.getByLabel("Your message").fill("Please ring on Monday.");
  await dialog.getByRole("button", { name: "Send" }).click();
  await scene.expectSaid(["message", "+447400123456", "Please ring on Monday."]);
});

test("a wrong number is explained where it is, and the request can be tried again", async ({ scene }) => {
  await scene.show(CALLBACK);
  await scene.widget.getByRole("button", { name: "Call me back" }).click();
  const number = scene.widget.getByLabel("Phone number");
  await number.fill("07400");
  const send = scene.widget.getByRole("dialog").getByRole("button", { name: "Call me back" });
  await send.click();
  await expect(number).toBeFocused();
  await expect(number).toHaveAccessibleDescription("Some digits are missing from this number.");
  await number.fill("07400 123456");
  await send.click();
  await scene.stored(false);
  await expect(scene.widget.getByRole("alert").filter({ hasText: "This could not be sent." })).toBeVisible();
  await send.click();
  await scene.expectSaid(["callback", "+447400123456", ""], ["callback", "+447400123456", ""]);
});

test("each field of a message says what is wrong with it, and the first of them gets the focus @phone", async ({
  scene,
}) => {
  await scene.show(CHAT);
  await scene.widget.getByRole("button", { name: "Ask a question" }).click();
  const address = scene.widget.getByLabel("Your e-mail or phone number");
  const message = scene.widget.getByLabel("Your message");
  const send = scene.widget.getByRole("button", { name: "Send" });
  const [noAddress, noMessage] = [/^Enter an e-mail address/, "Write your message first."];
  const below = async (field: typeof address, said: string | RegExp) => {
    const [upper, lower] = [await field.boundingBox(), await scene.widget.getByText(said).boundingBox()];
    return lower!.y - (upper!.y + upper!.height);
  };

  await send.click();
  await expect(address).toBeFocused();
  for (const [field, said] of [[address, noAddress], [message, noMessage]] as const) {
    await expect(field).toHaveAttribute("aria-invalid", "true");
    await expect(field).toHaveAccessibleDescription(said);
    expect(await below(field, said)).toBeGreaterThanOrEqual(0);
    expect(await below(field, said)).toBeLessThan(24);
  }

  await message.fill("Does it ring?");
  await send.click();
  await expect(address).toBeFocused();
  await expect(message).not.toHaveAttribute("aria-invalid", "true");
  await expect(message).toHaveAccessibleDescription("");
  await expect(scene.widget.getByText(noMessage)).toHaveCount(0);

  await address.fill("ada@example.org");
  await message.fill(" ");
  await send.click();
  await expect(message).toBeFocused();
  await expect(address).not.toHaveAttribute("aria-invalid", "true");
  await message.fill("Does it ring?");
  await send.click();
  await scene.expectSaid(["message", "ada@example.org", "Does it ring?"]);
});

test("pages that may help come before the form", async ({ scene }) => {
  await scene.show({ ...CALLBACK, links: [["Delivery", "/faq/delivery"], ["Trap", "javascript:alert(1)"]] });
  await scene.widget.getByRole("button", { name: "Call me back" }).click();
  await expect(scene.widget.getByText("This may already help")).toBeFocused();
  await scene.press("Tab");
  await expect(scene.widget.getByRole("link")).toHaveText(["Delivery"]);
  await expect(scene.widget.getByRole("link")).toBeFocused();
});

test("a survey is answered by keyboard alone @phone", async ({ scene, page }) => {
  await scene.show(SURVEY);
  await page.getByRole("contentinfo").getByRole("link").last().focus();
  await scene.press("Tab", 2);
  await expect(scene.widget.getByLabel("1 – Not at all")).toBeFocused();
  await scene.press("Space");
  await scene.press("ArrowRight", 3);
  await expect(scene.widget.getByRole("radio", { name: "4" })).toBeChecked();
  await scene.press("Tab");
  await page.keyboard.type("Nearly: the cape was hard to find.");
  await scene.press("Tab");
  await scene.press("Enter");
  await scene.expectSaid(["answered", "4", "Nearly: the cape was hard to find."]);
  await expect(scene.widget.getByRole("status")).toBeFocused();
  await expect(scene.widget).toContainText("Thank you!");
});

test("a chat is asked for by keyboard alone, and Escape leads back to the page", async ({ scene, page }) => {
  await scene.show(CHAT);
  const before = page.getByRole("contentinfo").getByRole("link").last();
  await before.focus();
  await scene.press("Tab");
  await scene.press("Enter");
  await expect(scene.widget.getByLabel("Your e-mail or phone number")).toBeFocused();
  await page.keyboard.type("ada@example.org");
  await scene.press("Tab");
  await page.keyboard.type("Does it ring?");
  await scene.press("Tab");
  await scene.press("Enter");
  await scene.expectSaid(["message", "ada@example.org", "Does it ring?"]);
  await scene.stored(true);
  await expect(scene.widget.getByRole("status").filter({ visible: true })).toBeFocused();
  await scene.press("Escape");
  await expect(scene.widget).toHaveCount(0);
  await expect(before).toBeFocused();

  // Who leaves a banner by Escape stands where he stood.
  await page.reload();
  await scene.show({ ...BANNER, place: "bar" });
  await before.focus();
  await scene.press("Tab");
  await scene.press("Escape");
  await scene.expectSaid(["dismissed"]);
  await expect(before).toBeFocused();
});

test("a banner is followed, explained and sent away by keyboard alone", async ({ scene, page }) => {
  await scene.show({ ...BANNER, place: "bar" });
  await page.getByRole("contentinfo").getByRole("link").last().focus();
  await scene.press("Tab");
  await expect(scene.widget.getByRole("link", { name: "See the shop" })).toBeFocused();
  await scene.press("Tab");
  await expect(scene.widget.getByRole("button", { name: "Not now" })).toBeFocused();
  await scene.press("Tab");
  await scene.press("Enter");
  await expect(scene.widget.getByText("the basket comes to 150 or more")).toBeVisible();
  await scene.press("Tab");
  await scene.press("Enter");
  await scene.expectSaid(["less"]);
  await expect(scene.widget).toHaveCount(0);
});

for (const [name, card] of Object.entries({ CALLBACK, CHAT, BANNER, SURVEY })) {
  test(`${name.toLowerCase()}: says why it is there, and takes no for an answer`, async ({ scene, page }) => {
    for (const [button, report] of [["Not now", "dismissed"], ["Show me less of this", "less"]]) {
      await scene.show(card);
      await scene.widget.getByText("Why am I seeing this?").click();
      await expect(scene.widget.getByText("224 EUR")).toBeVisible();
      await scene.widget.getByRole("button", { name: button }).click();
      await scene.expectSaid([report]);
      await expect(scene.widget).toHaveCount(0);
      await page.reload();
    }
  });
}

test("the chat that a site has is opened in place of the form", async ({ scene, page }) => {
  await page.evaluate(() => {
    const opened: string[] = [];
    Object.assign(window, { opened });
    Object.assign((window as unknown as { declic: object }).declic, { chat: () => opened.push("chat") });
  });
  await scene.show(CHAT);
  await scene.widget.getByRole("button", { name: "Ask a question" }).click();
  await scene.expectSaid(["accepted"], ["gone"]);
  expect(await page.evaluate(() => (window as unknown as { opened: string[] }).opened)).toEqual(["chat"]);
  await expect(scene.widget).toHaveCount(0);
});

test("a rule's own labels speak another language @phone", async ({ scene }) => {
  await scene.show({
    ...SURVEY,
    language: "nl",
    title: "Gevonden?",
    labels: [["dismiss", "Niet nu"], ["low", "Helemaal niet"], ["why", "Waarom zie ik dit?"]],
  });
  await expect(scene.widget.getByRole("button", { name: "Niet nu" })).toBeVisible();
  await expect(scene.widget.getByLabel("1 – Helemaal niet")).toBeVisible();
  await expect(scene.widget.getByText("Waarom zie ik dit?")).toBeVisible();
});

test("what the visitor is in the middle of survives a change of page", async ({ scene, page }) => {
  const leave = () => page.evaluate(() => window.scene.widgets.leave());
  await scene.show(SURVEY);
  await scene.widget.getByRole("radio", { name: "4" }).check();
  await leave();
  await expect(scene.widget).toBeVisible();
  await scene.widget.getByRole("button", { name: "Not now" }).click();
  await page.reload();
  await scene.show(SURVEY);
  await leave();
  await scene.expectSaid(["gone"]);
});
