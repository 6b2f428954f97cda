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
    (
        "ecma/ecma-323",
        include_str!("../../vendor-profiles/ecma/ecma-323.toml"),
    ),
    (
        "ecma/ecma-323-ed3",
        include_str!("../../vendor-profiles/ecma/ecma-323-ed3.toml"),
    ),
    (
        "ecma/ecma-323-ed4",
        include_str!("../../vendor-profiles/ecma/ecma-323-ed4.toml"),
    ),
    (
        "ecma/ecma-323-ed5",
        include_str!("../../vendor-profiles/ecma/ecma-323-ed5.toml"),
    ),
    (
        "ecma/ecma-323-ed6",
        include_str!("../../vendor-profiles/ecma/ecma-323-ed6.toml"),
    ),
    (
        "unify/openscape-voice",
        include_str!("../../vendor-profiles/unify/openscape-voice.toml"),
    ),
    (
        "unify/hipath-3000",
        include_str!("../../vendor-profiles/unify/hipath-3000.toml"),
    ),
    (
        "unify/openscape-business",
        include_str!("../../vendor-profiles/unify/openscape-business.toml"),
    ),
    (
        "mitel/mivoice-office-400",
        include_str!("../../vendor-profiles/mitel/mivoice-office-400.toml"),
    ),
    ("mitel/mx-one", include_str!("../../vendor-profiles/mitel/mx-one.toml")),
    (
        "alcatel/omnipcx-enterprise",
        include_str!("../../vendor-profiles/alcatel/omnipcx-enterprise.toml"),
    ),
    (
        "alcatel/omnipcx-office",
        include_str!("../../vendor-profiles/alcatel/omnipcx-office.toml"),
    ),
    ("zultys/mx", include_str!("../../vendor-profiles/zultys/mx.toml")),
    ("avaya/dmcc", include_str!("../../vendor-profiles/avaya/dmcc.toml")),
];

/// The text of the profile `name`.
pub(crate) fn embedded(name: &str) -> Option<&'static str> {
    PROFILES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The names of all of them.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    PROFILES.iter().map(|(name, _)| *name)
}
