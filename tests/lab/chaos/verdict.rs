//! Holds what was told against what the callers saw.

use std::collections::BTreeMap;

use serde_json::Value;

use super::people::Life;
use crate::{Outcome, survive};

/// The clocks of phones and stream are one machine's, but nobody is on time when hundreds telephone.
const MARGIN_MS: f64 = 3_000.0;
/// The most faults that are told.
const TOLD: usize = 12;

/// What was told of one call.
#[derive(Default)]
struct Told {
    begin: f64,
    end: Option<f64>,
    cleared: u32,
    answered: bool,
    reconstructed: bool,
    /// It became part of another one.
    merged: bool,
}

/// What all of it comes to; an error where anything is not as it must be.
pub(super) fn of(truth: &BTreeMap<String, Life>, events: &[Value], left: &[Value]) -> Outcome<String> {
    survive::check(events)?;
    let (calls, by_caller) = told(events);
    let unheard = unobserved(events);
    let mut faults: Vec<String> = left.iter().map(|call| format!("a ghost: {call}")).collect();
    for (id, call) in &calls {
        if call.cleared != 1 {
            faults.push(format!("{id} ended {} times", call.cleared));
        }
    }
    let (mut answered, mut missed) = (0, 0);
    for (number, life) in truth {
        let mine = by_caller.get(number).map(Vec::as_slice).unwrap_or_default();
        // Of a call that broke off the phone did not log the end.
        let over = life.over.unwrap_or(life.dialled);
        // Of what began and ended while nobody listened nobody can tell.
        let within = |from: f64, to: f64| from <= life.dialled + MARGIN_MS && over - MARGIN_MS <= to;
        let hidden = unheard.iter().any(|(from, to)| within(*from, *to));
        let touched = unheard
            .iter()
            .any(|(from, to)| life.dialled <= *to && *from <= life.over.unwrap_or(f64::MAX));
        let own: Vec<&Told> = mine
            .iter()
            .filter_map(|id| calls.get(id))
            .filter(|call| !call.merged)
            .collect();
        match own.as_slice() {
            [] if hidden => missed += 1,
            [] => faults.push(format!("{number} dialled at {:.0} and no call was told", life.dialled)),
            [call] => {
                let began = call.reconstructed || (call.begin - life.dialled).abs() < MARGIN_MS;
                if !began {
                    faults.push(format!(
                        "{number} dialled at {:.0}, told at {:.0}",
                        life.dialled, call.begin
                    ));
                }
                if life.connected.is_some() && !life.machine && !call.answered && !touched && !call.reconstructed {
                    faults.push(format!("{number} talked to a machine or to nobody: {mine:?}"));
                }
                answered += u32::from(call.answered);
            }
            many => faults.push(format!("{number} was told as {} calls: {mine:?}", many.len())),
        }
    }
    if !faults.is_empty() {
        let count = faults.len();
        faults.truncate(TOLD);
        return Err(format!("{count} faults:\n     {}", faults.join("\n     ")).into());
    }
    Ok(format!(
        "{} callers, {answered} calls answered, {} calls told in {} events, each began and ended once; the link was down {} times, {missed} calls came and went meanwhile",
        truth.len(),
        calls.len(),
        events.len(),
        unheard.len()
    ))
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

fn millis(value: &Value, path: &str) -> Option<f64> {
    let time: jiff::Timestamp = text(value, path).parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 fit")]
    Some(time.as_millisecond() as f64)
}

/// The calls that were told, and those of each caller.
fn told(events: &[Value]) -> (BTreeMap<String, Told>, BTreeMap<String, Vec<String>>) {
    let mut calls: BTreeMap<String, Told> = BTreeMap::new();
    let mut by_caller: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let of_calls = events
        .iter()
        .filter(|event| text(event, "/type").starts_with("lineside.call."));
    for event in of_calls {
        let id = text(event, "/data/call/id").to_owned();
        let at = millis(event, "/time").unwrap_or_default();
        let first = !calls.contains_key(&id);
        let call = calls.entry(id.clone()).or_default();
        if first {
            call.begin = at;
            call.reconstructed = event.get("reconstructed") == Some(&Value::Bool(true));
        }
        // Somebody may have sent it on to a room, a queue or a machine, which answer, too.
        let kind = text(event, "/data/connection/kind");
        call.answered |= !text(event, "/data/call/answeredAt").is_empty()
            || matches!(kind, "conference" | "voiceUnit" | "queue" | "park");
        call.merged |= !text(event, "/data/call/linkage/mergedInto").is_empty();
        if text(event, "/type") == "lineside.call.cleared" {
            call.cleared += 1;
            call.end = Some(at);
        }
        let caller = text(event, "/data/call/callingDevice/number");
        let of_caller = by_caller.entry(caller.to_owned()).or_default();
        if !of_caller.contains(&id) {
            of_caller.push(id);
        }
    }
    (calls, by_caller)
}

/// When the switch was not heard.
fn unobserved(events: &[Value]) -> Vec<(f64, f64)> {
    let resynced = events
        .iter()
        .filter(|event| text(event, "/type") == "lineside.link.resynced");
    let interval = |event: &Value| {
        Some((
            millis(event, "/data/unobservedFrom")?,
            millis(event, "/data/unobservedTo")?,
        ))
    };
    resynced.filter_map(interval).collect()
}
