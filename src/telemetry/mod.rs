//! What the program says about itself on standard error. ERROR: data was lost or a person is needed; WARN: something went
//! wrong and was mended; INFO: links and other things that happen a few times an hour; DEBUG: what happens per call.
//! Personal data never stands in a log: values of people are `Private`, which shows itself as `…`.
use tracing_subscriber::EnvFilter;

/// Can `level` be a level or a list of levels by target?
pub(crate) fn understands(level: &str) -> bool {
    EnvFilter::try_new(level).is_ok()
}

/// Begins to write what is at `level` or above, as lines for people or as JSON. To be called once.
pub(crate) fn start(level: &str, json: bool) {
    let filter = EnvFilter::try_new(level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // A second start, in a test, keeps the first.
    let started = if json {
        lines.json().flatten_event(true).try_init()
    } else {
        lines
            .with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()))
            .try_init()
    };
    drop(started);
}
