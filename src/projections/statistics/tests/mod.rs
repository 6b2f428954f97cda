mod agents;
mod page;
mod play;
mod queues;
mod restart;
mod windows;

use super::*;
use crate::model::sample::{device, switch_name};
use play::{Play, at};

fn config() -> StatisticsConfig {
    StatisticsConfig {
        sites: [(switch_name("hq"), SiteStatistics::default())].into(),
    }
}

fn support() -> DeviceId {
    device("hq", "support")
}

fn seven() -> AgentId {
    AgentId::new(&switch_name("hq"), "7")
}

/// The answer for the queue, for the 15 minutes before `time`.
fn queue(play: &Play, time: &str) -> QueueStatistics {
    play.fold().queue(&config(), &support(), Window::Quarter, at(time))
}

/// The answer for agent 7, for the 15 minutes before `time`.
fn agent(play: &Play, time: &str) -> AgentStatistics {
    play.fold()
        .agent_statistics(&config(), &seven(), Window::Quarter, at(time))
}
