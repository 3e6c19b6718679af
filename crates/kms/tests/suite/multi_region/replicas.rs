//! Replicas: what they share, and how they are made.

use kmsim_kms::clock::Clock as _;
use serde_json::{Value, json};
use std::time::Duration;

use super::{DAY, arn, describe, in_region, primary, replicate, root, slow, state};
use crate::importing::Parameters;
use crate::support::{ACCOUNT, Kms, base64, caller};

#[test]
fn a_replica_decrypts_what_its_primary_encrypted_and_the_other_way_round() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    let answer = replicate(&mut kms, &id, "eu-west-1");
    assert_eq!(answer["ReplicaKeyMetadata"]["Arn"], arn("eu-west-1", &id));
    assert_eq!(answer["ReplicaKeyMetadata"]["KeyState"], "Enabled");
    assert_eq!(answer["ReplicaTags"], json!([]));
    assert!(answer["ReplicaPolicy"].as_str().unwrap().contains(":root"));
    for (from, to) in [("us-east-1", "eu-west-1"), ("eu-west-1", "us-east-1")] {
        let input = json!({"KeyId": id, "Plaintext": base64(from.as_bytes())});
        let sealed = in_region(&mut kms, from, "Encrypt", input).unwrap();
        assert_eq!(sealed["KeyId"], arn(from, &id));
        let input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
        let opened = in_region(&mut kms, to, "Decrypt", input).unwrap();
        assert_eq!(opened["KeyId"], arn(to, &id));
        assert_eq!(opened["Plaintext"], base64(from.as_bytes()));
    }
    // In a Region without a related key nobody can.
    let sealed = kms.ok("Encrypt", json!({"KeyId": id, "Plaintext": "AAAA"}));
    let input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    let error = in_region(&mut kms, "ap-south-1", "Decrypt", input).unwrap_err();
    assert!(error.starts_with("AccessDeniedException: "), "{error}");
}

#[test]
fn asymmetric_and_hmac_keys_are_the_same_in_every_region() {
    let mut kms = Kms::new();
    let sign = json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"});
    let id = primary(&mut kms, sign);
    replicate(&mut kms, &id, "eu-west-1");
    let input = json!({
        "KeyId": id, "Message": base64(b"m"), "SigningAlgorithm": "ECDSA_SHA_256",
    });
    let signed = kms.ok("Sign", input.clone());
    let mut verify = input;
    verify["Signature"] = signed["Signature"].clone();
    let verified = in_region(&mut kms, "eu-west-1", "Verify", verify).unwrap();
    assert_eq!(verified["SignatureValid"], true);

    let mac = json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"});
    let id = primary(&mut kms, mac);
    replicate(&mut kms, &id, "eu-west-1");
    let input = json!({"KeyId": id, "Message": base64(b"m"), "MacAlgorithm": "HMAC_SHA_256"});
    let here = kms.ok("GenerateMac", input.clone());
    let there = in_region(&mut kms, "eu-west-1", "GenerateMac", input).unwrap();
    assert_eq!(here["Mac"], there["Mac"]);
}

#[test]
fn describe_key_tells_the_family() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    for region in ["eu-west-1", "ap-south-1"] {
        replicate(&mut kms, &id, region);
    }
    let entry = |region: &str| json!({"Arn": arn(region, &id), "Region": region});
    for (region, sort) in [
        ("us-east-1", "PRIMARY"),
        ("eu-west-1", "REPLICA"),
        ("ap-south-1", "REPLICA"),
    ] {
        let told = describe(&mut kms, region, &id);
        assert_eq!(told["MultiRegion"], true);
        assert_eq!(
            told["MultiRegionConfiguration"],
            json!({
                "MultiRegionKeyType": sort,
                "PrimaryKey": entry("us-east-1"),
                "ReplicaKeys": [entry("ap-south-1"), entry("eu-west-1")],
            })
        );
        let material = describe(&mut kms, "us-east-1", &id)["CurrentKeyMaterialId"].clone();
        assert_eq!(told["CurrentKeyMaterialId"], material);
    }
    let single = kms.key(json!({}));
    let told = kms.ok("DescribeKey", json!({"KeyId": single}));
    assert_eq!(told["KeyMetadata"]["MultiRegion"], false);
    assert_eq!(told["KeyMetadata"].get("MultiRegionConfiguration"), None);
}

