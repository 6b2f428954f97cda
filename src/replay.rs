//! Replay: a capture told to a machine again. The same inputs give the same events, ids included, on any machine and at any time;
//! only the numbers of the events are not the machine's but the stream's.
//!
//! ```
//! let capture = r#"{"lineside":"capture","format":1,"switch":"hq","profile":"asterisk/asterisk","wall":"2026-11-21T04:42:28.907Z"}
//! {"t":10,"w":1795236148907,"c":"events","failed":"10.0.0.5:5038 refuses the connection"}
//! "#;
//! let mut told = Vec::new();
//! for step in lineside::replay::Replay::start(capture.as_bytes())? {
//!     told.extend(step?.into_iter().flat_map(|batch| batch.events));
//! }
//! assert_eq!(told[0].kind, lineside::model::EventType::LinkDown);
//! # Ok::<(), lineside::replay::ReplayError>(())
//! ```
use crate::link::capture::{FORMAT, Header, Line};
use crate::link::{Feed, Machine, made_of};
use crate::model::{Batch, Data, Envelope, Event, EventType, Sequence, SwitchName, Wall};
use lineside_wire::Private;
use std::io::{BufRead, Lines};
use thiserror::Error;

/// Why a capture cannot be replayed, or not to its end.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The capture cannot be read.
    #[error("line {line}: {error}")]
    Read {
        /// The line, the first is 1.
        line: usize,
        /// Why.
        error: std::io::Error,
    },
    /// A line is not what it should be.
    #[error("line {line}: {detail}")]
    Line {
        /// The line, the first is 1.
        line: usize,
        /// What is wrong with it.
        detail: String,
    },
}

/// A machine that is told a capture. As an iterator: what each input led to.
pub struct Replay<R> {
    lines: Lines<R>,
    line: usize,
    header: Header,
    machine: Machine,
    feed: Feed,
}

impl<R: BufRead> Replay<R> {
    /// Reads the header of a capture and makes the machine that it describes.
    ///
    /// # Errors
    /// There is no header, or it describes what this program does not know.
    pub fn start(capture: R) -> Result<Self, ReplayError> {
        let wrong = |detail: String| ReplayError::Line { line: 1, detail };
        let mut lines = capture.lines();
        let first = lines.next().ok_or_else(|| wrong("the file is empty".to_owned()))?;
        let first = first.map_err(|error| ReplayError::Read { line: 1, error })?;
        let header: Header =
            serde_json::from_str(&first).map_err(|error| wrong(format!("not the header of a capture: {error}")))?;
        if header.lineside != "capture" || header.format > FORMAT {
            let known = format!("this program reads captures of format {FORMAT} and before");
            return Err(wrong(format!(
                "{} of format {}: {known}",
                header.lineside, header.format
            )));
        }
        // No secret is needed to hear again what was said.
        let machine = made_of(&header, Private::new(String::new())).map_err(|error| wrong(error.to_string()))?;
        let mut replay = Replay {
            lines,
            line: 1,
            header,
            machine,
            feed: Feed::default(),
        };
        replay.serve_wishes();
        Ok(replay)
    }

    /// The switch that the capture is of.
    #[must_use]
    pub const fn switch(&self) -> &SwitchName {
        &self.header.switch
    }

    /// When the capture began.
    #[must_use]
    pub const fn wall(&self) -> Wall {
        self.header.wall
    }

    /// What the machine wishes was done when the capture was made.
    fn serve_wishes(&mut self) {
        while self.machine.poll_wish().is_some() {}
    }

    fn step(&mut self, text: &str) -> Result<Vec<Batch>, ReplayError> {
        let wrong = |detail: String| ReplayError::Line {
            line: self.line,
            detail,
        };
        let line: Line = serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?;
        let (now, input) = line
            .input()
            .ok_or_else(|| wrong("tells nothing that a machine can be told".to_owned()))?;
        self.feed.tell(&mut self.machine, now, input);
        self.serve_wishes();
        Ok(std::iter::from_fn(|| self.machine.poll_batch()).collect())
    }
}

impl<R: BufRead> Iterator for Replay<R> {
    type Item = Result<Vec<Batch>, ReplayError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            self.line += 1;
            let line = self.line;
            match self.lines.next()? {
                Ok(text) if text.trim().is_empty() => {}
                Ok(text) => return Some(self.step(&text)),
                Err(error) => return Some(Err(ReplayError::Read { line, error })),
            }
        }
    }
}

/// Numbers replayed events and writes them as subscribers get them.
#[derive(Debug)]
pub struct Writer {
    bridge: String,
    last: u64,
}

impl Writer {
    /// A writer for the bridge of this name; numbers go on from `start`, as those of a stream that begins then.
    #[must_use]
    pub fn new(bridge: &str, start: Wall) -> Self {
        let micros = u64::try_from(start.as_millis()).unwrap_or(0).saturating_mul(1000);
        Writer {
            bridge: bridge.to_owned(),
            last: micros,
        }
    }

    /// The events of a batch, one JSON object each.
    #[must_use]
    pub fn write(&mut self, batch: Batch) -> Vec<String> {
        let group = Sequence::new(self.last + 1);
        let switch = batch.switch.as_str();
        let mut written = Vec::with_capacity(batch.events.len());
        for mut event in batch.events {
            self.last += 1;
            let id = Sequence::new(self.last);
            event.set_sequence(id);
            // Subscribers are told what ended when the call ends, and not before.
            if let Data::Call(data) = &mut event.data
                && event.kind != EventType::Cleared
            {
                data.call.history.clear();
            }
            let tenant = tenant(&event);
            let envelope = Envelope {
                id,
                group,
                bridge: &self.bridge,
                switch: Some(switch),
                tenant: &tenant,
                event: &event,
            };
            // The types of the model have no map with keys that are not strings: this cannot fail.
            written.extend(serde_json::to_string(&envelope));
        }
        written
    }
}

fn tenant(event: &Event) -> String {
    match &event.data {
        Data::Call(data) => data.call.tenant.to_string(),
        _ => "default".to_owned(),
    }
}
