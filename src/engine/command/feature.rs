//! ECMA-269, Set Do Not Disturb and Set Forwarding: what a device is to do with calls by itself, and what shows that it does.
//!
//! The switch is asked also where it is known to be so already: what dialplans keep may have changed without a word.

use super::{No, Pending, Target, pending};
use crate::engine::{Engine, Plan};
use crate::model::{Ask, Command, Denial, Device, DeviceId, Event, EventType, Feature, Now, Task, Text, Verdict};
use lineside_wire::Private;

/// What is to be seen of a device.
pub(in crate::engine) struct Wanted {
    device: DeviceId,
    feature: Feature,
}

impl Engine {
    /// What is to be done for a command about a device.
    pub(super) fn plan_feature(&mut self, command: Command, device: &DeviceId, feature: &Feature, now: Now) -> Plan {
        let id = command.id;
        let planned = self
            .allowed(&command.order)
            .and_then(|_| self.set_feature(device, feature));
        match planned {
            Ok(mut pending) => {
                pending.request_id = command.request_id;
                pending.requested_by = command.requested_by;
                pending.until = now.tick + super::WITHIN;
                self.commands.all.insert(id, pending);
                let ask = Ask::SetFeature {
                    device: device.clone(),
                    feature: feature.clone(),
                };
                Plan::Ask(Task { id, ask })
            }
            Err((denial, call)) => Plan::Over(self.over(id, Verdict::Denied(denial), call)),
        }
    }

    /// Two who set the same feature of a device would not know whose deed they see.
    fn set_feature(&self, device: &DeviceId, feature: &Feature) -> Result<Pending, No> {
        let same = |pending: &Pending| {
            matches!(&pending.target, Target::Feature(other)
                if other.device == *device && other.feature.service() == feature.service())
        };
        if self.commands.at_work().any(same) {
            let why = format!(
                "{} is at work there: see how it comes out, then ask again",
                feature.service().as_str()
            );
            return Err((Denial::Busy(Text::from(why)), None));
        }
        let wanted = Wanted {
            device: device.clone(),
            feature: feature.clone(),
        };
        pending(feature.service(), Target::Feature(Box::new(wanted)))
    }
}

impl Wanted {
    /// What the switch dials for the number, and will show.
    pub(super) fn dials(&mut self, number: Private<Text>) {
        if let Feature::Forwarding(forwarding) = &mut self.feature {
            forwarding.to = Some(number);
        }
    }

    fn is_so(&self, device: &Device) -> bool {
        match &self.feature {
            Feature::DoNotDisturb(on) => device.do_not_disturb == Some(*on),
            Feature::Forwarding(wanted) => device.forwarding.contains(wanted),
        }
    }

    const fn changes(&self) -> EventType {
        match self.feature {
            Feature::DoNotDisturb(_) => EventType::DoNotDisturb,
            Feature::Forwarding(_) => EventType::Forwarding,
        }
    }
}

/// Does an event of `device` prove what is wanted?
pub(in crate::engine) fn judge(wanted: &Wanted, device: &Device) -> Option<Verdict> {
    (device.id == wanted.device && wanted.is_so(device)).then_some(Verdict::Done)
}

/// Is an event of `device` what the switch's doing it leads to?
pub(in crate::engine) fn is_caused(wanted: &Wanted, event: &Event, device: &Device) -> bool {
    event.kind == wanted.changes() && device.id == wanted.device && wanted.is_so(device)
}
