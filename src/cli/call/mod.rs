//! `lineside call`: services from the shell, over the interface that every application has.

mod find;
mod http;
mod show;

#[cfg(test)]
mod tests;

use super::place::{self, Place};
use crate::access::Scope;
use crate::model::{Call as Held, DeviceId, Service, Switch, SwitchName};
use clap::{Args, Subcommand, ValueEnum};
use find::{Target, Unclear};
use http::{Bridge, NoAnswer, Wish};
use serde_json::{Map, Value, json};
use show::Outcome;
use std::process::ExitCode;
use thiserror::Error;
use uuid::Uuid;

pub(super) const HELP: &str = "\
Examples:
  lineside call make 1001 0301234567 --config lineside.toml
  lineside call list
  lineside call transfer 1001 1002
  lineside call hang-up hq:1002

`consult 1001 1002` asks first; `transfer 1001` then puts the two together, `confer` all three, `reconnect` goes back.

WHICH is a device (1001, or hq:1001 where there are several switches), a number, or the id of a call or of a connection.

Exit codes:
  0  done; or sent, where the switch does not show whether it did it
  1  not done, or not known, also where address or token are not those of a bridge: what the bridge or the switch said is on standard error
  2  not asked: arguments are wrong, or WHICH means several connections or none";

/// `lineside call`.
#[derive(Debug, Args)]
pub(super) struct Call {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    how: How,
}

