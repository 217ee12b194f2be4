/**
 * Serves the demo site: a shop, its help centre and an insurance quote.
 *
 * Takes a request and answers a page, a file of `assets/`, a redirect or the 404 page.
 * Owns the addresses, the language of a page, and the security headers.
 * Never keeps anything about a visitor: basket and consent live in the browser, language and customer in cookies that only
 * name them.
 *
 * Bindings: `FILES`, a disk service on this folder; `EDGE`, the origin the tag is loaded from (`http://localhost:8788`);
 * `IDENTITY_SECRET`, with which the site signs who its customers are.
 */
import { PRODUCTS, price } from "./assets/catalogue.js";
import { CUSTOMERS, cookieOf, customerOf, proofOf } from "./customers.js";

/** Clean addresses and the page each shows. Whatever is not here, under `/p/` or in `assets/` does not exist. */
const PAGES = {
  "/": "home",
  "/products": "products",
  "/cart": "cart",
  "/checkout": "checkout",
  "/order/thanks": "thanks",
  "/faq": "faq",
  "/faq/delivery": "faq-delivery",
  "/faq/returns": "faq-returns",
  "/faq/payment": "faq-payment",
  "/quote/1": "quote-1",
  "/quote/2": "quote-2",
  "/quote/3": "quote-3",
  "/privacy": "privacy",
  "/tour": "tour",
  "/doors": "doors",
  "/account": "account",
};

const REDIRECTS = { "/quote": "/quote/1", "/help": "/faq", "/favicon.ico": "/assets/mark.svg" };

/** Pieces that pages include by name. */
const PARTS = ["head", "header", "footer", "card", "helpful", "customer", "guest", "member"];

const TYPES = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml; charset=utf-8",
};

const LANGUAGES = ["en", "fr"];

/** The only paths looked at: no dots but one before an extension, so none can climb; no `//`, so no redirect can leave the site. */
const PATH = /^(?:\/[a-z0-9-]+)*\/?$|^\/(?:[a-z0-9-]+\/)*[a-z0-9-]+\.[a-z]+$/;

export default {
  async fetch(request, env) {
    if (request.method === "POST") return secured(await sign(request), env);
    if (request.method !== "GET" && request.method !== "HEAD") {
      return secured(new Response("method not allowed\n", { status: 405, headers: { allow: "GET, HEAD" } }), env);
    }
    const answer = await route(request, env);
    const bodiless = request.method === "HEAD" ? new Response(null, answer) : answer;
    return secured(bodiless, env);
  },
};

async function route(request, env) {
  const url = new URL(request.url);
  const visitor = await visitorOf(request, env);
  const { language } = visitor;
  const path = url.pathname;
  if (!PATH.test(path)) return page(env, "404", visitor, {}, 404);

  if (path.length > 1 && path.endsWith("/")) return redirect(path.slice(0, -1) + url.search, 308);
  if (Object.hasOwn(REDIRECTS, path)) return redirect(REDIRECTS[path], 302);
  if (path.startsWith("/assets/")) return asset(env, path, visitor);

  const chosen = url.searchParams.get("language");
  if (LANGUAGES.includes(chosen)) return chooseLanguage(url, chosen);

  if (Object.hasOwn(PAGES, path)) return page(env, PAGES[path], visitor, listings(language));
  const product = PRODUCTS.find(({ slug }) => path === `/p/${slug}`);
  if (product) return page(env, "product", visitor, described(product, language));
  return page(env, "404", visitor, {}, 404);
}

/** Signs a customer in, or whoever it was out, and leads back to his account. */
async function sign(request) {
  const { pathname, origin } = new URL(request.url);
  const ways = { "/account/sign-in": true, "/account/sign-out": false };
  if (!Object.hasOwn(ways, pathname)) return new Response("not found\n", { status: 404 });
  // A form of another site signs nobody in here.
  if ((request.headers.get("origin") ?? origin) !== origin) return new Response("forbidden\n", { status: 403 });
  const chosen = ways[pathname] && new URLSearchParams(await request.text()).get("customer");
  const answer = redirect("/account", 303);
  answer.headers.set("set-cookie", cookieOf(CUSTOMERS.find(({ id }) => id === chosen)));
  return answer;
}

/** What pages say of who looks at them: the language, and the customer with the proof that he is. */
async function visitorOf(request, env) {
  const [language, customer] = [languageOf(request), customerOf(request)];
  if (!customer) return { language, guests: [{}], members: [] };
  return { language, guests: [], members: [{ ...customer, proof: await proofOf(customer, env.IDENTITY_SECRET) }] };
}

