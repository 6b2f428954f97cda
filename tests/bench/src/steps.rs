//! How many instructions a piece of work takes, counted by valgrind: the same number in every run of the same binary.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

/// What `lineside-bench-work` can do.
pub const WORKS: &[&str] = &[
    "decode",
    "link",
    "stream",
    "csta-xml",
    "csta-ber",
    "few-calls",
    "many-calls",
];

/// Bytes of the smaller and the larger piece of work.
const SIZES: [usize; 2] = [500_000, 1_500_000];

/// Whether there is something to count with.
#[must_use]
pub fn valgrind_is_here() -> bool {
    let version = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Instructions for each message of `work`, done by the binary `worker`. Counted as a slope, so that what is done once does not
/// count; preparing the corpus does not either.
///
/// # Errors
/// valgrind failed, or the binary did.
pub fn per_message(worker: &Path, work: &str) -> io::Result<f64> {
    let mut total = 0;
    let mut messages = 0;
    for (size, sign) in SIZES.into_iter().zip([-1, 1]) {
        let (steps, count) = run(worker, work, size)?;
        let (preparing, _) = run(worker, preparation(work), size)?;
        total += sign * (steps - preparing);
        messages += sign * count;
    }
    Ok(total as f64 / messages as f64)
}

/// What is done before a piece of work, and nothing else.
fn preparation(work: &str) -> &'static str {
    match work {
        "csta-xml" => "prepare-csta-xml",
        "csta-ber" => "prepare-csta-ber",
        "few-calls" => "prepare-few-calls",
        "many-calls" => "prepare-many-calls",
        _ => "prepare",
    }
}

/// The instructions of one run, and the messages that it says it was about.
fn run(worker: &Path, work: &str, size: usize) -> io::Result<(i64, i64)> {
    let file = std::env::temp_dir().join(format!("lineside-steps-{}-{work}-{size}", std::process::id()));
    let out = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--dump-line=no"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(worker)
        .args([work, &size.to_string()])
        .output()?;
    let profile = fs::read_to_string(&file).unwrap_or_default();
    let _gone_already = fs::remove_file(&file);
    let number = |text: &str| text.trim().parse().ok();
    let steps = profile.lines().find_map(|line| number(line.strip_prefix("totals: ")?));
    let messages = number(&String::from_utf8_lossy(&out.stdout));
    steps.zip(messages).ok_or_else(|| {
        let said = String::from_utf8_lossy(&out.stderr);
        io::Error::other(format!("{} {work} under valgrind: {said}", worker.display()))
    })
}
