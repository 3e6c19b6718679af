//! Answers as a table: RFC 4180, with a header.

use kmsim_analysis::view::AnswerView;

/// The columns.
pub(crate) const HEADER: &str =
    "key,action,principal,kind,account,answer,reason,needsIamAllow,onlyIf,because\n";

/// Answers with the header.
pub(crate) fn answers(answers: &[AnswerView]) -> String {
    let mut out = HEADER.to_owned();
    for answer in answers {
        push(&mut out, answer);
    }
    out
}

/// Adds the line of an answer.
pub(crate) fn push(out: &mut String, answer: &AnswerView) {
    let because: Vec<String> = answer
        .because
        .iter()
        .map(|evidence| format!("{} ({})", evidence.reference, evidence.location))
        .collect();
    let fields = [
        answer.key.as_deref().unwrap_or(""),
        answer.action,
        &answer.principal,
        answer.kind,
        answer.account.as_deref().unwrap_or(""),
        answer.answer,
        answer.reason,
        if answer.needs_iam_allow {
            "true"
        } else {
            "false"
        },
        answer.only_if.as_ref().map_or("", |only_if| &only_if.text),
        &because.join("; "),
    ];
    for (field, number) in fields.into_iter().zip(0..) {
        if number > 0 {
            out.push(',');
        }
        push_field(out, field);
    }
    out.push('\n');
}

/// A field, in quotes if it has to be.
fn push_field(out: &mut String, field: &str) {
    if !field.contains([',', '"', '\n', '\r']) {
        out.push_str(field);
        return;
    }
    out.push('"');
    for (piece, number) in field.split('"').zip(0..) {
        if number > 0 {
            out.push_str("\"\"");
        }
        out.push_str(piece);
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        let quoted = |field| {
            let mut out = String::new();
            push_field(&mut out, field);
            out
        };
        assert_eq!(quoted("a b"), "a b");
        assert_eq!(quoted("a,b"), "\"a,b\"");
        assert_eq!(quoted("a \"b\""), "\"a \"\"b\"\"\"");
        assert_eq!(quoted(""), "");
    }
}
