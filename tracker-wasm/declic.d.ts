/**
 * The tag's interface, for a site that is written in TypeScript. Copy this file beside the site's own, or name it with
 * `/// <reference path="…/declic.d.ts" />`; it declares globals and needs no import.
 *
 * A call that comes before the tag is there waits in a queue, when the page has the stub:
 *
 *     window.declic = window.declic || function () { (declic.q = declic.q || []).push(arguments) };
 */

declare namespace Declic {
  /** A kind of widget. */
  type Kind = 'callback' | 'banner' | 'chat' | 'survey';

  /** What the visitor said about being remembered; `necessary` keeps only what his own choices need, in this tab. */
  type Consent = 'granted' | 'denied' | 'necessary';

  /** The basket, whenever it changes. */
  interface Cart {
    /** Sum, in units of the currency. */
    total: number;
    /** Number of articles. */
    items?: number;
    /** ISO 4217 code. */
    currency?: string;
  }

  /** An order that was placed. */
  interface Order {
    /** Sum, in units of the currency. */
    total: number;
    /** The site's own number of the order, so that one told twice counts once. */
    id?: string;
  }

  /** What makes the edge believe who this is: made by the site's server, never in the browser. */
  interface Proof {
    /** The HMAC-SHA256 of `declic-id:` and the id, in hexadecimal, or a JSON Web Token (HS256) whose `sub` is the id. */
    proof: string;
  }

  /** What every event of the tag carries. */
  interface Detail {
    /** The rule it is about; empty when it is about none, as in a decision to show nothing. */
    rule: string;
  }

  /** The events of `declic('on', …)`; on `document` each has `declic:` before its name. */
  type Happening = 'ready' | 'decision' | 'shown' | 'dismissed' | 'less' | 'accepted' | 'answered';

  /** A reading behind a decision. */
  interface Reading {
    name: string;
    value: string;
  }

  /** Why a widget is on screen. */
  interface Shown {
    rule: string;
    /** The rule as one sentence, in the page's language. */
    why: string;
    /** The data it read. */
    data: Reading[];
  }

  /** What a rule says at this moment. */
  interface Account {
    rule: string;
    verdict: 'yes' | 'not yet' | 'no';
    /** Whether arbitration lets it be seen. */
    shown: boolean;
    /** Why, as one sentence with the actual values. */
    reason: string;
  }

  /** The answer to `declic('explain', …)`. */
  interface Explanation {
    /** What is on screen. */
    shown: Shown[];
    /** Every rule, on a page that was opened with a debug link. */
    rules?: Account[];
  }

  /**
   * Everything that is kept of the visitor, as JSON gives it; `null` when nothing is, `undefined` when the edge did not
   * answer: try again later.
   */
  type Export = Record<string, unknown> | null | undefined;

  interface Tag {
    /** The visitor's answer; until it is given nothing is kept on the device and no identifier is sent. */
    (verb: 'consent', answer: Consent): void;
    /** A page was opened, for a router that the tag does not see. */
    (verb: 'page'): void;
    /** An order. */
    (verb: 'track', event: 'purchase', order: Order): void;
    /** An event of the site's own, or of its shop. */
    (verb: 'track', event: string, cart?: Cart): void;
    /** The basket, whenever it changes. */
    (verb: 'cart', cart: Cart): void;
    /**
     * The site knows who this is. Believed when the proof verifies; told once the visitor may be remembered, and not
     * before.
     */
    (verb: 'identify', id: string, proof?: Proof): void;
    /** Brings back a widget that the edge has offered on this page, or takes it away. */
    (verb: 'show' | 'hide', rule: string): void;
    /** Calls back for each event. Who asks for `ready` too late is told all the same. */
    (verb: 'on', happening: Happening, listener: (event: CustomEvent<Detail>) => void): void;
    /** Opens the chat that the site already has, when a visitor takes up a chat prompt. */
    (verb: 'chat', open: () => void): void;
    /** Tells why each widget is on screen and, with a debug link, what every rule says. */
    (verb: 'explain', callback: (explanation: Explanation) => void): void;
    /** Opens the visitor's panel: what is known, what may be offered, take along, erase. */
    (verb: 'preferences'): void;
    /** Gives everything that is kept of the visitor. */
    (verb: 'export', callback: (kept: Export) => void): void;
    /** Erases everything that is kept of the visitor; calls back with whether it is done. */
    (verb: 'erase', callback?: (done: boolean) => void): void;
    /** Somebody else is here now. */
    (verb: 'reset'): void;
    /** Docks the panel with what every rule says, in a tab with a debug link; elsewhere it says that there is none. */
    (verb: 'debug'): void;
    /** The site's public key, once the tag is there. */
    readonly site?: string;
    /** What was called before the tag was there. */
    q?: ArrayLike<unknown>[];
  }
}

declare var declic: Declic.Tag;

interface DocumentEventMap {
  'declic:ready': CustomEvent<Declic.Detail>;
  'declic:decision': CustomEvent<Declic.Detail>;
  'declic:shown': CustomEvent<Declic.Detail>;
  'declic:dismissed': CustomEvent<Declic.Detail>;
  'declic:less': CustomEvent<Declic.Detail>;
  'declic:accepted': CustomEvent<Declic.Detail>;
  'declic:answered': CustomEvent<Declic.Detail>;
}
