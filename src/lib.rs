//! Lineside: a PBX CTI bridge.
#![cfg_attr(not(test), warn(unreachable_pub))]

mod access;
mod api;
mod app;
pub mod cli;
mod config;
mod engine;
mod link;
pub mod model;
mod normalize;
mod profile;
pub mod replay;
mod service;
mod sim;
mod store;
mod stream;
mod telemetry;
