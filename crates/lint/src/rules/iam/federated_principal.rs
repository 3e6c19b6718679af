//! IAM023: identity providers in a key policy.

use crate::rules::prelude::*;

pub(crate) static RULE: Rule = Rule {
    code: "IAM023",
    name: "federated-principal",
    severity: Error,
    kinds: &[
        PolicyKind::KeyPolicy,
        PolicyKind::Resource,
        PolicyKind::VpcEndpoint,
    ],
    finds: "A principal of another policy than a trust policy is an identity provider (`Federated`).",
    why: "Nobody calls KMS as an identity provider: it lets its users assume roles, and the roles call. \
          The statement applies to nobody.",
    fires: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"Federated": "cognito-identity.amazonaws.com"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    right: Example::key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/CognitoUsers"},
 "Action": "kms:Decrypt", "Resource": "*"}"#,
    ),
    source: "IAM User Guide, \"AWS JSON policy elements: Principal\": federated principals",
    access_analyzer: &["FEDERATED_PRINCIPAL_NOT_SUPPORTED"],
    find: Some(find),
};

fn find(check: &Check<'_>, report: &mut Report<'_>) {
    for (_, item) in check.principal_items() {
        if item.value.names == PrincipalName::Federated {
            let message = format!(
                "nobody calls KMS as the identity provider `{}`",
                excerpt(&item.value.text)
            );
            report.add(
                Found::at(item.span, message)
                    .help("name the role that its users assume, under `AWS`"),
            );
        }
    }
}
