//! The sites visitors come from, by their hosts: search engines with the parameter that holds the keyword, social
//! networks, mail on the web, and assistants that answer questions.
//!
//! A host is given without country: `google.*` is every Google, `search.yahoo` and its like are found in any
//! subdomain. The more particular stands before the more general.

/// What kind of site refers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A search engine.
    Search,
    /// A social network.
    Social,
    /// Mail on the web.
    Mail,
    /// An assistant.
    Assistant,
}

/// A site others come from.
pub(super) struct Place {
    /// Its name in `visit.source`.
    pub(super) name: &'static str,
    /// What kind of site it is.
    pub(super) kind: Kind,
    /// The query parameters that may hold the keyword, the first that is there.
    pub(super) keyword: &'static [&'static str],
    hosts: &'static [&'static str],
}

const fn engine(
    name: &'static str,
    hosts: &'static [&'static str],
    keyword: &'static [&'static str],
) -> Place {
    Place { name, kind: Kind::Search, keyword, hosts }
}

const fn network(name: &'static str, hosts: &'static [&'static str]) -> Place {
    Place { name, kind: Kind::Social, keyword: &[], hosts }
}

const fn mail(name: &'static str, hosts: &'static [&'static str]) -> Place {
    Place { name, kind: Kind::Mail, keyword: &[], hosts }
}

const fn assistant(name: &'static str, hosts: &'static [&'static str]) -> Place {
    Place { name, kind: Kind::Assistant, keyword: &[], hosts }
}

/// The place a host belongs to. `host` is in small letters, as the parser of addresses gives it.
pub(super) fn place(host: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.hosts.iter().any(|pattern| matches(host, pattern)))
}

/// Whether the host is the pattern, or below it. A star at the pattern's end is a country: one label or two.
fn matches(host: &str, pattern: &str) -> bool {
    let below = |rest: &str| rest.is_empty() || rest.ends_with('.');
    match pattern.strip_suffix(".*") {
        None => host.strip_suffix(pattern).is_some_and(below),
        Some(name) => host.match_indices(name).any(|(at, _)| {
            let country = &host[at + name.len()..];
            let labels = country.split('.').skip(1).collect::<Vec<_>>();
            below(&host[..at])
                && country.starts_with('.')
                && (1..=2).contains(&labels.len())
                && labels.iter().all(|label| (2..=5).contains(&label.len()))
        }),
    }
}

const PLACES: &[Place] = &[
    // Mail and assistants first: they live below the hosts of search engines.
    mail("gmail", &["mail.google.com", "inbox.google.com"]),
    mail("yahoo mail", &["mail.yahoo.*", "mail.yahoo.net"]),
    mail(
        "outlook",
        &["mail.live.com", "outlook.live.com", "outlook.office.com", "outlook.office365.com", "hotmail.com"],
    ),
    mail(
        "orange mail",
        &[
            "webmail.orange.fr",
            "webmail1m.orange.fr",
            "mail.orange.fr",
            "mail01.orange.fr",
            "mail02.orange.fr",
        ],
    ),
    mail("laposte", &["webmail.laposte.net"]),
    mail("free mail", &["webmail.free.fr", "zimbra.free.fr"]),
    mail("sfr mail", &["webmail.sfr.fr", "messagerie.sfr.fr"]),
    mail("proton mail", &["mail.proton.me", "mail.protonmail.com"]),
    mail("gmx", &["navigator.gmx.net", "gmx.net", "gmx.com"]),
    mail("web.de", &["navigator.web.de"]),
    mail("zoho mail", &["mail.zoho.com"]),
    mail("mail.ru", &["e.mail.ru"]),
    mail("yandex mail", &["mail.yandex.*"]),
    mail("aol mail", &["mail.aol.com"]),
    assistant("chatgpt", &["chatgpt.com", "chat.openai.com"]),
    assistant("gemini", &["gemini.google.com", "bard.google.com"]),
    assistant("copilot", &["copilot.microsoft.com"]),
    assistant("perplexity", &["perplexity.ai"]),
    assistant("claude", &["claude.ai"]),
    assistant("mistral", &["chat.mistral.ai"]),
    assistant("deepseek", &["chat.deepseek.com", "deepseek.com"]),
    assistant("grok", &["grok.com", "x.ai"]),
    assistant("meta ai", &["meta.ai"]),
    assistant("poe", &["poe.com"]),
    assistant("you", &["you.com"]),
    assistant("phind", &["phind.com"]),
    assistant("qwen", &["chat.qwen.ai", "qwen.ai"]),
    assistant("kimi", &["kimi.com", "kimi.ai", "kimi.moonshot.cn"]),
    assistant("doubao", &["doubao.com"]),
    network("google+", &["plus.google.com", "plus.url.google.com"]),
    // Search engines of the world.
    engine(
        "google",
        &[
            "google.*",
            "googlesyndication.com",
            "g.co",
            "com.google.android.googlequicksearchbox",
            "com.google.android.gm",
        ],
        &["q", "query", "as_q"],
    ),
    engine("bing", &["bing.com", "cn.bing.com", "search.live.com", "search.msn.*"], &["q", "Q"]),
    engine(
        "yahoo",
        &["search.yahoo.*", "search.yahoo.com", "yahoo.co.jp", "yahoo.*", "search.yahoo.co.jp"],
        &["p", "q", "va"],
    ),
    engine("duckduckgo", &["duckduckgo.com", "duck.com", "ddg.gg"], &["q"]),
    engine("ecosia", &["ecosia.org"], &["q"]),
    engine("qwant", &["qwant.com"], &["q"]),
    engine("brave", &["search.brave.com"], &["q"]),
    engine(
        "startpage",
        &["startpage.com", "startpage.de", "ixquick.com", "ixquick.de", "ixquick.eu"],
        &["query", "q"],
    ),
    engine("yandex", &["yandex.*", "ya.ru", "yandex.com.tr", "images.yandex.ru"], &["text"]),
    engine("baidu", &["baidu.com"], &["wd", "word", "kw", "w"]),
    engine("naver", &["search.naver.com", "m.search.naver.com", "naver.com"], &["query"]),
    engine("daum", &["search.daum.net", "daum.net"], &["q"]),
    engine("kagi", &["kagi.com"], &["q"]),
    engine(
        "ask",
        &["ask.com", "search-results.com", "ask.jp", "askjeeves.com", "search.ask.com"],
        &["q", "searchfor", "query"],
    ),
    engine(
        "aol",
        &["aol.*", "aolsearch.com", "search.aol.com", "aolsearch.*", "alicesuche.aol.de"],
        &["q", "query", "encquery"],
    ),
    engine("mail.ru", &["go.mail.ru"], &["q"]),
    engine("rambler", &["nova.rambler.ru", "rambler.ru"], &["query", "words"]),
    engine("sputnik", &["sputnik.ru"], &["q"]),
    engine("seznam", &["search.seznam.cz", "seznam.cz"], &["q", "w"]),
    engine("centrum", &["search.centrum.cz", "search.atlas.cz", "centrum.sk"], &["q"]),
    engine("zoznam", &["zoznam.sk"], &["s"]),
    engine("sogou", &["sogou.com"], &["query", "keyword"]),
    engine("360", &["so.com", "so.360.cn", "haosou.com"], &["q"]),
    engine("shenma", &["sm.cn"], &["q"]),
    engine("coccoc", &["coccoc.com"], &["query"]),
    engine("mojeek", &["mojeek.com"], &["q"]),
    engine("swisscows", &["swisscows.com", "swisscows.ch"], &["query"]),
    engine("metager", &["metager.de", "metager.org", "metager2.de"], &["eingabe", "q"]),
    engine("lilo", &["search.lilo.org", "lilo.org"], &["q"]),
    engine("gibiru", &["gibiru.com"], &["q"]),
    engine("presearch", &["presearch.com", "presearch.org"], &["q"]),
    engine("gigablast", &["gigablast.com"], &["q"]),
    engine("exalead", &["exalead.com", "exalead.fr"], &["q"]),
    engine("voila", &["voila.fr"], &["rdata", "kw"]),
    engine("orange", &["lemoteur.fr", "lemoteur.ke.voila.fr", "orange.fr"], &["kw"]),
    engine("free", &["search.free.fr", "search1-2.free.fr", "search1-1.free.fr"], &["q", "query"]),
    engine("sfr", &["recherche.sfr.fr", "search.sfr.fr"], &["q"]),
    engine("dogpile", &["dogpile.com"], &["q"]),
    engine("webcrawler", &["webcrawler.com"], &["q"]),
    engine("metacrawler", &["metacrawler.com", "metacrawler.de"], &["q", "general"]),
    engine("excite", &["excite.*", "msxml.excite.com"], &["q", "search"]),
    engine("lycos", &["lycos.*", "search.lycos.com"], &["q", "query"]),
    engine("altavista", &["altavista.*"], &["q"]),
    engine("alltheweb", &["alltheweb.com"], &["q"]),
    engine("infospace", &["infospace.com", "dogpile.co.uk"], &["q", "s"]),
    engine("info.com", &["info.com"], &["qkw", "q"]),
    engine("mywebsearch", &["mywebsearch.com"], &["searchfor"]),
    engine("conduit", &["search.conduit.com"], &["q"]),
    engine("babylon", &["search.babylon.com"], &["q"]),
    engine("delta search", &["delta-search.com", "yhs.delta-search.com"], &["q"]),
    engine("dalesearch", &["dalesearch.com"], &["q"]),
    engine("avg", &["isearch.avg.com", "search.avg.com"], &["q"]),
    engine("avira", &["search.avira.com", "search.avira.net"], &["q"]),
    engine("softonic", &["search.softonic.com"], &["q"]),
    engine("incredimail", &["search.incredimail.com"], &["q"]),
    engine("snap.do", &["search.snap.do", "search.snapdo.com"], &["q"]),
    engine("sweetim", &["search.sweetim.com"], &["q"]),
    engine("comcast", &["search.comcast.net"], &["q"]),
    engine("earthlink", &["search.earthlink.net"], &["q"]),
    engine("verizon", &["search.verizon.com"], &["q"]),
    engine("t-online", &["suche.t-online.de"], &["q", "as_q"]),
    engine("web.de", &["suche.web.de"], &["su", "q"]),
    engine("gmx", &["suche.gmx.net", "suche.gmx.at"], &["su", "q"]),
    engine("1und1", &["suche.1und1.de"], &["su", "q"]),
    engine("freenet", &["suche.freenet.de"], &["query", "Keywords"]),
    engine("fireball", &["fireball.de", "fireball.com"], &["q"]),
    engine("abacho", &["abacho.*"], &["q"]),
    engine("virgilio", &["ricerca.virgilio.it", "virgilio.it"], &["qs"]),
    engine("libero", &["ricerca.libero.it", "arianna.libero.it", "libero.it"], &["query", "qs"]),
    engine("tiscali", &["search.tiscali.it", "search-dyn.tiscali.it"], &["q", "key"]),
    engine("terra", &["buscador.terra.*", "busca.terra.com.br"], &["query"]),
    engine("uol", &["busca.uol.com.br"], &["q"]),
    engine("sapo", &["pesquisa.sapo.pt", "sapo.pt"], &["q"]),
    engine("onet", &["szukaj.onet.pl"], &["qt", "q"]),
    engine("wp", &["szukaj.wp.pl"], &["szukaj", "q"]),
    engine("najdi", &["najdi.si"], &["q"]),
    engine("walla", &["search.walla.co.il"], &["q"]),
    engine("eniro", &["eniro.se"], &["search_word", "q"]),
    engine("sesam", &["sesam.no"], &["q"]),
    engine("kvasir", &["kvasir.no"], &["q"]),
    engine("ilse", &["ilse.nl"], &["search_for"]),
    engine("search.ch", &["search.ch"], &["q"]),
    engine("bluewin", &["search.bluewin.ch"], &["searchTerm", "query"]),
    engine("goo", &["search.goo.ne.jp"], &["MT"]),
    engine("biglobe", &["cgi.search.biglobe.ne.jp", "websearch.biglobe.ne.jp"], &["q"]),
    engine("nifty", &["search.nifty.com"], &["q"]),
    engine("nate", &["search.nate.com"], &["q"]),
    engine("toolbarhome", &["toolbarhome.com"], &["q"]),
    engine("pricerunner", &["pricerunner.*"], &["q"]),
    engine("shopping.com", &["shopping.com"], &["kw", "KW"]),
    engine("kelkoo", &["kelkoo.*"], &["kw", "siteSearchQuery"]),
    // Social networks.
    network("facebook", &["facebook.com", "fb.me", "fb.com", "messenger.com", "com.facebook.katana"]),
    network("instagram", &["instagram.com"]),
    network("threads", &["threads.net", "threads.com"]),
    network("twitter", &["t.co", "twitter.com", "x.com"]),
    network("linkedin", &["linkedin.com", "lnkd.in", "com.linkedin.android"]),
    network("youtube", &["youtube.com", "youtu.be"]),
    network("pinterest", &["pinterest.*", "pin.it"]),
    network("reddit", &["reddit.com", "redd.it"]),
    network("tiktok", &["tiktok.com"]),
    network("snapchat", &["snapchat.com"]),
    network("whatsapp", &["whatsapp.com", "wa.me"]),
    network("telegram", &["t.me", "telegram.org", "web.telegram.org", "org.telegram.messenger"]),
    network("discord", &["discord.com", "discord.gg", "discordapp.com"]),
    network(
        "mastodon",
        &["mastodon.social", "mastodon.online", "mstdn.social", "mastodon.cloud", "mstdn.jp"],
    ),
    network("bluesky", &["bsky.app", "skyfeed.app"]),
    network("tumblr", &["tumblr.com"]),
    network("flickr", &["flickr.com"]),
    network("vimeo", &["vimeo.com"]),
    network("dailymotion", &["dailymotion.com"]),
    network("twitch", &["twitch.tv"]),
    network("quora", &["quora.com"]),
    network("hacker news", &["news.ycombinator.com"]),
    network("stack overflow", &["stackoverflow.com"]),
    network("github", &["github.com"]),
    network("medium", &["medium.com"]),
    network("substack", &["substack.com"]),
    network("vk", &["vk.com", "vkontakte.ru", "away.vk.com"]),
    network("odnoklassniki", &["odnoklassniki.ru", "ok.ru"]),
    network("weibo", &["weibo.com", "weibo.cn", "t.cn"]),
    network("wechat", &["wechat.com", "weixin.qq.com"]),
    network("qzone", &["qzone.qq.com"]),
    network("douban", &["douban.com"]),
    network("zhihu", &["zhihu.com"]),
    network("bilibili", &["bilibili.com"]),
    network("renren", &["renren.com"]),
    network("line", &["line.me"]),
    network("mixi", &["mixi.jp"]),
    network("ameba", &["ameba.jp"]),
    network("xing", &["xing.com"]),
    network("viadeo", &["viadeo.com", "viadeo.journaldunet.com"]),
    network("skyrock", &["skyrock.com"]),
    network("copains d’avant", &["copainsdavant.linternaute.com"]),
    network("deezer", &["deezer.com"]),
    network("last.fm", &["last.fm", "lastfm.ru"]),
    network("soundcloud", &["soundcloud.com"]),
    network("spotify", &["spotify.com"]),
    network("myspace", &["myspace.com"]),
    network("meetup", &["meetup.com"]),
    network("nextdoor", &["nextdoor.com"]),
    network("yelp", &["yelp.*"]),
    network("tripadvisor", &["tripadvisor.*"]),
    network("trustpilot", &["trustpilot.com"]),
    network("slideshare", &["slideshare.net"]),
    network("scoop.it", &["scoop.it"]),
    network("diaspora", &["joindiaspora.com", "diasp.org", "pod.geraspora.de"]),
    network("livejournal", &["livejournal.com"]),
    network("gab", &["gab.com", "gab.ai"]),
    network("parler", &["parler.com"]),
    network("badoo", &["badoo.com"]),
    network("classmates", &["classmates.com"]),
    network("taringa", &["taringa.net"]),
    network("hi5", &["hi5.com"]),
    network("tagged", &["tagged.com"]),
    network("nasza klasa", &["nk.pl"]),
    network("wykop", &["wykop.pl"]),
    network("slack", &["slack.com"]),
    network("teams", &["teams.microsoft.com", "statics.teams.cdn.office.net"]),
    network("yammer", &["yammer.com"]),
    network("bebo", &["bebo.com"]),
    network("fotolog", &["fotolog.com"]),
    network("ask.fm", &["ask.fm"]),
    network("goodreads", &["goodreads.com"]),
    network("deviantart", &["deviantart.com"]),
    network("behance", &["behance.net"]),
    network("dribbble", &["dribbble.com"]),
    network("digg", &["digg.com"]),
    network("stumbleupon", &["stumbleupon.com"]),
    network("delicious", &["delicious.com"]),
    network("mix", &["mix.com"]),
    network("flipboard", &["flipboard.com"]),
    network("getpocket", &["getpocket.com"]),
    network("steam", &["steamcommunity.com"]),
    network("geni", &["geni.com"]),
    network("gaia online", &["gaiaonline.com"]),
    network("friendster", &["friendster.com"]),
    network("orkut", &["orkut.com"]),
    network("netlog", &["netlog.com"]),
    network("plurk", &["plurk.com"]),
    network("sonico", &["sonico.com"]),
    network("studivz", &["studivz.net", "meinvz.net", "schuelervz.net"]),
    network("tuenti", &["tuenti.com"]),
    network("wayn", &["wayn.com"]),
    network("weeworld", &["weeworld.com"]),
    network("windows live spaces", &["spaces.live.com"]),
    network("xanga", &["xanga.com"]),
    network("hyves", &["hyves.nl"]),
    network("identi.ca", &["identi.ca"]),
];
