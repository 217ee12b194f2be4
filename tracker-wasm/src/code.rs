//! What a call through the door is about: the first argument of [`wake`](crate::wake). `js/host.js` has the same numbers.

/// The task that gave us something to send is over.
pub(crate) const FLUSH: u32 = 0;
/// The timer came.
pub(crate) const TICK: u32 = 1;
/// The page came into view or went out of it, or the window did.
pub(crate) const VISIBILITY: u32 = 2;
/// The page is about to go.
pub(crate) const GOING: u32 = 3;
/// The page comes back from the browser's memory.
pub(crate) const BACK: u32 = 4;
/// Something was clicked, at a place in the window: the event it is named for, or nothing.
pub(crate) const CLICK: u32 = 5;
/// The address changed within the document.
pub(crate) const ROUTE: u32 = 6;
/// Any input.
pub(crate) const INPUT: u32 = 7;
/// The page was scrolled.
pub(crate) const SCROLL: u32 = 8;
/// The pointer left some element: its height when it went to no other one, else 1.
pub(crate) const POINTER_OUT: u32 = 9;
/// A form, by its name, was filled in (0), showed an error (1) or was sent (2).
pub(crate) const FORM: u32 = 10;
/// The window got the focus, or lost it.
pub(crate) const FOCUS: u32 = 11;
/// A batch came back: its status, 0 for none, and the answer.
pub(crate) const ANSWER: u32 = 12;
/// A request for contact came back: its status, and its rule.
pub(crate) const CONTACT: u32 = 13;
/// Somebody asks for the open page as a batch without events: the panels do.
pub(crate) const SITUATION: u32 = 14;
/// An entry of the page's data layer: its name, a sum, a number of articles, and a currency or an order's number.
pub(crate) const LAYER: u32 = 15;

/// `declic('consent', subject)`, and so on: the page's verbs, from here on.
pub(crate) const CONSENT: u32 = 16;
pub(crate) const PAGE: u32 = 17;
pub(crate) const TRACK: u32 = 18;
pub(crate) const CART: u32 = 19;
pub(crate) const SHOW: u32 = 20;
pub(crate) const HIDE: u32 = 21;
/// With a subject, the visitor before was erased, and nothing more is told of him.
pub(crate) const RESET: u32 = 22;
pub(crate) const IDENTIFY: u32 = 23;

/// What a visitor did with a card: its rule and a first word, a line feed between them, and a second word.
pub(crate) const SHOWN: u32 = 24;
pub(crate) const ACCEPTED: u32 = 25;
pub(crate) const DISMISSED: u32 = 26;
pub(crate) const LESS: u32 = 27;
/// The first word is the mark, the second the remark.
pub(crate) const ANSWERED: u32 = 28;
/// It went off the screen without the visitor.
pub(crate) const GONE: u32 = 29;
/// The first word is the number to call, the number that came along when to call it.
pub(crate) const CALL_ME: u32 = 30;
/// The first word says where to answer, the second is the message.
pub(crate) const WRITE_TO_ME: u32 = 31;
/// The first word is a kind of widget, the number that came along whether it may be offered.
pub(crate) const PREFERS: u32 = 32;