#[test]
fn policy_description_tags_aliases_grants_and_state_are_each_keys_own() {
    let mut kms = Kms::new();
    let first = json!({
        "Description": "primary", "Tags": [{"TagKey": "where", "TagValue": "here"}],
    });
    let id = primary(&mut kms, first);
    kms.clock.advance(DAY);
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Sid": "Own", "Effect": "Allow", "Action": "kms:*", "Resource": "*",
        "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")},
    }]})
    .to_string();
    let answer = kms.ok(
        "ReplicateKey",
        json!({
            "KeyId": id, "ReplicaRegion": "eu-west-1", "Description": "replica",
            "Policy": policy, "Tags": [{"TagKey": "where", "TagValue": "there"}],
        }),
    );
    assert_eq!(answer["ReplicaPolicy"], policy);
    assert_eq!(
        answer["ReplicaTags"],
        json!([{"TagKey": "where", "TagValue": "there"}])
    );
    let (here, there) = ("us-east-1", "eu-west-1");
    let (one, two) = (
        describe(&mut kms, here, &id),
        describe(&mut kms, there, &id),
    );
    assert_eq!(
        (&one["Description"], &two["Description"]),
        (&json!("primary"), &json!("replica"))
    );
    assert!(one["CreationDate"].as_f64() < two["CreationDate"].as_f64());
    let input = json!({"KeyId": id});
    let kept = in_region(&mut kms, here, "GetKeyPolicy", input.clone()).unwrap();
    assert_ne!(kept["Policy"], policy, "the primary keeps its own policy");

    in_region(&mut kms, there, "DisableKey", input.clone()).unwrap();
    assert_eq!(state(&mut kms, here, &id), "Enabled");
    in_region(&mut kms, there, "EnableKey", input.clone()).unwrap();
    kms.ok("DisableKey", input.clone());
    assert_eq!(state(&mut kms, there, &id), "Enabled");
    kms.ok("EnableKey", input.clone());

    let alias = json!({"AliasName": "alias/a", "TargetKeyId": id});
    kms.ok("CreateAlias", alias);
    let listed = in_region(&mut kms, there, "ListAliases", json!({})).unwrap();
    assert_eq!(listed["Aliases"], json!([]));
    let grantee = format!("arn:aws:iam::{ACCOUNT}:role/app");
    let grant = json!({"KeyId": id, "GranteePrincipal": grantee, "Operations": ["Decrypt"]});
    in_region(&mut kms, there, "CreateGrant", grant).unwrap();
    let count = |answer: Value| answer["Grants"].as_array().unwrap().len();
    assert_eq!(count(kms.ok("ListGrants", input.clone())), 0);
    let listed = in_region(&mut kms, there, "ListGrants", input.clone()).unwrap();
    assert_eq!(count(listed), 1);

    let use_it = json!({"KeyId": id, "Plaintext": "AAAA"});
    in_region(&mut kms, there, "Encrypt", use_it).unwrap();
    let used = in_region(&mut kms, there, "GetKeyLastUsage", input.clone()).unwrap();
    assert_eq!(used["KeyLastUsage"]["Operation"], "Encrypt");
    let used = kms.ok("GetKeyLastUsage", input);
    assert_eq!(used.get("KeyLastUsage"), None);
}

#[test]
fn only_the_primary_can_be_replicated_once_a_region() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    replicate(&mut kms, &id, "eu-west-1");
    let to = |region: &str| json!({"KeyId": id, "ReplicaRegion": region});
    for region in ["eu-west-1", "us-east-1"] {
        let error = kms.fails("ReplicateKey", to(region));
        assert!(error.starts_with("AlreadyExistsException"), "{error}");
    }
    let error = in_region(&mut kms, "eu-west-1", "ReplicateKey", to("ap-south-1")).unwrap_err();
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    let single = kms.key(json!({}));
    let input = json!({"KeyId": single, "ReplicaRegion": "eu-west-1"});
    let error = kms.fails("ReplicateKey", input);
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    // The primary key lies in another Region than the one that is called.
    let error = in_region(&mut kms, "ap-south-1", "ReplicateKey", to("ca-west-1")).unwrap_err();
    assert!(error.starts_with("NotFoundException"), "{error}");
    for region in ["cn-north-1", "us-gov-west-1", "moon"] {
        let error = kms.fails("ReplicateKey", to(region));
        assert!(error.starts_with("ValidationException"), "{error}");
    }
    kms.ok("DisableKey", json!({"KeyId": id}));
    let error = kms.fails("ReplicateKey", to("ap-south-1"));
    assert!(error.starts_with("DisabledException"), "{error}");
}

#[test]
fn a_replica_whose_policy_locks_out_is_not_made() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    let policy = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*",
        "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")},
    }]})
    .to_string();
    let mut input = json!({"KeyId": id, "ReplicaRegion": "eu-west-1", "Policy": policy});
    let error = kms.fails("ReplicateKey", input.clone());
    assert!(
        error.starts_with("MalformedPolicyDocumentException"),
        "{error}"
    );
    let named = json!({"KeyId": id});
    let error = in_region(&mut kms, "eu-west-1", "DescribeKey", named).unwrap_err();
    assert!(error.starts_with("NotFoundException"), "{error}");
    input["BypassPolicyLockoutSafetyCheck"] = json!(true);
    kms.ok("ReplicateKey", input);
}

