/** Cards as the edge would send them, for widgets that no rule of the demo site shows: `wire::Card` in bincode. */

export interface Card {
  show: "callback" | "banner" | "chat" | "survey";
  language?: string;
  title: string;
  text?: string;
  action?: string;
  link?: string;
  slot?: string;
  place?: "corner" | "bar";
  links?: [label: string, href: string][];
  wait_s?: number;
  now?: boolean;
  /** Seconds since 1970. */
  slots?: number[];
  labels?: [name: string, value: string][];
  why?: string;
  data?: [name: string, value: string][];
}

/** `VERSION` of `tracker-wasm/wire`. */
const VERSION = 1;

export function encode(card: Card): number[] {
  const { language = "en", text = "", action = "", link = "", slot = "", why = "" } = card;
  const texts = [language, card.title, text, action, link, slot].flatMap(string);
  return [
    VERSION,
    ["callback", "banner", "chat", "survey"].indexOf(card.show),
    ...texts,
    card.place === "bar" ? 1 : 0,
    ...pairs(card.links),
    ...(card.wait_s === undefined ? [0] : [1, ...number(card.wait_s)]),
    card.now === false ? 0 : 1,
    ...list((card.slots ?? []).map(number)),
    ...pairs(card.labels),
    ...string(why),
    ...pairs(card.data),
  ];
}

/** Bincode's form of an unsigned number: up to 250 as it is, else a mark of how many bytes follow, the lowest first. */
function number(value: number): number[] {
  if (value < 251) return [value];
  const [mark, size] = value < 2 ** 16 ? [251, 2] : value < 2 ** 32 ? [252, 4] : [253, 8];
  return [mark, ...Array.from({ length: size }, (_, at) => Math.floor(value / 2 ** (8 * at)) % 256)];
}

function string(text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [...number(bytes.length), ...bytes];
}

function list(items: number[][]): number[] {
  return [...number(items.length), ...items.flat()];
}

function pairs(items: [string, string][] = []): number[] {
  return list(items.map((pair) => pair.flatMap(string)));
}
