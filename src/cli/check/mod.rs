mod connect;
mod rights;

use super::ConfigFile;
use crate::access::{Scope, TokenConfig};
use crate::profile;
use clap::Args;
use rights::{Finding, Grade};
use std::process::ExitCode;

/// `lineside check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    file: ConfigFile,
    /// Try the links too: what the switch is, and which rights the manager user lacks
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
                for finding in connect::probe(switch).await {
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

fn line(finding: &Finding) -> String {
    let grade = match finding.grade {
        Grade::Good => "ok   ",
        Grade::Less => "less ",
        Grade::Bad => "WRONG",
        Grade::Note => "note ",
    };
    format!("{grade}  {}", finding.text)
}
