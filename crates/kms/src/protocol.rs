//! The AWS JSON protocol: text in, text out (`Content-Type: application/x-amz-json-1.1`).

use kmsim_types::Operation;
use serde_json::Value;

use crate::caller::Caller;
use crate::error::KmsError;
use crate::service::Service;

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The JSON text.
    pub body: String,
}

impl Service {
    /// Performs the operation of a request whose body is `body`. Operations without an answer
    /// have an empty object.
    pub fn handle(&mut self, caller: &Caller, operation: Operation, body: &str) -> Reply {
        match self.answer(caller, operation, body) {
            Ok(answer) => Reply {
                status: 200,
                body: answer.to_string(),
            },
            Err(error) => Reply {
                status: error.code.status(),
                body: error.to_json().to_string(),
            },
        }
    }

    /// The same for those who want to know more of a failure than the protocol tells.
    pub fn answer(
        &mut self,
        caller: &Caller,
        operation: Operation,
        body: &str,
    ) -> Result<Value, KmsError> {
        let body = if body.is_empty() { "{}" } else { body };
        match serde_json::from_str::<Value>(body) {
            Ok(input) => self.call(caller, operation, &input),
            Err(_) => Err(KmsError::serialization(
                "The request body is not valid JSON.",
            )),
        }
    }
}
