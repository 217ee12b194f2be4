//! What leads from one name to another, and what a preview has seen, ends whether or not anybody comes by.

use tests::{Visitor, disk, eventually};

use super::{customer, edge, export, order, paths, signs_in};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

#[test]
fn for_thirty_days_the_old_name_leads_to_the_customer_and_then_nothing_does() {
    let mut edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/p/teapot");
    let old = visitor.token.clone();
    visitor.does(&edge, vec![signs_in("c-1")]);
    edge.wakes_after(29 * DAY_MS);
    edge.goes_on();
    let mut tab = Visitor::new(2).holding(old.clone());
    tab.opens(&edge, "/faq");
    assert_eq!(paths(&customer(&edge, "c-1")), ["/p/teapot", "/faq"]);

    edge.wakes_after(2 * DAY_MS);
    eventually(|| {
        let mut tab = Visitor::new(3).holding(old.clone());
        tab.opens(&edge, "/later");
        (paths(&export(&edge, &tab)) == ["/later"]).then_some(())
    });
    assert!(!paths(&customer(&edge, "c-1")).contains(&"/later"));
    edge.wakes_after(2 * DAY_MS);
    edge.goes_on();
    edge.stop();
    let left = ["moved", "merged"].map(|table| disk::rows(edge.data(), "visitors", table));
    assert_eq!(left, [0, 0]);
}

#[test]
fn what_a_preview_has_seen_is_forgotten_with_its_link_though_nobody_comes_back() {
    let mut edge = edge();
    let mut visitor = Visitor::new(1);
    visitor.opens(&edge, "/");
    let link = edge.owner("POST", "/v1/sites/shop/versions/1/preview-links", "{}").json();
    let key = link["key"].as_str().unwrap();
    visitor.opens(&edge, &format!("/account?declic_preview={key}"));
    visitor.does(&edge, vec![order(5.0)]);
    edge.wakes_after(DAY_MS / 2);
    edge.goes_on();
    edge.stop();
    assert_eq!(disk::rows(edge.data(), "visitors", "preview"), 1);
    edge.wakes_after(DAY_MS);
    edge.goes_on();
    edge.stop();
    assert_eq!(disk::rows(edge.data(), "visitors", "preview"), 0);
    edge.kill_and_restart();
    assert_eq!(paths(&export(&edge, &visitor)), ["/"], "his own row is as it was");
}
