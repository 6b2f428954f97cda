//! The demo's CSTA switch, in the dialect of a profile.
use super::DemoError;
use crate::normalize::csta::{dialect, dialect_of};
use crate::profile::{Csta, Filter, Product, embedded, load, names};
use crate::sim::csta::{Listener, Pace, Quirks, SWITCH_NAME, Site, Switch};
use lineside_csta::server::ServerConfig;
use lineside_wire::{Private, Tick};

/// The dialect that is spoken where none is asked for.
pub(super) const PLAIN: &str = "ecma/ecma-323";
/// So many play stories side by side: so many calls are still easy to follow.
const COMPANIES: u32 = 3;

/// What a bridge is told of the switch, behind its name. It plays as long as the runtime lives.
pub(super) async fn start(profile: &str, secret: &str) -> Result<String, DemoError> {
    let csta = find(profile).ok_or_else(|| {
        let all: Vec<&str> = names().filter(|name| find(name).is_some()).collect();
        DemoError::Profile(profile.to_owned(), all.join(", "))
    })?;
    let credentials = dialect::credentials("demo", &Private::new(secret.to_owned()));
    let server = ServerConfig::new(dialect_of(&csta), credentials);
    let (house, casts) = Site::house(COMPANIES);
    let quirks = Quirks {
        named_devices: csta.devices.named.is_some(),
        inverted_filters: csta.monitors.filter != Filter::None,
        ..Quirks::default()
    };
    let named = match quirks.named_devices {
        true => format!("switchName = \"{SWITCH_NAME}\"\n"),
        false => String::new(),
    };
    let mut switch = Switch::new(house, quirks, 1);
    switch.pace = Pace::LIVELY;
    switch.open(Tick::ZERO, casts);
    let listener = Listener::bind(switch, server).await?;
    let address = listener.address()?;
    tokio::spawn(listener.run());
    Ok(format!(
        r#"
profile = "{profile}"
address = "{address}"
username = "demo"
secret = "{secret}"
[switch.site]
{named}country = "DE"
area = "30"
trunkPrefix = "0"
extensions = "10XX"
trunks = ["90XX"]
devices = ["1001-1007", "1011-1017", "1021-1027", "1031-1039", "2001-2002", "2011-2012", "2021-2022", "2101", "2111", "2121",
    "3001-3002", "3011-3012", "3021-3022"]
[switch.override.devices.kinds]
queue = ["20XX"]
group = ["21XX"]
voiceUnit = ["30XX"]
park = ["70XX"]
[switch.override.monitors]
perSecond = 200
list = false
"#
    ))
}

/// The profile of this name, if it is one of a CSTA switch.
fn find(profile: &str) -> Option<Box<Csta>> {
    match load(profile, embedded(profile)?, None).ok()?.product {
        Product::Csta(csta) => Some(csta),
        Product::Asterisk(_) => None,
    }
}
