//! The `lineside` command.
fn main() {
    println!("lineside {}", env!("CARGO_PKG_VERSION"));
}
