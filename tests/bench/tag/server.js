/**
 * The site whose page carries the tags, and the collector that the other tags are loaded from and send to.
 * The collector answers everything at once and keeps nothing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";

/** What some tags ask for before they send; to all else the collector answers an empty object. */
const SETTINGS = [
  [/^\/v1\/projects\/.*\/settings$/, { integrations: { "Segment.io": { apiKey: "shop", maybeBundledConfigIds: {} } } }],
  [/^\/api\/features\//, { features: { banner: { defaultValue: false, rules: [{ condition: { url: "/" }, force: true }] } } }],
];

const ANYONE = {
  "access-control-allow-headers": "*, content-type",
  "access-control-allow-methods": "*",
  "cache-control": "no-store",
};

/** Serves the bundles of a folder, each tag's in a folder of its own, compressed as a site would serve them. */
export async function collector(folder) {
  const level = { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } };
  const bundles = new Map(
    readdirSync(folder, { recursive: true })
      .filter((name) => name.endsWith(".js"))
      .map((name) => [`/${name}`, brotliCompressSync(readFileSync(join(folder, name)), level)]),
  );
  return listen((request, response) => {
    const { pathname } = new URL(request.url, "http://collector");
    const origin = request.headers.origin;
    const allow = origin ? { ...ANYONE, "access-control-allow-origin": origin, "access-control-allow-credentials": "true" } : ANYONE;
    // With credentials a wildcard is a name like any other: a preflight is told the headers it asks for.
    const asked = request.headers["access-control-request-headers"];
    const headers = asked ? { ...allow, "access-control-allow-headers": asked } : allow;
    const bundle = bundles.get(pathname);
    if (bundle) {
      response.writeHead(200, { ...headers, "content-type": "text/javascript", "content-encoding": "br" });
      return response.end(bundle);
    }
    const [, settings] = SETTINGS.find(([path]) => path.test(pathname)) ?? [];
    request.resume().once("end", () => {
      if (request.method === "OPTIONS") return response.writeHead(204, headers).end();
      response.writeHead(200, { ...headers, "content-type": "application/json" });
      response.end(JSON.stringify(settings ?? {}));
    });
  });
}

/** Serves one page, which differs by its tag alone; `head(name)` is what a site owner pastes for it. */
export async function site(head) {
  return listen((request, response) => {
    const { pathname, searchParams } = new URL(request.url, "http://site");
    if (pathname !== "/p/teapot") return response.writeHead(204).end();
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(page(head(searchParams.get("tag"))));
  });
}

/** A product page of usual size; on its end one event is told, as a click on its button would. */
const page = (head) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Teapot</title>
<link rel="icon" href="data:,">
<script>addEventListener("load", () => setTimeout(() => window.tell?.(), 100));</script>
${head}
</head>
<body data-declic-page="product">
<header><nav>${range(12, (at) => `<a href="/c/${at}">Category ${at}</a>`)}</nav></header>
<main><h1>Teapot</h1>${range(60, (at) => `<section><h2>Part ${at}</h2><p>What is to be said of it, in a sentence or two.</p>
<a href="/p/${at}">More</a></section>`)}
<form><label>Quantity <input name="quantity" type="number"></label><button>Add to basket</button></form></main>
</body>
</html>`;

const range = (count, make) => Array.from({ length: count }, (_, at) => make(at)).join("\n");

const listen = (answer) =>
  new Promise((resolve) => {
    const server = createServer(answer);
    server.listen(0, "127.0.0.1", () => resolve({ server, origin: `http://127.0.0.1:${server.address().port}` }));
  });
