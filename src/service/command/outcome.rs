use crate::model::{Call, Sequence, Text};
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
    /// The call, as it was then.
    pub(crate) call: Arc<Call>,
    /// It is new.
    pub(crate) new: bool,
    /// The switch showed that it did it.
    pub(crate) confirmed: bool,
    /// The event that proves it.
    pub(crate) proof: Option<Sequence>,
}

/// What an answer of the link means for who asked.
pub(super) fn result(answer: Answer, service: &str, new: bool) -> Result<Done, Failure> {
    let confirmed = Failure::of(answer.settled.verdict, answer.settled.call, service)?;
    let call = answer.call.ok_or_else(|| {
        let detail = format!("{service} was done, and the call is not known any more");
        Failure::new(Code::OutcomeUnknown, detail)
    })?;
    Ok(Done {
        call,
        new,
        confirmed,
        proof: answer.proof,
    })
}
