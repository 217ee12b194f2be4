//! The debug panel: what every rule says of the open page, docked under it.
//!
//! Takes actions and the edge's answers; builds and changes its elements, and asks the edge again after each of its
//! decisions. One question at a time is on its way. A link that the edge takes holds for the tab, until the panel is closed.

use alloc::string::String;
use alloc::vec::Vec;

use wire::{Account, Truth, lean};

use crate::dom::{CROSS, Node};
use crate::door::{After, ask, owner};

mod door;
mod labels;
mod page;
mod verdict;

pub(crate) use door::{act, answered};
pub use door::{card, debug, moved, tell};

use door::put;
use labels::Labels;
use verdict::{TRUTHS, chosen, count, digits};

/// What an element can ask for. The choice at `n` in the list of verdicts asks for `CHOOSE + n`: all, then [`TRUTHS`].
mod action {
    pub(super) const REFRESH: u32 = 0;
    pub(super) const FOLD: u32 = 1;
    pub(super) const CLOSE: u32 = 2;
    pub(super) const TYPED: u32 = 3;
    pub(super) const TALLER: u32 = 4;
    pub(super) const CHOOSE: u32 = 16;
}

const YES: &str = "M5 13l4 4L19 7";
const NOT_YET: &str = "M12 7v5l3 2M12 3a9 9 0 1 0 .01 0z";
const DOWN: &str = "M6 9l6 6 6-6";
const UP: &str = "M6 15l6-6 6 6M6 20h12";
const AGAIN: &str = "M20 12a8 8 0 1 1-2.3-5.7L20 8.6M20 4v4.6h-4.6";

/// How high it is at first, at least and at most, in percent of the window.
const USUAL: u32 = 40;
const LEAST: u32 = 20;
const MOST: u32 = 90;
/// How high the button for more makes it.
const TALL: u32 = 85;

/// The panel, docked.
pub(crate) struct Debug {
    labels: &'static Labels,
    root: Node,
    panel: Node,
    grip: Node,
    /// What is hidden when the panel is folded.
    body: Node,
    fold: Node,
    taller: Node,
    choices: [Node; 4],
    field: Node,
    /// Says what there is to see, to those who hear it too.
    summary: Node,
    list: Node,
    /// What stands in place of the rules.
    trouble: Option<Node>,
    /// One for each account.
    rows: Vec<Node>,
    accounts: Vec<Account>,
    /// The one verdict to be seen; none for all.
    wanted: Option<Truth>,
    percent: u32,
    folded: bool,
    /// A question is on its way, and whether another is to follow it.
    asking: bool,
    again: bool,
}

impl Debug {
    /// Docks the panel and asks the edge what the rules say.
    pub(crate) fn dock() -> Self {
        let labels = Labels::of_page();
        let root = Node::mount();
        let panel = root.make("section.panel debug", "").set("lang", labels.language);
        panel.set("aria-label", labels.rules);

        let grip = panel.make("div.grip", "").set("role", "separator").set("tabindex", "0");
        grip.set("aria-orientation", "horizontal").set("aria-label", labels.height);
        grip.set("aria-valuemin", &digits(LEAST as usize)).set("aria-valuemax", &digits(MOST as usize));
        grip.grip();

        let head = panel.make("div.head", "");
        head.make("h2.title", labels.rules);
        let summary = head.make("p.summary", labels.loading).set("role", "status");
        icon(head, AGAIN, labels.refresh, action::REFRESH);
        let taller = icon(head, UP, labels.taller, action::TALLER).set("aria-pressed", "false");
        let fold = icon(head, DOWN, labels.fold, action::FOLD).set("aria-pressed", "false");
        icon(head, CROSS, labels.close, action::CLOSE);

        let body = panel.make("div.body", "");
        let tools = body.make("div.row", "");
        let field = tools.make("input.field", "").set("type", "search");
        field.set("placeholder", labels.filter).set("aria-label", labels.filter);
        field.on("input", owner::DEBUG, action::TYPED);
        let choice = tools.make("div.choices", "").set("role", "group").set("aria-label", labels.verdict);
        let choices = [0, 1, 2, 3].map(|place| {
            choice.make("button.chip", "").set("type", "button").on(
                "click",
                owner::DEBUG,
                action::CHOOSE + place,
            )
        });
        // Scrolled by the keyboard, too: it holds nothing that takes the focus.
        let list = body.make("ul.rules", "").set("role", "list").set("tabindex", "0");
        list.set("aria-label", labels.rules);

        page::follow_decisions(owner::DEBUG, action::REFRESH);
        let mut debug = Self {
            labels,
            root,
            panel,
            grip,
            body,
            fold,
            taller,
            choices,
            field,
            summary,
            list,
            trouble: None,
            rows: Vec::new(),
            accounts: Vec::new(),
            wanted: None,
            percent: USUAL,
            folded: false,
            asking: false,
            again: false,
        };
        debug.lay();
        debug.choose();
        debug.ask();
        debug
    }

    /// Does what an element asks.
    pub(crate) fn act(&mut self, asked: u32) -> After {
        match asked {
            action::REFRESH => self.ask(),
            action::FOLD => {
                self.folded = !self.folded;
                self.lay();
            }
            action::TALLER => {
                self.percent = if self.percent < TALL { TALL } else { USUAL };
                self.folded = false;
                self.lay();
            }
            action::CLOSE => {
                page::hold(false);
                // Widgets stand where they stood before.
                self.panel.hide(true);
                self.panel.stretch(0);
                self.root.unmount();
                return After::Gone;
            }
            action::TYPED => self.sift(),
            _ => {
                self.wanted = chosen(asked.wrapping_sub(action::CHOOSE) as usize);
                self.choose();
                self.sift();
            }
        }
        After::Stays
    }

