//! Every curl on the pages of the services answers what the page says, against the demo.
use crate::demo::Demo;
use crate::running::Running;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// A command of a page, and the status that its answer has.
struct Example {
    page: String,
    command: String,
    status: String,
}

/// All of them, page by page.
fn examples() -> Vec<Example> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/service/docs");
    let pages = std::fs::read_dir(folder)
        .expect("the pages")
        .map(|page| page.expect("a page").path());
    let mut pages: Vec<_> = pages
        .filter(|page| page.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.sort();
    let mut examples = Vec::new();
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("a page");
        let page = page.file_stem().expect("a name").to_string_lossy().into_owned();
        for block in text.split("```sh\n").skip(1) {
            let (command, rest) = block.split_once("```").expect("an end");
            let answer = rest
                .trim_start()
                .strip_prefix("Answer: `")
                .and_then(|rest| rest.get(..3));
            examples.push(Example {
                status: answer
                    .unwrap_or_else(|| panic!("{page} does not tell the answer to {command}"))
                    .to_owned(),
                page: page.clone(),
                command: command.to_owned(),
            });
        }
    }
    examples
}

pub fn lineside_call(demo: &Demo, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lineside"));
    command.arg("call").args(arguments);
    command
        .env("LINESIDE_URL", &demo.url)
        .env("LINESIDE_TOKEN", &demo.token);
    command
}

/// Makes a call; gives its id.
fn make(demo: &Demo, from: &str, to: &str) -> String {
    let out = lineside_call(demo, &["make", from, to, "--json"])
        .output()
        .expect("lineside runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let call: Value = serde_json::from_slice(&out.stdout).expect("a call");
    call["id"].as_str().expect("an id").to_owned()
}

/// Calls as they are told, from the time on when this was made.
pub struct Watch {
    _running: Running,
    lines: Box<dyn Iterator<Item = String>>,
}

impl Watch {
    pub fn start(demo: &Demo) -> Self {
        let mut tail = Command::new(env!("CARGO_BIN_EXE_lineside"));
        tail.args(["tail", "--json", "--url", &demo.url, "--token", &demo.token]);
        let (running, mut lines) = Running::with_output(&mut tail);
        // It listens once it tells something: the demo is never quiet for long.
        lines.next().expect("an event");
        Watch {
            _running: running,
            lines: Box::new(lines),
        }
    }

    /// The next call as it is after an event that fits.
    pub fn until(&mut self, fits: impl Fn(&Value) -> bool) -> Value {
        let calls = self.lines.by_ref().map(|line| {
            let mut event: Value = serde_json::from_str(&line).expect("JSON");
            event["data"]["call"].take()
        });
        calls
            .into_iter()
            .find(|call| call.is_object() && fits(call))
            .expect("it comes")
    }
}

/// The connection of `device` in a call, if its state is `state`.
pub fn connection<'a>(call: &'a Value, device: &str, state: &str) -> Option<&'a str> {
    let connections = call["connections"].as_array()?;
    let here = connections
        .iter()
        .find(|c| c["device"] == device && c["state"] == state)?;
    here["id"].as_str()
}

#[test]
fn every_curl_of_the_pages_answers_what_the_page_says() {
    let demo = Demo::start();
    let mut watch = Watch::start(&demo);
    let examples = examples();
    let mut pages: Vec<&str> = examples.iter().map(|example| example.page.as_str()).collect();
    pages.dedup();
    // A call for each page, and all of them at the same time: people take their time to answer.
    let mut waiting = BTreeMap::new();
    for (page, number) in pages.into_iter().zip((1020..).step_by(2)) {
        let from = format!("{number}");
        // Who ends in 98 rings only.
        let (to, state) = match page {
            "answer-call" | "deflect-call" | "directed-pickup-call" | "group-pickup-call" => {
                ("1098".to_owned(), "alerting")
            }
            _ => (format!("{}", number + 1), "connected"),
        };
        let call = make(&demo, &from, &to);
        let acts = if state == "alerting" { &to } else { &from };
        waiting.insert(call, (page.to_owned(), format!("hq:{acts}"), format!("hq:{to}"), state));
    }
    let mut ready = BTreeMap::new();
    while !waiting.is_empty() {
        let there = |call: &Value| {
            let (_, _, to, state) = waiting.get(call["id"].as_str()?)?;
            connection(call, to, state).map(str::to_owned)
        };
        let call = watch.until(|call| there(call).is_some());
        let id = call["id"].as_str().expect("an id").to_owned();
        let (page, acts, _, state) = waiting.remove(&id).expect("it was waited for");
        let connection = connection(&call, &acts, state)
            .unwrap_or_else(|| panic!("{page}: {call}"))
            .to_owned();
        ready.insert(page, (id, connection));
    }

    let home = tempfile::tempdir().expect("a folder");
    std::fs::write(
        home.path().join(".curlrc"),
        "silent\nshow-error\nwrite-out = \"\\n%{http_code}\"\n",
    )
    .expect("a file");
    // The call that was made by a page last to consult about the one that it was given, and the connection of who made it.
    let mut consultation = (String::new(), String::new());
    for Example { page, command, status } in &examples {
        let (call, connection) = &ready[page];
        let out = Command::new("sh")
            .args(["-c", command])
            .env("CURL_HOME", home.path())
            .env("LINESIDE_URL", &demo.url)
            .env("LINESIDE_TOKEN", &demo.token)
            .env("CALL", call)
            .env("CONNECTION", connection)
            .env("CONSULTATION", &consultation.0)
            .env("CONSULTING", &consultation.1)
            .output()
            .expect("curl runs");
        let out = String::from_utf8_lossy(&out.stdout);
        let (body, answered) = out.trim_end().rsplit_once('\n').unwrap_or(("", &out));
        // Who does not wait may be late all the same, and find it done.
        let done = command.contains("Prefer: wait=0") && answered == "201";
        assert!(
            answered == status || done,
            "{page}: {answered}, not {status}: {command}{body}"
        );
        let body: Value = serde_json::from_str(body).unwrap_or_else(|_| panic!("{page}: {body}"));
        assert!(body.is_object(), "{page}: {body}");
        if body["linkage"]["consultationOf"] == call.as_str() && answered == "201" {
            let id = body["id"].as_str().expect("an id").to_owned();
            let consulting = body["connections"][0]["id"].as_str().expect("an id").to_owned();
            // Who is consulted answers.
            watch.until(|call| call["id"] == id.as_str() && call["state"] == "connected");
            consultation = (id, consulting);
        }
    }
}
