//! What can be heard: digits, mute, recording.

use std::{fs, path::PathBuf, thread, time::Duration};

use serde_json::json;

use super::OUTSIDE;
use crate::{
    Outcome,
    ear::Hears,
    play::{ANSWERS, CALLS, CALLS_AND_LISTENS, Callee, Caller, Play},
};

const fn hears(what: Hears) -> Callee {
    Callee {
        listens: Some(what),
        ..ANSWERS
    }
}

/// 1001 calls 1002, who answers; 1001's phone presses 4, 2 and #, which 1002's hears (RFC 4733) and the switch tells; 1001 hangs up.
pub(super) fn generate_digits(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &hears(Hears::Digits))?;
    play.calls("1001", "1002", &Caller { talk_ms: 1500, ..CALLS })?;
    play.there("1002", "connected")?;
    let there = play.there("1001", "connected")?;
    play.has("press", &there, "generateDigits", &json!({ "digits": "42#" }))?;
    play.until("1002", "heard", 3)
}

/// As `generate_digits`, where the bridge does not tell digits, and the phone takes them by SIP INFO.
pub(super) fn generate_digits_unseen(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls("1001", "1002", &Caller { talk_ms: 1500, ..CALLS })?;
    play.there("1002", "connected")?;
    let there = play.there("1001", "connected")?;
    let answer = play
        .asks("press", &there, "generateDigits", &json!({ "digits": "42#" }))?
        .is(202)?;
    if answer.body.get("confirmed") != Some(&json!(false)) {
        return Err(format!("nobody saw it, and the answer is {}", answer.body).into());
    }
    play.until("1002", "heard", 3)
}

/// From outside to the IVR; the application presses 2 for the caller, who reaches 1002; the caller hangs up.
pub(super) fn generate_digits_ivr(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &ANSWERS)?;
    play.calls(OUTSIDE, "493023125110", &Caller { talk_ms: 1500, ..CALLS })?;
    play.there("ivr", "connected")?;
    let there = play.there("trunk", "connected")?;
    play.asks("press", &there, "generateDigits", &json!({ "digits": "2" }))?
        .is(202)
        .map(drop)
}

/// 1001 calls 1002, who hears 1001 speak; 1001 is muted, and is heard again; 1001 hangs up.
pub(super) fn mute(play: &mut Play) -> Outcome<()> {
    play.answers("1002", &hears(Hears::Speech))?;
    play.calls("1001", "1002", &Caller { talk_ms: 2000, ..CALLS })?;
    play.until("1002", "hears", 1)?;
    play.there("1002", "connected")?;
    thread::sleep(Duration::from_millis(200));
    play.has("mute", &play.there("1001", "connected")?, "mute", &json!({}))?;
    thread::sleep(Duration::from_millis(600));
    let muted = play.there("1001", "connected")?;
    play.denies_the_rest(&muted)?;
    play.has("unmute", &muted, "unmute", &json!({}))?;
    play.until("1002", "hears", 2)
}

/// 1002 calls 1001, who answers; 1002 speaks. 1001 is recorded; the recording is paused, goes on, and ends; 1002 is cleared. What
/// was recorded stays: speech, the pause, speech.
pub(super) fn recording(play: &mut Play) -> Outcome<()> {
    play.answers("1001", &ANSWERS)?;
    play.calls("1002", "1001", &CALLS_AND_LISTENS)?;
    let there = play.there("1001", "connected")?;
    for (name, service) in [
        ("start", "startRecording"),
        ("pause", "pauseRecording"),
        ("resume", "resumeRecording"),
        ("stop", "stopRecording"),
    ] {
        play.has(name, &play.there("1001", "connected")?, service, &json!({}))?;
        thread::sleep(LONG);
    }
    let again = play.there("1001", "connected")?;
    play.denies_the_rest(&again)?;
    play.has(
        "clear",
        &play.there("1002", "connected")?,
        "clearConnection",
        &json!({}),
    )?;
    let files = play.recordings()?;
    let [file] = files.as_slice() else {
        return Err(format!("one recording was asked for, there are {files:?}").into());
    };
    let recorded = sounds(&fs::read(file)?);
    if !matches!(recorded.as_slice(), [(true, _), (false, 400..1100), (true, _)]) {
        return Err(format!("speech and for how many ms: {recorded:?}").into());
    }
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let plain = |c: char| c.is_ascii_hexdigit() || "-.wav".contains(c);
    if !name.starts_with(&there.call) || !name.chars().all(plain) {
        return Err(format!("the file of the call {} is called {name}", there.call).into());
    }
    Ok(fs::remove_file(file)?)
}

/// How long it speaks, pauses, speaks.
const LONG: Duration = Duration::from_millis(700);

impl Play<'_> {
    /// The recordings on the disk of the switch.
    fn recordings(&self) -> Outcome<Vec<PathBuf>> {
        let mut found = Vec::new();
        let mut folders = vec![self.switch.spool("monitor")];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = fs::read_dir(folder) else { continue };
            for entry in entries {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        Ok(found)
    }
}

/// Speech and silence in a recording, each with its length in ms. What is shorter than 300 ms is none; silence at the ends is left
/// out. A frame is 20 ms: 160 samples of 16 bits, behind the 44 bytes of the header.
fn sounds(wav: &[u8]) -> Vec<(bool, u32)> {
    let mut runs: Vec<(bool, u32)> = Vec::new();
    let frames = wav.get(44..).unwrap_or_default().chunks(320);
    for speech in frames.map(|frame| frame.iter().any(|byte| *byte != 0)) {
        match runs.last_mut() {
            Some((before, ms)) if *before == speech => *ms += 20,
            _ => runs.push((speech, 20)),
        }
    }
    let mut sounds: Vec<(bool, u32)> = Vec::new();
    for (speech, ms) in runs.into_iter().filter(|(_, ms)| *ms >= 300) {
        match sounds.last_mut() {
            Some((before, all)) if *before == speech => *all += ms,
            _ => sounds.push((speech, ms)),
        }
    }
    let first = sounds.iter().position(|(speech, _)| *speech).unwrap_or(sounds.len());
    let last = sounds
        .iter()
        .rposition(|(speech, _)| *speech)
        .map_or(first, |last| last + 1);
    sounds.get(first..last).unwrap_or_default().to_vec()
}
