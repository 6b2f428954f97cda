//! The demo's Asterisk.
use super::DemoError;
use crate::sim::{Asterisk, Listener};

/// What a bridge is told of the switch, behind its name. It plays as long as the runtime lives.
pub(super) async fn start(epoch: i64, secret: &str) -> Result<String, DemoError> {
    let asterisk = Asterisk::new(epoch, epoch.unsigned_abs());
    let listener = Listener::bind(asterisk, "demo", secret).await?;
    let address = listener.address()?;
    tokio::spawn(listener.run());
    Ok(format!(
        r#"
profile = "asterisk/asterisk"
address = "{address}"
username = "demo"
secret = "{secret}"
[switch.site]
country = "DE"
area = "30"
trunkPrefix = "0"
extensions = "10XX"
userData = ["CUSTOMER", "ACCOUNT"]
notReadyReasons = ["break", "lunch"]
afterCallReason = "wrapup"
afterCallTime = "60s"
[[switch.site.agents]]
id = "alice"
name = "Alice"
device = "1011"
queues = ["support", "sales"]
[[switch.site.agents]]
id = "bob"
name = "Bob"
device = "1012"
queues = ["support"]
[switch.override.control]
remoteControl = ["10XX"]
[switch.override.stations.database]
immediate = "CF"
busy = "CFB"
noAnswer = "CFU"
"#
    ))
}
