mod flows;
mod requests;
mod support;
mod told;
