//! What an application asks for, and what Asterisk says to it (`main/manager.c` and the modules that register actions, 22).
use super::super::channel::{RINGING, UP};
use super::originate::{Destination, Wanted};
use super::park;
use super::plan::{Way, way};
use super::{Turn, World};
use lineside_ami::Outgoing;
use lineside_ami::server::Received;
use lineside_wire::Tick;
use std::time::Duration;

impl World {
    /// Does what is asked. `None`: that is no action on a channel, a member of a queue or a feature of a telephone.
    pub(in super::super) fn act(&mut self, now: Tick, action: &Received) -> Option<Vec<Outgoing>> {
        self.now = now;
        let name = action.name().text().text.to_ascii_lowercase();
        let answer = match name.as_str() {
            "originate" => self.ask_originate(action),
            "hangup" => self.ask_hangup(action),
            "redirect" => self.ask_redirect(action),
            "blindtransfer" => self.ask_transfer(action),
            "park" => self.ask_park(action),
            "parkinglots" => return Some(self.parking_lots(action)),
            "playdtmf" => self.ask_digit(action),
            "muteaudio" => self.ask_mute(action),
            "mixmonitor" => self.ask_record(action),
            "stopmixmonitor" => self.ask_stop(action),
            "mixmonitormute" => self.ask_pause(action),
            "queueadd" => self.ask_member(action),
            "queueremove" => self.ask_no_member(action),
            "queuepause" => self.ask_member_pause(action),
            "queuepenalty" => self.ask_member_penalty(action),
            "pjsipnotify" => self.ask_notify(action),
            "dbput" => self.state.features.put(action),
            "dbdel" => self.state.features.delete(action),
            "dbget" => match self.state.features.get(action) {
                Ok(list) => return Some(list),
                Err(text) => Err(text),
            },
            "dbgettree" => return Some(self.state.features.tree(action)),
            "setvar" if device_state(action).is_some() => self.ask_state(action),
            "getvar" => self.ask_value(action),
            "setvar" if !value(action, "Channel").is_empty() => self.ask_variable(action),
            _ => return None,
        };
        Some(vec![answer.unwrap_or_else(|text| action.error(&text))])
    }

    fn ask_originate(&mut self, action: &Received) -> Result<Outgoing, String> {
        let channel = value(action, "Channel");
        if channel.is_empty() {
            return Err("Channel not specified".to_owned());
        }
        let known = |key| Some(value(action, key)).filter(|text| !text.is_empty());
        let destination = Destination {
            context: value(action, "Context"),
            exten: value(action, "Exten"),
            application: value(action, "Application"),
            data: value(action, "Data"),
        };
        if destination.application.is_empty() {
            if destination.context.is_empty() || destination.exten.is_empty() || known("Priority").is_none() {
                return Err("Originate with 'Exten' requires 'Context' and 'Priority'".to_owned());
            }
            if way(&destination.exten) == Way::Nowhere {
                return Err("Extension does not exist.".to_owned());
            }
        }
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let variables = action.variables().into_iter();
        self.originate(Wanted {
            channel,
            destination,
            timeout: value(action, "Timeout").parse().ok().map(Duration::from_millis),
            caller_id: known("CallerID"),
            channel_id: known("ChannelId"),
            action_id: known("ActionID"),
            variables: variables.map(|(name, value)| (text(name), text(value))).collect(),
        });
        Ok(said(action, "Originate successfully queued"))
    }

