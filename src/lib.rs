//! Lineside: a PBX CTI bridge.
