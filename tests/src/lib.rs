//! What the tests share: an edge, a visitor who speaks to it, and what it answers; and a reader of sources.

pub mod disk;
mod edge;
mod receiver;
pub mod sources;
mod visitor;
mod waiting;

pub use edge::{Answer, BROWSER, Edge};
pub use receiver::{Delivery, Receiver, Turn};
pub use visitor::Visitor;
pub use waiting::eventually;

use wire::Reply;

/// What most tests publish: a basket that stalls, a campaign's banner, a third look at one product.
pub const RULES: &str = r#"
[[rule]]
id       = "basket-call"
show     = "callback"
priority = 80
group    = "contact"
cap      = { per = "visit", times = 1 }
when     = { page.path = "/cart", page.dwell = ">= 45s", cart.total = ">= 150", visited = "/faq/*" }
content.en.title = "A question about your basket?"

[[rule]]
id       = "campaign"
show     = "banner"
when     = { visit.campaign = "*", page.path = "/" }
content.en.title = "Welcome to {visit.campaign}"

[[rule]]
id       = "third-look"
show     = "chat"
when     = { page.path = "/p/*", page.views = ">= 3" }
content.en.title = "Shall we look at it together?"
"#;

/// The rules a reply shows.
pub fn shown(reply: &Reply) -> Vec<&str> {
    reply.offers.iter().map(|offer| offer.rule.as_str()).collect()
}
