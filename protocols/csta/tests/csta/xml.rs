//! Documents of CSTA XML.
