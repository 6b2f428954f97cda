//! What this user of the manager interface may have the switch do. `ListCommands` lists exactly the actions that the user may send (16
//! and 22); it needs no right itself. Rights are copied at the login: a change acts when the session is a new one.

use super::features::{NO_DO_NOT_DISTURB, NO_FORWARDING};
use crate::model::{Capability, Pattern, Service, Text};
use crate::profile::{Control, Hold, Stations};
use lineside_ami::Message;
use std::collections::{BTreeMap, BTreeSet};

/// What a service needs of the switch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    pub(crate) service: Service,
    pub(crate) action: &'static str,
    /// The class in `write` of manager.conf that gives it.
    pub(crate) write: &'static str,
    /// The module that has it, where it is one that may be left out.
    pub(crate) module: Option<&'static str>,
    /// The file of configuration without which the module does not load.
    file: Option<&'static str>,
    /// Only where the profile says that it is kept in the database of the switch.
    pub(crate) kept: bool,
    /// The first version of each branch that does it so that it can be seen; branches behind the last all do.
    since: &'static [(u32, u32)],
    /// Legs are sent into contexts of ours.
    contexts: bool,
    by: By,
}

/// Whose doing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    /// The switch's, of any device.
    Switch,
    /// The telephone's, which a NOTIFY tells to.
    Phone,
    /// The switch's, of the devices for which it is to hold.
    Holder,
}

const fn need(service: Service, action: &'static str, write: &'static str) -> Need {
    Need {
        service,
        action,
        write,
        module: None,
        file: None,
        kept: false,
        since: &[],
        contexts: false,
        by: By::Switch,
    }
}

impl Need {
    const fn of(self, module: &'static str, since: &'static [(u32, u32)]) -> Need {
        Need {
            module: Some(module),
            since,
            ..self
        }
    }

    const fn where_kept(self) -> Need {
        Need { kept: true, ..self }
    }

    const fn loaded_with(self, file: &'static str) -> Need {
        Need {
            file: Some(file),
            ..self
        }
    }

    /// The telephone does it itself, in its dialog.
    const fn by_phone(service: Service) -> Need {
        Need {
            by: By::Phone,
            ..need(service, "PJSIPNotify", "system")
                .of("res_pjsip_notify.so", IN_DIALOG)
                .loaded_with("pjsip_notify.conf")
        }
    }

    /// Is it the telephone itself that does it, and only where it obeys?
    pub(crate) fn by_remote_control(&self) -> bool {
        self.by == By::Phone
    }

    /// Does this site have it done so, of which devices? `Some(None)`: of all.
    pub(crate) fn devices<'a>(&self, remote: &'a [Pattern], hold: &'a Hold) -> Option<Option<&'a [Pattern]>> {
        let holds = matches!(self.service, Service::HoldCall | Service::RetrieveCall);
        match (self.by, hold) {
            (By::Switch, _) | (By::Holder, Hold::Switch) => Some(None),
            (By::Phone, Hold::Switch) if holds => None,
            (By::Phone, _) => Some(Some(remote)),
            (By::Holder, Hold::Phone) => None,
            (By::Holder, Hold::SwitchFor(devices)) => Some(Some(devices)),
        }
    }

    /// Are legs sent into contexts of ours for it?
    pub(crate) const fn uses_contexts(&self) -> bool {
        self.contexts
    }

    const fn in_contexts(self, module: &'static str) -> Need {
        Need {
            module: Some(module),
            contexts: true,
            ..self
        }
    }

    /// The sentence that says what to do about it.
    pub(crate) fn missing(&self) -> String {
        let file = self
            .file
            .map(|file| format!(", which loads only where there is a {file}; an empty one will do"))
            .unwrap_or_default();
        let module = self
            .module
            .map(|module| format!(", or load {module}{file}"))
            .unwrap_or_default();
        format!(
            "the user may not send {}: add `{}` to `write` of the user in manager.conf{module}",
            self.action, self.write
        )
    }
}

