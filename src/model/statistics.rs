use super::{AgentId, AgentState, DeviceId, Sequence, Text, Wall};
use serde::{Deserialize, Serialize};

/// The time that statistics are of: up to now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub enum Window {
    /// The last 15 minutes.
    #[default]
    #[serde(rename = "15m")]
    Quarter,
    /// The last 60 minutes.
    #[serde(rename = "60m")]
    Hour,
    /// Since midnight in the site's time zone: a day of 23, 24 or 25 hours.
    #[serde(rename = "today")]
    Today,
}

impl Window {
    /// Every window.
    pub const ALL: &'static [Window] = &[Window::Quarter, Window::Hour, Window::Today];

    /// The name, as in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Window::Quarter => "15m",
            Window::Hour => "60m",
            Window::Today => "today",
        }
    }
}

/// Some durations, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Durations {
    /// Of how many.
    pub count: u32,
    /// Their mean, rounded to the nearest millisecond; null of none.
    pub average_ms: Option<u64>,
    /// The longest; null of none.
    pub longest_ms: Option<u64>,
}

/// Who left a queue for elsewhere without being answered, and not because of the time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Redirected {
    /// Nobody worked there (cause `noAvailableAgents`).
    pub emptied: u32,
    /// Taken out by somebody else (cause `queueCleared`).
    pub withdrawn: u32,
    /// Anything else: the caller chose another way, the call was redirected or ended by the switch.
    pub elsewhere: u32,
}

/// How many were answered soon enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ServiceLevel {
    /// What is soon enough, in milliseconds.
    pub threshold_ms: u64,
    /// Who gives up earlier than this, in milliseconds, is a short abandon.
    pub short_abandon_ms: u64,
    /// Who waited no longer than the threshold for the answer.
    pub answered_within: u32,
    /// Of these: all who left, save short abandons and those whose wait was not observed.
    pub of: u32,
    /// The share, with one decimal; null of none.
    pub percent: Option<f64>,
}

/// How much of their time the agents of a queue were busy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Occupancy {
    /// How many agents worked there.
    pub agents: u32,
    /// The sum of the times in which they were busy or working after a call, in milliseconds.
    pub busy_ms: u64,
    /// The sum of the times in which they were ready, busy or working after a call, in milliseconds.
    pub staffed_ms: u64,
    /// The share, with one decimal; null of none.
    pub percent: Option<f64>,
}

/// What happened in a queue. Who entered it within the window counts, whatever became of him later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct QueueStatistics {
    /// The queue.
    #[schema(value_type = String)]
    pub queue: DeviceId,
    /// Which window.
    pub window: Window,
    /// When it begins.
    pub from: Wall,
    /// When it ends: when it was asked.
    pub to: Wall,
    /// Every event up to this one is counted.
    pub sequence: Sequence,
    /// Was everything in the window observed?
    pub complete: bool,
    /// For how long within the window the switch was not heard, in milliseconds.
    pub unobserved_ms: u64,
    /// Who entered: the sum of `answered`, `abandoned`, `shortAbandoned`, `timedOut`, the three of `redirected`, `unobserved` and
    /// `waiting`.
    pub offered: u32,
    /// Who was answered by an agent.
    pub answered: u32,
    /// Who gave up, save short abandons.
    pub abandoned: u32,
    /// Who gave up at once.
    pub short_abandoned: u32,
    /// Who waited too long and was sent on.
    pub timed_out: u32,
    /// Who left for elsewhere for another reason.
    pub redirected: Redirected,
    /// Who left while the switch was not heard: what became of them is not known.
    pub unobserved: u32,
    /// Who still waits, of those who entered within the window.
    pub waiting: u32,
    /// Who waits now, whenever they entered.
    pub waiting_now: u32,
    /// For how long the first of them has waited, in milliseconds; null where nobody waits.
    pub longest_waiting_now_ms: Option<u64>,
    /// The waits of those who left, in whatever way.
    pub wait: Durations,
    /// How many were answered soon enough.
    pub service_level: ServiceLevel,
    /// For how long the agents who answered talked, holds not counted.
    pub talk: Durations,
    /// For how long they held.
    pub hold: Durations,
    /// For how long they worked after the call.
    pub wrap_up: Durations,
    /// How busy the agents of the queue were.
    pub occupancy: Occupancy,
}

/// How long an agent was in one state for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateTime {
    /// The state.
    pub state: AgentState,
    /// Why, where there was a reason.
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text>,
    /// In how many intervals.
    pub times: u32,
    /// Altogether, in milliseconds.
    pub duration_ms: u64,
}

/// One interval in which an agent was in one state for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StateInterval {
    /// When it begins.
    pub from: Wall,
    /// When it ends, and the next one begins.
    pub to: Wall,
    /// The state; null where it was not observed.
    pub state: Option<AgentState>,
    /// Why, where there was a reason.
    #[schema(value_type = Option<String>)]
    pub reason: Option<Text>,
}

/// What an agent did. The durations of `states` and `unobservedMs` together are the window, to the millisecond, and so are the
/// `intervals`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AgentStatistics {
    /// The agent.
    #[schema(value_type = String)]
    pub agent: AgentId,
    /// Which window.
    pub window: Window,
    /// When it begins.
    pub from: Wall,
    /// When it ends: when it was asked.
    pub to: Wall,
    /// Every event up to this one is counted.
    pub sequence: Sequence,
    /// Was everything in the window observed?
    pub complete: bool,
    /// For how long within the window the state was not known, in milliseconds.
    pub unobserved_ms: u64,
    /// State by state.
    pub states: Vec<StateTime>,
    /// One after the other, from `from` to `to`.
    pub intervals: Vec<StateInterval>,
}
