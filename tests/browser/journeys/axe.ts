/** Accessibility, as axe-core finds it: the rules of WCAG 2.2 AA and below. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface Finding {
  id: string;
  nodes: { html: string; failureSummary: string }[];
}

/** Nothing within the elements of this selector is hard to use; shadow roots are looked into. */
export async function expectAccessible(page: Page, selector: string): Promise<void> {
  // Not by a script tag: the page's own policy would forbid it.
  await page.evaluate(AXE);
  const findings = await page.evaluate(
    async ([selector, tags]) => {
      const { axe } = window as unknown as {
        axe: { run(where: unknown, how: unknown): Promise<{ violations: Finding[] }> };
      };
      return (await axe.run({ include: [[selector]] }, { runOnly: tags })).violations;
    },
    [selector, TAGS] as const,
  );
  const told = findings.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`));
  expect(told).toEqual([]);
}
