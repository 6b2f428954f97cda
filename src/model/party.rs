use super::{DeviceId, Text};
use lineside_wire::Private;
use serde::{Deserialize, Serialize};

/// May the party's number be shown (ECMA-269, presentation indication of a device id)?
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Presentation {
    /// Yes.
    Allowed,
    /// The party asked to be hidden.
    Restricted,
    /// The switch did not tell.
    #[default]
    NotKnown,
}

/// Who calls or is called, as first told: it keeps its first value for the life of the call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// The device, where the switch knows one.
    #[schema(value_type = Option<String>)]
    pub device: Option<DeviceId>,
    /// The number as the switch told it.
    #[schema(value_type = Option<String>)]
    pub number: Option<Private<Text>>,
    /// The number in E.164 with `+`, where the site's rules give one.
    #[schema(value_type = Option<String>)]
    pub e164: Option<Private<Text>>,
    /// The name that the switch shows.
    #[schema(value_type = Option<String>)]
    pub name: Option<Private<Text>>,
    /// May number and name be shown?
    pub presentation: Presentation,
    /// Which of several phones behind one device, in the switch's own words.
    #[schema(value_type = Option<String>)]
    pub contact: Option<Text>,
}