#[test]
fn replication_takes_permissions_on_both_sides() {
    let user = |name: &str, actions: Value| {
        json!({"name": name, "policies": {"own": {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}],
        }}})
    };
    let users = [
        user("Rep", json!("kms:ReplicateKey")),
        user("Both", json!(["kms:ReplicateKey", "kms:CreateKey"])),
    ];
    let world = json!({"accounts": [{"id": ACCOUNT, "users": users}]}).to_string();
    let mut kms = Kms::with(&world);
    let id = primary(&mut kms, json!({}));
    let input = json!({"KeyId": id, "ReplicaRegion": "eu-west-1"});
    let user = |name: &str| caller(&format!("arn:aws:iam::{ACCOUNT}:user/{name}"), "us-east-1");
    let error = kms
        .call_as(&user("Rep"), "ReplicateKey", input.clone())
        .unwrap_err();
    assert_eq!(error.code.name(), "AccessDeniedException");
    assert!(error.message.contains("kms:CreateKey"), "{}", error.message);
    let mut tagged = input.clone();
    tagged["Tags"] = json!([{"TagKey": "a", "TagValue": "b"}]);
    let error = kms
        .call_as(&user("Both"), "ReplicateKey", tagged)
        .unwrap_err();
    assert!(
        error.message.contains("kms:TagResource"),
        "{}",
        error.message
    );
    kms.call_as(&user("Both"), "ReplicateKey", input).unwrap();
}

#[test]
fn replication_shows_in_both_regions() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    kms.service.take_events();
    replicate(&mut kms, &id, "eu-west-1");
    let events = kms.service.take_events();
    let [here, there] = events.as_slice() else {
        panic!("two events, not {}", events.len());
    };
    let (here, there) = (here.to_json(), there.to_json());
    assert_eq!(here["eventName"], "ReplicateKey");
    assert_eq!(here["awsRegion"], "us-east-1");
    assert_eq!(here["requestParameters"]["replicaRegion"], "eu-west-1");
    assert_eq!(here["resources"][0]["ARN"], arn("us-east-1", &id));
    let metadata = &here["responseElements"]["replicaKeyMetadata"];
    assert_eq!(metadata["arn"], arn("eu-west-1", &id));
    assert_eq!(
        metadata["multiRegionConfiguration"]["primaryKey"]["region"],
        "us-east-1"
    );
    assert_eq!(there["eventName"], "CreateKey");
    assert_eq!(there["awsRegion"], "eu-west-1");
    assert_eq!(there["resources"].as_array().unwrap().len(), 1);
    assert_eq!(there["resources"][0]["ARN"], arn("eu-west-1", &id));
    assert_eq!(there["userIdentity"]["invokedBy"], "kms.amazonaws.com");
    assert_eq!(there["responseElements"]["keyMetadata"], *metadata);
    assert_ne!(here["eventID"], there["eventID"]);
    // A call that fails leaves one event only.
    let _ = kms.fails(
        "ReplicateKey",
        json!({"KeyId": id, "ReplicaRegion": "eu-west-1"}),
    );
    assert_eq!(kms.service.take_events().len(), 1);
}

#[test]
fn a_replica_is_creating_for_a_while() {
    let mut kms = slow(10);
    let id = primary(&mut kms, json!({}));
    let answer = replicate(&mut kms, &id, "eu-west-1");
    assert_eq!(answer["ReplicaKeyMetadata"]["KeyState"], "Creating");
    assert_eq!(answer["ReplicaKeyMetadata"]["Enabled"], false);
    let use_it = json!({"KeyId": id, "Plaintext": "AAAA"});
    let error = in_region(&mut kms, "eu-west-1", "Encrypt", use_it.clone()).unwrap_err();
    assert!(error.contains("is creating."), "{error}");
    kms.clock.advance(Duration::from_secs(9));
    assert_eq!(state(&mut kms, "eu-west-1", &id), "Creating");
    kms.clock.advance(Duration::from_secs(1));
    in_region(&mut kms, "eu-west-1", "Encrypt", use_it).unwrap();

    // Its deletion can be scheduled before it is there.
    replicate(&mut kms, &id, "ap-south-1");
    let input = json!({"KeyId": id, "PendingWindowInDays": 7});
    in_region(&mut kms, "ap-south-1", "ScheduleKeyDeletion", input).unwrap();
    kms.clock.advance(DAY);
    assert_eq!(state(&mut kms, "ap-south-1", &id), "PendingDeletion");
}

