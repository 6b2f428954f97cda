use super::story;
use crate::replay::{Replay as Machine, ReplayError, Writer};
use clap::Args;
use std::fs::File;
use std::io::{BufRead, BufReader, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

/// `lineside replay`.
#[derive(Debug, Args)]
pub(super) struct Replay {
    /// The capture; - for standard input
    file: PathBuf,
    /// One JSON object for each event, as subscribers got it
    #[arg(long)]
    json: bool,
}

impl Replay {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let input: Box<dyn BufRead> = if self.file.as_os_str() == "-" {
            Box::new(std::io::stdin().lock())
        } else {
            let file = File::open(&self.file).map_err(|error| {
                eprintln!("{}: {error}", self.file.display());
                ExitCode::from(2)
            })?;
            Box::new(BufReader::new(file))
        };
        self.play(input).map_err(|error| {
            eprintln!("{}: {error}", self.file.display());
            ExitCode::FAILURE
        })
    }

    fn play(&self, input: Box<dyn BufRead>) -> Result<ExitCode, ReplayError> {
        let replay = Machine::start(input)?;
        let mut writer = Writer::new("replay", replay.wall());
        let mut out = std::io::stdout().lock();
        for batches in replay {
            for event in batches?.into_iter().flat_map(|batch| writer.write(batch)) {
                let line = if self.json { event } else { readable(&event) };
                if writeln!(out, "{line}").is_err() {
                    // Whoever read it has seen enough.
                    return Ok(ExitCode::SUCCESS);
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn readable(event: &str) -> String {
    serde_json::from_str(event).map_or_else(|_| event.to_owned(), |event| story::line(&event))
}
