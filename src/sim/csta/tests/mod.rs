mod features;
mod flows;
mod requests;
mod sessions;
mod support;
mod told;
