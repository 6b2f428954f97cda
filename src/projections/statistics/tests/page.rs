//! The example of the page, computed.

use super::*;
use serde_json::Value;

const PAGE: &str = include_str!("../README.md");

/// What stands in the block behind `<!-- mark -->`.
fn block(mark: &str) -> &'static str {
    let (_, rest) = PAGE.split_once(&format!("<!-- {mark} -->")).expect(mark);
    let (block, _) = rest.split_once("<!-- end -->").unwrap();
    let (_, text) = block.trim().split_once('\n').unwrap();
    text.trim_end_matches("```")
}

fn told(mark: &str) -> Value {
    serde_json::from_str(block(mark)).unwrap()
}

#[test]
fn the_example_of_the_page_is_what_its_events_add_up_to() {
    let play = Play::of(block("events"));
    let computed = serde_json::to_value(queue(&play, "09:15:00")).unwrap();
    assert_eq!(computed, told("answer: queue"), "computed: {computed:#}");
    let eight = AgentId::new(&switch_name("hq"), "8");
    let fold = play.fold();
    let computed = fold.agent_statistics(&config(), &eight, Window::Quarter, at("09:15:00"));
    let computed = serde_json::to_value(computed).unwrap();
    assert_eq!(computed, told("answer: agent 8"), "computed: {computed:#}");
}

#[test]
fn the_numbers_of_the_page_are_those_of_the_code() {
    for (key, duration) in [
        ("serviceLevel", config::SERVICE_LEVEL),
        ("shortAbandon", config::SHORT_ABANDON),
    ] {
        let told = format!("{key} = \"{}s\"", duration.as_secs());
        assert!(PAGE.contains(&told), "{told}");
    }
    for number in ["50,000 visits", "5,000 intervals"] {
        assert!(PAGE.contains(number), "{number}");
    }
    assert_eq!((visit::VISITS, shift::INTERVALS), (50_000, 5_000));
}
