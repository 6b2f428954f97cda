//! What the pure rooms may not say: they read nothing but their inputs, and the same inputs give the same outputs on any machine.
use crate::paths::named;
use crate::source::{Source, Token, sources};

const PURE: &[&str] = &[
    "protocols",
    "src/model",
    "src/profile",
    "src/normalize",
    "src/engine",
    "src/link/machine",
    "src/link/machine.rs",
];

/// Names that no pure room may use, wherever they stand.
const WORDS: &[&str] = &[
    "tokio",
    "futures_util",
    "async",
    "await",
    "Instant",
    "SystemTime",
    "HashMap",
    "HashSet",
    "DashMap",
    "RandomState",
    "Mutex",
    "RwLock",
    "OnceLock",
    "LazyLock",
    "AtomicU64",
    "AtomicUsize",
    "AtomicBool",
    "OsRng",
    "thread_rng",
    "getrandom",
    "now_v7",
    "now_v4",
    "new_v4",
    "tracing",
    "println",
    "eprintln",
];

/// The beginnings of paths that lead out of the program, or to chance.
const PATHS: &[&str] = &[
    "std::fs",
    "std::net",
    "std::thread",
    "std::env",
    "std::process",
    "std::io",
    "std::sync::mpsc",
    "std::sync::atomic",
    "rand::rng",
    "rand::random",
    "fastrand",
    "Timestamp::now",
    "jiff::Timestamp::now",
    "Zoned::now",
];

fn pure_sources() -> Vec<Source> {
    sources("src")
        .into_iter()
        .chain(sources("protocols"))
        .filter(|s| PURE.iter().any(|p| s.file.starts_with(p)))
        // An example is the owner of a session: it has the socket and the clock.
        .filter(|s| !s.file.components().any(|part| part.as_os_str() == "examples"))
        .collect()
}

#[test]
fn pure_rooms_have_no_clock_no_socket_no_chance_and_no_unordered_map() {
    let mut wrong = Vec::new();
    for source in pure_sources() {
        let file = source.file.display();
        for (token, line) in &source.tokens {
            if let Token::Name(name) = token
                && WORDS.contains(&name.as_str())
            {
                wrong.push(format!("{file}:{line}: `{name}`"));
            }
        }
        for path in named(&source) {
            let shown = path.path.join("::");
            // std::sync::atomic::Ordering has the name of the harmless one; nothing else there is harmless.
            if PATHS
                .iter()
                .any(|p| shown == *p || shown.starts_with(&format!("{p}::")))
            {
                wrong.push(format!("{file}:{}: `{shown}`", path.line));
            }
        }
    }
    assert!(wrong.is_empty(), "in rooms that must stay pure:\n{}", wrong.join("\n"));
}
