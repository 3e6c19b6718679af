//! What is stated of requests, whoever makes them: fields of a call (docs/world.md).

use kmsim_authz::call::parameters_of;
use kmsim_authz::reader::Reader;
use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::json::{Member, Node, Value};
use kmsim_types::KmsAction;

use crate::ask::Ask;

/// Fields that tell how a request comes in, which every operation takes.
const CIRCUMSTANCES: [&str; 7] = [
    "region",
    "via",
    "vpcEndpoint",
    "sourceIp",
    "context",
    "unknown",
    "now",
];

/// Asks for each of `actions` as the fields of `stated` say. Of several actions, what one does not take
/// counts for the others only. `None` if something cannot be read; then the reader has the findings.
pub fn asks(
    actions: &[KmsAction],
    stated: &Node<'_>,
    reader: &mut Reader<'_, '_, '_>,
) -> Option<Vec<Ask>> {
    let lenient = actions.len() > 1;
    let mut asks = Vec::with_capacity(actions.len());
    for action in actions {
        let before = reader.diagnostics.len();
        let call = reader.call(&call_of(*action, stated, lenient));
        let found = reader.diagnostics.get(before..).unwrap_or_default();
        let is_obstacle = |found: &Diagnostic| found.severity != Severity::Warning;
        let call = call.filter(|_| !found.iter().any(is_obstacle))?;
        asks.push(Ask::new(*action, call));
    }
    Some(asks)
}

/// The call of an action, by somebody who is yet to be put in.
fn call_of<'a>(action: KmsAction, stated: &Node<'a>, lenient: bool) -> Node<'a> {
    let operation = action.info().operation;
    let names = operation.map_or(&[][..], parameters_of);
    let takes = |field: &str| {
        let name = match field {
            "encryptionContext" => "EncryptionContext",
            "grantTokens" => "GrantTokens",
            other => other,
        };
        CIRCUMSTANCES.contains(&name) || names.contains(&name)
    };
    let span = stated.span;
    let text = |key: &'static str, text: &'static str| Member {
        key: key.into(),
        key_span: span,
        value: Node {
            value: Value::String(text.into()),
            span,
        },
    };
    let mut members = vec![text("caller", "anonymous"), text("action", action.name())];
    let given = stated.as_object().unwrap_or_default().iter();
    members.extend(
        given
            .filter(|member| !lenient || takes(&member.key))
            .cloned(),
    );
    Node {
        value: Value::Object(members),
        span,
    }
}
