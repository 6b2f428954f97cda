use super::{Sequence, SwitchName, Text, Wall};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Can the switch be trusted to tell what happens?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum SwitchState {
    /// The link stands and everything is known.
    Up,
    /// The link stands; what is there is being read.
    Resyncing,
    /// There is no link.
    Down,
}

/// What a connection to the switch is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum LinkRole {
    /// It carries the events.
    Events,
    /// It carries the actions.
    Actions,
}

impl LinkRole {
    /// The name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            LinkRole::Events => "events",
            LinkRole::Actions => "actions",
        }
    }
}

/// One connection to the switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkState {
    /// What it is for.
    pub role: LinkRole,
    /// Its state.
    pub state: SwitchState,
}

/// Is a service offered, and if not, why not?
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Capability {
    /// Can it be asked for?
    pub available: bool,
    /// Why not, and what would give it.
    #[schema(value_type = Option<String>)]
    pub why: Option<Text>,
    /// Of which devices it can be asked, as patterns of their keys; null: of all.
    #[schema(value_type = Option<Vec<String>>)]
    pub devices: Option<Vec<Text>>,
}

impl Capability {
    /// It can be asked for; `why` says why not.
    #[must_use]
    pub const fn unless(why: Option<Text>) -> Self {
        Capability {
            available: why.is_none(),
            why,
            devices: None,
        }
    }
}

/// Which devices of a switch are heard, where each has to be asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Monitors {
    /// So many are.
    pub placed: u32,
    /// So many are to be: while the link places monitors it is up already, and tells of those that are placed.
    #[serde(default)]
    pub wanted: u32,
    /// Those that are to be and are not, by their keys, and why: in the switch's own words where it said no.
    #[schema(value_type = std::collections::BTreeMap<String, String>)]
    pub refused: BTreeMap<Text, Text>,
}

/// A switch, whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Switch {
    /// Its name in the configuration.
    #[schema(value_type = String)]
    pub name: SwitchName,
    /// The vendor profile.
    #[schema(value_type = String)]
    pub profile: Text,
    /// What the switch says that it is.
    #[schema(value_type = Option<String>)]
    pub version: Option<Text>,
    /// Can it be trusted to tell what happens?
    pub state: SwitchState,
    /// Since when.
    pub since: Wall,
    /// Its connections.
    pub links: Vec<LinkState>,
    /// Service by service.
    #[schema(value_type = std::collections::BTreeMap<String, Capability>)]
    pub capabilities: BTreeMap<Text, Capability>,
    /// Which devices are heard; null where the switch tells of all of them unasked.
    pub monitors: Option<Monitors>,
    /// How far the events lag behind the switch's clock, in milliseconds, where the switch tells its time.
    pub lag_ms: Option<u32>,
    /// The event up to which this picture is true.
    pub sequence: Sequence,
}
