//! Lineside: a PBX CTI bridge.
#![cfg_attr(not(test), warn(unreachable_pub))]

mod app;
pub mod cli;
mod config;
mod engine;
mod link;
pub mod model;
mod normalize;
mod profile;
pub mod replay;
mod sim;
mod store;
mod stream;
mod telemetry;
