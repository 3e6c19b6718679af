//! KMS088: conditions of one statement that cannot hold together.

use kmsim_policy::operand::Operand;
use kmsim_policy::variable::NoVariables;
use kmsim_policy::wildcard::Match;
use kmsim_types::{KeySpec, KeyUsage};

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS088",
    name: "contradiction",
    severity: Error,
    kinds: kinds::ALL,
    finds: "Conditions of one statement contradict each other: one key must have two values, must be there \
            and must not, or two keys say different things of one fact (the account of `aws:SourceArn` and \
            `aws:SourceAccount`, the Region of `kms:ViaService` and `aws:RequestedRegion`).",
    why: "All conditions of a statement must hold at once, so the statement never applies.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringEquals": {"kms:ViaService": "s3.us-west-2.amazonaws.com"},
               "StringLike": {"kms:ViaService": "ec2.*.amazonaws.com"}}}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/App"},
 "Action": "kms:Decrypt", "Resource": "*",
 "Condition": {"StringLike": {"kms:ViaService": ["s3.us-west-2.amazonaws.com", "ec2.*.amazonaws.com"]}}}"#,
    ),
    source: "IAM User Guide, \"Conditions with multiple context keys or values\"",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for stated in &check.statements {
        let conditions = &stated.statement.conditions;
        if conditions.len() < 2 || stated.has_open_conditions() {
            continue;
        }
        let pair = of_one_key(conditions).or_else(|| of_two_keys(stated));
        let Some((first, second)) = pair else {
            continue;
        };
        let (one, other) = (first.key.value.text(), second.key.value.text());
        let message = if first.key.value == second.key.value {
            format!("no `{one}` meets both conditions on it: the statement never applies")
        } else {
            format!(
                "`{one}` and `{other}` never have these values together: the statement never applies"
            )
        };
        report.add(
            Found::at(second.key.span, message)
                .help("conditions of one statement must all hold; make two statements, or put the values into one list")
                .note(first.key.span, "the other condition"),
        );
    }
}

type Pair<'p> = (&'p Condition, &'p Condition);

/// Two conditions on one key of which no value meets both.
fn of_one_key(conditions: &[Condition]) -> Option<Pair<'_>> {
    for (place, second) in conditions.iter().enumerate() {
        let mut before = conditions.iter().take(place);
        let against =
            |first: &&Condition| first.key.value == second.key.value && excludes(first, second);
        if let Some(first) = before.find(against) {
            return Some((first, second));
        }
    }
    None
}

/// Whether two conditions on one key exclude each other.
fn excludes(one: &Condition, other: &Condition) -> bool {
    let absent = |condition: &Condition| {
        let mut operands = condition.operands.iter();
        condition.operator.value.test == Test::Null
            && operands.all(|operand| matches!(operand.value, Operand::Bool(_, Some(true))))
            && !condition.operands.is_empty()
    };
    if absent(one) || absent(other) {
        return needs_key(one) && absent(other) || needs_key(other) && absent(one);
    }
    // Of several values each may meet one of the conditions.
    let single = one.key.value.info().is_some_and(|info| !info.multi_valued);
    single && (no_listed_value(one, other) || no_listed_value(other, one) || no_number(one, other))
}

/// Whether one condition lists the only values that there are, and none of them meets the other one.
fn no_listed_value(listing: &Condition, other: &Condition) -> bool {
    let operator = listing.operator.value;
    let exact = matches!(
        operator.test,
        Test::StringEquals | Test::NumericEquals | Test::Bool
    ) && !operator.negated
        && !operator.if_exists
        && operator.set.is_none();
    let fixed = |operand: &Spanned<Operand>| !operand.value.text().contains("${");
    if !exact || listing.operands.is_empty() || other.operator.value.test == Test::Null {
        return false;
    }
    let all = listing.operands.iter().chain(&other.operands).all(fixed);
    all && !listing
        .operands
        .iter()
        .any(|operand| meets(other, operand.value.text()))
}

/// Whether a value meets a condition.
fn meets(condition: &Condition, value: &str) -> bool {
    let operator = condition.operator.value;
    let matches = |operand: &Spanned<Operand>| {
        operand.value.matches(operator.test, value, &NoVariables) == Match::Yes
    };
    condition.operands.iter().any(matches) != operator.negated
}

