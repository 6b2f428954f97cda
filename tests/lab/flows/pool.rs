//! An agent who stays in a pool (`app_agent_pool`): his leg is no call, and is in those of the callers who reach him.

use std::time::Duration;

use super::{Flow, OUTSIDE};
use crate::{
    Outcome,
    play::{CALLS, Caller, Play},
};

pub(crate) const FLOWS: &[(&str, Flow)] = &[("agent_pool", agent_pool), ("agent_pool_queue", agent_pool_queue)];

/// Who logs in is not given a call for five seconds (16 and 22).
const PROBATION: Duration = Duration::from_millis(7_000);

/// Hangs up after a second.
const SHORT: Caller = Caller { talk_ms: 1000, ..CALLS };

/// 1001 logs in as agent 1101, and stays; two from outside ask for the agent, one after the other, and hang up; then 1001 does.
fn agent_pool(play: &mut Play) -> Outcome<()> {
    logs_in(play)?;
    play.calls(OUTSIDE, "493023125230", &SHORT)?;
    play.until(OUTSIDE, "hungUp", 1)?;
    play.calls(OUTSIDE, "493023125230", &SHORT)
}

/// 1001 logs in as agent 1101, whom the queue `pool` has; somebody from outside waits there, reaches the agent, and hangs up; then 1001 does.
fn agent_pool_queue(play: &mut Play) -> Outcome<()> {
    logs_in(play)?;
    let waits = Caller {
        talk_ms: 3_000,
        ..CALLS
    };
    play.calls(OUTSIDE, "493023125231", &waits)
}

fn logs_in(play: &mut Play) -> Outcome<()> {
    let stays = Caller {
        talk_ms: 12_000,
        ..CALLS
    };
    play.calls("1001", "*1101", &stays)?;
    play.until("1001", "connected", 1)?;
    std::thread::sleep(PROBATION);
    Ok(())
}
