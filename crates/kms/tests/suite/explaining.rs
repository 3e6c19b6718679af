//! `Service::explain`: why a call would be allowed or denied, without making it.

use kmsim_types::Operation;
use serde_json::json;

use crate::support::{Kms, caller};

const WORLD: &str = r#"
region: us-east-1
accounts:
  - id: "111122223333"
    users:
      - {name: admin, managedPolicies: ["arn:aws:iam::aws:policy/AdministratorAccess"]}
      - {name: alice}
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, policy: default, aliases: [alias/data]}
"#;

#[test]
fn a_call_is_explained_and_not_made() {
    let mut kms = Kms::with(WORLD);
    let input = json!({"KeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"});
    let explain = |kms: &mut Kms, user: &str| {
        let caller = caller(user, "us-east-1");
        let explained = kms.service.explain(&caller, Operation::DisableKey, &input);
        let [explanation] = &explained.unwrap()[..] else {
            panic!("one check");
        };
        (explanation.decision, explanation.because.clone())
    };
    assert_eq!(
        explain(&mut kms, "arn:aws:iam::111122223333:user/admin"),
        (
            "allowed",
            vec![
                "key-policy#Enable IAM User Permissions".to_owned(),
                "identity:AdministratorAccess#1".to_owned(),
            ]
        )
    );
    let (decision, _) = explain(&mut kms, "arn:aws:iam::111122223333:user/alice");
    assert_eq!(decision, "implicitDeny");
    assert!(kms.service.take_events().is_empty());
    let described = kms
        .call("DescribeKey", json!({"KeyId": "alias/data"}))
        .unwrap();
    assert_eq!(described["KeyMetadata"]["KeyState"], "Enabled");
}

#[test]
fn what_is_no_call_has_no_explanation() {
    let mut kms = Kms::with(WORLD);
    let caller = caller("arn:aws:iam::111122223333:user/admin", "us-east-1");
    let missing = kms
        .service
        .explain(&caller, Operation::DisableKey, &json!({}));
    assert_eq!(missing.unwrap_err().code.name(), "ValidationException");
    let input = json!({"KeyId": "alias/other"});
    let unknown = kms.service.explain(&caller, Operation::DescribeKey, &input);
    assert_eq!(unknown.unwrap_err().code.name(), "NotFoundException");
}

/// A name without its prefix is a mistake in the request; nobody has or lacks permission for it.
#[test]
fn an_aliass_name_is_looked_at_before_permissions() {
    let mut kms = Kms::with(WORLD);
    let alice = caller("arn:aws:iam::111122223333:user/alice", "us-east-1");
    for (name, exception) in [
        ("orders", "ValidationException"),
        ("alias/orders", "AccessDeniedException"),
    ] {
        let input =
            json!({"AliasName": name, "TargetKeyId": "1234abcd-12ab-34cd-56ef-1234567890ab"});
        let error = kms.call_as(&alice, "CreateAlias", input).unwrap_err();
        assert_eq!(error.code.name(), exception, "{name}");
    }
}
