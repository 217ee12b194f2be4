//! The tag at work on one page load.
//!
//! Takes everything that comes through the door; keeps the queue, the live signals and the watches up to date, and
//! has sent what there is to send. Decides nothing about what a visitor sees.

use alloc::vec::Vec;
use core::mem;

use wire::pen::{Lines, Pen, kind};
use wire::{Consent, Watch};

use crate::arms::Arms;
use crate::code;
use crate::host::{self, Keepsake, Order, name, now_ms};
use crate::post::Post;
use crate::presence::Presence;
use crate::queue::Queue;
use crate::trouble::{Burst, Forms};
use crate::watches::{NEVER, Needs, Watches};

/// Everything the tag knows.
#[derive(Default)]
pub(crate) struct Tag {
    pub(crate) site: Vec<u8>,
    pub(crate) consent: Consent,
    pub(crate) token: Vec<u8>,
    pub(crate) stream: Vec<u8>,
    pub(crate) queue: Queue,
    pub(crate) post: Post,
    pub(crate) presence: Presence,
    pub(crate) watches: Watches,
    forms: Forms,
    burst: Burst,
    /// The rules whose card was given to the widgets module and is not gone.
    pub(crate) on_screen: Lines,
    /// The rules that were offered on this page: none comes twice. The edge remembers what was closed only for those
    /// who let it.
    pub(crate) offered: Lines,
    /// The rules the visitor has sent away in this tab, kept for one who allows what is necessary and no more.
    pub(crate) declined: Lines,
    /// The basket as last told: the fields of its event.
    cart: Vec<u8>,
    /// Who the site says this is, until he may be known: the fields of its event.
    identity: Vec<u8>,
    /// The device keeps the token.
    pub(crate) kept: bool,
    /// When to ask the edge again; `NEVER` for not at all.
    pub(crate) ask_again_ms: u32,
    arms: Arms,
    /// A touch screen has no pointer to leave with.
    touch: bool,
    /// The visitor's browser refuses for him.
    refused: bool,
}

/// A call through the door; see [`wake`](crate::wake).
pub(crate) struct Call<'a> {
    pub(crate) code: u32,
    pub(crate) number: f64,
    pub(crate) second: f64,
    pub(crate) text: &'a [u8],
    pub(crate) more: &'a [u8],
}

impl Tag {
    /// The tag of `site`, before it has looked at the page.
    pub(crate) fn new(site: &[u8], touch: bool, refused: bool) -> Self {
        let consent = if refused { Consent::Denied } else { Consent::NotAsked };
        Self {
            site: name(site),
            stream: host::random_id(),
            consent,
            touch,
            refused,
            ask_again_ms: NEVER,
            ..Self::default()
        }
    }

    /// Begins with the page.
    pub(crate) fn open(&mut self) {
        // These stand as long as the page: delivery and visible time need them, no signal does.
        for code in [code::VISIBILITY, code::GOING, code::BACK, code::CLICK, code::ROUTE] {
            host::listen(code, true);
        }
        self.begin(true);
        host::emit(false, &[]);
    }

    /// Something happened in the browser, or the page asks something: see `code.rs`. What is not understood has no
    /// effect: the page must not fail because of the tag.
    pub(crate) fn woken(&mut self, call: &Call<'_>) {
        let Call { code, number, second, text, more } = *call;
        let now = now_ms();
        match code {
            code::FLUSH => self.flush(),
            code::TICK => self.arms.ticked(),
            code::VISIBILITY | code::FOCUS => {
                let visible = host::visible();
                self.presence.set_visible(visible, now);
                if visible {
                    self.post.recall_beacons(&self.queue);
                } else if code == code::VISIBILITY {
                    self.send_beacons();
                }
            }
            code::GOING => {
                self.leave();
                self.send_beacons();
                self.stash();
            }
            // The page comes back as it was left, what was on screen included.
            code::BACK => self.begin(false),
            code::CLICK => {
                self.presence.touch(now);
                if self.watches.has(Watch::RageClicks) && self.burst.clicked(number, second, now) {
                    self.presence.live.rage_clicks += 1;
                    self.push(kind::RAGE_CLICK);
                }
                if !text.is_empty() {
                    self.track(text);
                }
            }
            code::ROUTE if !self.queue.is_at(&host::address().0) => self.turn(),
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
            code::POINTER_OUT => self.presence.live.exit_intent |= number <= 0.0,
            code::FORM => {
                if let Some(kind) = self.forms.heard(number as u8, text) {
                    let live = &mut self.presence.live;
                    live.form_started = true;
                    live.form_errors += u16::from(kind == kind::FORM_ERROR);
                    self.push(kind).text(&name(text));
                }
            }
            code::ANSWER => self.answered(number as u32, text),
            code::CONTACT => self.contact_answered(number as u32, text),
            code::SITUATION => self.tell_situation(),
            code::LAYER => self.layer(call),
            code::CONSENT => self.agree(text),
            code::PAGE => self.turn(),
            code::TRACK if text == b"purchase" && is_sum(number) => self.order(call),
            code::TRACK => self.track(text),
            code::CART => self.cart(call),
            code::SHOW => host::tell(Order::Show, text),
            code::HIDE => host::tell(Order::Hide, text),
            code::RESET => self.reset(text),
            code::IDENTIFY => {
                let mut pen = Pen::default();
                pen.text(&name(text)).text(&host::cut(more.to_vec(), wire::MAX_PROOF_BYTES));
                self.identity = pen.0;
                self.introduce();
            }
            code::SHOWN.. => self.said(call),
            _ => {}
        }
    }

