//! Under which rule a finding of the parser belongs.

use kmsim_policy::diagnostic::{Diagnostic, Severity};
use kmsim_policy::operator::{Operator, Test};
use kmsim_policy::syntax::PolicyKind;
use kmsim_types::service::is_service_principal;
use kmsim_types::{KmsAction, condition_key};

use crate::path;
use crate::rule::Rule;
use crate::rules;
use crate::subject::Subject;

pub(crate) mod fix;

/// The rule that a finding of the parser is told under.
pub(crate) fn rule_of(found: &Diagnostic, subject: &Subject<'_>) -> &'static Rule {
    let place = Place::new(found, subject);
    // A code that nobody thought of is about a text that cannot be read; a test looks for such.
    let code = code_of(found, &place).unwrap_or("IAM001");
    rules::rule(code).unwrap_or(&rules::iam::json_syntax::RULE)
}

/// Where a finding is and what stands there.
struct Place<'n> {
    kind: PolicyKind,
    path: String,
    text: &'n str,
}

impl<'n> Place<'n> {
    fn new(found: &Diagnostic, subject: &Subject<'n>) -> Self {
        let node = subject.node;
        Self {
            kind: subject.kind,
            path: node.map_or_else(String::new, |node| path::of(node, found.span)),
            text: node
                .and_then(|node| path::text_at(node, found.span))
                .unwrap_or(""),
        }
    }

    fn in_key_policy(&self) -> bool {
        self.kind == PolicyKind::KeyPolicy
    }

    /// Whether the place lies in this element of a statement.
    fn within(&self, element: &str) -> bool {
        self.path.split(['.', '[']).any(|part| part == element)
    }

    /// Whether the text has characters that look like others, or like none.
    fn looks_alike(&self) -> bool {
        !self.text.is_ascii() && !self.text.chars().any(char::is_whitespace)
    }

    /// What the operator that the place stands under compares.
    fn test(&self) -> Option<Test> {
        let mut parts = self.path.split('.').skip_while(|part| *part != "Condition");
        let operator = parts.nth(1)?;
        // `ForAnyValue:…` stands in brackets in a path.
        let operator = operator.split('[').next()?;
        Operator::parse(operator).map(|operator| operator.test)
    }
}

