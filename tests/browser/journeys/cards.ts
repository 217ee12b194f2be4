/** A card for each widget, with all that it can hold. */
import type { Card } from "./card";

const why = "This is shown when the page is “/cart” and the basket comes to 150 or more.";
const data: Card["data"] = [
  ["page", "/cart"],
  ["the basket’s total", "224 EUR"],
];
const links: Card["links"] = [
  ["Delivery: times and prices", "/faq/delivery"],
  ["Sending something back", "/faq/returns"],
];

export const CALLBACK: Card = {
  show: "callback",
  title: "A question about your basket?",
  text: "Leave your number: we call you back, with your basket in front of us.",
  wait_s: 110,
  // 18 January 2027, 09:00 and 09:30 in Greenwich.
  slots: [1_800_262_800, 1_800_264_600],
  why,
  data,
};

export const CHAT: Card = {
  show: "chat",
  title: "Still wondering?",
  text: "Ask us: we ride with it every day.",
  action: "Ask a question",
  why,
  data,
};

export const BANNER: Card = {
  show: "banner",
  title: "Two things make rain easier",
  text: "The panniers and the cape.",
  action: "See the shop",
  link: "/products",
  why,
  data,
};

export const SURVEY: Card = {
  show: "survey",
  title: "Did you find what you came for?",
  text: "Two clicks; it goes to the four of us and nowhere else.",
  why,
  data,
};

/** Each widget in each of its places, and with what it can hold besides. */
export const ALL: Record<string, Card> = {
  "a call-back": CALLBACK,
  "a call-back after self-care links": { ...CALLBACK, links },
  "a call-back when the desk is closed": { ...CALLBACK, links, now: false, wait_s: undefined, slots: [] },
  "a chat prompt": CHAT,
  "a banner in the corner": { ...BANNER, links },
  "a banner along the bottom": { ...BANNER, place: "bar" },
  "a banner in a slot": { ...BANNER, slot: "hero" },
  "a survey": SURVEY,
};
