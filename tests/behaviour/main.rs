//! What the program does, seen from outside: a module per behaviour.
#[cfg(test)]
mod bridge;
#[cfg(test)]
mod call;
#[cfg(test)]
mod check;
#[cfg(test)]
mod check_connect;
#[cfg(test)]
mod check_csta;
#[cfg(test)]
mod csta_switch;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod failing_sync;
#[cfg(test)]
mod full_disk;
#[cfg(test)]
mod manager;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod privacy;
#[cfg(test)]
mod readme;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod running;
#[cfg(test)]
mod same_story;
#[cfg(test)]
mod services;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod survival;
