use kmsim_policy::parse;
use kmsim_policy::source::SourceId;
use kmsim_policy::syntax::PolicyKind;

/// The words of a condition, where it must hold and where it must not.
fn words(block: &str) -> (String, String) {
    let text = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {block}}}]}}"#
    );
    let mut found = Vec::new();
    let policy = parse::parse(&text, SourceId::default(), PolicyKind::Identity, &mut found);
    let policy = policy.unwrap();
    let [condition] = policy.statements[0].conditions.as_slice() else {
        panic!("one condition: {found:?}");
    };
    (
        super::condition(condition, true),
        super::condition(condition, false),
    )
}

#[test]
fn what_must_be_so_for_a_condition_to_hold_or_not_to() {
    for (block, holds, fails) in [
        (
            r#"{"StringEquals": {"kms:ViaService": ["s3", "ec2"]}}"#,
            "kms:ViaService is s3 or ec2",
            "kms:ViaService is not s3 or ec2",
        ),
        (
            r#"{"StringNotEquals": {"kms:ViaService": "s3"}}"#,
            "kms:ViaService is not s3",
            "kms:ViaService is s3",
        ),
        (
            r#"{"StringEqualsIfExists": {"kms:ViaService": "s3"}}"#,
            "kms:ViaService is s3 or is absent",
            "kms:ViaService is not s3 and is present",
        ),
        (
            r#"{"StringNotEqualsIfExists": {"kms:ViaService": "s3"}}"#,
            "kms:ViaService is not s3",
            "kms:ViaService is s3",
        ),
        (
            r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#,
            "aws:SourceIp is not in 203.0.113.0/24",
            "aws:SourceIp is in 203.0.113.0/24",
        ),
        (
            r#"{"Null": {"aws:TokenIssueTime": "true"}}"#,
            "aws:TokenIssueTime is absent",
            "aws:TokenIssueTime is present",
        ),
        (
            r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
            "aws:MultiFactorAuthPresent is true",
            "aws:MultiFactorAuthPresent is not true",
        ),
        (
            r#"{"ForAllValues:StringEquals": {"aws:TagKeys": "team"}}"#,
            "every value of aws:TagKeys is team or is absent",
            "some value of aws:TagKeys is not team and is present",
        ),
        (
            r#"{"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/a"}}"#,
            "some value of kms:ResourceAliases is alias/a",
            "every value of kms:ResourceAliases is not alias/a",
        ),
        (
            r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}"#,
            "aws:SourceArn is arn:aws:s3:::bucket",
            "aws:SourceArn is not arn:aws:s3:::bucket",
        ),
        (
            r#"{"NumericLessThan": {"aws:MultiFactorAuthAge": "300"}}"#,
            "aws:MultiFactorAuthAge is less than 300",
            "aws:MultiFactorAuthAge is not less than 300",
        ),
        (
            r#"{"DateGreaterThan": {"aws:CurrentTime": "2026-01-01"}}"#,
            "aws:CurrentTime is after 2026-01-01",
            "aws:CurrentTime is not after 2026-01-01",
        ),
    ] {
        assert_eq!(
            words(block),
            (holds.to_owned(), fails.to_owned()),
            "{block}"
        );
    }
}
