use super::ConfigFile;
use clap::Args;
use std::process::ExitCode;

/// `lineside check`.
#[derive(Debug, Args)]
pub(super) struct Check {
    #[command(flatten)]
    file: ConfigFile,
}

impl Check {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let config = self.file.read()?;
        println!(
            "{} is fine: {} switch(es), {} token(s)",
            self.file.config.display(),
            config.switches.len(),
            config.tokens.len()
        );
        Ok(ExitCode::SUCCESS)
    }
}
