//! What is measured on: the recordings of the lab, repeated with fresh ids.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Bytes of one connection from the banner on, and how many messages they hold.
pub struct Corpus {
    pub bytes: Vec<u8>,
    pub messages: usize,
}

impl Corpus {
    /// The bytes up to the end of a message in the middle.
    #[must_use]
    pub fn first_half(&self) -> &[u8] {
        let (half, rest) = self.bytes.split_at_checked(self.bytes.len() / 2).unwrap_or_default();
        let end = memchr::memmem::find(rest, b"\r\n\r\n").map_or(0, |end| half.len() + end + 4);
        self.bytes.get(..end).unwrap_or_default()
    }
}

/// The event streams of every recording, repeated until they have `size` bytes. In each repetition the second and the number of
/// every unique id are others, so that no call comes twice.
///
/// # Errors
/// There is no recording, or it cannot be read.
pub fn tiled(size: usize) -> io::Result<Corpus> {
    let streams = recorded()?;
    let mut bytes = b"Asterisk Call Manager/11.0.0\r\n".to_vec();
    for tile in 0_u64.. {
        if bytes.len() >= size {
            break;
        }
        for stream in &streams {
            fresh_ids(stream, tile, &mut bytes);
        }
    }
    let messages = memchr::memmem::find_iter(&bytes, b"\r\n\r\n").count();
    Ok(Corpus { bytes, messages })
}

/// The bytes of each recording, without its banner.
fn recorded() -> io::Result<Vec<Vec<u8>>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut files = Vec::new();
    find(&project.join("vendor-profiles"), &mut files)?;
    if files.is_empty() {
        find(&project.join("protocols/ami/tests/data"), &mut files)?;
    }
    files.sort();
    if files.is_empty() {
        return Err(io::Error::other("no recording (*.capture.ndjson) in vendor-profiles"));
    }
    files.iter().map(|file| stream(file)).collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            find(&path, files)?;
        } else if path.to_string_lossy().ends_with(".capture.ndjson") {
            files.push(path);
        }
    }
    Ok(())
}

fn stream(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for line in fs::read_to_string(file)?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let read = record.get("in").and_then(serde_json::Value::as_str).unwrap_or_default();
        if !read.starts_with("Asterisk Call Manager/") {
            bytes.extend_from_slice(read.as_bytes());
        }
    }
    Ok(bytes)
}

/// Unique ids are `second.number`, and the seconds of the recordings have ten digits.
fn fresh_ids(stream: &[u8], tile: u64, out: &mut Vec<u8>) {
    let mut rest = stream;
    while let Some(dot) = memchr::memchr(b'.', rest) {
        let (before, after) = rest.split_at_checked(dot).unwrap_or_default();
        let second = before
            .last_chunk::<10>()
            .filter(|digits| digits.iter().all(u8::is_ascii_digit));
        let head = before.len() - second.map_or(0, |digits| digits.len());
        out.extend_from_slice(before.get(..head).unwrap_or_default());
        if let Some(second) = second.and_then(|digits| std::str::from_utf8(digits).ok()) {
            let second: u64 = second.parse().unwrap_or_default();
            out.extend_from_slice((second + tile * 1000).to_string().as_bytes());
        }
        out.push(b'.');
        rest = after.get(1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
}
