//! The laws of calls, told in facts of no switch in particular.

mod agent_services;
mod agents;
mod arrange;
mod calls;
mod commands;
mod devices;
mod joining;
mod link;
mod merging;
mod moving;
mod pages;
mod past;
mod permits;
mod queues;
mod rereading;
mod splitting;
mod stage;
