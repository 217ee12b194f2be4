/**
 * Measures every tag on one page in one Chromium, in interleaved rounds, and prints the visits as JSON.
 *
 * Takes from the environment CHROMIUM, BUNDLES (the other tags' folder), EDGE, OWNER_KEY and ROUNDS.
 */
import { chromium } from "playwright-core";
import { collector, site } from "./server.js";
import { parsesWithout, visit } from "./visit.js";

const { CHROMIUM, BUNDLES, EDGE, OWNER_KEY, ROUNDS } = process.env;

/** Requests of each tag that carry an event, by path. */
const TAGS = {
  none: null,
  declic: /\/v1\/events$/,
  bare: /\/bare$/,
  plausible: /\/api\/event$/,
  openpanel: /\/track$/,
  growthbook: /\/track\b/,
  snowplow: /\/tp2$/,
  segment: /\/v1\/[pt]$/,
  posthog: /\/(i\/v0\/)?e\/?$/,
};
const THROTTLES = [1, 4];

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Some tags send nothing for a driven browser.
  "--disable-blink-features=AutomationControlled",
];

/** What a site owner pastes. Declic's visitor has consented: that is the way that does most. */
const head = (name) => {
  if (!TAGS[name]) return "";
  if (name !== "declic") return `<script type="module" async src="${others.origin}/${name}/${name}.js"></script>`;
  return `<script>window.declic=window.declic||function(){(declic.q=declic.q||[]).push(arguments)};
declic("consent","granted");window.tell=()=>declic("track","bench")</script>
<script async src="${EDGE}/t.js" data-site="shop"></script>`;
};

const others = await collector(BUNDLES);
const shop = await site(head);
await allow(shop.origin);
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
const url = (name) => `${shop.origin}/p/teapot?tag=${name}`;
const visits = [];
// The round before the first brings browser, edge and disk to temperature, and is not counted.
for (let round = -1; round < Number(ROUNDS); round += 1) {
  for (const slow of THROTTLES) {
    for (const [name, path] of turned(Object.entries(TAGS), round + 1)) {
      const sends = (address) => path?.test(new URL(address).pathname) ?? false;
      const costs = await visit(browser, { url: url(name), slow, sends });
      if (path && costs.beacon === null) throw new Error(`${name} sent no event`);
      if (round >= 0) visits.push({ tag: name, slow, round, ...costs });
    }
  }
}
const blocks = !(await parsesWithout(browser, { url: url("declic"), script: `${EDGE}/t.js` }));
console.log(JSON.stringify({ browser: browser.version(), rounds: Number(ROUNDS), blocks, visits }));
await browser.close();
for (const { server } of [others, shop]) server.close();

/** The same in another order each round: whoever comes first meets another machine than whoever comes last. */
function turned(list, by) {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

/** Lets the page's origin speak for the demo site. */
async function allow(origin) {
  const answer = await fetch(`${EDGE}/v1/sites/shop/settings`, {
    method: "PUT",
    headers: { authorization: `Bearer ${OWNER_KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ origins: [origin] }),
  });
  if (!answer.ok) throw new Error(`the edge does not take the page's origin: ${answer.status} ${await answer.text()}`);
}