/// The code of the rule; nothing for a finding that no rule is about.
fn code_of(found: &Diagnostic, place: &Place<'_>) -> Option<&'static str> {
    Some(match found.code {
        "json-syntax" | "trailing-comma" | "trailing-text" | "joined-documents"
        | "several-documents" | "empty-document" | "too-deep" | "too-long" | "yaml-alias"
        | "yaml-key" | "yaml-merge" | "yaml-syntax" | "yaml-tag" => "IAM001",
        "not-a-policy" | "wrong-type" | "unknown-value-shape" => "IAM002",
        "duplicate-key" => "IAM003",
        "unknown-element" if place.within("Principal") || place.within("NotPrincipal") => "IAM021",
        "unknown-element" => "IAM005",
        "misplaced-element" => "KMS063",
        "bare-statement" | "missing-statement" | "empty-statement-list" => "IAM006",
        "missing-effect" => "IAM007",
        "effect" => "IAM008",
        "missing-action" => "IAM009",
        "missing-resource" if place.in_key_policy() => "KMS061",
        "missing-resource" => "IAM010",
        "missing-principal" => "IAM011",
        "both-elements" => "IAM012",
        "principal-not-allowed" => "IAM013",
        "version" => "IAM014",
        "repeated-sid" => "IAM016",
        "sid-characters" => "IAM017",
        "empty-principal" => "IAM022",
        "empty-list" => empty_list(place),
        "rcp-allow" => "IAM100",
        "rcp-syntax" if place.within("Action") => "IAM103",
        "rcp-syntax" if place.within("NotAction") => "IAM102",
        "rcp-syntax" => "IAM101",
        _ => return of_names(found, place),
    })
}

fn empty_list(place: &Place<'_>) -> &'static str {
    if place.within("Condition") {
        "IAM085"
    } else if place.within("Action") || place.within("NotAction") {
        "IAM033"
    } else if place.within("Resource") || place.within("NotResource") {
        "IAM047"
    } else {
        "IAM022"
    }
}

/// Findings about names: actions, principals, resources, condition keys and their values.
fn of_names(found: &Diagnostic, place: &Place<'_>) -> Option<&'static str> {
    Some(match found.code {
        "action-blank" => "KMS074",
        "principal-blank" | "resource-blank" | "condition-value-blank" => "KMS075",
        "condition-key-blank" => "KMS076",
        "unknown-action"
        | "action-name"
        | "action-without-service"
        | "unknown-condition-key"
        | "principal"
        | "principal-type"
            if place.looks_alike() =>
        {
            "KMS077"
        }
        "action-service-wildcard" => "IAM032",
        "unknown-action" if place.text.contains(['*', '?']) => "KMS078",
        "unknown-action" if place.text.eq_ignore_ascii_case("kms:ReEncrypt") => "KMS073",
        "unknown-action" | "action-name" | "action-without-service" => "IAM030",
        "principal-wildcard" => "KMS037",
        "principal-group" => "KMS104",
        "principal-unique-id" => "KMS103",
        "principal" | "principal-type" if is_service_principal(place.text) => "KMS043",
        "principal" | "principal-type" => "IAM020",
        "resource-arn" | "key-id" if place.in_key_policy() => "KMS060",
        "resource-arn" => resource(place.text),
        "key-id" => "IAM046",
        "unknown-operator" if place.text.eq_ignore_ascii_case("NullIfExists") => "IAM051",
        "unknown-operator" => "IAM050",
        "condition-key-without-service" => "IAM053",
        "unknown-condition-key" => unknown_key(place.text),
        "overly-permissive-condition" => "KMS090",
        "condition-value" if place.text.contains("${") => "IAM083",
        "condition-value" => match place.test()? {
            Test::Bool | Test::Null => "IAM062",
            Test::DateEquals
            | Test::DateLessThan
            | Test::DateLessThanEquals
            | Test::DateGreaterThan
            | Test::DateGreaterThanEquals => "IAM063",
            Test::IpAddress => "IAM066",
            Test::ArnEquals | Test::ArnLike | Test::BinaryEquals => "IAM065",
            _ => "IAM064",
        },
        "variable-version" => "IAM082",
        "variable-multi-valued" => "IAM084",
        _ => return None,
    })
}

/// What is no ARN that the policy takes: a key id or alias, another text, or too few parts.
fn resource(text: &str) -> &'static str {
    let bare = text.starts_with("alias/")
        || text.starts_with("key/")
        || kmsim_policy::parse::is_key_id(text);
    match text.split_once(':') {
        _ if bare => "KMS065",
        Some(("arn", _)) => "IAM041",
        _ => "IAM040",
    }
}

fn unknown_key(text: &str) -> &'static str {
    let is = |prefix: &str| {
        let start = text.get(..prefix.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let bare = |name: &str| text.trim_end_matches([':', '/']).eq_ignore_ascii_case(name);
    // `kms:EncryptionContext/App` and its like: another mark in the place of the colon.
    let other_mark = is("kms:EncryptionContext")
        && text
            .get("kms:EncryptionContext".len()..)
            .is_some_and(|rest| rest.starts_with(['/', '.', '[', '=']));
    if bare("kms:EncryptionContext") || other_mark {
        "KMS083"
    } else if is("kms:") {
        "KMS013"
    } else if ["aws:ResourceTag", "aws:RequestTag", "aws:PrincipalTag"]
        .into_iter()
        .any(bare)
    {
        "IAM055"
    } else if bare("aws:ARN") {
        "IAM056"
    } else {
        "IAM054"
    }
}

/// How serious a finding of the parser is, where it is not as serious as its rule.
pub(crate) fn severity(found: &Diagnostic, subject: &Subject<'_>) -> Option<crate::Severity> {
    let text = || {
        let node = subject.node?;
        path::text_at(node, found.span)
    };
    let unknown = |near: bool| (!near).then_some(crate::Severity::Warning);
    match (found.code, found.severity) {
        ("unknown-action", _) => unknown(text().and_then(KmsAction::closest).is_some()),
        ("unknown-condition-key", _) => unknown(text().and_then(condition_key::closest).is_some()),
        ("repeated-sid", Severity::Warning) => Some(crate::Severity::Warning),
        _ => None,
    }
}

/// What is added to a message about a name that is near to none that we know.
pub(crate) const DATED: &str = "the table of KMS's actions and condition keys is of 2026-11; if AWS has added the name since, ignore this";

#[cfg(test)]
mod tests {
    use crate::rules::RULES;

    #[test]
    fn every_code_that_is_given_is_a_rule() {
        let source = include_str!("parser.rs");
        let codes = source
            .split('"')
            .filter(|part| part.len() == 6 && (part.starts_with("KMS") || part.starts_with("IAM")));
        for code in codes {
            assert!(RULES.iter().any(|rule| rule.code == code), "{code}");
        }
    }
}
