//! The Management API, noun by noun: contract sections 2 to 12.
