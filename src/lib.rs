//! Lineside: a PBX CTI bridge.
#![cfg_attr(not(test), warn(unreachable_pub))]

pub mod cli;
mod config;
mod engine;
pub mod model;
mod profile;
mod telemetry;
