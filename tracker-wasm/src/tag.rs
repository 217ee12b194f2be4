//! The tag at work on one page load.
//!
//! Takes everything that comes through the door; keeps the queue, the live signals and the watches up to date, and
//! has sent what there is to send. Decides nothing about what a visitor sees.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use wire::{Consent, What};

use crate::arms::Arms;
use crate::host::{self, emit, now_ms};
use crate::post::Post;
use crate::presence::Presence;
use crate::queue::Queue;
use crate::watches::{Needs, Watches};
use crate::{code, host::Text};

/// Everything the tag knows.
pub(crate) struct Tag {
    pub(crate) site: String,
    pub(crate) consent: Consent,
    pub(crate) token: Option<String>,
    pub(crate) queue: Queue,
    pub(crate) post: Post,
    pub(crate) presence: Presence,
    pub(crate) watches: Watches,
    /// The rules whose card was given to the widgets module and is not gone.
    pub(crate) on_screen: Vec<String>,
    /// The rules that were offered on this page: none comes twice. The edge remembers what was closed only for those
    /// who let it.
    pub(crate) offered: Vec<String>,
    /// The basket as last told.
    cart: Option<What>,
    /// The device keeps the token.
    kept: bool,
    /// When to ask the edge again; infinite for never.
    pub(crate) ask_again_ms: f64,
    arms: Arms,
    /// A touch screen has no pointer to leave with.
    touch: bool,
    /// The visitor's browser refuses for him.
    refused: bool,
}

/// A call of the page's; see [`call`](crate::call).
pub(crate) struct Call<'a> {
    pub(crate) verb: &'a str,
    pub(crate) subject: &'a str,
    pub(crate) total: f64,
    pub(crate) items: f64,
    pub(crate) currency: &'a str,
}

impl Tag {
    /// The tag of `site`, before it has looked at the page.
    pub(crate) fn new(site: &str, touch: bool, refused: bool) -> Self {
        Self {
            site: host::name(site),
            consent: if refused { Consent::Denied } else { Consent::NotAsked },
            token: None,
            queue: Queue::new(host::name(site), host::random_id()),
            post: Post::new(),
            presence: Presence::new(now_ms(), host::visible()),
            watches: Watches::default(),
            on_screen: Vec::new(),
            offered: Vec::new(),
            cart: None,
            kept: false,
            ask_again_ms: f64::INFINITY,
            arms: Arms::new(),
            touch,
            refused,
        }
    }

    /// Begins with the page.
    pub(crate) fn open(&mut self) {
        // These stand as long as the page: delivery and visible time need them, no signal does.
        host::listen("visibilitychange", code::VISIBILITY, true);
        host::listen("pagehide", code::GOING, true);
        host::listen("pageshow", code::BACK, true);
        host::listen("click", code::CLICK, true);
        host::routes(code::ROUTE);
        self.turn(host::text(Text::Referrer));
        emit("ready", "");
    }

    /// Something happened in the browser: see `code.rs`.
    pub(crate) fn woken(&mut self, code: u32, number: f64, text: &str) {
        let now = now_ms();
        match code {
            code::FLUSH => self.flush(),
            code::CONTACT => self.contact_answered(number as u32, text),
            code::TICK => self.arms.ticked(),
            code::VISIBILITY => {
                let visible = host::visible();
                self.presence.set_visible(visible, now);
                if visible { self.post.recall_beacons(&self.queue) } else { self.send_beacons() }
            }
            code::GOING => self.send_beacons(),
            // The page comes back as it was left, what was on screen included.
            code::BACK if number > 0.0 => self.begin(String::new()),
            code::CLICK => {
                self.presence.touch(now);
                if !text.is_empty() {
                    self.push(What::Track { name: host::name(text) });
                }
            }
            code::ROUTE => {
                let (path, query) = (host::text(Text::Path), host::text(Text::Query));
                let page = self.queue.open().map(|leaf| &leaf.batch.page);
                if page.is_some_and(|page| page.path != path || page.query != query) {
                    self.turn(String::new());
                }
            }
            code::INPUT => self.presence.touch(now),
            code::SCROLL => {
                self.presence.touch(now);
                self.sample_scroll();
                if self.touch {
                    self.presence.flick(host::top(), now);
                }
            }
            // Going over to a link or a frame within the page has an element to go to, and the other edges lead to a
            // scroll bar or another window.
            code::POINTER_OUT if number <= 0.0 => self.presence.leave(),
            _ => {}
        }
    }

    /// After every call: looks whether a watch was reached, arms what is waited for now, and no more.
    pub(crate) fn rest(&mut self) {
        let now = now_ms();
        let live = self.presence.live(now);
        if self.watches.reached(&live) {
            self.push(What::Reached);
        }
        if self.ask_again_ms <= now {
            self.ask_again_ms = f64::INFINITY;
            self.post.ask();
        }
        let mut needs = Needs::default();
        let mut due_ms = f64::INFINITY;
        // On a hidden page nothing is waited for: time does not count there, and nobody would see the answer.
        if self.presence.visible() {
            needs = self.watches.needs(&live);
            due_ms = (now + needs.delay_ms).min(self.ask_again_ms).min(self.post.retry_ms(&self.queue));
        }
        if needs.input {
            self.presence.heed_input(now);
        }
        self.arms.input.arm(needs.input);
        self.arms.scroll.arm(needs.scroll || (needs.exit && self.touch));
        self.arms.exit.arm(needs.exit);
        self.arms.alarm(due_ms, now);
        self.post.schedule(&self.queue, now);
    }

