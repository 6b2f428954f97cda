//! Measures how long a `DeliveredEvent` of CSTA takes to be read, and prints it in one table. `lineside-bench-csta FOLDER`: raw data go to
//! `csta.json` there.

use lineside::bench::Failure;
use lineside_bench::csta;
use lineside_bench::measure::{Contender, best_of};
use serde_json::{Value, json};
use std::path::Path;
use std::{env, fs};

const EVENTS: usize = 20_000;
const ROUNDS: u32 = 25;

fn main() -> Result<(), Failure> {
    let folder = env::args().nth(1).ok_or("usage: lineside-bench-csta FOLDER")?;
    let (xml, ber) = (csta::xml(EVENTS), csta::ber(EVENTS));
    println!(
        "DeliveredEvent: {} bytes of XML, {} of BER; nanoseconds an event, times that of the first of a group",
        xml.len() / EVENTS,
        ber.len() / EVENTS
    );
    let mut rows = group(&[
        Contender::new("XML: a bare scan by quick-xml 0.42", || csta::bare_xml(EVENTS)),
        Contender::new("XML: lineside-csta", || csta::from_xml(&xml)),
    ])?;
    println!();
    rows.extend(group(&[
        Contender::new("BER: rasn 0.30", || csta::by_rasn::decoded(EVENTS)),
        Contender::new("BER: lineside-csta", || csta::from_ber(&ber)),
    ])?);
    fs::write(Path::new(&folder).join("csta.json"), format!("{:#}", json!(rows)))?;
    Ok(())
}

fn group(contenders: &[Contender<'_, usize>]) -> Result<Vec<Value>, Failure> {
    let results = best_of(ROUNDS, contenders)?;
    let first = results.first().map_or(0.0, |first| first.busy.as_secs_f64());
    let mut rows = Vec::new();
    for (contender, taken) in contenders.iter().zip(&results) {
        let name = contender.name;
        if taken.saw != EVENTS {
            return Err(format!("{name}: {} events of {EVENTS}", taken.saw).into());
        }
        let busy = taken.busy.as_secs_f64();
        let (nanos, ratio) = (busy * 1e9 / EVENTS as f64, busy / first);
        println!("{name:44} {nanos:9.0} {ratio:7.2}");
        rows.push(json!({ "name": name, "busy": nanos, "ratio": ratio }));
    }
    Ok(rows)
}
