use super::client::{Client, Ended, Heard};
use super::live::Live;
use super::screen::Screen;
use super::{super::story, What};
use serde_json::Value;
use std::future::Future;
use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;
use tokio::sync::mpsc;

/// How the stream is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cli) enum Show {
    /// In place, as it is now.
    Live,
    /// One line for each event, for people.
    Lines,
    /// One line for each event, as it was sent.
    Json,
}

impl Show {
    /// JSON where it is asked for; in place where there is a terminal.
    pub(in crate::cli) fn of(what: &What) -> Self {
        match (what.json, std::io::stdout().is_terminal()) {
            (true, _) => Show::Json,
            (false, true) => Show::Live,
            (false, false) => Show::Lines,
        }
    }
}

/// Shows what a client hears, until `stop`.
pub(in crate::cli) async fn show(client: Client, how: Show, stop: impl Future<Output = ()>) -> Result<(), Ended> {
    const QUEUE: usize = 256;
    let (send, mut heard) = mpsc::channel(QUEUE);
    let mut live = (how == Show::Live).then(|| (Screen::take(), Live::of(client.devices().to_vec())));
    let client = tokio::spawn(client.run(send));
    let mut second = tokio::time::interval(Duration::from_secs(1));
    tokio::pin!(stop);
    let ended = loop {
        tokio::select! {
            () = &mut stop => break Ok(()),
            message = heard.recv() => match message {
                None => break client.await.unwrap_or(Ok(())),
                Some(Heard::Lost(reason)) => match &mut live {
                    Some((_, live)) => live.lost(reason),
                    None => eprintln!("connection lost: {reason}; it is made anew"),
                },
                Some(Heard::Message(message)) => {
                    let written = match &mut live {
                        Some((_, live)) => {
                            live.hear(&message);
                            Ok(())
                        }
                        None => write(&message, how),
                    };
                    if written.is_err() {
                        // Whoever read it has seen enough.
                        break Ok(());
                    }
                }
            },
            _ = second.tick() => {}
        }
        // What comes in a burst is drawn once.
        if let Some((screen, live)) = &mut live
            && heard.is_empty()
        {
            screen.draw(live);
        }
    };
    drop(live);
    ended
}

fn write(message: &Value, how: Show) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    match message.get("specversion") {
        Some(_) if how == Show::Json => writeln!(out, "{message}"),
        Some(_) => writeln!(out, "{}", story::line(message)),
        None if message.get("type").and_then(Value::as_str) == Some("gap") => {
            eprintln!("events are missing: {}", story::text(message, "/reason"));
            Ok(())
        }
        None => Ok(()),
    }
}
