//! The house rules, held against the code: who may know whom, what pure rooms may not say, what lies at the top.
#[cfg(test)]
mod edges;
#[cfg(test)]
mod packages;
#[cfg(test)]
mod paths;
#[cfg(test)]
mod purity;
#[cfg(test)]
mod source;
#[cfg(test)]
mod top_level;