/// `Receive` of `PlayDTMF`: the digit comes from the device instead of going there.
const RECEIVE: &[(u32, u32)] = &[(13, 30), (16, 7), (17, 1)];
/// `Channel` of `PJSIPNotify`: inside the dialog. Before, a NOTIFY belonged to no call, and no telephone would know which to answer.
const IN_DIALOG: &[(u32, u32)] = &[(13, 21), (15, 4)];
/// `MixMonitorStart`, `MixMonitorStop`, `MixMonitorMute`: before, no event tells of recordings. 17 never got them.
const RECORDINGS: &[(u32, u32)] = &[(16, 17), (18, 3)];

/// The services that Lineside does on an Asterisk.
pub(crate) const NEEDS: &[Need] = &[
    need(Service::MakeCall, "Originate", "originate"),
    Need::by_phone(Service::AnswerCall),
    Need::by_phone(Service::HoldCall),
    Need::by_phone(Service::RetrieveCall),
    Need {
        by: By::Holder,
        ..need(Service::HoldCall, "Redirect", "call").in_contexts("app_bridgewait.so")
    },
    Need {
        by: By::Holder,
        ..need(Service::RetrieveCall, "Redirect", "call").in_contexts("app_bridgewait.so")
    },
    need(Service::ClearConnection, "Hangup", "call"),
    need(Service::ClearCall, "Hangup", "call"),
    need(Service::ConsultationCall, "Redirect", "call").in_contexts("app_bridgewait.so"),
    need(Service::TransferCall, "Redirect", "call").in_contexts("app_bridgewait.so"),
    need(Service::ConferenceCall, "Redirect", "call").in_contexts("app_confbridge.so"),
    need(Service::AlternateCall, "Redirect", "call").in_contexts("app_bridgewait.so"),
    need(Service::ReconnectCall, "Redirect", "call").in_contexts("app_bridgewait.so"),
    need(Service::DeflectCall, "Redirect", "call"),
    need(Service::SingleStepTransferCall, "BlindTransfer", "call"),
    need(Service::SingleStepConferenceCall, "Originate", "originate").of("app_chanspy.so", &[]),
    need(Service::DirectedPickupCall, "Originate", "originate").of("app_directed_pickup.so", &[]),
    need(Service::GroupPickupCall, "Originate", "originate").of("app_directed_pickup.so", &[]),
    need(Service::ParkCall, "Park", "call").of("res_parking.so", &[]),
    need(Service::GenerateDigits, "PlayDTMF", "call").of("app_senddtmf.so", RECEIVE),
    need(Service::Mute, "MuteAudio", "system").of("res_mutestream.so", &[]),
    need(Service::Unmute, "MuteAudio", "system").of("res_mutestream.so", &[]),
    need(Service::StartRecording, "MixMonitor", "system").of("app_mixmonitor.so", RECORDINGS),
    need(Service::StopRecording, "StopMixMonitor", "call").of("app_mixmonitor.so", RECORDINGS),
    need(Service::PauseRecording, "MixMonitorMute", "call").of("app_mixmonitor.so", RECORDINGS),
    need(Service::ResumeRecording, "MixMonitorMute", "call").of("app_mixmonitor.so", RECORDINGS),
    need(Service::SetAgentState, "QueuePause", "agent").of("app_queue.so", &[]),
    need(Service::SetDoNotDisturb, "Setvar", "call"),
    need(Service::SetDoNotDisturb, "DBPut", "system").where_kept(),
    need(Service::SetForwarding, "DBPut", "system").where_kept(),
];

/// Why such a service is not there, and what would give it. No telephone says that it obeys (`Allow-Events` is not shown).
pub(crate) const NOBODY_OBEYS: &str = "no telephone is known to obey: name those that answer at a NOTIFY of `talk`, once they are set up \
                                       to, in [switch.override.control]: remoteControl = [\"10XX\"]";
/// The action that adds a line to the dialplan.
pub(crate) const ADD: &str = "DialplanExtensionAdd";
/// What to do where it may not be sent, and somebody has to wait while another talks.
pub(crate) const NO_CONTEXTS: &str = "the dialplan has no contexts of Lineside: include vendor-profiles/asterisk/lineside.conf in extensions.conf, \
     or add `system` to `write` of the user in manager.conf, so that they can be made";

/// Why what a device does with calls by itself cannot be set, where the profile says nothing of it.
pub(crate) const fn no_means(service: Service) -> &'static str {
    match service {
        Service::SetDoNotDisturb => NO_DO_NOT_DISTURB,
        _ => NO_FORWARDING,
    }
}

