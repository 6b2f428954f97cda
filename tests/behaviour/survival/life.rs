//! One life of the bridge, from its start to its kill.
use crate::running::Running;
use serde_json::Value;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::thread::JoinHandle;
use tokio::sync::watch;

pub struct Life {
    running: Running,
    /// Gives everything that it said.
    said: JoinHandle<Vec<String>>,
    /// True once it has both connections to its switch: in a moment it will know what is there.
    pub met: watch::Receiver<bool>,
}

impl Life {
    /// Starts a bridge; `address` is told where it listens, once it does.
    pub fn begin(config: &Path, address: &watch::Sender<Option<SocketAddr>>) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_lineside"));
        let (running, lines) = Running::with_errors(command.arg("run").arg("--config").arg(config));
        let address = address.clone();
        let (meeting, met) = watch::channel(false);
        let said = std::thread::spawn(move || {
            let up = |line: &str| -> Option<SocketAddr> {
                let line: Value = serde_json::from_str(line).ok()?;
                line["message"]
                    .as_str()
                    .filter(|said| said.contains("the bridge is up"))?;
                line["address"].as_str()?.parse().ok()
            };
            lines
                .inspect(|line| {
                    if line.contains("\"connected\"") && line.contains("\"actions\"") {
                        meeting.send_replace(true);
                    }
                    if let Some(up) = up(line) {
                        address.send_replace(Some(up));
                    }
                })
                .collect()
        });
        Life { running, said, met }
    }

    /// Kills it, as a crash would, and gives what it said in its life.
    pub fn end(mut self, address: &watch::Sender<Option<SocketAddr>>) -> Vec<String> {
        self.running.kill().expect("it runs");
        self.running.wait().expect("it ends");
        let said = self.said.join().expect("its lines are read");
        address.send_replace(None);
        said
    }
}
