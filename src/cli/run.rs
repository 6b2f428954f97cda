use super::ConfigFile;
use crate::app::Bridge;
use crate::telemetry;
use clap::Args;
use std::process::ExitCode;
use tracing::{error, info};

/// `lineside run`.
#[derive(Debug, Args)]
pub(super) struct Run {
    #[command(flatten)]
    file: ConfigFile,
}

impl Run {
    pub(super) fn run(self) -> Result<ExitCode, ExitCode> {
        let config = self.file.read()?;
        telemetry::start(&config.log.level, config.log.json);
        super::block_on(async {
            let mut bridge = Bridge::start(config).await.map_err(|error| {
                error!(%error, "the bridge cannot start");
                ExitCode::FAILURE
            })?;
            let code = tokio::select! {
                () = super::interrupted() => ExitCode::SUCCESS,
                () = bridge.failed() => ExitCode::FAILURE,
            };
            info!("the bridge stops");
            bridge.stop().await;
            Ok(code)
        })
    }
}
