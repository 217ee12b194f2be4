/** The chat prompt: for the visitor who comes back to the same product. */
import { BELL, expect, SADDLE, test } from "./shop";

const TITLE = "Still wondering about this one?";

test("appears at the third view of one product, and its form reaches the desk @phone", async ({ shop, stage }) => {
  await shop.open("/");
  await shop.accept();
  await shop.look(BELL);
  await shop.look(SADDLE);
  await shop.look(BELL);
  await shop.expectNothing();
  await shop.look(BELL);
  const before = (await stage.messages()).length;
  await shop.widget(TITLE).getByRole("button", { name: "Ask a question" }).click();
  const dialog = shop.page.getByRole("dialog", { name: TITLE });
  await dialog.getByLabel("Your e-mail or phone number").fill("ada@example.org");
  await dialog.getByLabel("Your message").fill("Does it ring <loud>?");
  const stored = shop.page.waitForResponse(`${stage.edge}/v1/contacts`);
  await dialog.getByRole("button", { name: "Send" }).click();
  expect((await stored).status()).toBe(201);
  await expect(dialog).toContainText("We will answer to");

  const messages = await stage.messages();
  expect(messages).toHaveLength(before + 1);
  expect(messages.at(-1)).toMatchObject({
    reply_to: "ada@example.org",
    message: "Does it ring <loud>?",
    rule: "product-chat",
  });
});
