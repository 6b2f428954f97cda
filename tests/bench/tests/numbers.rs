//! The numbers that do not depend on the machine, and their bounds.

#[cfg(test)]
mod counted {
    use std::process::Command;

    /// What the binary that counts allocations gives under `name`.
    pub fn get(name: &str) -> f64 {
        let out = Command::new(env!("CARGO_BIN_EXE_lineside-bench-counts"))
            .output()
            .unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let counts: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
        counts[name].as_f64().unwrap()
    }
}

/// One for its index. The bytes are shared with the read they came in, whose buffer is one for 64 KiB.
#[test]
fn a_message_is_decoded_with_one_allocation() {
    let each = counted::get("allocations for each message: decode");
    assert!((1.0..1.02).contains(&each), "{each}");
}

/// Of the release build, whose instructions mean something.
#[cfg(not(debug_assertions))]
#[test]
fn a_message_is_decoded_in_so_many_instructions() {
    use lineside_bench::steps;
    use std::path::Path;
    if steps::valgrind_is_here() {
        let each = steps::per_message(Path::new(env!("CARGO_BIN_EXE_lineside-bench-work")), "decode").unwrap();
        assert!(each < 5_500.0, "{each}");
    }
}