/** The visitor's choice, else the first of the browser's languages that the site speaks, else English. */
function languageOf(request) {
  const cookie = /(?:^|;\s*)language=(en|fr)(?:;|$)/.exec(request.headers.get("cookie") ?? "");
  if (cookie) return cookie[1];
  const asked = (request.headers.get("accept-language") ?? "").toLowerCase().split(",");
  return asked.map((tag) => tag.trim().slice(0, 2)).find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

/** The same address without the choice: what else it says, such as a campaign, stays. */
function chooseLanguage(url, language) {
  url.searchParams.delete("language");
  const answer = redirect(url.pathname + url.search, 303);
  answer.headers.set("set-cookie", `language=${language}; Path=/; Max-Age=31536000; SameSite=Lax`);
  return answer;
}

function redirect(location, status) {
  return new Response(null, { status, headers: { location } });
}

async function asset(env, path, visitor) {
  const type = TYPES[path.split(".").pop()];
  const file = type && (await env.FILES.fetch(`http://files${path}`));
  if (!file?.ok) return page(env, "404", visitor, {}, 404);
  return new Response(file.body, { headers: { "content-type": type, "cache-control": "no-cache" } });
}

async function page(env, name, visitor, values, status = 200) {
  const [source, ...sources] = await Promise.all([
    text(env, `/pages/${name}.html`),
    ...PARTS.map((part) => text(env, `/parts/${part}.html`)),
  ]);
  const parts = Object.fromEntries(PARTS.map((part, index) => [part, sources[index]]));
  const html = render(source, { ...visitor, EDGE: env.EDGE, ...values }, parts);
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-language": visitor.language,
      "cache-control": "private, no-cache",
      vary: "Cookie, Accept-Language",
    },
  });
}

async function text(env, path) {
  const file = await env.FILES.fetch(`http://files${path}`);
  if (!file.ok) throw new Error(`cannot read ${path} from the FILES service; mount the demo-site folder there`);
  return file.text();
}

/**
 * A page from its source, in one pass, so that what a value holds is never read as source:
 * `[[English|Français]]` keeps one language, `{{name}}` is a value with HTML escaped,
 * `{{> part}}` includes a part and `{{> part each list}}` includes it once for each item.
 */
function render(source, values, parts) {
  const marks = /\[\[([^|\]]*)\|([^\]]*)\]\]|\{\{> (\w+)(?: each (\w+))?\}\}|\{\{(\w+)\}\}/g;
  return source.replace(marks, (_, english, french, part, list, name) => {
    if (english !== undefined) return render(values.language === "fr" ? typeset(french) : english, values, parts);
    if (list) return values[list].map((item) => render(parts[part], { ...values, ...item }, parts)).join("");
    if (part) return render(parts[part], values, parts);
    return escaped(String(values[name] ?? ""));
  });
}

/** French with the spaces of its punctuation made unbreakable, so that no line begins with a question mark. */
function typeset(french) {
  return french.replace(/ (?=[;:?!»%€])|(?<=«) |(?<=\b\d) (?=\d)|(?<=n°) /g, "\u00a0");
}

function escaped(value) {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

function listings(language) {
  const products = PRODUCTS.map((product) => described(product, language));
  return { products, featured: products.slice(0, 4) };
}

/** A product's texts in one language, by the names that `product.html` and `card.html` use. */
function described(product, language) {
  const { slug, art, texts } = product;
  const { name, short, text, points } = texts[language];
  const [first, second, third] = points;
  const said = Object.entries({ name, short, text, first, second, third });
  const set = language === "fr" ? said.map(([key, value]) => [key, typeset(value)]) : said;
  return { ...Object.fromEntries(set), slug, art, price: price(product.price, language) };
}

/**
 * Everything from this origin, the tag from the edge's, and nothing else. `wasm-unsafe-eval` is what WebAssembly needs;
 * no style exception is: the tag's widgets use constructable style sheets.
 */
function secured(response, env) {
  const policy = [
    "default-src 'none'",
    `script-src 'self' ${env.EDGE} 'wasm-unsafe-eval'`,
    `connect-src 'self' ${env.EDGE}`,
    "style-src 'self'",
    "img-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  response.headers.set("content-security-policy", policy);
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("referrer-policy", "strict-origin-when-cross-origin");
  response.headers.set("cross-origin-opener-policy", "same-origin");
  response.headers.set("permissions-policy", "camera=(), geolocation=(), microphone=()");
  return response;
}
