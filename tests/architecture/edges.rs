//! Who may know whom.
use crate::paths::{module_of, named};
use crate::source::sources;

/// A room, and what it may name besides itself: other rooms, or one module of a room.
struct Room {
    name: &'static str,
    may_know: &'static [&'static str],
}

const fn room(name: &'static str, may_know: &'static [&'static str]) -> Room {
    Room { name, may_know }
}

/// Protocol crates stand here by their crate names. `lineside_wire`, with the tick and the wrapper for personal data, lies
/// beneath all of them.
const ROOMS: &[Room] = &[
    room("model", &[]),
    room("profile", &["model"]),
    room("engine", &["model"]),
    room("normalize", &["model", "profile", "lineside_ami", "lineside_csta"]),
    room("link", &["model", "profile", "lineside_ami", "normalize", "engine"]),
    room("replay", &["model", "profile", "link"]),
    room("store", &["model"]),
    room("access", &["model", "store"]),
    room("stream", &["model", "store"]),
    room("projections", &["model", "stream", "store"]),
    room("service", &["model", "access", "stream", "projections", "link::handle"]),
    room("api", &["model", "service"]),
    room("serve", &["model", "service", "lineside_ami"]),
    room("sim", &["lineside_ami", "lineside_csta"]),
    room("telemetry", &[]),
    // What a room can be told stands in that room; the configuration file is the sum of them.
    room(
        "config",
        &[
            "model",
            "profile",
            "link",
            "access",
            "stream",
            "projections",
            "api",
            "telemetry",
        ],
    ),
];

/// They wire the others together and may know all of them.
const TOP: &[&str] = &["app", "bench", "cli", "load", "main", "lib", "play"];

/// Crates that only one room, or a few, have to do with.
const CRATES: &[(&str, &[&str])] = &[
    ("axum", &["api"]),
    ("clap", &["cli"]),
    ("hyper", &["api", "cli"]),
    (
        "lineside_ami",
        &["normalize", "link", "sim", "serve", "cli", "bench", "load"],
    ),
    ("lineside_csta", &["normalize", "sim", "cli", "bench", "play"]),
    ("rusqlite", &["store"]),
    ("rustix", &["cli", "store"]),
    ("rustls", &["api"]),
    ("socket2", &["link"]),
    ("tokio_tungstenite", &["cli"]),
    ("tracing_subscriber", &["telemetry"]),
];

#[test]
fn no_path_in_the_code_leads_where_its_room_may_not_look() {
    let mut wrong = Vec::new();
    for source in sources("src") {
        let module = module_of(&source.file);
        let Some(own) = module.first().map(String::as_str) else {
            continue;
        };
        let room = ROOMS.iter().find(|room| room.name == own);
        if room.is_none() && !TOP.contains(&own) {
            wrong.push(format!(
                "{}: the room `{own}` is not in the table of the house",
                source.file.display()
            ));
        }
        for path in named(&source) {
            let place = format!("{}:{}", source.file.display(), path.line);
            let shown = path.path.join("::");
            let target = match path.path.as_slice() {
                [root, room, ..] if root == "crate" => room.as_str(),
                [root, ..] => root.as_str(),
                [] => continue,
            };
            if target == "*" || (path.path.len() == 1 && target == "crate") {
                wrong.push(format!("{place}: {shown} names everything at once"));
            }
            if let Some((_, rooms)) = CRATES.iter().find(|(name, _)| *name == target)
                && !rooms.contains(&own)
            {
                wrong.push(format!("{place}: {shown}: `{target}` is for {}", rooms.join(", ")));
            }
            let is_room = ROOMS.iter().any(|r| r.name == target) && path.path.first().is_some_and(|p| p == "crate");
            let inside = is_room || (target.starts_with("lineside_") && target != "lineside_wire");
            if let Some(room) = room
                && inside
                && target != own
                && !room.may_know.contains(&target)
                && !room
                    .may_know
                    .iter()
                    .any(|may| shown.starts_with(&format!("crate::{may}::")))
            {
                wrong.push(format!("{place}: {shown}: `{own}` may know {:?} only", room.may_know));
            }
            if room.is_some() && path.path.first().is_some_and(|p| p == "crate") && TOP.contains(&target) {
                wrong.push(format!("{place}: {shown}: nobody looks up to `{target}`"));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
