//! The crate as its users see it. A module per subject, a test per fact.

#[cfg(test)]
mod client;
#[cfg(test)]
mod deadlines;
#[cfg(test)]
mod encoder;
#[cfg(test)]
mod escapes;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod lists;
#[cfg(test)]
mod login;
#[cfg(test)]
mod recordings;
#[cfg(test)]
mod server;
#[cfg(test)]
mod splits;
#[cfg(test)]
mod support;
