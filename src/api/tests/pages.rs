//! The codes and statuses that the pages of the services tell are those of the answers.

use crate::api::problem::Problem;
use crate::service::{Code, Failure};
use axum::http::StatusCode;
use std::collections::BTreeSet;

const COMMON: &str = include_str!("../../service/docs/common.md");
const PAGES: &[(&str, &str)] = &[
    ("make-call.md", include_str!("../../service/docs/make-call.md")),
    (
        "clear-connection.md",
        include_str!("../../service/docs/clear-connection.md"),
    ),
    ("clear-call.md", include_str!("../../service/docs/clear-call.md")),
    ("deflect-call.md", include_str!("../../service/docs/deflect-call.md")),
    (
        "single-step-transfer-call.md",
        include_str!("../../service/docs/single-step-transfer-call.md"),
    ),
    (
        "generate-digits.md",
        include_str!("../../service/docs/generate-digits.md"),
    ),
    ("mute.md", include_str!("../../service/docs/mute.md")),
    ("recording.md", include_str!("../../service/docs/recording.md")),
    (
        "set-agent-state.md",
        include_str!("../../service/docs/set-agent-state.md"),
    ),
    ("user-data.md", include_str!("../../service/docs/user-data.md")),
];

type Codes = BTreeSet<(u16, String)>;

/// The rows of a page that begin with a status and a code.
fn told(page: &str) -> Codes {
    let row = |line: &str| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let status = cells.next()?.parse().ok()?;
        let code = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
        Some((status, code.to_owned()))
    };
    page.lines().filter_map(row).collect()
}

/// `NOT_FOUND` is 404.
fn status(name: &str) -> u16 {
    let same = |code: &u16| {
        let status = StatusCode::from_u16(*code).unwrap();
        let reason = status.canonical_reason().unwrap_or_default();
        reason.to_ascii_uppercase().replace([' ', '-'], "_") == name
    };
    (400..600)
        .find(same)
        .unwrap_or_else(|| panic!("there is no status {name}"))
}

/// Every code that there is, with its status: of services by their list, of all else as they stand in the one file that has them.
fn there() -> Codes {
    let of_services = Code::ALL.iter().map(|code| {
        let problem = Problem::from(Failure::new(*code, ""));
        (problem.status().as_u16(), problem.code.to_owned())
    });
    let source = include_str!("../problem.rs");
    let written = source.split("Problem::new(").skip(1).filter_map(|rest| {
        let rest = rest.trim_start().strip_prefix("StatusCode::")?;
        let (name, rest) = rest.split_once(',')?;
        let code = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        Some((status(name), code.to_owned()))
    });
    of_services.chain(written).collect()
}

#[test]
fn every_code_that_an_answer_can_have_is_told_with_its_status_and_no_other_is() {
    let (told, there) = (told(COMMON), there());
    let missing: Vec<_> = there.difference(&told).collect();
    let invented: Vec<_> = told.difference(&there).collect();
    assert!(missing.is_empty(), "common.md does not tell {missing:?}");
    assert!(invented.is_empty(), "common.md tells {invented:?}, which no answer has");
}

#[test]
fn no_page_tells_of_an_error_that_the_common_one_does_not() {
    let common = told(COMMON);
    for (name, page) in PAGES {
        let told = told(page);
        assert!(!told.is_empty(), "{name} tells no errors");
        let others: Vec<_> = told.difference(&common).collect();
        assert!(others.is_empty(), "{name}: {others:?}");
    }
}