/// What is known of the rights.
#[derive(Default)]
pub(super) struct Rights {
    /// The actions that may be sent, in lower case. None: it is not known, or the switch would not say; the next refusal will.
    actions: Option<BTreeSet<String>>,
    /// Actions that were refused though they were listed, in lower case.
    denied: BTreeSet<String>,
    version: Option<(u32, u32)>,
    /// Does the dialplan have the contexts into which legs are sent, and which the user may not make?
    contexts: Option<bool>,
}

impl Rights {
    /// A session begins: what was known counts no more.
    pub(super) fn forget(&mut self) {
        self.actions = None;
        self.denied.clear();
        self.contexts = None;
    }

    /// The answer to `ListCommands`, a header for each action, its name the key; then to the question for the contexts. `None`: there was
    /// none, and not to know is no reason not to try.
    pub(super) fn answered(&mut self, response: Option<&Message>) {
        if self.actions.is_some() {
            let no = response.and_then(|response| response.get("Value"));
            self.has_contexts(!no.is_some_and(|value| value.is("0")));
        } else if let Some(response) = response {
            let keys = response.headers().map(|header| header.key.text().text);
            self.actions = Some(keys.map(|key| key.to_ascii_lowercase()).collect());
        }
    }

    /// `AsteriskVersion` of `CoreSettings`.
    pub(super) fn version(&mut self, text: &str) {
        let mut numbers = text.split(['.', '-', '~']).map(|part| part.parse().ok());
        self.version = match (numbers.next().flatten(), numbers.next().flatten()) {
            (Some(major), Some(minor)) => Some((major, minor)),
            _ => None,
        };
    }

    /// The switch refused the action for want of a right. True: that is news.
    pub(super) fn deny(&mut self, action: &str) -> bool {
        self.denied.insert(action.to_ascii_lowercase())
    }

    /// Is it to be asked whether the contexts are there? Where they can be made they are, when they are needed.
    pub(super) fn wants_contexts(&self) -> bool {
        self.actions.is_some() && self.contexts.is_none() && !self.may(ADD) && self.may("Getvar")
    }

    /// There are the contexts into which legs are sent, or there are not. True: that is news.
    pub(super) fn has_contexts(&mut self, there: bool) -> bool {
        self.contexts.replace(there) != Some(there)
    }

    pub(super) fn may(&self, action: &str) -> bool {
        let action = action.to_ascii_lowercase();
        !self.denied.contains(&action) && self.actions.as_ref().is_none_or(|actions| actions.contains(&action))
    }

    /// Every service, whether it can be asked for, and why not.
    pub(super) fn capabilities(
        &self,
        control: Option<&Control>,
        stations: Option<&Stations>,
    ) -> BTreeMap<Text, Capability> {
        let one = |service: &Service| {
            let capability = self.capability(*service, control, stations);
            (Text::from(service.as_str()), capability)
        };
        Service::ALL.iter().map(one).collect()
    }

    fn capability(&self, service: Service, control: Option<&Control>, stations: Option<&Stations>) -> Capability {
        if let Some(why) = unsaid(service, control.is_some(), stations) {
            return Capability::unless(Some(Text::from(why)));
        }
        let keeps = stations.is_some_and(|stations| stations.keeps(service));
        let mut ways: Vec<(Option<&[Pattern]>, Vec<String>)> = Vec::new();
        for need in NEEDS
            .iter()
            .filter(|need| need.service == service && (keeps || !need.kept))
        {
            let devices = control.map_or(Some(None), |c| need.devices(&c.remote_control, &c.hold));
            let Some(devices) = devices else { continue };
            let nobody = devices.is_some_and(<[Pattern]>::is_empty);
            let nobody = nobody.then(|| NOBODY_OBEYS.to_owned());
            let whys: Vec<String> = nobody.into_iter().chain(self.why_not(need)).collect();
            match ways.last_mut() {
                // What the switch itself does needs all of it; else it is one way or the other.
                Some((_, before)) if need.by == By::Switch => before.extend(whys),
                _ => ways.push((devices, whys)),
            }
        }
        let (can, cannot): (Vec<_>, Vec<_>) = ways.into_iter().partition(|(_, whys)| whys.is_empty());
        let whys: Vec<String> = cannot.iter().flat_map(|(_, whys)| whys.clone()).collect();
        let why = can.is_empty().then(|| Text::from(whys.join("; ")));
        // None of one way: there all devices will do.
        let ways = if can.is_empty() { cannot } else { can };
        let all: Option<Vec<&[Pattern]>> = ways.into_iter().map(|(devices, _)| devices).collect();
        let named = |all: Vec<&[Pattern]>| {
            let devices = all.into_iter().flatten();
            devices.map(|device| Text::from(device.to_string())).collect()
        };
        Capability {
            devices: all.map(named),
            ..Capability::unless(why)
        }
    }

