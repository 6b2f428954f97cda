use super::{Header, Line};
use crate::link::Input;
use crate::model::Now;
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;
use tracing::warn;

/// A capture that is being written. A slow disk stops it, never the link.
#[derive(Debug)]
pub(crate) struct Capture {
    path: PathBuf,
    lines: Option<SyncSender<Vec<u8>>>,
    /// Writes the lines.
    writer: Option<JoinHandle<()>>,
    left: u64,
}

impl Capture {
    /// The largest file, in bytes.
    const LARGEST: u64 = 1 << 30;
    /// How many lines may wait for the disk.
    const WAITING: usize = 4096;

    /// Begins a capture at `path`. A file that is there already is kept beside it, with `.1` behind its name.
    pub(crate) fn start(path: &Path, header: &Header) -> io::Result<Self> {
        Self::bounded(path, header, Self::LARGEST)
    }

    /// As [`Capture::start`], of at most `largest` bytes.
    pub(super) fn bounded(path: &Path, header: &Header, largest: u64) -> io::Result<Self> {
        if path.exists() {
            let mut before = path.as_os_str().to_owned();
            before.push(".1");
            std::fs::rename(path, before)?;
        }
        let file = File::create(path)?;
        let (lines, waiting) = sync_channel(Self::WAITING);
        let shown = path.to_owned();
        let writer = std::thread::Builder::new()
            .name("capture".to_owned())
            .spawn(move || write_all(&shown, file, &waiting))?;
        let mut capture = Capture {
            path: path.to_owned(),
            lines: Some(lines),
            writer: Some(writer),
            left: largest,
        };
        capture.line(serde_json::to_vec(header)?);
        Ok(capture)
    }

    /// Writes what the machine is about to be told.
    pub(crate) fn input(&mut self, now: Now, input: &Input) {
        if self.lines.is_some()
            && let Ok(line) = serde_json::to_vec(&Line::new(now, input))
        {
            self.line(line);
        }
    }

    fn line(&mut self, mut line: Vec<u8>) {
        line.push(b'\n');
        let path = self.path.display();
        let Some(lines) = &self.lines else { return };
        let length = u64::try_from(line.len()).unwrap_or(u64::MAX);
        if self.left < length {
            warn!(%path, "the capture has reached its largest size and ends here");
            self.lines = None;
            return;
        }
        self.left -= length;
        match lines.try_send(line) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                warn!(%path, "the disk is too slow for the capture, which ends here");
                self.lines = None;
            }
            Err(TrySendError::Disconnected(_)) => self.lines = None,
        }
    }
}

/// What was captured is written when the link has ended.
impl Drop for Capture {
    fn drop(&mut self) {
        self.lines = None;
        if let Some(writer) = self.writer.take() {
            // Had it panicked, that was told where it happened.
            let _ = writer.join();
        }
    }
}

fn write_all(path: &Path, file: File, lines: &Receiver<Vec<u8>>) {
    let mut file = BufWriter::new(file);
    while let Ok(line) = lines.recv() {
        let mut written = file.write_all(&line);
        while let (Ok(()), Ok(line)) = (&written, lines.try_recv()) {
            written = file.write_all(&line);
        }
        if let Err(error) = written.and_then(|()| file.flush()) {
            warn!(path = %path.display(), %error, "the capture cannot be written and ends here");
            return;
        }
    }
}
