//! Lineside: a PBX CTI bridge.
#![cfg_attr(not(test), warn(unreachable_pub))]

pub mod cli;
mod config;
mod engine;
mod link;
pub mod model;
mod normalize;
mod profile;
pub mod replay;
mod sim;
mod telemetry;
mod store;
mod stream;