    /// After every call: looks whether a watch was reached, arms what is waited for now, and no more.
    pub(crate) fn rest(&mut self) {
        let now = now_ms();
        let live = self.presence.live(now);
        if self.watches.reached(&live) {
            self.push(kind::REACHED);
        }
        if self.ask_again_ms <= now {
            self.ask_again_ms = NEVER;
            self.post.asks = true;
        }
        let mut needs = Needs { listeners: 1 << code::FOCUS, ..Needs::NONE };
        let mut due_ms = NEVER;
        // On a hidden page nothing is waited for but its coming back: nobody would see the answer. In a window without
        // the focus no time is counted.
        if host::in_view() {
            due_ms = self.ask_again_ms.min(self.post.retry_ms(&self.queue));
            if self.presence.visible() {
                needs = self.watches.needs(&live, self.touch);
                due_ms = due_ms.min(now.saturating_add(needs.delay_ms));
            }
        }
        if needs.has(code::INPUT) {
            self.presence.heed_input(now);
        }
        self.arms.arm(needs);
        self.arms.alarm(due_ms, now);
        self.post.schedule(&self.queue, now);
    }

    /// Begins an event of the open page; the fields of its kind are to follow.
    pub(crate) fn push(&mut self, kind: u8) -> &mut Pen {
        self.queue.event(kind, now_ms())
    }

    /// Notes how far the page is scrolled, where the edge asked: it makes the browser lay the page out.
    pub(crate) fn sample_scroll(&mut self) {
        if self.watches.need_scroll() {
            self.presence.scroll(host::top(), host::range());
        }
    }

    /// What another tab did to the token holds in this one too: consent taken back takes it off the device, and who was
    /// erased there goes on as somebody new.
    pub(crate) fn heed_other_tabs(&mut self) {
        if self.kept {
            self.token = host::recall(Keepsake::Token);
            if self.token.is_empty() {
                self.consent = Consent::Denied;
                self.kept = false;
            }
        }
    }

    /// A form that was begun is given up with its page.
    pub(crate) fn give_up_form(&mut self) {
        if let Some(form) = self.forms.abandon() {
            self.push(kind::FORM_ABANDONED).text(&name(&form));
        }
    }

    /// Moves on to the page that is open now.
    fn turn(&mut self) {
        self.leave();
        host::tell(Order::Leave, &[]);
        self.begin(false);
    }

    /// Begins a view of the page. The document's referrer led to its first page and to no other: told again, it would
    /// make a landing of every change of route.
    fn begin(&mut self, first: bool) {
        let now = now_ms();
        self.queue.turn(host::page(first), self.presence.live(now));
        self.presence = Presence::new(now, host::visible());
        self.watches.clear();
        self.offered.0.clear();
        self.ask_again_ms = NEVER;
        self.push(kind::VIEW);
    }

    fn track(&mut self, text: &[u8]) {
        self.push(kind::TRACK).text(&name(text));
    }

    fn order(&mut self, call: &Call<'_>) {
        self.push(kind::ORDER).text(&name(call.more)).float(call.number);
    }

    fn cart(&mut self, call: &Call<'_>) {
        // The edge would refuse the whole batch for a total that is not a sum, its page view included.
        if is_sum(call.number) {
            let cart = basket(call);
            self.push(kind::CART).raw(&cart);
            self.cart = cart;
        }
    }

    /// An entry of a data layer in the manner of Google Analytics 4.
    fn layer(&mut self, call: &Call<'_>) {
        let removed = call.text == b"remove_from_cart";
        if is_sum(call.number) {
            match call.text {
                b"purchase" => return self.order(call),
                b"add_to_cart" | b"remove_from_cart" => {
                    self.push(kind::CART_CHANGE).byte(u8::from(removed)).raw(&basket(call));
                }
                b"view_cart" | b"begin_checkout" => self.cart(call),
                _ => {}
            }
        }
        self.track(call.text);
    }

