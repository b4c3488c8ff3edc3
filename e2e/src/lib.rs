//! Checks against reference data, official clients and real servers.
