//! The dialplan of the virtual site: stations 10XX, and 0 for a line outside. It is that of the lab, without what only recordings need.

/// What an extension leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// A telephone is dialled.
    Station(String),
    /// A line outside is dialled, with this number.
    Outside(String),
    /// A number of the site, as the network dials it: another extension.
    Goto(String),
    /// There is no such extension.
    Nowhere,
}

/// The site's numbers from outside, up to the last digit of a station.
const DIRECT: &str = "49302312500";

pub(super) fn way(exten: &str) -> Way {
    let digits = !exten.is_empty() && exten.bytes().all(|byte| byte.is_ascii_digit());
    if !digits {
        return Way::Nowhere;
    }
    if is_station(exten) {
        return Way::Station(exten.to_owned());
    }
    if let Some(last) = exten.strip_prefix(DIRECT).filter(|last| last.len() == 1) {
        return Way::Goto(format!("100{last}"));
    }
    match exten.strip_prefix('0') {
        Some(number) if number.len() >= 2 => Way::Outside(number.to_owned()),
        _ => Way::Nowhere,
    }
}

pub(super) fn is_station(number: &str) -> bool {
    number.len() == 4 && number.starts_with("10") && number.bytes().all(|byte| byte.is_ascii_digit())
}