#[test]
fn replicas_of_keys_with_imported_material_wait_for_it() {
    let mut kms = slow(10);
    let id = primary(&mut kms, json!({"Origin": "EXTERNAL"}));
    // Not even the primary has material: it cannot be replicated (table of key states, note 5).
    let input = json!({"KeyId": id, "ReplicaRegion": "eu-west-1"});
    let error = kms.fails("ReplicateKey", input.clone());
    assert!(error.contains("is pending import"), "{error}");

    let here = Parameters::get(&mut kms, &id);
    here.imports(&mut kms, &[1; 32], &json!({}));
    let sealed = kms.ok(
        "Encrypt",
        json!({"KeyId": id, "Plaintext": base64(b"kept")}),
    );
    let answer = kms.ok("ReplicateKey", input);
    assert_eq!(answer["ReplicaKeyMetadata"]["KeyState"], "Creating");
    kms.clock.advance(Duration::from_secs(10));
    let told = describe(&mut kms, "eu-west-1", &id);
    assert_eq!(told["KeyState"], "PendingImport");
    assert_eq!(told.get("ExpirationModel"), None);
    let there = root("eu-west-1");
    let there = Parameters::get_as(&mut kms, &there, &id, "RSAES_OAEP_SHA_256");
    let error = there.refuses(&mut kms, &[2; 32], &json!({}));
    assert!(
        error.starts_with("IncorrectKeyMaterialException"),
        "{error}"
    );
    // Each key has its own expiry.
    let expiry = (kms.clock.now() + DAY).epoch_seconds();
    let expires = json!({"ExpirationModel": "KEY_MATERIAL_EXPIRES", "ValidTo": expiry});
    there.imports(&mut kms, &[1; 32], &expires);
    let told = describe(&mut kms, "eu-west-1", &id);
    assert_eq!(told["KeyState"], "Enabled");
    assert_eq!(told["ValidTo"].as_f64(), Some(expiry));
    let input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    let opened = in_region(&mut kms, "eu-west-1", "Decrypt", input).unwrap();
    assert_eq!(opened["Plaintext"], base64(b"kept"));
    kms.clock.advance(DAY);
    assert_eq!(state(&mut kms, "eu-west-1", &id), "PendingImport");
    assert_eq!(state(&mut kms, "us-east-1", &id), "Enabled");
}

#[test]
fn every_key_of_a_family_has_all_material() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    let named = json!({"KeyId": id});
    let mut blobs = Vec::new();
    let mut encrypt = |kms: &mut Kms, region: &str| {
        let input = json!({"KeyId": id, "Plaintext": "AAAA"});
        let sealed = in_region(kms, region, "Encrypt", input).unwrap();
        blobs.push(sealed["CiphertextBlob"].clone());
    };
    kms.ok(
        "EnableKeyRotation",
        json!({"KeyId": id, "RotationPeriodInDays": 90}),
    );
    encrypt(&mut kms, "us-east-1");
    kms.clock.advance(90 * DAY);
    encrypt(&mut kms, "us-east-1");
    replicate(&mut kms, &id, "eu-west-1");
    kms.clock.advance(90 * DAY);
    encrypt(&mut kms, "us-east-1");
    encrypt(&mut kms, "eu-west-1");
    // The schedule goes on at the new primary, and is told by every key.
    kms.ok(
        "UpdatePrimaryRegion",
        json!({"KeyId": id, "PrimaryRegion": "eu-west-1"}),
    );
    kms.clock.advance(45 * DAY);
    let error = kms.fails("DisableKeyRotation", named.clone());
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    let status = kms.ok("GetKeyRotationStatus", named.clone());
    assert_eq!(status["KeyRotationEnabled"], true);
    let next = kms.clock.now() + 45 * DAY;
    assert_eq!(status["NextRotationDate"], next.epoch_seconds());
    kms.clock.advance(45 * DAY);
    kms.service.take_events();
    encrypt(&mut kms, "us-east-1");
    assert_eq!(
        kms.events()
            .iter()
            .find(|event| event["eventName"] == "RotateKey")
            .unwrap()["awsRegion"],
        "eu-west-1"
    );
    encrypt(&mut kms, "eu-west-1");
    for region in ["us-east-1", "eu-west-1"] {
        let listed = in_region(&mut kms, region, "ListKeyRotations", named.clone()).unwrap();
        assert_eq!(listed["Rotations"].as_array().unwrap().len(), 3, "{region}");
        for blob in &blobs {
            let input = json!({"CiphertextBlob": blob});
            in_region(&mut kms, region, "Decrypt", input).unwrap();
        }
    }
}
