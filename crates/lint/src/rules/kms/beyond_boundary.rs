//! KMS132: principals that their permissions boundary does not hold back.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "KMS132",
    name: "beyond-boundary",
    severity: Suggestion,
    kinds: kinds::KEY,
    finds: "A key policy allows something to a user or session of its own account that has a permissions \
            boundary (known from a world).",
    why: "What a key policy gives a user or session by name is not limited by what the boundary leaves \
          out; only a `Deny` in the boundary is.",
    fires: Example::world(
        r#"{"accounts": [{"id": "111122223333",
  "users": [{"name": "alice", "permissionsBoundary":
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}],
  "keys": [{"id": "1234abcd-12ab-34cd-56ef-1234567890ab", "region": "us-west-2",
   "policy": {"Version": "2012-10-17", "Statement": [
     {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "kms:*", "Resource": "*"},
     {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/alice"}, "Action": "kms:Decrypt", "Resource": "*"}]}}]}]}"#,
    ),
    right: Example::world(
        r#"{"accounts": [{"id": "111122223333",
  "users": [{"name": "alice", "permissionsBoundary":
    {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}}],
  "keys": [{"id": "1234abcd-12ab-34cd-56ef-1234567890ab", "region": "us-west-2", "policy": "default"}]}]}"#,
    ),
    source: "IAM User Guide, \"Permissions boundaries for IAM entities\": resource-based policies",
    access_analyzer: &[],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    let Some(world) = check.subject.world else {
        return;
    };
    for stated in check.allows() {
        for item in stated.principals() {
            let text = &*item.value.text;
            let identity = match item.value.names {
                PrincipalName::User => world.identity(text),
                PrincipalName::RoleSession => {
                    let own = crate::check::account(&item.value);
                    let name =
                        arn::split(text).and_then(|[.., resource]| resource.split('/').nth(1));
                    own.zip(name).and_then(|(own, name)| world.role(own, name))
                }
                _ => None,
            };
            let own = identity.is_some_and(|identity| Some(identity.account) == check.owner());
            if identity.is_some_and(|identity| identity.permissions_boundary.is_some()) && own {
                let message = format!(
                    "`{text}` has a permissions boundary, which does not limit what is given here"
                );
                report.add(Found::at(item.span, message).help("give it by the account and an identity-based policy, or deny it in the boundary"));
            }
        }
    }
}
