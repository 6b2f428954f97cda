//! The Asterisk Manager Interface.
#![deny(missing_docs)]
