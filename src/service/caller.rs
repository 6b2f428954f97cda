use super::Refusal;
use crate::access::{Grant, Scope};
use crate::model::{DeviceId, Text};
use crate::stream::{Key, Sight};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Somebody who showed a token, or a ticket for one.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(super) Arc<Grant>);

impl Caller {
    pub(super) fn must_have(&self, scope: Scope) -> Result<(), Refusal> {
        if self.0.has(scope) {
            Ok(())
        } else {
            Err(Refusal::MissingScope(scope))
        }
    }

    pub(super) fn sight(&self) -> Sight {
        let ids = |ids: &Option<Vec<String>>| -> Vec<DeviceId> {
            ids.iter()
                .flatten()
                .map(|id| DeviceId::from_text(Text::from(id.as_str())))
                .collect()
        };
        let limited = self.0.devices.is_some() || self.0.queues.is_some();
        let devices = ids(&self.0.devices);
        let queues = ids(&self.0.queues);
        let keys = devices.iter().map(Key::device).chain(queues.iter().map(Key::queue));
        Sight {
            switches: self
                .0
                .switches
                .as_ref()
                .map(|names| names.iter().cloned().collect::<BTreeSet<_>>()),
            objects: limited.then(|| keys.collect()),
            digits: self.0.has(Scope::DigitsRead),
        }
    }

    /// May it act on some devices only?
    pub(super) fn is_limited_in_devices(&self) -> bool {
        self.sight().objects.is_some()
    }

    /// Queues are limited where queues are named, and not where only devices are: who works at a device works for any queue.
    pub(super) fn may_act_on_queue(&self, queue: &DeviceId) -> bool {
        self.0
            .queues
            .as_ref()
            .is_none_or(|queues| queues.iter().any(|named| named == queue.as_str()))
    }

    pub(super) fn must_see_switch(&self, switch: &str) -> Result<(), Refusal> {
        match &self.0.switches {
            Some(switches) if !switches.iter().any(|s| s == switch) => {
                Err(Refusal::OutOfSight(format!("the switch {switch}")))
            }
            _ => Ok(()),
        }
    }

    /// `key` names a device or a queue.
    pub(super) fn must_see_object(&self, switch: &str, key: &Key, shown: &str) -> Result<(), Refusal> {
        self.must_see_switch(switch)?;
        match self.sight().objects {
            Some(objects) if !objects.contains(key) => Err(Refusal::OutOfSight(shown.to_owned())),
            _ => Ok(()),
        }
    }
}
