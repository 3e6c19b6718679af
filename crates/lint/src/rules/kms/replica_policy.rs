//! KMS131: related keys with different policies.

use std::collections::BTreeSet;

use crate::rules::iam::repeated_statement::texts;
use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS131",
    name: "replica-policy",
    severity: Suggestion,
    kinds: kinds::KEY,
    finds: "A multi-Region key has another policy than a related key in another Region (known from a \
            world); that each names its own Region is no difference.",
    why: "Related keys have the same material, and policies that are managed one by one: what one Region \
          denies, the other may allow.",
    fires: Example::world(
        r#"{"accounts": [{"id": "111122223333", "keys": [
  {"arn": "arn:aws:kms:us-west-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", "policy": "default",
   "multiRegionKeyType": "PRIMARY"},
  {"arn": "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
   "multiRegionKeyType": "REPLICA",
   "policy": {"Version": "2012-10-17", "Statement": [
     {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
     {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:Decrypt", "Resource": "*"}]}}]}]}"#,
    ),
    right: Example::world(
        r#"{"accounts": [{"id": "111122223333", "keys": [
  {"arn": "arn:aws:kms:us-west-2:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", "policy": "default",
   "multiRegionKeyType": "PRIMARY"},
  {"arn": "arn:aws:kms:eu-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab", "policy": "default",
   "multiRegionKeyType": "REPLICA"}]}]}"#,
    ),
    source: "KMS Developer Guide, \"Multi-Region keys in AWS KMS\": key policies are not shared properties",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(world) = check.subject.world else {
        return;
    };
    let arn = check.key.arn.as_ref();
    let Some(key) = arn.and_then(|arn| world.key(arn.as_str())) else {
        return;
    };
    if !key.id().starts_with("mrk-") {
        return;
    }
    let said = |policy: &kmsim_policy::syntax::Policy, region: &str| -> BTreeSet<String> {
        let one = |(index, statement)| {
            let texts: Vec<_> = texts(&Stated { index, statement }).collect();
            texts.join("\n").replace(region, "its own Region")
        };
        policy.statements.iter().enumerate().map(one).collect()
    };
    let own = said(check.policy, key.region.as_str());
    for other in &world.contents().keys {
        let related =
            other.id() == key.id() && other.account == key.account && other.region != key.region;
        if related && said(&other.policy.policy, other.region.as_str()) != own {
            let message = format!("the related key in {} has another policy", other.region);
            report.add(
                Found::at(check.policy.span, message)
                    .help("compare the two: policies of related keys are managed one by one"),
            );
        }
    }
}
