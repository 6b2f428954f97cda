//! What this user of the manager interface may have the switch do. `ListCommands` lists exactly the actions that the user may send (16
//! and 22); it needs no right itself. Rights are copied at the login: a change acts when the session is a new one.

use super::features::{NO_DO_NOT_DISTURB, NO_FORWARDING};
use crate::model::{Capability, Service, Text};
use crate::profile::{Control, Stations};
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
    need(Service::AnswerCall, "PJSIPNotify", "system")
        .of("res_pjsip_notify.so", IN_DIALOG)
        .loaded_with("pjsip_notify.conf"),
    need(Service::HoldCall, "PJSIPNotify", "system")
        .of("res_pjsip_notify.so", IN_DIALOG)
        .loaded_with("pjsip_notify.conf"),
    need(Service::RetrieveCall, "PJSIPNotify", "system")
        .of("res_pjsip_notify.so", IN_DIALOG)
        .loaded_with("pjsip_notify.conf"),
    need(Service::ClearConnection, "Hangup", "call"),
    need(Service::ClearCall, "Hangup", "call"),
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

/// Is it the telephone itself that does it, and only where it obeys?
pub(crate) const fn by_remote_control(service: Service) -> bool {
    matches!(service, Service::AnswerCall | Service::HoldCall | Service::RetrieveCall)
}

/// Why such a service is not there, and what would give it. No telephone says that it obeys (`Allow-Events` is not shown).
pub(crate) const NOBODY_OBEYS: &str = "no telephone is known to obey: name those that answer at a NOTIFY of `talk`, once they are set up \
                                       to, in [switch.override.control]: remoteControl = [\"10XX\"]";

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
}

impl Rights {
    /// A session begins: what was known counts no more.
    pub(super) fn forget(&mut self) {
        self.actions = None;
        self.denied.clear();
    }

    /// The answer to `ListCommands`: a header for each action, its name the key.
    pub(super) fn listed(&mut self, response: &Message) {
        let names = response
            .headers()
            .map(|header| header.key.text().text.to_ascii_lowercase());
        self.actions = Some(names.collect());
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
            let why = self.why_not(*service, control.is_some(), stations);
            let obey = control
                .filter(|_| by_remote_control(*service))
                .map(|control| &control.remote_control);
            let nobody = obey.is_some_and(Vec::is_empty).then(|| NOBODY_OBEYS.to_owned());
            let whys: Vec<String> = nobody.into_iter().chain(why).collect();
            let why = (!whys.is_empty()).then(|| Text::from(whys.join("; ")));
            let devices = obey.map(|devices| devices.iter().map(|device| Text::from(device.to_string())).collect());
            let capability = Capability {
                devices,
                ..Capability::unless(why)
            };
            (Text::from(service.as_str()), capability)
        };
        Service::ALL.iter().map(one).collect()
    }

    fn why_not(&self, service: Service, controlled: bool, stations: Option<&Stations>) -> Option<String> {
        let mut needs = NEEDS.iter().filter(|need| need.service == service).peekable();
        if needs.peek().is_none() {
            return Some("this version of Lineside does not offer it".to_owned());
        }
        match service {
            Service::ClearConnection | Service::ClearCall => {}
            Service::SetDoNotDisturb | Service::SetForwarding => {
                let sets = stations.is_some_and(|stations| stations.sets(service));
                let why = (!sets).then(|| no_means(service).to_owned());
                if why.is_some() {
                    return why;
                }
            }
            _ if !controlled => return Some("the profile does not say how ([control])".to_owned()),
            _ => {}
        }
        let keeps = stations.is_some_and(|stations| stations.keeps(service));
        needs.filter(|need| keeps || !need.kept).find_map(|need| {
            if let Some((major, minor)) = self.version.filter(|version| !reaches(need.since, *version)) {
                return Some(format!(
                    "Asterisk {major}.{minor} does not do it so that it could be seen: {} does",
                    versions(need.since)
                ));
            }
            (!self.may(need.action)).then(|| need.missing())
        })
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
