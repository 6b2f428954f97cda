//! What the program does, seen from outside: a module per behaviour.
#[cfg(test)]
mod check;