/// Whether two limits leave no number or time between them.
fn no_number(one: &Condition, other: &Condition) -> bool {
    let limit = |condition: &Condition| match condition.operator.value.test {
        Test::NumericLessThan
        | Test::NumericLessThanEquals
        | Test::DateLessThan
        | Test::DateLessThanEquals => Some(false),
        Test::NumericGreaterThan
        | Test::NumericGreaterThanEquals
        | Test::DateGreaterThan
        | Test::DateGreaterThanEquals => Some(true),
        _ => None,
    };
    let ([first], [second]) = (one.operands.as_slice(), other.operands.as_slice()) else {
        return false;
    };
    let opposite = matches!((limit(one), limit(other)), (Some(one), Some(other)) if one != other);
    let optional = one.operator.value.if_exists && other.operator.value.if_exists;
    // Each end must meet the other limit, if there is anything between them.
    let valid = first.value.is_valid() && second.value.is_valid();
    let apart = !meets(one, second.value.text()) && !meets(other, first.value.text());
    let touching = first.value.text() == second.value.text()
        && (!meets(one, first.value.text()) || !meets(other, second.value.text()));
    opposite && valid && !optional && (apart || touching)
}

/// Two keys that tell one fact, with what each tells of it.
fn of_two_keys<'p>(stated: &Stated<'p>) -> Option<Pair<'p>> {
    let Stated { statement, .. } = *stated;
    let equals = |name: &'static str| {
        let mut on = statement
            .conditions
            .iter()
            .filter(move |condition| key(condition) == name);
        let first = on.next().filter(|condition| {
            let operator = condition.operator.value;
            !operator.negated
                && operator.set.is_none()
                && !operator.if_exists
                && operator.test != Test::Null
        });
        // Several conditions on one key are compared with each other.
        first.filter(|_| on.next().is_none())
    };
    FACTS
        .iter()
        .find_map(|(one, other, read)| {
            let (one, other) = (equals(one)?, equals(other)?);
            let told = |condition: &'p Condition| -> Option<Vec<&'p str>> {
                values(condition).map(|(text, _)| read(text)).collect()
            };
            let (first, second) = (told(one)?, told(other)?);
            let apart = !first.is_empty()
                && !second.is_empty()
                && !first.iter().any(|value| second.contains(value));
            apart.then_some((one, other))
        })
        .or_else(|| {
            let (spec, usage) = (equals("kms:KeySpec")?, equals("kms:KeyUsage")?);
            let specs: Option<Vec<_>> = values(spec)
                .map(|(text, _)| KeySpec::from_name(text))
                .collect();
            let usages: Option<Vec<_>> = values(usage)
                .map(|(text, _)| KeyUsage::from_name(text))
                .collect();
            let (specs, usages) = (specs?, usages?);
            let fits = specs
                .iter()
                .any(|spec| usages.iter().any(|usage| spec.can(*usage)));
            (!fits).then_some((spec, usage))
        })
}

/// Reads a fact out of a value.
type Reader = fn(&str) -> Option<&str>;

/// Pairs of keys that tell one fact, with how it is read from a value of either.
const FACTS: [(&str, &str, Reader); 6] = [
    ("kms:CallerAccount", "aws:PrincipalAccount", account),
    ("kms:CallerAccount", "aws:PrincipalArn", account),
    ("aws:PrincipalAccount", "aws:PrincipalArn", account),
    ("aws:SourceAccount", "aws:SourceArn", account),
    ("kms:ViaService", "aws:RequestedRegion", region),
    ("aws:SourceVpcArn", "aws:SourceVpc", vpc),
];

/// The account that a value tells.
fn account(text: &str) -> Option<&str> {
    let account = match arn::split(text) {
        Some([.., account, _]) => account,
        None => text,
    };
    AccountId::new(account).is_ok().then_some(account)
}

/// The Region that a value tells.
fn region(text: &str) -> Option<&str> {
    let region = match text.strip_suffix(".amazonaws.com") {
        Some(rest) => rest.rsplit('.').next()?,
        None => text,
    };
    kmsim_types::Region::new(region).is_ok().then_some(region)
}

/// The VPC that a value tells.
fn vpc(text: &str) -> Option<&str> {
    let id = text.rsplit('/').next()?;
    (id.starts_with("vpc-") && !id.contains(['*', '?'])).then_some(id)
}
