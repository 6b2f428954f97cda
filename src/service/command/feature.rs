//! What a device is to do with calls by itself (ECMA-269, Set Do Not Disturb and Set Forwarding): understood, and within the caller's
//! reach.

use super::asked::dialled;
use crate::model::{Feature, Forwarding, ForwardingType, Order, SwitchName};
use crate::service::fields::Fields;
use crate::service::nearest::hint;
use crate::service::{Caller, Refusal, Service};

/// The types of forwarding, as in JSON.
const TYPES: &[(&str, ForwardingType)] = &[
    ("immediate", ForwardingType::Immediate),
    ("busy", ForwardingType::Busy),
    ("noAnswer", ForwardingType::NoAnswer),
];

impl Service {
    /// The order, and the switch that it is for.
    pub(super) fn do_not_disturb(
        &self,
        caller: &Caller,
        device: &str,
        body: &[u8],
    ) -> Result<(SwitchName, Order), Refusal> {
        let fields = Fields::of(body, &["doNotDisturb"])?;
        let on = given(&fields, "doNotDisturb")?;
        self.feature(caller, device, Feature::DoNotDisturb(on))
    }

    /// The order, and the switch that it is for.
    pub(super) fn forwarding(
        &self,
        caller: &Caller,
        device: &str,
        body: &[u8],
    ) -> Result<(SwitchName, Order), Refusal> {
        let fields = Fields::of(body, &["type", "active", "to"])?;
        let kind = kind(fields.required("type")?)?;
        let active = given(&fields, "active")?;
        let to = match (active, fields.text("to")?) {
            // Whoever forwards has numbers dialled.
            (true, _) => Some(dialled(caller, "to", &fields)?),
            (false, None) => None,
            (false, Some(_)) => return Err(Refusal::invalid("to", "goes with \"active\":true only")),
        };
        self.feature(caller, device, Feature::Forwarding(Forwarding { kind, active, to }))
    }

    fn feature(&self, caller: &Caller, device: &str, feature: Feature) -> Result<(SwitchName, Order), Refusal> {
        let (switch, device) = self.calling_device(caller, device)?;
        Ok((switch, Order::SetFeature { device, feature }))
    }
}

/// Nobody is disturbed, and nothing forwarded, by what was left out.
fn given(fields: &Fields, name: &str) -> Result<bool, Refusal> {
    fields
        .flag_given(name)?
        .ok_or_else(|| Refusal::invalid(name, "is missing: true or false was expected"))
}

fn kind(text: &str) -> Result<ForwardingType, Refusal> {
    let found = TYPES.iter().find(|(name, _)| *name == text);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let names: Vec<&str> = TYPES.iter().map(|(name, _)| *name).collect();
        let hint = hint(text, names.iter().copied());
        let detail = format!("one of {} was expected, not {text:?}{hint}", names.join(", "));
        Refusal::invalid("type", detail)
    })
}
