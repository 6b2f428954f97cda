mod connect;
mod csta;
mod rights;

use super::ConfigFile;
use crate::access::{Scope, TokenConfig};
use crate::config::SwitchConfig;
use crate::profile::{self, Rules};
use clap::Args;
use rights::{Finding, Grade, finding};
use std::process::ExitCode;

/// `lineside check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    file: ConfigFile,
    /// Try the links too: what the switch is, which rights the bridge lacks there, and which profile fits if this one does not
    #[arg(long)]
    connect: bool,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let config = self.file.read()?;
        let file = self.file.config.display();
        println!(
            "{file} is fine: {} switch(es), {} token(s)",
            config.switches.len(),
            config.tokens.len()
        );
        for switch in &config.switches {
            if let Ok(profile) = profile::load(&switch.profile_name, &switch.profile_text, Some(&switch.changes)) {
                println!(
                    "switch \"{}\": profile {}: {}",
                    switch.name, profile.name, profile.evidence
                );
            }
        }
        for switch in &config.switches {
            for line in switch.site.rules().iter().flat_map(people) {
                println!("switch \"{}\": {line}", switch.name);
            }
        }
        for switch in &config.switches {
            let Some(records) = &switch.records else { continue };
            let name = &switch.name;
            match records.examine() {
                Some(Ok(())) => println!("switch \"{name}\": {MISSED} are told by {records}"),
                Some(Err(why)) => println!("switch \"{name}\": {MISSED} cannot be told by {records}: {why}"),
                None if self.connect => {}
                None => println!("switch \"{name}\": {MISSED} are to be told by {records}: --connect tries it"),
            }
        }
        let dials = |token: &&TokenConfig| {
            [Scope::CallsControl, Scope::Admin]
                .iter()
                .any(|s| token.scopes.contains(s))
        };
        for token in config.tokens.iter().filter(dials).filter(|token| token.dial.is_none()) {
            println!(
                "token \"{}\" may have any number dialled, also dear ones: `dial` patterns keep it to some, such as \
                 dial = [\"10XX\", \"0[1-9]X.\"]",
                token.name
            );
        }
        if !self.connect {
            return Ok(ExitCode::SUCCESS);
        }
        super::block_on(async {
            let mut code = ExitCode::SUCCESS;
            for switch in &config.switches {
                println!("switch \"{}\" at {}", switch.name, switch.address);
                for finding in connect::probe(switch)
                    .await
                    .into_iter()
                    .chain(probe_records(switch).await)
                {
                    if finding.grade == Grade::Bad {
                        code = ExitCode::FAILURE;
                    }
                    println!("  {}", line(&finding));
                }
            }
            Ok(code)
        })
    }
}

/// What records are for.
const MISSED: &str = "calls missed while nobody heard";

/// Whether the database of the records can be read, where there is one.
async fn probe_records(switch: &SwitchConfig) -> Option<Finding> {
    let records = switch.records.as_ref()?;
    let (grade, text) = match records.probe().await? {
        Ok(Some(last)) => (
            Grade::Good,
            format!("{MISSED} are told by {records}: its last record begins at {last}"),
        ),
        Ok(None) => (
            Grade::Good,
            format!("{MISSED} are told by {records}: it holds no record yet"),
        ),
        Err(why) => (Grade::Bad, format!("{MISSED} cannot be told by {records}: {why}")),
    };
    Some(finding(grade, text))
}

/// What the site says of its agents, for people.
fn people(rules: &Rules) -> Vec<String> {
    let mut lines = Vec::new();
    for agent in &rules.agents {
        let device = agent.device.as_deref().unwrap_or("the telephone that is named");
        let interface = agent.interface.as_deref().map(|by| format!(", rung by {by}"));
        let queues = match agent.queues.as_slice() {
            [] => "the queues that are named".to_owned(),
            queues => queues.join(", "),
        };
        lines.push(format!(
            "agent {} (member {:?}) at {device}{} in {queues}",
            agent.id,
            agent.member(),
            interface.unwrap_or_default()
        ));
    }
    if !rules.not_ready_reasons.is_empty() {
        lines.push(format!("not ready because of {}", rules.not_ready_reasons.join(", ")));
    }
    if let Some(reason) = &rules.after_call_reason {
        let time = rules.after_call_seconds.map_or_else(
            || "until the agent is ready".to_owned(),
            |seconds| format!("for {seconds} s at most"),
        );
        lines.push(format!("a pause because of {reason} is work after a call, {time}"));
    }
    lines
}

fn line(finding: &Finding) -> String {
    let grade = match finding.grade {
        Grade::Good => "ok   ",
        Grade::Less => "less ",
        Grade::Bad => "WRONG",
        Grade::Note => "note ",
    };
    format!("{grade}  {}", finding.text)
}
