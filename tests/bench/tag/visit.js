/** One visit of the page in a context of its own, with nothing cached, and what it cost. */
import { costs } from "./trace.js";

const CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "toplevel", "v8", "v8.wasm"];

/** A visit is over when the network has been quiet this long, and at the latest after the limit. */
const QUIET_MS = 700;
const LIMIT_MS = 8000;

/** Opens the page at this CPU throttle; `sends` tells a request that carries an event. */
export async function visit(browser, { url, slow, sends }) {
  const page = await open(browser);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: slow });
  const network = watch(cdp, url, sends);
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.goto(url, { waitUntil: "load" });
  await network.quiet();
  const trace = JSON.parse((await browser.stopTracing()).toString()).traceEvents;
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 1 });
  // The second collection takes what the first one's finalizers let go.
  for (const _ of [1, 2]) await cdp.send("HeapProfiler.collectGarbage");
  const heap = await cdp.send("Runtime.getHeapUsage");
  await page.context().close();
  return { ...costs(trace, url), ...network.result(), heap: heap.usedSize, buffers: heap.backingStorageSize };
}

/** Whether the page is parsed to its end while the tag's script has not come: it is held back until then. */
export async function parsesWithout(browser, { url, script }) {
  const page = await open(browser);
  const held = [];
  await page.route(script, (route) => held.push(route));
  const parsed = await page.goto(url, { waitUntil: "domcontentloaded", timeout: 5000 }).then(
    () => true,
    () => false,
  );
  const asked = held.length > 0;
  for (const route of held) await route.abort();
  await page.context().close();
  if (!asked) throw new Error(`the page does not ask for ${script}`);
  return parsed;
}

/** A new page of a visitor nobody takes for a machine: some tags, and the edge, send nothing for one. */
async function open(browser) {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${browser.version()} Safari/537.36`;
  const context = await browser.newContext({ userAgent, viewport: { width: 1280, height: 800 } });
  return context.newPage();
}

/** Counts what is asked for beyond the page itself. Times are the browser's own, from the start of the navigation. */
function watch(cdp, url, sends) {
  const open = new Set();
  let [began, first, requests, bytes] = [0, null, 0, 0];
  let moved = Date.now();
  cdp.on("Network.requestWillBeSent", ({ requestId, request, timestamp }) => {
    moved = Date.now();
    if (request.url.startsWith("data:")) return;
    open.add(requestId);
    if (request.url === url) return (began = timestamp);
    requests += 1;
    if (request.method === "POST" && sends(request.url)) first ??= (timestamp - began) * 1000;
  });
  cdp.on("Network.dataReceived", ({ encodedDataLength }) => (bytes += encodedDataLength));
  const over = ({ requestId }) => {
    moved = Date.now();
    open.delete(requestId);
  };
  cdp.on("Network.loadingFinished", over);
  cdp.on("Network.loadingFailed", over);
  return {
    quiet: async () => {
      const limit = Date.now() + LIMIT_MS;
      const done = () => open.size === 0 && Date.now() - moved > QUIET_MS;
      while (!done() && Date.now() < limit) await new Promise((resolve) => setTimeout(resolve, 50));
    },
    result: () => ({ beacon: first, requests, bytes }),
  };
}