    /// Adds an event of the open page.
    pub(crate) fn push(&mut self, what: What) {
        self.queue.push(what, now_ms());
    }

    /// Notes how far the page is scrolled, which makes the browser lay it out: not to be done at every call.
    pub(crate) fn sample_scroll(&mut self) {
        self.presence.scroll(host::top(), host::range());
    }

    /// Remembers the visitor on this device by `token`, or no longer.
    pub(crate) fn keep(&mut self, token: Option<String>) {
        host::keep(&self.site, token.as_deref().unwrap_or_default());
        // A device that lets nothing be kept says nothing by having nothing.
        self.kept = token.is_some() && !host::recall(&self.site).is_empty();
        self.token = token;
    }

    /// Consent taken back in another tab takes the token off the device, and holds in this one too.
    pub(crate) fn heed_withdrawal(&mut self) {
        if self.kept && host::recall(&self.site).is_empty() {
            self.consent = Consent::Denied;
            self.kept = false;
            self.token = None;
        }
    }

    /// Moves on to the page that is open now.
    fn turn(&mut self, referrer: String) {
        host::leave();
        self.begin(referrer);
    }

    /// Begins a view of the page. The document's referrer led to its first page and to no other: told again, it would
    /// make a landing of every change of route.
    fn begin(&mut self, referrer: String) {
        let now = now_ms();
        self.queue.turn(host::page(referrer), self.presence.live(now));
        self.presence = Presence::new(now, host::visible());
        self.watches.clear();
        self.offered.clear();
        self.ask_again_ms = f64::INFINITY;
        self.post.turn();
        self.push(What::View);
    }

    /// Does what the page asks. What it does not understand has no effect: the page must not fail because of the tag.
    pub(crate) fn call(&mut self, call: &Call<'_>) {
        let Call { verb, subject, total, items, currency } = *call;
        match verb {
            "consent" => self.agree(subject == "granted"),
            "page" => self.turn(String::new()),
            "track" if subject == "purchase" && is_sum(total) => {
                self.push(What::Order { id: String::new(), total });
            }
            "track" => self.push(What::Track { name: host::name(subject) }),
            "cart" if is_sum(total) => {
                // A number below zero, or none, becomes zero.
                let cart = What::Cart { total, items: items as u32, currency: host::name(currency) };
                self.cart = Some(cart.clone());
                self.push(cart);
            }
            "show" => host::hide(subject, false),
            "hide" => host::hide(subject, true),
            "reset" => self.reset(),
            _ => {}
        }
    }

    /// What the visitor answered when the site asked to remember him.
    fn agree(&mut self, granted: bool) {
        if !granted || self.refused {
            self.consent = Consent::Denied;
            self.keep(None);
        } else if self.consent != Consent::Granted {
            self.consent = Consent::Granted;
            let known = host::recall(&self.site);
            // Until the edge gives a token, a seed stands for it: who moves on before the answer is still one visitor.
            self.keep(Some(if known.is_empty() { seed() } else { known }));
            // The edge decided without knowing who this is, and kept nothing of what it was told.
            self.post.ask();
            if let Some(cart) = self.cart.clone() {
                self.push(cart);
            }
        }
    }

    /// Somebody else is here now: nothing of the one before is kept or sent again.
    fn reset(&mut self) {
        self.send_beacons();
        self.keep(None);
        for rule in mem::take(&mut self.on_screen) {
            host::remove(&rule);
        }
        self.post.reset();
        self.queue.reset(host::random_id());
        self.turn(String::new());
    }

    /// The visitor did something with the card of `rule`; [`host::show`] says what there is.
    pub(crate) fn said(&mut self, rule: &str, what: &str, first: &str, second: &str) {
        let told = rule.to_string();
        let event = match what {
            "callback" | "message" => return self.contact(rule, what, first, second),
            "shown" => What::Shown { rule: told },
            "accepted" => What::Accepted { rule: told },
            "dismissed" => What::Dismissed { rule: told },
            "less" => What::Less { rule: told },
            _ => return self.gone(rule),
        };
        if matches!(event, What::Dismissed { .. } | What::Less { .. }) {
            self.gone(rule);
        }
        self.push(event);
        emit(what, rule);
    }

    fn gone(&mut self, rule: &str) {
        self.on_screen.retain(|shown| shown != rule);
    }
}

/// Whether the edge takes `total`: it refuses the whole batch for one that is not a sum, its page view included.
fn is_sum(total: f64) -> bool {
    total.is_finite() && total >= 0.0
}

/// Random, in the form in which the edge takes it for a token: `s.` and 32 hexadecimal digits.
fn seed() -> String {
    let mut text = String::from("s.");
    for byte in host::random_id() {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
        }
    }
    text
}