    fn why_not(&self, need: &Need) -> Option<String> {
        if let Some((major, minor)) = self.version.filter(|version| !reaches(need.since, *version)) {
            return Some(format!(
                "Asterisk {major}.{minor} does not do it so that it could be seen: {} does",
                versions(need.since)
            ));
        }
        if need.contexts && self.contexts == Some(false) && !self.may(ADD) {
            return Some(NO_CONTEXTS.to_owned());
        }
        (!self.may(need.action)).then(|| need.missing())
    }
}

/// What the profile would have to say first.
fn unsaid(service: Service, controlled: bool, stations: Option<&Stations>) -> Option<&'static str> {
    match service {
        _ if NEEDS.iter().all(|need| need.service != service) => Some("this version of Lineside does not offer it"),
        Service::ClearConnection | Service::ClearCall => None,
        Service::SetDoNotDisturb | Service::SetForwarding => {
            let sets = stations.is_some_and(|stations| stations.sets(service));
            (!sets).then(|| no_means(service))
        }
        _ => (!controlled).then_some("the profile does not say how ([control])"),
    }
}

fn reaches(since: &[(u32, u32)], (major, minor): (u32, u32)) -> bool {
    match since.iter().find(|(branch, _)| *branch == major) {
        Some((_, first)) => minor >= *first,
        None => since.iter().all(|(branch, _)| *branch < major),
    }
}

