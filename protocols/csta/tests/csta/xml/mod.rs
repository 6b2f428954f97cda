//! Documents of CSTA XML.

mod dialects;
mod kept;
mod lenient;
mod refused;
mod vectors;