    /// It is dragged to so many percent of the window.
    pub(crate) fn stretch(&mut self, percent: u32) -> After {
        self.percent = percent.clamp(LEAST, MOST);
        self.folded = false;
        self.lay();
        After::Stays
    }

    /// An answer came; an empty one when its status is not 200.
    pub(crate) fn answered(&mut self, status: u32, body: &[u8]) -> After {
        self.asking = false;
        match lean::explained(body) {
            Some(explained) => {
                page::hold(true);
                self.tell(explained.rules);
            }
            // A link that does not verify, is over, or belongs to another site.
            None if (400..500).contains(&status) && status != 429 => {
                page::hold(false);
                self.summary.text(self.labels.bad_link);
            }
            // Rules seen before stay: they are still the last known.
            None => self.summary.text(self.labels.unreachable),
        }
        if self.again {
            self.ask();
        }
        After::Stays
    }

    fn ask(&mut self) {
        self.again = self.asking;
        if !self.asking {
            self.asking = true;
            put(ask::EXPLAIN);
        }
    }

    /// Shows how high it is, and whether it is folded.
    fn lay(&self) {
        let height = digits(self.percent as usize);
        self.grip.set("aria-valuenow", &height).hide(self.folded);
        self.body.hide(self.folded);
        self.fold.set("aria-pressed", pressed(self.folded));
        self.taller.set("aria-pressed", pressed(self.percent >= TALL && !self.folded));
        self.panel.stretch(if self.folded { 0 } else { self.percent });
    }

    /// Shows which verdict is chosen, and how many rules come to each.
    fn choose(&self) {
        for (place, choice) in self.choices.iter().enumerate() {
            let truth = chosen(place);
            choice.text(&self.counted(truth));
            choice.set("aria-pressed", pressed(self.wanted == truth));
        }
    }

    /// How many rules come to `truth`, or are there at all, with its name.
    fn counted(&self, truth: Option<Truth>) -> String {
        let (label, number) = match truth {
            Some(truth) => (self.labels.truth(truth), count(&self.accounts, truth)),
            None => (self.labels.all, self.accounts.len()),
        };
        let mut words = digits(number);
        words.push('\u{a0}');
        words.push_str(label);
        words
    }

    /// Shows what the rules say, and marks what is different from before.
    fn tell(&mut self, accounts: Vec<Account>) {
        let same = accounts.len() == self.accounts.len()
            && accounts.iter().zip(&self.accounts).all(|(new, old)| new.rule == old.rule);
        if !same {
            self.list.clear();
            self.rows.clear();
        }
        for (place, account) in accounts.iter().enumerate() {
            match self.rows.get(place) {
                Some(row) if self.accounts.get(place) == Some(account) => row.unset("data-changed"),
                Some(row) => {
                    row.clear();
                    row.set("data-changed", "");
                    self.labels.write(*row, account);
                }
                None => {
                    let row = self.list.make("li.rule", "");
                    self.labels.write(row, account);
                    self.rows.push(row);
                }
            }
        }
        self.accounts = accounts;
        self.choose();
        self.sift();
    }

    /// Shows the rules that the filter admits.
    fn sift(&mut self) {
        let mut seen = 0;
        for (row, account) in self.rows.iter().zip(&self.accounts) {
            let admitted = self.wanted.is_none_or(|truth| truth == account.truth)
                && (self.field.finds(&account.rule) || self.field.finds(&account.reason));
            row.hide(!admitted);
            seen += u32::from(admitted);
        }
        let mut words = String::new();
        for truth in TRUTHS {
            if !words.is_empty() {
                words.push_str(" · ");
            }
            words.push_str(&self.counted(Some(truth)));
        }
        self.summary.text(&words);
        if let Some(trouble) = self.trouble.take() {
            trouble.remove();
        }
        if seen == 0 {
            let words = if self.accounts.is_empty() { self.labels.no_rules } else { self.labels.no_match };
            self.trouble = Some(self.body.make("p.text", words));
        }
    }
}

impl Labels {
    /// One rule, in its row.
    fn write(&self, row: Node, account: &Account) {
        let (kind, path) = match account.truth {
            Truth::Yes => ("span.verdict yes", YES),
            Truth::NotYet => ("span.verdict wait", NOT_YET),
            Truth::No => ("span.verdict", CROSS),
        };
        let verdict = row.make(kind, "");
        verdict.icon(path);
        verdict.make("span", self.truth(account.truth));
        let words = row.make("div.words", "");
        let name = words.make("p.name", "");
        name.make("strong", &account.rule);
        if account.shown {
            name.make("span.shown", self.shown);
        }
        words.make("p.text", &account.reason);
    }
}

fn icon(parent: Node, path: &str, label: &str, asked: u32) -> Node {
    let button = parent.make("button.close", "").set("type", "button").set("aria-label", label);
    button.set("title", label).icon(path);
    button.on("click", owner::DEBUG, asked)
}

fn pressed(on: bool) -> &'static str {
    if on { "true" } else { "false" }
}
