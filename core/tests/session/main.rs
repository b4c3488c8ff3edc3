//! What a session promises, told as stories in virtual time. Each test bears the name of its promise or of what it shows.

mod deadline;
mod retry;
mod token;
mod world;
