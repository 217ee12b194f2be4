//! What a call through the door is about: the first argument of [`wake`](crate::wake).

/// The task that gave us something to send is over.
pub(crate) const FLUSH: u32 = 1;
/// A request for contact came back: its status, and its rule.
pub(crate) const CONTACT: u32 = 2;
/// The timer came.
pub(crate) const TICK: u32 = 3;
/// The page was shown or hidden.
pub(crate) const VISIBILITY: u32 = 4;
/// The page is about to go.
pub(crate) const GOING: u32 = 5;
/// The page is shown: 1 when it comes back from the browser's memory.
pub(crate) const BACK: u32 = 6;
/// Something was clicked: the event it is named for, or nothing.
pub(crate) const CLICK: u32 = 7;
/// The address changed within the document.
pub(crate) const ROUTE: u32 = 8;
/// Any input.
pub(crate) const INPUT: u32 = 9;
/// The page was scrolled.
pub(crate) const SCROLL: u32 = 10;
/// The pointer left some element: its height when it went to no other one, else 1.
pub(crate) const POINTER_OUT: u32 = 11;
