//! Lineside: a PBX CTI bridge.
#![cfg_attr(not(test), warn(unreachable_pub))]

mod engine;
pub mod cli;
pub mod model;
mod profile;
