//! The AWS JSON protocol: text in, text out (`Content-Type: application/x-amz-json-1.1`).

use kmsim_policy::json::{self, Node};
use kmsim_policy::source::Span;
use kmsim_types::Operation;
use serde_json::Value;

use crate::caller::Caller;
use crate::error::KmsError;
use crate::input::without_duplicates;
use crate::service::{Answer, Service};

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
        match self.answer_text(caller, operation, body) {
            Ok(answer) => Reply {
                status: 200,
                body: answer.to_text(),
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
        let answer = self.answer_text(caller, operation, body)?;
        Ok(answer.to_json())
    }

    fn answer_text(&mut self, caller: &Caller, operation: Operation, body: &str) -> Answer {
        let body = if body.is_empty() { "{}" } else { body };
        let Some(input) = parse(body) else {
            return Err(KmsError::serialization(
                "The request body is not valid JSON.",
            ));
        };
        self.run(caller, operation, &input)
    }
}

/// The tree of a request. Of a name that stands twice the last value counts.
fn parse(body: &str) -> Option<Node<'_>> {
    let mut found = Vec::new();
    let node = json::parse(body, Span::default().source, &mut found)?;
    Some(if found.is_empty() {
        node
    } else {
        without_duplicates(node)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_two_members_of_one_name_counts() {
        let body = r#"{"A": {"b": 1, "b": 2}, "C": 3, "A": [{"d": 4, "d": 5}]}"#;
        let mut text = String::new();
        crate::text::write_node(&parse(body).unwrap(), &mut text);
        assert_eq!(text, r#"{"A":[{"d":5}],"C":3}"#);
        assert!(parse("{").is_none());
    }
}
