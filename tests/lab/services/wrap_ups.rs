//! What a call of one queue means in the others of who took it.

use serde_json::{Value, json};

use super::{OUTSIDE, text};
use crate::{
    Outcome,
    play::{ANSWERS, CALLS, Callee, Caller, Play},
};

/// Leaves three seconds to write a call up.
const DESK: &str = "493023125227";
/// Leaves none.
const PRESSED: &str = "493023125224";

/// Queues share the last call of their members (`shared_lastcall`). Frida at 1005 works in `desk` and in `pressed`: she takes a call of `desk`,
/// and neither gives her another one for three seconds; then one of `pressed`, after which only `desk` leaves her three seconds.
pub(super) fn agent_wraps_up_everywhere(play: &mut Play) -> Outcome<()> {
    shares(play, true)?;
    let played = wraps_up_everywhere(play);
    shares(play, false).and(played)
}

/// The switch is told to share, or not to.
fn shares(play: &mut Play, shared: bool) -> Outcome<()> {
    let (before, after) = if shared { ("no", "yes") } else { ("yes", "no") };
    let line = |value: &str| format!("shared_lastcall = {value}");
    play.switch
        .configure("queues.conf", |text| text.replace(&line(before), &line(after)))?;
    let reload = [("Command", "module reload app_queue.so")];
    play.actions.ask("Command", &reload).map(drop)
}

fn wraps_up_everywhere(play: &mut Play) -> Outcome<()> {
    play.answers("1005", &Callee { calls: 2, ..ANSWERS })?;
    for queue in ["desk", "pressed"] {
        let frida = [("Queue", queue), ("Interface", "PJSIP/1005"), ("MemberName", "Frida")];
        play.actions.ask("QueueAdd", &frida)?;
    }
    play.agent("Frida", "ready", None)?;
    play.calls(OUTSIDE, DESK, &Caller { talk_ms: 1500, ..CALLS })?;
    in_queues(play, ["workingAfterCall", "workingAfterCall"])?;
    play.calls(OUTSIDE, PRESSED, &Caller { talk_ms: 6000, ..CALLS })?;
    play.until("1005", "answered", 2)?;
    play.rang_when("1005", "Frida")?;
    play.until(OUTSIDE, "hungUp", 2)?;
    in_queues(play, ["workingAfterCall", "ready"])?;
    in_queues(play, ["ready", "ready"])?;
    for queue in ["desk", "pressed"] {
        let frida = [("Queue", queue), ("Interface", "PJSIP/1005")];
        play.actions.ask("QueueRemove", &frida)?;
    }
    play.agent("Frida", "loggedOff", None).map(drop)
}

/// Waits until Frida does this in `desk` and that in `pressed`.
fn in_queues(play: &Play, states: [&str; 2]) -> Outcome<()> {
    play.soon(&format!("Frida {states:?}"), || {
        let agent = play.shown("/v1/agents/lab:Frida")?;
        let queues = agent
            .get("queues")
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let state = |name: &str| {
            let queue = queues.iter().find(|queue| queue.get("queue") == Some(&json!(name)));
            queue.map(|queue| text(queue, "state").to_owned())
        };
        let seen = ["lab:desk", "lab:pressed"].map(state);
        Ok((seen == states.map(|state| Some(state.to_owned()))).then_some(()))
    })
}
