//! What people read: one explanation for each reason, as text and as JSON.

use std::fs;

use kmsim_authz::decide::decide_traced;
use kmsim_authz::explain::{Explanation, Style, explain};
use kmsim_authz::reader::Reader;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;

use crate::files::{Disk, root};

/// Snapshot, file and case. The snapshot's name begins with the reason.
const CASES: &[(&str, &str, &str)] = &[
    (
        "resourcePolicyAllows_user",
        "fixtures/cases/boundaries-and-sessions.json",
        "key policy names the user: boundary without the action",
    ),
    (
        "delegatedToIdentity_role",
        "fixtures/cases/boundaries-and-sessions.json",
        "key policy names the account, IAM allows a role: session policy with the action",
    ),
    (
        "bothAccountsAllow_role",
        "fixtures/cases/cross-account.json",
        "key policy names the role, IAM allows",
    ),
    (
        "identityAllows_bucket",
        "fixtures/cases/non-kms.json",
        "S3, same account: the IAM policy is enough, no bucket policy",
    ),
    (
        "grantAllows_across_accounts",
        "fixtures/cases/cross-account.json",
        "a grant covers a foreign user without IAM policy",
    ),
    (
        "mayRetire_retiring_principal",
        "fixtures/cases/corner-cases.json",
        "16 counter: the retiring principal needs no permission",
    ),
    (
        "explicitDeny_scp",
        "fixtures/cases/cross-account.json",
        "SCP of the caller's organization denies",
    ),
    (
        "explicitDeny_rcp",
        "fixtures/cases/policies.json",
        "rcp/organization-perimeter: a stranger, though the key policy allows",
    ),
    (
        "explicitDeny_source_vpce",
        "fixtures/cases/corner-cases.json",
        "9 Deny unless aws:SourceVpce hits S3's call on the caller's behalf, which carries no such key",
    ),
    (
        "noServiceControlAllow_unit",
        "fixtures/cases/corner-cases.json",
        "6 SCPs allow at root and account, but nothing at the OU between",
    ),
    (
        "noVpcEndpointAllow_role",
        "fixtures/cases/policies.json",
        "vpc-endpoint/one-role-one-key: another role",
    ),
    (
        "noResourcePolicyAllow_across_accounts",
        "fixtures/cases/cross-account.json",
        "key policy names the role, IAM allows another role of that account",
    ),
    (
        "noResourcePolicyAllow_hidden_key",
        "fixtures/cases/conditions-kms-keys.json",
        "aws:ResourceTag has no effect in a key policy",
    ),
    (
        "noIdentityAllow_across_accounts",
        "fixtures/cross-account-denied.json",
        "",
    ),
    (
        "noPermissionsBoundaryAllow_role",
        "fixtures/cases/boundaries-and-sessions.json",
        "key policy names the role: boundary without the action",
    ),
    (
        "noSessionAllow_federated_user",
        "fixtures/cases/boundaries-and-sessions.json",
        "a federated user without session policy has nothing of the user behind it",
    ),
    (
        "notDelegated_iam_only",
        "fixtures/cases/corner-cases.json",
        "1 IAM allows kms:* but the key policy has no account statement",
    ),
    (
        "notDelegated_aws_managed_key",
        "fixtures/cases/corner-cases.json",
        "17 an AWS managed key used directly",
    ),
    (
        "notAcrossAccounts_deletion",
        "fixtures/cases/corner-cases.json",
        "14 ScheduleKeyDeletion from another account never works",
    ),
    (
        "notOnAliases_decrypt",
        "fixtures/cases/resources-and-actions.json",
        "alias: no key operation runs on an alias ARN",
    ),
    (
        "notRetirable_no_party",
        "fixtures/cases/corner-cases.json",
        "16 RetireGrant with kms:* in the key policy, but no party of the grant",
    ),
    (
        "unsigned_everyone",
        "fixtures/cases/key-policy.json",
        "an anonymous caller is refused even by a wildcard Allow",
    ),
    (
        "unknownContext_key",
        "fixtures/cases/unknown-keys.json",
        "a Deny under a key that is not known",
    ),
    (
        "unknownContext_principal",
        "fixtures/cases/unknown-values.json",
        "an item of Principal not known beside others",
    ),
    (
        "unknownContext_effect",
        "fixtures/cases/unknown-values.json",
        "Effect not known beside an Allow: it may deny",
    ),
    (
        "unknownContext_value",
        "fixtures/cases/unknown-values.json",
        "an item of a condition's values not known beside one that does not match",
    ),
    (
        "unknownContext_policy",
        "fixtures/cases/unknown-values.json",
        "an SCP not known beside FullAWSAccess: it may deny",
    ),
];

/// Explains the case of this name in a file of `fixtures/`. File names in the explanation are
/// relative to the checkout, as a user at its root would see them.
fn explained(file: &str, name: &str) -> Explanation {
    let path = root().join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{file}: {error}"));
    let full = path.to_string_lossy().into_owned();
    let mut sources = Sources::new();
    let id = sources.add(full.clone(), text.as_str());
    let mut reader = Reader::new(&mut sources, &Disk);
    let node = parse_any(&text, id, &full, &mut reader.diagnostics).expect("a document");
    let list = node.member("cases").unwrap_or(&node).as_list();
    let named = |node: &&kmsim_policy::json::Node<'_>| {
        node.member("name").and_then(|node| node.as_str()) == Some(name) || name.is_empty()
    };
    let node = list
        .iter()
        .find(named)
        .unwrap_or_else(|| panic!("{file} has no case `{name}`"));
    let case = reader.case(node).expect("a case");
    let layers = case.layers.borrow();
    let (decision, trace) = decide_traced(&layers, &case.request);
    explain(&layers, &case.request, decision, &trace, &sources)
}

fn relative(text: &str) -> String {
    let root = root().to_string_lossy().into_owned();
    text.replace(&format!("{root}/"), "")
}

#[test]
fn explanations_for_people() {
    for (id, file, name) in CASES {
        let explanation = explained(file, name);
        let shown = relative(&explanation.human(Style::default()));
        assert_eq!(
            explanation.reason,
            id.split('_').next().unwrap_or(""),
            "{name}"
        );
        insta::assert_snapshot!(*id, shown);
    }
}

#[test]
fn the_json_shape() {
    let explanation = explained("fixtures/cross-account-denied.json", "");
    let json = serde_json::to_string_pretty(&explanation).expect("JSON");
    insta::assert_snapshot!("json", relative(&json));
}
