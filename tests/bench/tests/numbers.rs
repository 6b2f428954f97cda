//! The numbers that do not depend on the machine, and their bounds.

#[cfg(test)]
mod held {
    use std::process::Command;

    /// A build for tests is slow, so it counts between fewer calls.
    const CALLS: [&str; 2] = if cfg!(debug_assertions) {
        ["100", "400"]
    } else {
        ["1000", "20000"]
    };

    #[test]
    fn allocations_and_the_bytes_of_a_call_stay_within_their_bounds() {
        let counter = env!("CARGO_BIN_EXE_lineside-bench-counts");
        let out = Command::new(counter).args(CALLS).output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let counts: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        let within = |name: &str, least: f64, most: f64| {
            let count = counts[name].as_f64().unwrap();
            assert!(
                (least..=most).contains(&count),
                "{name}: {count}, expected {least} to {most}"
            );
        };
        // One for its index. The bytes are shared with the read they came in, whose buffer is one for 64 KiB.
        within("allocations a message: decode", 1.0, 1.02);
        within("allocations a message: link", 1.0, 6.0);
        within("allocations an event: link and stream", 1.0, 90.0);
        within("bytes a live call", 1_000.0, 6_700.0);
        within("bytes a telephone", 200.0, 1_000.0);
        within("allocations a DeliveredEvent: CSTA XML", 1.0, 45.0);
        within("allocations a DeliveredEvent: CSTA BER", 1.0, 10.0);
        within("bytes a monitor", 200.0, 1_000.0);
    }

    /// Of the release build, whose instructions mean something.
    #[cfg(not(debug_assertions))]
    #[test]
    fn instructions_stay_within_their_bounds() {
        use lineside_bench::steps;
        use std::path::Path;
        if !steps::valgrind_is_here() {
            return;
        }
        let worker = Path::new(env!("CARGO_BIN_EXE_lineside-bench-work"));
        for (work, most) in [
            ("decode", 6_500.0),
            ("link", 16_000.0),
            ("stream", 25_000.0),
            ("csta-xml", 130_000.0),
            ("csta-ber", 13_000.0),
        ] {
            let count = steps::per_message(worker, work).unwrap();
            assert!(
                count <= most,
                "{work}: {count} instructions a message, expected {most} at most"
            );
        }
        // What the switch permits of one telephone costs by its own calls, not by those of the others: of twenty times as many.
        let [few, many] = ["few-calls", "many-calls"].map(|work| steps::per_message(worker, work).unwrap());
        assert!(
            many <= few * 1.3,
            "{many} instructions a message beside 400 calls, {few} beside 20"
        );
    }
}
