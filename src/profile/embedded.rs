//! The profiles that come with the program.

const PROFILES: &[(&str, &str)] = &[
    (
        "asterisk/asterisk",
        include_str!("../../vendor-profiles/asterisk/asterisk.toml"),
    ),
    (
        "asterisk/freepbx",
        include_str!("../../vendor-profiles/asterisk/freepbx.toml"),
    ),
];

/// The text of the profile `name`.
pub(crate) fn embedded(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all of them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(name, _)| *name)
}
