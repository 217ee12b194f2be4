/**
 * The shop's customers, and how its server says which of them has signed in.
 *
 * Takes a request; gives the customer its cookie names, and a token that the page hands to Declic. The secret stays here and
 * signs nothing else. There is no password to know: the demonstration has two customers, and anyone may be either.
 */

/** As the shop's own books have them. What Declic may know besides the id is in the token. */
export const CUSTOMERS = [
  { id: "c-1042", name: "Ada", plan: "workshop" },
  { id: "c-2077", name: "Bruno", plan: "none" },
];

/** Long enough for a page to be opened and left alone for a while. */
const GOOD_FOR_S = 3600;

/** The customer who has signed in with this browser, if one has. */
export function customerOf(request) {
  const named = /(?:^|;\s*)customer=([\w-]+)(?:;|$)/.exec(request.headers.get("cookie") ?? "");
  return named && CUSTOMERS.find(({ id }) => id === named[1]);
}

/** The cookie that says so, or, with nobody, takes it back. */
export function cookieOf(customer) {
  const value = customer ? `customer=${customer.id}` : "customer=; Max-Age=0";
  return `${value}; Path=/; HttpOnly; SameSite=Lax`;
}

/** The proof for `declic('identify', id, { proof })`: a JSON Web Token, signed with HMAC-SHA256 (RFC 7519, HS256). */
export async function proofOf({ id, name, plan }, secret) {
  const encode = (text) => new TextEncoder().encode(text);
  const part = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const claims = { sub: id, exp: Math.floor(Date.now() / 1000) + GOOD_FOR_S, customer: { name, plan } };
  const content = [{ alg: "HS256", typ: "JWT" }, claims].map((value) => part(encode(JSON.stringify(value)))).join(".");
  const hmac = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encode(secret), hmac, false, ["sign"]);
  return `${content}.${part(new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(content))))}`;
}