    /// What the visitor answered when the site asked to remember him.
    fn agree(&mut self, answer: &[u8]) {
        let granted = answer == b"granted";
        if granted && !self.refused {
            if self.consent != Consent::Granted {
                self.consent = Consent::Granted;
                let known = host::recall(Keepsake::Token);
                // Until the edge gives a token, a seed stands for it: who moves on before the answer is still one
                // visitor.
                let token = if known.is_empty() { seed() } else { known };
                self.remember(&token);
                self.post.stashed = true;
                // The edge decided without knowing who this is, and kept nothing of what it was told.
                self.post.asks = true;
                if !self.cart.is_empty() {
                    let cart = mem::take(&mut self.cart);
                    self.push(kind::CART).raw(&cart);
                    self.cart = cart;
                }
                self.introduce();
            }
        } else {
            self.remember(&[]);
            let necessary = answer == b"necessary" && !self.refused;
            self.consent = if necessary { Consent::Necessary } else { Consent::Denied };
            self.declined.0 = host::recall(Keepsake::Declined);
        }
        if self.consent != Consent::Necessary && !self.declined.0.is_empty() {
            self.declined.0.clear();
            host::keep(Keepsake::Declined, &[]);
        }
    }

    /// Tells who the site says this is. Who may not be remembered is not named either, until he may.
    fn introduce(&mut self) {
        if self.consent == Consent::Granted && !self.identity.is_empty() {
            let identity = mem::take(&mut self.identity);
            self.push(kind::IDENTIFY).raw(&identity);
        }
    }

    /// Somebody else is here now: nothing of the one before is kept or sent again. What is still to be told of him is
    /// told first, unless he was `erased`.
    fn reset(&mut self, erased: &[u8]) {
        if erased.is_empty() {
            self.send_beacons();
        }
        self.remember(&[]);
        while let Some(rule) = self.on_screen.after(0).map(<[u8]>::to_vec) {
            host::tell(Order::Remove, &rule);
            self.gone(&rule);
        }
        self.post.reset();
        self.queue.reset();
        self.identity.clear();
        self.stream = host::random_id();
        self.begin(false);
    }

    /// The visitor did something with a card; `code.rs` says what there is.
    fn said(&mut self, call: &Call<'_>) {
        let end = call.text.iter().position(|byte| *byte == b'\n').unwrap_or_default();
        let (rule, first) = (&call.text[..end], &call.text[end + 1..]);
        let kind = match call.code {
            code::CALL_ME | code::WRITE_TO_ME => return self.contact(rule, first, call),
            code::PREFERS => {
                let show = first.first().map_or(0, |digit| digit & 7);
                self.push(kind::PREFERS).byte(show).byte(u8::from(call.number > 0.0));
                return;
            }
            code::SHOWN => kind::SHOWN,
            code::ACCEPTED => kind::ACCEPTED,
            code::DISMISSED => kind::DISMISSED,
            code::LESS => kind::LESS,
            code::ANSWERED => kind::ANSWERED,
            code::GONE => return self.gone(rule),
            _ => return,
        };
        let sent_away = matches!(kind, kind::DISMISSED | kind::LESS);
        if sent_away {
            self.gone(rule);
        }
        if sent_away && self.consent == Consent::Necessary {
            self.declined.push(rule);
            host::keep(Keepsake::Declined, &self.declined.0);
        }
        let event = self.push(kind).text(rule);
        if kind == kind::ANSWERED {
            let mark = first.first().map_or(0, |digit| digit & 7);
            event.byte(mark).text(&host::cut(call.more.to_vec(), wire::MAX_REMARK_BYTES));
        }
    }

    fn gone(&mut self, rule: &[u8]) {
        self.on_screen.remove(rule);
    }
}

/// The fields of a basket's event: a number below zero, or none, becomes zero.
fn basket(call: &Call<'_>) -> Vec<u8> {
    let mut pen = Pen::default();
    pen.float(call.number).number(call.second as u32).text(&name(call.more));
    pen.0
}

/// Whether the edge takes `total`.
fn is_sum(total: f64) -> bool {
    (0.0..f64::INFINITY).contains(&total)
}

/// Random, in the form in which the edge takes it for a token: `s.` and 32 hexadecimal digits.
fn seed() -> Vec<u8> {
    let mut text = b"s.".to_vec();
    for byte in host::random_id() {
        for digit in [byte >> 4, byte & 15] {
            text.push(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit });
        }
    }
    text
}
