//! Faults that a test asks for: the next requests of an operation are answered with a problem.
//! They come before everything else, so that nothing of the request is carried out.

use http::StatusCode;

use crate::rest::problem::Problem;
use http::Response;

/// Requests of one operation that are to fail.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) operation: String,
    pub(crate) times: u32,
    pub(crate) status: u16,
    pub(crate) title: String,
}

impl Fault {
    /// The answer, if this operation is to fail; one time less is left then.
    pub(crate) fn strike(&mut self, operation: &str, path: &str) -> Option<Response<Vec<u8>>> {
        if self.operation != operation || self.times == 0 {
            return None;
        }
        self.times -= 1;
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Some(Problem::new(status, self.title.clone(), "A fault that was asked for").response(path))
    }
}
