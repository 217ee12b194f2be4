//! Where a visit came from: the campaign its landing address names, else what the referrer says.
//!
//! Takes the landing page as the tag read it, returns texts for the `visit.*` signals. Keeps no address: of the
//! referrer, only the host and the search keyword leave this module.

mod places;

use bincode::{Decode, Encode};
use url::{Url, form_urlencoded};
use wire::Page;

use self::places::{Kind, place};

/// Longest text kept of any of these, in bytes: they come from the address bar and go into the profile.
const MAX_BYTES: usize = 96;

/// The origin of one visit. An empty text means not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
pub struct Source {
    /// Referring host, without `www.`; empty when the visitor came directly.
    pub referrer: String,
    /// Keyword typed into a search engine, where the engine gives it, else `utm_term` of a search campaign.
    pub search: String,
    /// `utm_source`, else the name of the engine, network or mail service, else the referring host.
    pub source: String,
    /// `utm_medium`, else `organic`, `social`, `email`, `assistant`, `referral` or `none`.
    pub medium: String,
    /// `utm_campaign`.
    pub campaign: String,
    /// `utm_term`.
    pub term: String,
}

impl Source {
    /// Reads a landing page. `own_hosts` are the site's: coming from one of them is no referral.
    pub fn of(page: &Page, own_hosts: &[String]) -> Self {
        let mut source = Self::default();
        for (key, value) in form_urlencoded::parse(page.query.as_bytes()) {
            let field = match &*key {
                "utm_source" => &mut source.source,
                "utm_medium" => &mut source.medium,
                "utm_campaign" => &mut source.campaign,
                "utm_term" => &mut source.term,
                _ => continue,
            };
            *field = clip(&value);
        }
        let referrer = Url::parse(&page.referrer).ok();
        let host = referrer.as_ref().and_then(Url::host_str).unwrap_or_default();
        let host = host.strip_prefix("www.").unwrap_or(host);
        let foreign = !host.is_empty() && !own_hosts.iter().any(|own| own == host);
        let place = place(host).filter(|_| foreign);
        if foreign {
            source.referrer = clip(host);
        }
        if let (Some(place), Some(url)) = (place, &referrer) {
            let keyword = |parameter: &&str| url.query_pairs().find(|(key, _)| key == *parameter);
            let keyword = place.keyword.iter().find_map(keyword);
            source.search = keyword.map(|(_, keyword)| clip(keyword.trim())).unwrap_or_default();
        }
        let (from, by) = match place {
            Some(place) => (place.name, medium(place.kind)),
            None if foreign => (host, "referral"),
            None => ("direct", "none"),
        };
        // What the address names counts; the referrer tells the rest.
        if source.source.is_empty() {
            source.source = clip(from);
        }
        if source.medium.is_empty() {
            by.clone_into(&mut source.medium);
        }
        if source.search.is_empty() && matches!(source.medium.as_str(), "cpc" | "ppc" | "paidsearch" | "sem")
        {
            source.search.clone_from(&source.term);
        }
        source
    }
}

/// The medium of a visit that came by such a site.
fn medium(kind: Kind) -> &'static str {
    match kind {
        Kind::Search => "organic",
        Kind::Social => "social",
        Kind::Mail => "email",
        Kind::Assistant => "assistant",
    }
}

/// At most [`MAX_BYTES`] of the text, cut between characters.
fn clip(text: &str) -> String {
    crate::profile::clip(text, MAX_BYTES)
}

#[cfg(test)]
mod tests {
    use wire::Page;

    use super::Source;

    fn landing(query: &str, referrer: &str) -> [String; 6] {
        let page = Page { query: query.into(), referrer: referrer.into(), ..Page::default() };
        let Source { referrer, search, source, medium, campaign, term } =
            Source::of(&page, &["shop.example".into()]);
        [source, medium, campaign, term, search, referrer]
    }

    #[test]
    fn a_campaign_names_its_source() {
        assert_eq!(
            landing("utm_source=mail&utm_medium=email&utm_campaign=Winter+sale", "https://mail.example/x"),
            ["mail", "email", "Winter sale", "", "", "mail.example"]
        );
    }

    #[test]
    fn a_search_engine_gives_the_keyword() {
        assert_eq!(
            landing("", "https://www.bing.com/search?q=cheap+trip+to+Mauritius&form=x"),
            ["bing", "organic", "", "", "cheap trip to Mauritius", "bing.com"]
        );
        assert_eq!(landing("", "https://www.google.fr/"), ["google", "organic", "", "", "", "google.fr"]);
    }

    #[test]
    fn what_the_address_leaves_out_the_referrer_tells() {
        assert_eq!(
            landing("utm_medium=cpc&utm_campaign=summer&utm_term=pump", "https://www.google.com/"),
            ["google", "cpc", "summer", "pump", "pump", "google.com"]
        );
        assert_eq!(landing("utm_source=flyer", ""), ["flyer", "none", "", "", "", ""]);
    }

    #[test]
    fn a_paid_search_term_is_a_search() {
        assert_eq!(
            landing("utm_source=google&utm_medium=cpc&utm_term=teapot", ""),
            ["google", "cpc", "", "teapot", "teapot", ""]
        );
    }

    #[test]
    fn another_site_refers_and_ones_own_does_not() {
        assert_eq!(
            landing("", "https://blog.example/?q=x"),
            ["blog.example", "referral", "", "", "", "blog.example"]
        );
        assert_eq!(landing("", "https://shop.example/faq"), ["direct", "none", "", "", "", ""]);
        assert_eq!(landing("", "not an address"), ["direct", "none", "", "", "", ""]);
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let [_, _, campaign, ..] = landing(&format!("utm_campaign={}", "é".repeat(200)), "");
        assert_eq!(campaign, "é".repeat(48));
    }
}