    fn ask_hangup(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "No such channel")?;
        let cause = value(action, "Cause").parse().unwrap_or(16);
        let code = cause.to_string();
        self.tell("SoftHangupRequest", &id, &[("Cause", &code)]);
        self.end(&id, cause);
        Ok(said(action, "Channel Hungup"))
    }

    fn ask_redirect(&mut self, action: &Received) -> Result<Outgoing, String> {
        let name = value(action, "Channel");
        let id = self.channel(action, &format!("Channel does not exist: {name}"))?;
        // Who is only rung has no dialplan to go on in.
        if self.live(&id).is_none_or(|channel| matches!(channel.state(), 0 | 5)) {
            return Err("Redirect failed".to_owned());
        }
        let (context, exten) = (value(action, "Context"), value(action, "Exten"));
        let extra = value(action, "ExtraChannel");
        if extra.is_empty() {
            self.redirect(&id, &context, &exten);
            return Ok(said(action, "Redirect successful"));
        }
        let other = self.find(&extra).ok_or("Redirect failed")?;
        let (of, at) = (value(action, "ExtraContext"), value(action, "ExtraExten"));
        self.redirect_both((&id, &context, &exten), (&other, &of, &at));
        Ok(said(action, "Dual Redirect successful"))
    }

    fn ask_transfer(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "Channel specified does not exist")?;
        let exten = value(action, "Exten");
        if exten.is_empty() {
            return Err("No extension specified".to_owned());
        }
        match self.transfer(&id, &value(action, "Context"), &exten) {
            true => Ok(said(action, "Transfer succeeded")),
            false => Err("Transfer invalid".to_owned()),
        }
    }

    fn ask_park(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "Channel does not exist")?;
        match self.parks(&id) {
            true => Ok(said(action, "Park successful")),
            false => Err("Park action failed".to_owned()),
        }
    }

    fn ask_digit(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "Channel not found")?;
        let digit = value(action, "Digit");
        if digit.is_empty() {
            return Err("No digit specified".to_owned());
        }
        let millis = value(action, "Duration").parse().unwrap_or(100);
        let received = is_true(&value(action, "Receive"));
        self.presses(&id, &digit, millis, received);
        Ok(said(action, "DTMF successfully queued"))
    }

    fn ask_mute(&mut self, action: &Received) -> Result<Outgoing, String> {
        self.channel(action, "No such channel")?;
        for (key, missing) in [
            ("State", "State not specified"),
            ("Direction", "Direction not specified"),
        ] {
            if value(action, key).is_empty() {
                return Err(missing.to_owned());
            }
        }
        // No event tells it.
        Ok(action.response("Success"))
    }

    fn ask_record(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "No such channel")?;
        let recording = self.records(&id);
        Ok(action.response("Success").header("MixMonitorID", recording))
    }

    fn ask_stop(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "No such channel")?;
        match self.stops_recording(&id) {
            true => Ok(action.response("Success")),
            false => Err("Could not stop monitoring channel".to_owned()),
        }
    }

    fn ask_pause(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "No such channel")?;
        let on = is_true(&value(action, "State"));
        match self.leaves_out(&id, &value(action, "Direction"), on) {
            true => Ok(action.response("Success")),
            false => Err("Cannot set mute flag".to_owned()),
        }
    }

    /// Telephones here obey: those that ring answer, those that talk hold, those that hold talk.
    fn ask_notify(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "Channel not found")?;
        let said_to = |what: &[u8]| {
            action
                .variables()
                .iter()
                .any(|(name, value)| name == b"Event" && value == what)
        };
        let (talk, hold) = (said_to(b"talk"), said_to(b"hold"));
        match self.live(&id).map(|channel| (channel.state(), channel.held)) {
            Some((RINGING, _)) if talk => self.soon(Turn::Answer(id)),
            Some((UP, held)) if held && talk || !held && hold => {
                self.change(&id, |channel| channel.held = hold);
                self.tell(if hold { "Hold" } else { "Unhold" }, &id, &[]);
            }
            _ => {}
        }
        Ok(said(action, "NOTIFY sent"))
    }

    /// Of the functions of the dialplan there are those that tell whether a number can be dialled, and the state of a device; other
    /// variables are empty.
    fn ask_value(&mut self, action: &Received) -> Result<Outgoing, String> {
        let variable = value(action, "Variable");
        let asked = variable.strip_prefix("DIALPLAN_EXISTS(");
        let exten = asked.and_then(|asked| asked.trim_end_matches(')').split(',').nth(1));
        let ours = variable.starts_with("DIALPLAN_EXISTS(lineside-");
        let answer = match exten {
            None if device_state(action).is_some() => {
                let device = device_state(action).unwrap_or_default();
                self.state.features.state(&device)
            }
            Some(_) if ours => "1",
            Some(exten) if way(exten) == Way::Nowhere => "0",
            Some(_) => "1",
            None => "",
        };
        Ok(action
            .response("Success")
            .header("Variable", &variable)
            .header("Value", answer))
    }

    /// A state that is set tells of itself where it changes.
    fn ask_state(&mut self, action: &Received) -> Result<Outgoing, String> {
        let (device, state) = (device_state(action).unwrap_or_default(), value(action, "Value"));
        if self.state.features.set_state(&device, &state)? {
            let event = self.event("DeviceStateChange");
            self.told.push(event.header("Device", &device).header("State", &state));
        }
        Ok(said(action, "Variable Set"))
    }

    fn ask_variable(&mut self, action: &Received) -> Result<Outgoing, String> {
        let id = self.channel(action, "No such channel")?;
        let (name, value) = (value(action, "Variable"), value(action, "Value"));
        if name == park::SLOT {
            self.change(&id, |channel| channel.slot.clone_from(&value));
        }
        self.tell("VarSet", &id, &[("Variable", &name), ("Value", &value)]);
        Ok(said(action, "Variable Set"))
    }

    fn channel(&self, action: &Received, missing: &str) -> Result<String, String> {
        self.find(&value(action, "Channel")).ok_or_else(|| missing.to_owned())
    }
}

/// The device of the variable `DEVICE_STATE(…)`.
fn device_state(action: &Received) -> Option<String> {
    let variable = value(action, "Variable");
    Some(variable.strip_prefix("DEVICE_STATE(")?.strip_suffix(')')?.to_owned())
}

pub(super) fn said(action: &Received, text: &str) -> Outgoing {
    action.response("Success").header("Message", text)
}

pub(in super::super) fn value(action: &Received, key: &str) -> String {
    let value = action.message().get(key);
    value.map(|value| value.text().text.into_owned()).unwrap_or_default()
}

pub(super) fn is_true(text: &str) -> bool {
    matches!(
        text.to_ascii_lowercase().as_str(),
        "1" | "on" | "yes" | "true" | "y" | "t"
    )
}
