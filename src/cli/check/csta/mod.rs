//! `--connect` to a switch that speaks CSTA: what it is, whether it lets us in, and whether it lets a device be monitored.

mod advice;
mod fits;
mod probe;

pub(super) use fits::csta_at_ami;

use super::connect::open;
use super::rights::{Finding, Grade, finding};
use crate::config::SwitchConfig;
use crate::normalize::csta::dialect;
use crate::profile::Csta;
use lineside_csta::client::{Client, Config};
use lineside_wire::Tick;
use probe::Probe;
use std::time::Duration;

/// Where to look if nothing listens.
const OFF: &str = "is the CSTA link of the switch set up and licensed, and is this its port?";

/// Everything that can be found out about the link to one switch. One monitor is placed for a moment, and nothing else is changed.
pub(super) async fn probe(switch: &SwitchConfig, profile: &Csta) -> Vec<Finding> {
    let bad = |text: String| vec![finding(Grade::Bad, text)];
    let patience = Duration::from_millis(u64::from(profile.limits.login));
    let stream = match open(&switch.address, patience, OFF).await {
        Ok(stream) => stream,
        Err(why) => return bad(why),
    };
    let credentials = dialect::credentials(&switch.username, &switch.secret);
    let mut config = Config::new(dialect::of(profile), credentials);
    config.login_within = patience;
    config.answer_within = Duration::from_millis(u64::from(profile.limits.answer));
    match Client::new(Tick::ZERO, config) {
        Ok(client) => Probe::new(profile, &switch.site, client, stream).run().await,
        Err(error) => bad(format!("the login cannot be sent: {error}")),
    }
}
