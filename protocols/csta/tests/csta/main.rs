//! The crate as its users see it. A module per subject, a test per fact.

#[cfg(test)]
mod avaya;
#[cfg(test)]
mod ber;
#[cfg(test)]
mod client;
#[cfg(test)]
mod client_asked;
#[cfg(test)]
mod client_end;
#[cfg(test)]
mod client_keep;
#[cfg(test)]
mod client_login;
#[cfg(test)]
mod client_recorded;
#[cfg(test)]
mod dialects;
#[cfg(test)]
mod frames;
#[cfg(test)]
mod schema_check;
#[cfg(test)]
mod server;
#[cfg(test)]
mod sessions;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod xml;
