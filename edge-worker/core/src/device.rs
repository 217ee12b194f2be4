//! What a `User-Agent` header says, reduced to the three `device.*` signals; the header itself is never kept.

use bincode::{Decode, Encode};

/// The device, in the catalogue's words. An empty text means not recognised.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Device {
    /// `desktop`, `mobile` or `tablet`.
    pub kind: String,
    /// `chrome`, `safari`, `firefox`, `edge`, `opera` or `samsung`.
    pub browser: String,
    /// `windows`, `macos`, `linux`, `android`, `ios` or `chromeos`.
    pub os: String,
}

/// Marks of browsers, most particular first: every Chromium also says `Chrome` and `Safari`.
const BROWSERS: [(&str, &str); 10] = [
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("SamsungBrowser", "samsung"),
    ("FxiOS", "firefox"),
    ("Firefox/", "firefox"),
    ("CriOS", "chrome"),
    ("Chrome/", "chrome"),
    ("HeadlessChrome/", "chrome"),
    ("Chromium/", "chrome"),
    ("Safari/", "safari"),
];

/// Marks of systems, most particular first: Android also says `Linux`, and iOS also `like Mac OS X`.
const SYSTEMS: [(&str, &str); 8] = [
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ios"),
    ("CrOS", "chromeos"),
    ("Windows", "windows"),
    ("Mac OS X", "macos"),
    ("Macintosh", "macos"),
    ("Linux", "linux"),
];

impl Device {
    /// Reads a `User-Agent` header.
    pub fn of(user_agent: &str) -> Self {
        let find = |marks: &[(&str, &'static str)]| {
            marks.iter().find(|(mark, _)| user_agent.contains(mark)).map_or("", |(_, name)| name)
        };
        let os = find(&SYSTEMS);
        let tablet = user_agent.contains("iPad") || (os == "android" && !user_agent.contains("Mobile"));
        let kind = match os {
            _ if tablet => "tablet",
            "android" | "ios" => "mobile",
            "" => "",
            _ => "desktop",
        };
        Self { kind: kind.into(), browser: find(&BROWSERS).into(), os: os.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::Device;

    #[test]
    fn common_browsers_are_told_apart() {
        for (user_agent, kind, browser, os) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "desktop",
                "chrome",
                "linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
                "desktop",
                "edge",
                "windows",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
                "mobile",
                "safari",
                "ios",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
                "tablet",
                "chrome",
                "android",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
                "desktop",
                "firefox",
                "macos",
            ),
            ("curl/8.0", "", "", ""),
        ] {
            let device = Device { kind: kind.into(), browser: browser.into(), os: os.into() };
            assert_eq!(Device::of(user_agent), device, "{user_agent}");
        }
    }
}