#[derive(Debug, Args)]
struct How {
    #[command(flatten)]
    place: Place,
    /// The answer of the bridge, for programs
    #[arg(long, global = true)]
    json: bool,
    /// Whoever asks twice with the same key acts once, as long as the bridge keeps it; a new one is made where none is given
    #[arg(long, value_name = "KEY", global = true)]
    idempotency_key: Option<String>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The calls now, their connections, and what may be asked of each
    List,
    /// Have a device call a number
    Make {
        /// The device that is rung first, for example 1001 or hq:1001
        from: String,
        /// What it dials
        to: String,
        /// The number that is shown to the other side
        #[arg(long, value_name = "NUMBER")]
        presented_number: Option<String>,
        /// Ask the device to answer by itself
        #[arg(long)]
        auto_answer: bool,
        /// For how long the device may ring
        #[arg(long, value_name = "SECONDS")]
        timeout: Option<u16>,
        /// Data that the call carries, for example CUSTOMER=ACME-42
        #[arg(long = "data", value_name = "NAME=VALUE", value_parser = entry)]
        data: Vec<(String, String)>,
    },
    /// Have a telephone that rings answer
    Answer {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Have a device hold
    Hold {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Have a device that holds talk again
    Retrieve {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Hang up a connection; with the id of a call: all of it
    HangUp {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Hold, and call somebody else meanwhile
    Consult {
        /// A device, a number, or the id of a call or connection
        which: String,
        /// Whom to call
        to: String,
    },
    /// Hold whom a device consults, and talk to whom it held
    Alternate {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// End what a device consults about, and talk to whom it held
    Reconnect {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Have whom a device consults and whom it holds talk with it
    Confer {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Send the other party of a talk to another number, or to whom the device consults
    Transfer {
        /// A device, a number, or the id of a call or connection
        which: String,
        /// Where to; to whom it consults where none is given
        to: Option<String>,
    },
    /// Send a ringing call to another number
    Deflect {
        /// A device, a number, or the id of a call or connection
        which: String,
        /// Where to
        to: String,
    },
    /// Park the other party of a talk
    Park {
        /// A device, a number, or the id of a call or connection
        which: String,
        /// The slot; a free one where none is given
        to: Option<String>,
    },
    /// Take a ringing call to another telephone, which is rung first
    Pickup {
        /// What rings: a device, a number, or the id of a call or connection
        which: String,
        /// The device that takes the call
        by: String,
    },
    /// Listen in, whisper or talk in a call
    Supervise {
        /// Who is listened to: a device, a number, or the id of a call or connection
        which: String,
        /// The device that comes to the call; its telephone is rung first
        device: String,
        /// Whether it is heard, and by whom
        #[arg(long = "as", value_enum, default_value_t = Part::Silent)]
        part: Part,
    },
    /// Press digits
    Digits {
        /// A device, a number, or the id of a call or connection
        which: String,
        /// What is pressed
        digits: String,
    },
    /// Record a connection
    Record {
        /// What to do
        step: Step,
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Have a device not heard
    Mute {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
    /// Have a device heard again
    Unmute {
        /// A device, a number, or the id of a call or connection
        which: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    Silent,
    Coach,
    Active,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Step {
    Start,
    Stop,
    Pause,
    Resume,
}

/// Why nothing came of it.
#[derive(Debug, Error)]
enum Failed {
    #[error(transparent)]
    Unclear(#[from] Unclear),
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    #[error("the bridge answered something that this command does not understand: {0}")]
    Answer(#[from] serde_json::Error),
    /// The bridge said no before anything was asked.
    #[error("{}", .0.for_people())]
    Refused(Outcome),
}

impl Call {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let door = self.how.place.door(self.what.scopes())?;
        let address = place::address(&door.url).map_err(|error| {
            eprintln!("{error}");
            ExitCode::from(2)
        })?;
        let bridge = Bridge::new(address, door.token);
        super::block_on(async {
            let done = match &self.what {
                What::List => list(&bridge, self.how.json).await,
                what => act(&bridge, what, &self.how).await,
            };
            Ok(done.unwrap_or_else(|failed| {
                eprintln!("{failed}");
                match failed {
                    Failed::Unclear(_) => ExitCode::from(2),
                    Failed::NoAnswer(_) | Failed::Answer(_) | Failed::Refused(_) => ExitCode::FAILURE,
                }
            }))
        })
    }
}

impl What {
    /// What a token must be allowed for it.
    const fn scopes(&self) -> &'static [Scope] {
        match self {
            What::List => &[Scope::CallsRead],
            What::Record { .. } => &[Scope::CallsRead, Scope::CallsRecord],
            What::Supervise { .. } => &[Scope::CallsRead, Scope::CallsSupervise],
            _ => &[Scope::CallsRead, Scope::CallsControl],
        }
    }
}

async fn list(bridge: &Bridge, json: bool) -> Result<ExitCode, Failed> {
    for call in all::<Value>(bridge, "/v1/calls").await? {
        // Whoever does not want to read it closes the pipe.
        if json {
            show::write(&call.to_string());
        } else if let Some(lines) = show::call(&call) {
            show::write(&lines);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn act(bridge: &Bridge, what: &What, how: &How) -> Result<ExitCode, Failed> {
    let (method, path, body) = request(bridge, what).await?;
    let key = how.idempotency_key.clone();
    let wish = Wish {
        method,
        path: &path,
        key: key.unwrap_or_else(|| format!("lineside-call-{}", Uuid::now_v7())),
        body,
    };
    let outcome = Outcome {
        answer: bridge.act(&wish).await?,
        asked: format!("{method} {path}"),
    };
    if how.json {
        show::write(&outcome.answer.body.to_string());
    } else if outcome.is_good() {
        show::write(&outcome.for_people());
    } else {
        eprintln!("{}", outcome.for_people());
    }
    Ok(if outcome.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Method, path and body of what is asked.
async fn request(bridge: &Bridge, what: &What) -> Result<(&'static str, String, Option<Value>), Failed> {
    let (which, service, body) = match what {
        What::List => return Ok(("GET", "/v1/calls".to_owned(), None)),
        What::Make { .. } => return Ok(("POST", "/v1/calls".to_owned(), Some(make(bridge, what).await?))),
        What::Answer { which } => (which, Service::AnswerCall, None),
        What::Hold { which } => (which, Service::HoldCall, None),
        What::Retrieve { which } => (which, Service::RetrieveCall, None),
        What::HangUp { which } => (which, Service::ClearConnection, None),
        What::Consult { which, to } => (which, Service::ConsultationCall, Some(json!({ "to": to }))),
        What::Alternate { which } => (which, Service::AlternateCall, None),
        What::Reconnect { which } => (which, Service::ReconnectCall, None),
        What::Confer { which } => (which, Service::ConferenceCall, None),
        What::Transfer { which, to: None } => (which, Service::TransferCall, None),
        What::Transfer { which, to } => (which, Service::SingleStepTransferCall, Some(json!({ "to": to }))),
        What::Deflect { which, to } => (which, Service::DeflectCall, Some(json!({ "to": to }))),
        What::Park { which, to } => (which, Service::ParkCall, Some(json!({ "to": to }))),
        What::Pickup { which, by } => {
            let by = device(bridge, by).await?;
            (which, Service::DirectedPickupCall, Some(json!({ "by": by })))
        }
        What::Supervise { which, device, part } => {
            let device = self::device(bridge, device).await?;
            let body = json!({ "device": device, "participation": part.as_str() });
            (which, Service::SingleStepConferenceCall, Some(body))
        }
        What::Digits { which, digits } => (which, Service::GenerateDigits, Some(json!({ "digits": digits }))),
        What::Record { step, which } => (which, step.service(), None),
        What::Mute { which } => (which, Service::Mute, None),
        What::Unmute { which } => (which, Service::Unmute, None),
    };
    let calls = all::<Held>(bridge, "/v1/calls").await?;
    Ok(match find::target(&calls, which, service)? {
        Target::Call(call) => ("DELETE", format!("/v1/calls/{call}"), None),
        Target::Connection(call, connection) => {
            let name = service.as_str();
            let names_held = matches!(service, Service::TransferCall | Service::ConferenceCall);
            let held = || json!({ "heldConnection": find::held(&calls, connection) });
            let body = if names_held { Some(held()) } else { body };
            (
                "POST",
                format!("/v1/calls/{call}/connections/{connection}/{name}"),
                body,
            )
        }
    })
}

/// The body of a call that is to be made.
async fn make(bridge: &Bridge, what: &What) -> Result<Value, Failed> {
    let mut body = Map::new();
    if let What::Make {
        from,
        to,
        presented_number,
        auto_answer,
        timeout,
        data,
    } = what
    {
        body.insert("callingDevice".to_owned(), json!(device(bridge, from).await?));
        body.insert("calledNumber".to_owned(), json!(to));
        if let Some(number) = presented_number {
            body.insert("presentedNumber".to_owned(), json!(number));
        }
        if *auto_answer {
            body.insert("autoAnswer".to_owned(), json!(true));
        }
        if let Some(seconds) = timeout {
            body.insert("timeoutSeconds".to_owned(), json!(seconds));
        }
        if !data.is_empty() {
            let data: Map<String, Value> = data.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
            body.insert("userData".to_owned(), Value::Object(data));
        }
    }
    Ok(Value::Object(body))
}

/// A device that may be named without its switch.
async fn device(bridge: &Bridge, text: &str) -> Result<DeviceId, Failed> {
    Ok(match text.contains(':') {
        true => DeviceId::from_text(text.into()),
        false => DeviceId::new(&only_switch(bridge, text).await?, text),
    })
}

/// The switch of a device that was named without one.
async fn only_switch(bridge: &Bridge, device: &str) -> Result<SwitchName, Failed> {
    let switches = all::<Switch>(bridge, "/v1/switches").await?;
    let names: Vec<SwitchName> = switches.into_iter().map(|switch| switch.name).collect();
    Ok(find::only_switch(names, device)?)
}

/// Every page of a list.
async fn all<T: serde::de::DeserializeOwned>(bridge: &Bridge, path: &str) -> Result<Vec<T>, Failed> {
    let mut items = Vec::new();
    let mut after = String::new();
    loop {
        let path = format!("{path}?limit=1000{after}");
        let mut answer = bridge.get(&path).await?;
        if answer.status != 200 {
            let asked = format!("GET {path}");
            return Err(Failed::Refused(Outcome { answer, asked }));
        }
        let page = answer.body.get_mut("items").map(Value::take).unwrap_or_default();
        items.extend(serde_json::from_value::<Vec<T>>(page)?);
        match answer.body.get("next").and_then(Value::as_str) {
            Some(next) => after = format!("&after={next}"),
            None => return Ok(items),
        }
    }
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Part::Silent => "silent",
            Part::Coach => "coach",
            Part::Active => "active",
        }
    }
}

impl Step {
    const fn service(self) -> Service {
        match self {
            Step::Start => Service::StartRecording,
            Step::Stop => Service::StopRecording,
            Step::Pause => Service::PauseRecording,
            Step::Resume => Service::ResumeRecording,
        }
    }
}

fn entry(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or_else(|| format!("{text:?} has no `=`: write for example CUSTOMER=ACME-42"))?;
    Ok((name.to_owned(), value.to_owned()))
}
