/** The API's own description, as an integrator's tools take it. */
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "@playwright/test";
import { Stage } from "./stage";

test("the description of the API is served, and is valid OpenAPI 3.1", async () => {
  const stage = await Stage.start();
  try {
    const answer = await fetch(`${stage.edge}/openapi.json`);
    expect(answer.status).toBe(200);
    const description = await answer.json();
    expect(description.openapi).toBe("3.1.0");
    const verdict = await new Validator().validate(description);
    expect(verdict.errors ?? []).toEqual([]);
    expect(verdict.valid).toBe(true);
  } finally {
    await stage.stop();
  }
});
