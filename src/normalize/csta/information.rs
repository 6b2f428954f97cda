//! What is told of a call besides how it goes: who calls, found out late; what is attached to it; digits.

use super::Normalizer;
use super::party::Named;
use crate::model::{CallKey, Fact, Text};
use lineside_csta::types::{CallInformationEvent, CorrelatorData, DigitsGeneratedEvent};
use lineside_wire::Private;
use std::collections::BTreeMap;

/// What an application attached is told under this name.
const CORRELATOR: &str = "correlatorData";

impl Normalizer {
    pub(super) fn call_information(&mut self, event: &CallInformationEvent) {
        let (call, _) = self.name(&event.connection, &event.device);
        if self.calls.get(&call).is_none() {
            return;
        }
        if let Some(calling) = &event.calling_device {
            let party = self.who(&Named::by(calling)).party;
            self.learn_caller(&call, party);
        }
        self.attached(&call, event.correlator_data.as_ref());
    }

    /// Who calls is told later than the call: it counts where nothing better is known.
    pub(super) fn learn_caller(&mut self, call: &CallKey, party: crate::model::Party) {
        let Some(known) = self.calls.get_mut(call) else { return };
        let unknown = |party: &crate::model::Party| party.number.is_none();
        if party.number.is_none() || known.calling.as_ref().is_some_and(|calling| !unknown(calling)) {
            return;
        }
        known.calling = Some(party.clone());
        if let Some(leg) = known
            .legs
            .iter_mut()
            .find(|leg| leg.native.is_none() && unknown(&leg.party))
        {
            leg.party = crate::model::Party {
                device: leg.party.device.take(),
                ..party.clone()
            };
        }
        self.out.push(Fact::Call(crate::model::CallFact {
            calling: Some(party),
            ..crate::model::CallFact::of(call.clone())
        }));
    }

    /// What an application attached to a call, where it is text.
    pub(super) fn attached(&mut self, call: &CallKey, data: Option<&CorrelatorData>) {
        let Some(text) = data.and_then(text) else { return };
        let Some(known) = self.calls.get_mut(call) else { return };
        let name = Text::from(CORRELATOR);
        if known.user_data.get(&name) == Some(&text) {
            return;
        }
        known.user_data.insert(name.clone(), text.clone());
        self.out.push(Fact::UserData {
            call: call.clone(),
            entries: BTreeMap::from([(name, Some(Private::new(text)))]),
        });
    }

    pub(super) fn digits(&mut self, event: &DigitsGeneratedEvent) {
        let (call, name) = self.name(&event.connection, &lineside_csta::types::ExtendedDeviceId::NotKnown);
        let Some(leg) = self.calls.get(&call).and_then(|known| known.leg(&name)) else {
            return;
        };
        // Every monitor tells it: that of the device itself is believed, where there is one.
        let own = leg.device.as_ref().filter(|device| self.watched.contains(*device));
        if own.is_some_and(|own| self.monitor.as_ref() != Some(own)) {
            return;
        }
        let known = |c: &char| c.is_ascii_digit() || matches!(c, '*' | '#' | 'A'..='D');
        let digits: String = event.digit_generated_list.chars().filter(known).collect();
        if !digits.is_empty() {
            self.out.push(Fact::Digits {
                connection: leg.key.clone(),
                digits: Private::new(Text::from(digits)),
            });
        }
    }
}

fn text(data: &CorrelatorData) -> Option<Text> {
    let text = std::str::from_utf8(&data.data.0).ok()?;
    (!text.is_empty() && !text.chars().any(char::is_control)).then(|| Text::from(text))
}
