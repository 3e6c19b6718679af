//! Keys that do not rotate, or by themselves.

use serde_json::json;

use super::{automatic, day, rotations, status};
use crate::importing::wait_days;
use crate::support::Kms;

const OPERATIONS: [&str; 5] = [
    "EnableKeyRotation",
    "DisableKeyRotation",
    "GetKeyRotationStatus",
    "ListKeyRotations",
    "RotateKeyOnDemand",
];

#[test]
fn asymmetric_and_hmac_keys_do_not_rotate() {
    let mut kms = Kms::new();
    for (spec, usage) in [
        ("RSA_2048", "ENCRYPT_DECRYPT"),
        ("HMAC_256", "GENERATE_VERIFY_MAC"),
    ] {
        let key = kms.key(json!({"KeySpec": spec, "KeyUsage": usage}));
        for operation in OPERATIONS {
            assert_eq!(
                kms.fails(operation, json!({"KeyId": key})),
                format!(
                    "UnsupportedOperationException: {key} key spec is {spec} which is not valid \
                     for this operation."
                )
            );
        }
    }
}

#[test]
fn keys_in_custom_key_stores_do_not_rotate() {
    let mut kms = Kms::with(
        "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - {id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, origin: AWS_CLOUDHSM, policy: default}
",
    );
    let key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    for operation in OPERATIONS {
        assert_eq!(
            kms.fails(operation, json!({"KeyId": key})),
            format!(
                "UnsupportedOperationException: arn:aws:kms:us-east-1:111122223333:key/{key} \
                 origin is AWS_CLOUDHSM which is not valid for this operation."
            )
        );
    }
}

/// In a world, so that its policy can let the root user do what AWS's never does.
#[test]
fn aws_managed_keys_rotate_every_year_and_cannot_be_told_otherwise() {
    let mut kms = Kms::with(
        "
region: us-east-1
accounts:
  - id: '111122223333'
    keys:
      - id: 1234abcd-12ab-34cd-56ef-1234567890ab
        region: us-east-1
        manager: AWS
        aliases: [alias/aws/ebs]
        policy:
          Version: '2012-10-17'
          Statement: [{Effect: Allow, Principal: {AWS: '111122223333'}, Action: 'kms:*', Resource: '*'}]
",
    );
    let key = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let on = json!({
        "KeyId": key, "KeyRotationEnabled": true,
        "RotationPeriodInDays": 365, "NextRotationDate": day(365),
    });
    assert_eq!(status(&mut kms, key), on);
    for operation in [
        "EnableKeyRotation",
        "DisableKeyRotation",
        "RotateKeyOnDemand",
    ] {
        let error = kms.fails(operation, json!({"KeyId": key}));
        assert!(
            error.starts_with("UnsupportedOperationException"),
            "{error}"
        );
    }
    wait_days(&kms, 730);
    assert_eq!(rotations(&mut kms, key), automatic(&[365, 730]));
}

#[test]
fn an_aws_managed_key_that_a_service_had_made_rotates() {
    let mut kms = Kms::new();
    let answer = kms.ok("DescribeKey", json!({"KeyId": "alias/aws/ebs"}));
    let key = answer["KeyMetadata"]["Arn"].as_str().unwrap().to_owned();
    wait_days(&kms, 365);
    assert_eq!(rotations(&mut kms, &key), automatic(&[365]));
    assert_eq!(status(&mut kms, &key)["NextRotationDate"], day(730));
}
