//! What an application reads of the telephones: whether they can be reached, whether they want to be disturbed, whether a message waits.

use serde_json::{Value, json};

use super::{OUTSIDE, text};
use crate::{
    Outcome,
    ami::Client,
    play::{ANSWERS, CALLS, Caller, NEVER_ANSWERS, Play},
};

/// The dialplan sets a state of its own: 1002 does not want to be disturbed, and does again.
pub(super) fn device_do_not_disturb(play: &mut Play) -> Outcome<()> {
    let mut hand = Client::connect(&play.switch.host(), "lab", "lab-secret")?;
    let stations = play.stations()?;
    if stations.len() < 6 || stations.iter().any(|station| text(station, "id") == "lab:trunk") {
        return Err(format!("the switch has six telephones, these are told: {stations:?}").into());
    }
    for (state, disturbs) in [("BUSY", true), ("NOT_INUSE", false)] {
        let set = [("Variable", "DEVICE_STATE(Custom:DND1002)"), ("Value", state)];
        hand.ask("Setvar", &set)?;
        play.device("1002", "doNotDisturb", &json!(disturbs))?;
    }
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "1002", &CALLS)
}

/// The contact of 1004 is taken away and comes back.
pub(super) fn device_out_of_service(play: &mut Play) -> Outcome<()> {
    let mut hand = Client::connect(&play.switch.host(), "lab", "lab-secret")?;
    play.device("1004", "inService", &json!(true))?;
    let mut before = String::new();
    let contact = format!("contact = sip:1004@{}.104:5060", play.switch.net);
    play.switch.configure("pjsip.conf", |text| {
        before = text.to_owned();
        text.replace(&contact, "")
    })?;
    hand.ask("Reload", &[("Module", "res_pjsip.so")])?;
    let gone = play.device("1004", "inService", &json!(false));
    // Whatever came of it, the next flow finds the telephone.
    play.switch.configure("pjsip.conf", |_| before)?;
    hand.ask("Reload", &[("Module", "res_pjsip.so")])?;
    gone?;
    play.device("1004", "inService", &json!(true))?;
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "1002", &CALLS)
}

/// Who reaches the mailbox of 1003 leaves a message there.
pub(super) fn device_message_waiting(play: &mut Play) -> Outcome<()> {
    let inbox = play.switch.spool("voicemail/default/1003/INBOX");
    play.answers("1003", &NEVER_ANSWERS)?;
    let left = Caller { talk_ms: 1500, ..CALLS };
    play.calls(OUTSIDE, "493023125003", &left)?;
    let told = play.device("1003", "messageWaiting", &json!(true));
    // The next flow finds the box empty.
    let _ = std::fs::remove_dir_all(inbox);
    told
}

impl Play<'_> {
    /// All telephones, as the bridge tells them.
    fn stations(&self) -> Outcome<Vec<Value>> {
        let answer = self
            .application()?
            .ask("GET", "/v1/devices", &[], &Value::Null)?
            .is(200)?;
        let items = answer.body.get("items").and_then(Value::as_array).cloned();
        let items = items.unwrap_or_default().into_iter();
        Ok(items.filter(|device| text(device, "kind") == "station").collect())
    }

    /// Waits until the bridge tells this of the telephone.
    fn device(&self, key: &str, field: &str, value: &Value) -> Outcome<()> {
        self.soon(&format!("{field} of {key} is {value}"), || {
            let path = format!("/v1/devices/lab:{key}");
            let answer = self.application()?.ask("GET", &path, &[], &Value::Null)?;
            Ok((answer.body.get(field) == Some(value)).then_some(()))
        })
    }
}
