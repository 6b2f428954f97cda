//! Documents of CSTA XML.

mod dialects;
mod kept;
mod refused;
mod vectors;
