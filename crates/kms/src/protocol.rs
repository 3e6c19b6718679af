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
                body: text(&answer),
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

/// The JSON text of an answer. Most of it is base64: texts in which nothing has to be escaped are
/// copied whole instead of being looked through letter by letter.
fn text(answer: &Value) -> String {
    let mut text = String::new();
    write(answer, &mut text);
    text
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::String(own) => write_string(own, text),
        Value::Array(items) => {
            text.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (at, (name, member)) in members.iter().enumerate() {
                if at > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write(member, text);
            }
            text.push('}');
        }
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => text.push_str(&number.to_string()),
    }
}

fn write_string(own: &str, text: &mut String) {
    // Without an early end the compiler makes vector instructions of it.
    let escapes = |found, byte: &u8| found | matches!(byte, 0..=0x1f | b'"' | b'\\');
    if own.as_bytes().iter().fold(false, escapes) {
        // Serde's own text of a string.
        text.push_str(&Value::from(own).to_string());
        return;
    }
    text.reserve(own.len() + 2);
    text.push('"');
    text.push_str(own);
    text.push('"');
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn answers_are_written_as_serde_writes_them() {
        let all = json!({"a\"b": ["x\ny", 1, 2.5, null, true, false, {}, []], "e": "\u{1}\\é"});
        assert_eq!(text(&all), all.to_string());
    }

    proptest! {
        #[test]
        fn any_string_is_written_as_serde_writes_it(own in ".*") {
            let own = Value::from(own);
            prop_assert_eq!(text(&own), own.to_string());
        }
    }
}
