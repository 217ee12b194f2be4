//! The requests about a site's rules: their versions, what they say, and what they came to.

use super::{Json, Nothing, Request, Rules};
use crate::api::report::Report;
use crate::api::{
    DiffAnswer, ExplainAnswer, LinkAnswer, LinkBody, PublishBody, Published, RollbackBody, VersionList,
};

pub(super) fn requests() -> Vec<Request> {
    let request = Request::of("marketer");
    vec![
        request("GET", "/v1/sites/{site}/rules", "The rule file in force", Nothing, Rules),
        request(
            "PUT",
            "/v1/sites/{site}/rules",
            "Checks a rule file and puts it in force",
            Rules,
            shape!(Published),
        ),
        request("GET", "/v1/sites/{site}/versions", "The versions", Nothing, shape!(VersionList)),
        request("GET", "/v1/sites/{site}/versions/{version}", "A version's rule file", Nothing, Rules),
        request(
            "GET",
            "/v1/sites/{site}/versions/{version}/diff",
            "What differs from another version",
            Nothing,
            shape!(DiffAnswer),
        ),
        request(
            "POST",
            "/v1/sites/{site}/versions/{version}/publish",
            "Puts a version in force, now or later",
            shape!(PublishBody),
            shape!(Published),
        ),
        request(
            "DELETE",
            "/v1/sites/{site}/versions/{version}/schedule",
            "Takes back what was scheduled",
            Nothing,
            shape!(VersionList),
        ),
        request(
            "POST",
            "/v1/sites/{site}/versions/{version}/preview-links",
            "A link that shows one browser this version",
            shape!(LinkBody),
            shape!(LinkAnswer),
        ),
        request(
            "POST",
            "/v1/sites/{site}/rollback",
            "Puts the version before, or the one named, back in force",
            shape!(RollbackBody),
            shape!(Published),
        ),
        request(
            "POST",
            "/v1/sites/{site}/debug-links",
            "A link that tells a page what every rule says",
            shape!(LinkBody),
            shape!(LinkAnswer),
        ),
        request(
            "GET",
            "/v1/sites/{site}/explain",
            "What every rule says of a visitor at a moment",
            Nothing,
            shape!(ExplainAnswer),
        ),
        request(
            "GET",
            "/v1/sites/{site}/report",
            "What each rule earned, and where pages make visitors struggle",
            Nothing,
            shape!(Report),
        ),
    ]
}
