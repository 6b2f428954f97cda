use crate::model::{Agent, Call, Device, Sequence, Text};
use crate::service::failure::{Code, Failure};
use crate::stream::Answer;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How a request came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Outcome {
    /// What the events that it caused carry as `requestid`.
    pub(crate) request_id: Text,
    pub(crate) result: Result<Done, Failure>,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Done {
    /// What it was about.
    #[serde(flatten)]
    pub(crate) whole: Whole,
    /// It is new.
    pub(crate) new: bool,
    /// The switch showed that it did it.
    pub(crate) confirmed: bool,
    /// The event that proves it.
    pub(crate) proof: Option<Sequence>,
}

/// What a service was about, as it was then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Whole {
    Call(Arc<Call>),
    Agent(Arc<Agent>),
    Device(Arc<Device>),
}

/// What an answer of the link means for who asked. `about`: the agent or device that it was about, where it was about one.
pub(super) fn result(answer: Answer, about: Option<Whole>, service: &str, new: bool) -> Result<Done, Failure> {
    let confirmed = Failure::of(answer.settled.verdict, answer.settled.call, service)?;
    let whole = about.or_else(|| answer.call.map(Whole::Call));
    let whole = whole.ok_or_else(|| {
        let detail = format!("{service} was done, and what it was about is not known any more");
        Failure::new(Code::OutcomeUnknown, detail)
    })?;
    Ok(Done {
        whole,
        new,
        confirmed,
        proof: answer.proof,
    })
}
