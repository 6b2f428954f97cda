//! What an application reads of the telephones: whether they can be reached, whether they want to be disturbed, whether a message waits.

use serde_json::{Value, json};

use super::{OUTSIDE, proven, text};
use crate::{
    Outcome,
    ami::Client,
    application::Answer,
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

/// An application has 1002 refuse calls: who calls it is told that it is busy. Then it takes them again, and 1001 reaches it.
pub(super) fn set_do_not_disturb(play: &mut Play) -> Outcome<()> {
    let set = |play: &Play, name: &str, on: Value| {
        let path = "/v1/devices/lab:1002/do-not-disturb";
        play.sets_feature(name, path, &json!({ "doNotDisturb": on }))
    };
    play.unasked(|play| {
        set(play, "never", json!("yes"))?.refuses(400, "invalidRequest")?;
        let nobody = json!({ "doNotDisturb": true });
        for path in [
            "/v1/devices/lab:1077/do-not-disturb",
            "/v1/devices/lab:trunk/do-not-disturb",
        ] {
            play.sets_feature("never", path, &nobody)?
                .refuses(404, "invalidDeviceID")?;
        }
        // The profile says nothing of forwarding.
        let forwards = json!({ "type": "immediate", "active": true, "to": "1003" });
        play.sets_feature("never", "/v1/devices/lab:1002/forwarding", &forwards)?
            .refuses(501, "serviceNotSupported")
            .map(drop)
    })?;
    let answer = proven(set(play, "on", json!(true))?.is(200)?)?;
    if answer.body.get("doNotDisturb") != Some(&json!(true)) {
        return Err(format!("the device wants to be disturbed: {}", answer.body).into());
    }
    play.calls("1001", "*701002", &CALLS)?;
    play.until("1001", "refused", 1)?;
    // Again: nothing changes, and nothing is told.
    set(play, "again", json!(true))?.is(200)?;
    proven(set(play, "off", json!(false))?.is(200)?)?;
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "*701002", &CALLS)
}

/// An application has 1002 forward to 1003, which is written as it is dialled: 1001 calls 1002 and talks to 1003. Then it forwards no more,
/// and 1001 reaches 1002.
pub(super) fn set_forwarding(play: &mut Play) -> Outcome<()> {
    let set = |play: &Play, name: &str, body: Value| play.sets_feature(name, "/v1/devices/lab:1002/forwarding", &body);
    let on = json!({ "type": "immediate", "active": true, "to": "10 03" });
    let off = json!({ "type": "immediate", "active": false });
    play.unasked(|play| {
        // The profile says where two types are kept.
        set(
            play,
            "never",
            json!({ "type": "noAnswer", "active": true, "to": "1003" }),
        )?
        .refuses(501, "serviceNotSupported")?;
        for body in [
            json!({ "type": "immediate", "active": true }),
            json!({ "type": "immediate", "active": true, "to": "alice" }),
            json!({ "type": "immediate", "active": false, "to": "1003" }),
        ] {
            set(play, "never", body)?.refuses(400, "invalidRequest")?;
        }
        Ok(())
    })?;
    let answer = proven(set(play, "on", on.clone())?.is(200)?)?;
    let there = json!({ "type": "immediate", "active": true, "to": "1003" });
    let forwarding = answer.body.get("forwarding").and_then(Value::as_array);
    if !forwarding.is_some_and(|all| all.contains(&there)) {
        return Err(format!("the device does not forward: {}", answer.body).into());
    }
    play.answers("1003", &ANSWERS)?;
    play.calls("1001", "*701002", &CALLS)?;
    play.until("1001", "connected", 1)?;
    play.until("1003", "hungUpOn", 1)?;
    set(play, "again", on)?.is(200)?;
    let answer = proven(set(play, "off", off.clone())?.is(200)?)?;
    let none = json!({ "type": "immediate", "active": false, "to": null });
    let forwarding = answer.body.get("forwarding").and_then(Value::as_array);
    if !forwarding.is_some_and(|all| all.contains(&none)) {
        return Err(format!("the device forwards still: {}", answer.body).into());
    }
    set(play, "off-again", off)?.is(200)?;
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "*701002", &CALLS)
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
    fn sets_feature(&self, name: &str, path: &str, body: &Value) -> Outcome<Answer> {
        self.application()?.ask("PUT", path, &[("Request-Id", name)], body)
    }

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
