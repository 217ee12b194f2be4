//! What a user agent says of who sent it: a person's browser or a program, a phone or not.

/// Words that only programs have in their names.
const BOTS: [&str; 34] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "feed",
    "rss/",
    "fetch",
    "headless",
    "phantomjs",
    "selenium",
    "playwright",
    "favicon",
    "monitor",
    "synthetic",
    "preview",
    "snapshot",
    "archive",
    "reader",
    "validator",
    "inspect",
    "transcoder",
    "imageproxy",
    "linkcheck",
    "link checker",
    "appengine",
    "google-",
    "-google",
    "weblight",
    "page speed",
    "scan/",
    "java/",
    "php/",
    "python",
    "library",
];

/// How browsers that say nothing of an engine begin.
const BROWSERS: [&str; 7] = ["opera/", "lynx/", "links (", "elinks", "w3m/", "dillo/", "netsurf/"];

/// Words that only browsers have in their names.
const ENGINES: [&str; 13] = [
    "webkit",
    "gecko",
    "khtml",
    "presto",
    "midp",
    "netfront",
    "ucbrowser",
    "ucweb",
    "opera mini",
    "up.browser",
    "up.link",
    "browser/",
    "wap browser",
];

/// Whether a program sent it. Browsers begin alike and name their engine; whoever leaves an address, or calls itself
/// compatible with what it is not, is none.
pub(super) fn is_bot(agent: &str) -> bool {
    // A maker of phones has the word in its name.
    let agent = agent.to_ascii_lowercase().replace("cubot", "");
    let is_any_of = |words: &[&str]| words.iter().any(|word| agent.contains(word));
    if is_any_of(&["http:", "https:", "www."]) || has_mail_address(&agent) || is_any_of(&BOTS) {
        return true;
    }
    let version = agent
        .strip_prefix("mozilla/")
        .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'));
    match version {
        Some(rest) if rest.starts_with(" (") => {
            agent.contains("compatible") && !is_any_of(&["msie", "trident", "konqueror", "khtml"])
        }
        _ => !BROWSERS.iter().any(|begin| agent.starts_with(begin)) && !is_any_of(&ENGINES),
    }
}

/// `help@example.com`, as crawlers leave it for complaints.
fn has_mail_address(agent: &str) -> bool {
    agent.match_indices('@').any(|(at, _)| {
        let is_part = |c: char| c.is_alphanumeric() || c == '-';
        agent[..at].ends_with(is_part)
            && agent[at + 1..].split_once('.').is_some_and(|(host, rest)| {
                !host.is_empty() && host.chars().all(is_part) && rest.starts_with(is_part)
            })
    })
}

pub(super) fn is_mobile(agent: &str) -> bool {
    agent.contains("Mobi") || agent.contains("Android")
}

#[cfg(test)]
mod tests {
    use super::is_bot;

    #[test]
    fn programs_are_told_from_browsers() {
        for agent in [
            "",
            "-",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (compatible; Ezooms/1.0; help@moz.com)",
            "Mozilla/5.0 (compatible; Optimizer)",
            "Mozilla/4.0 (compatible;)",
            "Mozilla/5.0",
            "Tiny Tiny RSS/1.11 (http://tt-rss.org/)",
            "Liferea/1.8.3 (Linux; en_GB.UTF-8; http://liferea.sf.net/)",
            "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/534.34 (KHTML, like Gecko) PhantomJS/1.9.2 Safari/534.34",
            "portscout/0.8.1",
            "nutch-1.4/Nutch-1.4",
            "Robosourcer/1.0",
            "Embedly +support@embed.ly",
            "curl/8.5.0",
            "Go-http-client/2.0",
            "facebookexternalhit/1.1",
        ] {
            assert!(is_bot(agent), "{agent}");
        }
        for agent in [
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Mozilla/5.0 (Linux; Android 6.0; CUBOT MAX) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/72.0.3626.121 Mobile Safari/537.36",
            "Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)",
            "Mozilla/5.0 (compatible; Konqueror/3.5; OpenBSD) KHTML/3.5.9 (like Gecko)",
            "Opera/9.80 (X11; Linux x86_64) Presto/2.12.388 Version/12.16",
            "Midori/0.2 (X11; Linux; U; fr-fr) WebKit/531.2+",
            "SAMSUNG-GT-E2232/1.0 Openwave/6.2.3 Profile/MIDP-2.0 Configuration/CLDC-1.1 UP.Browser/6.2.3",
            "Lynx/2.9.0dev.6 libwww-FM/2.14 SSL-MM/1.4.1",
            "Links (2.7; CYGWIN_NT-5.1 1.7.15 i686; GNU C 4.5.3; text)",
        ] {
            assert!(!is_bot(agent), "{agent}");
        }
    }
}
