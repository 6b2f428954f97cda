/// Names that the schemas of ECMA-323 misspell, and those that the prose of ECMA-269 has for the same. What is written is what the schema
/// says; peers write either.
const PAIRS: &[(&str, &str)] = &[
    ("TransferedEvent", "TransferredEvent"),
    ("systemResourceAvailibility", "systemResourceAvailability"),
    ("mediaAttachementServices", "mediaAttachmentServices"),
    ("maintainanceCall", "maintenanceCall"),
    ("originatinNIDConnection", "originatingNIDConnection"),
];

/// The other spelling of a name that has two: to be tried where the one that came is not known.
pub(crate) fn respelt(name: &str) -> Option<&'static str> {
    PAIRS.iter().find_map(|(schema, prose)| match name {
        name if name == *schema => Some(*prose),
        name if name == *prose => Some(*schema),
        _ => None,
    })
}