fn versions(since: &[(u32, u32)]) -> String {
    let each: Vec<String> = since.iter().map(|(major, minor)| format!("{major}.{minor}")).collect();
    each.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::{table, to_paste};
    use bytes::BytesMut;
    use lineside_ami::{DecodeLimits, Decoder};

    fn rights(version: &str, actions: &str) -> Rights {
        let mut rights = Rights::default();
        rights.version(version);
        rights.actions = Some(actions.split(' ').map(str::to_ascii_lowercase).collect());
        rights
    }

    fn control() -> Control {
        let text = "endpoint = 'PJSIP/{device}'\ncontext = 'default'\nrecording = '{unique}.wav'\nautoAnswer = {}\n\
                    remoteControl = ['10XX']";
        toml::from_str(text).unwrap()
    }

    fn why(rights: &Rights, service: Service) -> Option<Text> {
        let capability = rights
            .capabilities(Some(&control()), None)
            .remove(service.as_str())
            .unwrap();
        assert_eq!(capability.available, capability.why.is_none());
        capability.why
    }

    #[test]
    fn a_service_whose_action_may_not_be_sent_names_the_right() {
        let rights = rights("22.10.1", "Hangup Originate");
        assert_eq!(why(&rights, Service::MakeCall), None);
        assert_eq!(why(&rights, Service::ClearCall), None);
        let transfer = why(&rights, Service::SingleStepTransferCall).unwrap();
        assert!(
            transfer.contains("BlindTransfer") && transfer.contains("`call`"),
            "{transfer}"
        );
        let mute = why(&rights, Service::Mute).unwrap();
        assert!(mute.contains("`system`") && mute.contains("res_mutestream"), "{mute}");
        let answer = why(&rights, Service::AnswerCall).unwrap();
        let words = ["PJSIPNotify", "`system`", "res_pjsip_notify.so", "pjsip_notify.conf"];
        assert!(words.iter().all(|word| answer.contains(word)), "{answer}");
    }

    #[test]
    fn telephones_answer_for_us_only_where_the_site_names_them() {
        let rights = rights("22.10.1", "PJSIPNotify");
        let mut control = control();
        let capability = |control: &Control| rights.capabilities(Some(control), None).remove("answerCall").unwrap();
        assert_eq!(capability(&control).devices, Some(vec![Text::from("10XX")]));
        assert!(capability(&control).available);
        control.remote_control.clear();
        let why = capability(&control).why.unwrap();
        assert!(
            !capability(&control).available && why.contains("remoteControl"),
            "{why}"
        );
    }

    #[test]
    fn whose_calls_the_switch_holds_is_said_by_the_site() {
        let rights = rights("22.10.1", "PJSIPNotify Redirect DialplanExtensionAdd");
        let mut control = control();
        let devices = |control: &Control| {
            let capability = rights.capabilities(Some(control), None).remove("holdCall").unwrap();
            assert!(capability.available, "{capability:?}");
            capability.devices
        };
        control.hold = Hold::SwitchFor(vec![Pattern::parse("11XX").unwrap()]);
        assert_eq!(devices(&control), Some(vec![Text::from("10XX"), Text::from("11XX")]));
        control.hold = Hold::Switch;
        control.remote_control.clear();
        assert_eq!(devices(&control), None);
    }

    #[test]
    fn what_an_old_version_does_not_show_is_not_offered() {
        let all = "MixMonitor PlayDTMF";
        for (version, digits, records) in [
            ("13.38.3", true, false),
            ("16.6.2", false, false),
            ("16.16.1", true, false),
            ("16.28.0~dfsg", true, true),
            ("17.9.4", true, false),
            ("18.2.0", true, false),
            ("18.3.0", true, true),
            ("22.10.1-rc1", true, true),
            ("GIT-master", true, true),
        ] {
            let rights = rights(version, all);
            assert_eq!(why(&rights, Service::GenerateDigits).is_none(), digits, "{version}");
            assert_eq!(why(&rights, Service::StartRecording).is_none(), records, "{version}");
        }
    }

    #[test]
    fn who_is_not_told_the_rights_offers_all_until_a_refusal() {
        let mut rights = Rights::default();
        assert_eq!(why(&rights, Service::MakeCall), None);
        assert!(rights.deny("Originate") && !rights.deny("originate"));
        assert!(why(&rights, Service::MakeCall).unwrap().contains("`originate`"));
        rights.forget();
        assert_eq!(why(&rights, Service::MakeCall), None);
    }

    #[test]
    fn who_may_not_make_the_contexts_needs_those_that_are_there() {
        let mut rights = rights("22.10.1", "Redirect Getvar");
        assert!(rights.wants_contexts());
        assert_eq!(why(&rights, Service::ConsultationCall), None);
        let mut no = BytesMut::from("Response: Success\r\nValue: 0\r\n\r\n".as_bytes());
        let no = Decoder::new(DecodeLimits::default()).next(&mut no);
        rights.answered(no.unwrap().as_ref());
        assert!(!rights.wants_contexts());
        for service in [
            Service::ConsultationCall,
            Service::TransferCall,
            Service::ConferenceCall,
        ] {
            let why = why(&rights, service).unwrap();
            assert!(why.contains("lineside.conf") && why.contains("`system`"), "{why}");
        }
        assert_eq!(why(&rights, Service::DeflectCall), None);
        rights.actions.as_mut().unwrap().insert(ADD.to_ascii_lowercase());
        assert_eq!(why(&rights, Service::ConsultationCall), None);
    }

    #[test]
    fn the_pages_say_what_each_service_needs_of_an_asterisk() {
        let rows = NEEDS.iter().map(|need| {
            let since = versions(need.since);
            vec![
                match need.kept {
                    true => format!("`{}` where the profile keeps it in the database", need.service.as_str()),
                    false => format!("`{}`", need.service.as_str()),
                },
                format!("`{}`", need.action),
                format!("`{}`", need.write),
                need.module.map_or_else(String::new, |module| format!("`{module}`")),
                if since.is_empty() { "13".to_owned() } else { since },
            ]
        });
        let made = table(&["service", "action", "write", "module", "since Asterisk"], rows);
        let page = include_str!("../../../service/docs/README.md");
        let wrong = to_paste(page, "needs of an Asterisk", &made).unwrap_or_default();
        assert!(wrong.is_empty(), "the code says otherwise; paste:\n{wrong}");
    }
}
