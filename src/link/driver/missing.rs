//! Reads what the switch wrote down while nobody heard: one time after another, beside the link, which waits for nothing of it.

use super::{RecordSource, Settings};
use crate::link::Missed;
use crate::model::{SwitchName, Wall};
use crate::normalize::cdr::Row;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{info, warn};

/// The records of the last calls are written a moment after their end.
const SOON: Duration = Duration::from_secs(2);
/// What cannot be read is tried again: a database may start later than the switch. The wait doubles up to the longest.
const AGAIN: Duration = Duration::from_secs(10);
const LATEST: Duration = Duration::from_secs(300);
/// How many times may wait to be read about. What finds no room is asked for again by the next start.
const WAITING: usize = 16;

/// Whom to ask what was missed, and who answers.
pub(super) struct Missing {
    asked: Option<mpsc::Sender<(Wall, Wall)>>,
    read: mpsc::Receiver<Missed>,
}

impl Missing {
    /// Reads where the switch's records can be read, once something is asked for.
    pub(super) fn of(settings: &Settings) -> Self {
        let (send, read) = mpsc::channel(1);
        let asked = settings.records.clone().map(|source| {
            let (ask, asked) = mpsc::channel(WAITING);
            let reader = Reader {
                switch: settings.switch.clone(),
                source,
                send,
            };
            tokio::spawn(reader.run(asked));
            ask
        });
        Missing { asked, read }
    }

    /// Has the records between the two times read. Where there are none to be read that is the answer.
    pub(super) fn ask(&self, from: Wall, to: Wall) -> Option<Missed> {
        let Some(asked) = &self.asked else {
            return Some(Missed {
                from,
                to,
                rows: Vec::new(),
            });
        };
        if asked.try_send((from, to)).is_err() {
            warn!("what was missed from {from} to {to} is read after the next start: too much waits to be read");
        }
        None
    }

    /// What was read next.
    pub(super) async fn read(&mut self) -> Missed {
        match self.read.recv().await {
            Some(missed) => missed,
            // Nothing is ever read.
            None => std::future::pending().await,
        }
    }
}

struct Reader {
    switch: SwitchName,
    source: RecordSource,
    send: mpsc::Sender<Missed>,
}

impl Reader {
    /// Until nobody asks any more, or nobody listens.
    async fn run(self, mut asked: mpsc::Receiver<(Wall, Wall)>) {
        while let Some((from, to)) = asked.recv().await {
            let rows = tokio::select! {
                () = self.send.closed() => return,
                rows = self.read(from, to) => rows,
            };
            if self.send.send(Missed { from, to, rows }).await.is_err() {
                return;
            }
        }
    }

    async fn read(&self, from: Wall, to: Wall) -> Vec<Row> {
        let (switch, source) = (&self.switch, &self.source);
        let (mut wait, mut said) = (SOON, None);
        loop {
            sleep(wait).await;
            match source.read(from, to).await {
                Ok(rows) => {
                    if !rows.is_empty() || said.is_some() {
                        info!(%switch, %source, records = rows.len(), "what was missed while nobody heard the switch was read, and is told by its records");
                    }
                    return rows;
                }
                Err(error) => {
                    if said.as_ref() != Some(&error) {
                        warn!(%switch, %source, %error, "what was missed while nobody heard the switch cannot be read; it is tried again");
                        said = Some(error);
                    }
                    wait = LATEST.min(AGAIN.max(wait.saturating_mul(2)));
                }
            }
        }
    }
}
