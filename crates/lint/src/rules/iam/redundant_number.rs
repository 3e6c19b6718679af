//! IAM087: several limits of which one counts.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM087",
    name: "redundant-number",
    severity: Suggestion,
    kinds: kinds::ALL,
    finds: "An operator such as `NumericLessThan` or `DateGreaterThan` stands with several values.",
    why: "One of them is enough, so the widest alone counts.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": ["300", "3600"]}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}}"#,
    ),
    source: "IAM User Guide, \"Conditions with multiple context keys or values\"",
    access_analyzer: &["REDUNDANT_CONDITION_VALUE_NUM"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, condition) in check.conditions() {
        let operator = condition.operator.value;
        let limit = matches!(
            operator.test,
            Test::NumericLessThan
                | Test::NumericLessThanEquals
                | Test::NumericGreaterThan
                | Test::NumericGreaterThanEquals
                | Test::DateLessThan
                | Test::DateLessThanEquals
                | Test::DateGreaterThan
                | Test::DateGreaterThanEquals
        );
        if let Some(second) = condition.operands.get(1).filter(|_| limit) {
            let message = format!("`{operator}` with several values: the widest alone counts");
            report.add(Found::at(second.span, message).help("keep the one that is meant"));
        }
    }
}
