//! Keys and their replicas, promotion and deletion.

use kmsim_kms::clock::Clock as _;
use serde_json::{Value, json};
use std::time::Duration;

use super::{DAY, arn, describe, in_region, primary, replicate, slow, state};
use crate::support::{ACCOUNT, Kms, base64, caller};

#[test]
fn the_roles_swap() {
    let mut kms = slow(10);
    let id = primary(&mut kms, json!({}));
    replicate(&mut kms, &id, "eu-west-1");
    replicate(&mut kms, &id, "ap-south-1");
    kms.clock.advance(DAY);
    kms.service.take_events();
    let to = |region: &str| json!({"KeyId": id, "PrimaryRegion": region});
    assert_eq!(kms.ok("UpdatePrimaryRegion", to("eu-west-1")), json!({}));
    let events = kms.events();
    assert_eq!(events.len(), 2);
    for (event, region) in events.iter().zip(["us-east-1", "eu-west-1"]) {
        assert_eq!(event["eventName"], "UpdatePrimaryRegion");
        assert_eq!(event["awsRegion"], region);
        assert_eq!(event["requestParameters"]["primaryRegion"], "eu-west-1");
        assert_eq!(event["responseElements"]["keyId"], arn("us-east-1", &id));
        assert_eq!(event["resources"].as_array().unwrap().len(), 1);
        assert_eq!(event["resources"][0]["ARN"], arn(region, &id));
    }
    for (region, sort, state) in [
        ("us-east-1", "REPLICA", "Updating"),
        ("eu-west-1", "PRIMARY", "Updating"),
        ("ap-south-1", "REPLICA", "Enabled"),
    ] {
        let told = describe(&mut kms, region, &id);
        let family = &told["MultiRegionConfiguration"];
        assert_eq!(family["MultiRegionKeyType"], sort);
        assert_eq!(family["PrimaryKey"]["Region"], "eu-west-1");
        assert_eq!(told["KeyState"], state, "{region}");
    }
    // Updating keys go on working, but are not replicated.
    kms.ok("Encrypt", json!({"KeyId": id, "Plaintext": "AAAA"}));
    let input = json!({"KeyId": id, "ReplicaRegion": "ca-west-1"});
    let error = in_region(&mut kms, "eu-west-1", "ReplicateKey", input.clone()).unwrap_err();
    assert!(error.contains("is updating."), "{error}");
    kms.clock.advance(Duration::from_secs(10));
    for region in ["us-east-1", "eu-west-1"] {
        assert_eq!(state(&mut kms, region, &id), "Enabled");
    }
    in_region(&mut kms, "eu-west-1", "ReplicateKey", input).unwrap();
    let error = kms.fails("UpdatePrimaryRegion", to("eu-west-1"));
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
}

#[test]
fn promotion_needs_an_enabled_replica() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    let to = |region: &str| json!({"KeyId": id, "PrimaryRegion": region});
    let error = kms.fails("UpdatePrimaryRegion", to("eu-west-1"));
    assert!(error.starts_with("NotFoundException"), "{error}");
    let error = kms.fails("UpdatePrimaryRegion", to("us-east-1"));
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
    replicate(&mut kms, &id, "eu-west-1");
    let named = json!({"KeyId": id});
    in_region(&mut kms, "eu-west-1", "DisableKey", named.clone()).unwrap();
    let error = kms.fails("UpdatePrimaryRegion", to("eu-west-1"));
    assert!(error.starts_with("DisabledException"), "{error}");
    assert!(
        error.contains("eu-west-1"),
        "the replica is the disabled one: {error}"
    );
    in_region(&mut kms, "eu-west-1", "EnableKey", named.clone()).unwrap();
    kms.ok("DisableKey", named);
    let error = kms.fails("UpdatePrimaryRegion", to("eu-west-1"));
    assert!(
        error.starts_with("DisabledException") && error.contains("us-east-1"),
        "{error}"
    );
    let single = kms.key(json!({}));
    let input = json!({"KeyId": single, "PrimaryRegion": "eu-west-1"});
    let error = kms.fails("UpdatePrimaryRegion", input);
    assert!(
        error.starts_with("UnsupportedOperationException"),
        "{error}"
    );
}

#[test]
fn a_primary_waits_for_its_last_replica() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    for region in ["eu-west-1", "ap-south-1"] {
        replicate(&mut kms, &id, region);
    }
    let window = |days: u32| json!({"KeyId": id, "PendingWindowInDays": days});
    let answer = kms.ok("ScheduleKeyDeletion", window(10));
    assert_eq!(answer["KeyState"], "PendingReplicaDeletion");
    assert_eq!(answer["PendingWindowInDays"], 10);
    assert_eq!(answer.get("DeletionDate"), None);
    let told = describe(&mut kms, "us-east-1", &id);
    assert_eq!(told["PendingDeletionWindowInDays"], 10);
    assert_eq!(told.get("DeletionDate"), None);
    kms.clock.advance(100 * DAY);
    assert_eq!(state(&mut kms, "us-east-1", &id), "PendingReplicaDeletion");
    // A deletion of replicas does nothing to the others.
    in_region(&mut kms, "eu-west-1", "ScheduleKeyDeletion", window(7)).unwrap();
    kms.clock.advance(3 * DAY);
    in_region(&mut kms, "ap-south-1", "ScheduleKeyDeletion", window(7)).unwrap();
    kms.clock.advance(4 * DAY);
    let gone = in_region(&mut kms, "eu-west-1", "DescribeKey", json!({"KeyId": id}));
    assert!(gone.unwrap_err().starts_with("NotFoundException"));
    assert_eq!(state(&mut kms, "us-east-1", &id), "PendingReplicaDeletion");
    assert_eq!(state(&mut kms, "ap-south-1", &id), "PendingDeletion");
    // The last replica goes after three more days, unseen; then the ten days of the primary begin.
    kms.clock.advance(8 * DAY);
    let told = describe(&mut kms, "us-east-1", &id);
    assert_eq!(told["KeyState"], "PendingDeletion");
    assert_eq!(told.get("PendingDeletionWindowInDays"), None);
    let begun = kms.clock.now().epoch_seconds() - 5.0 * DAY.as_secs_f64();
    assert_eq!(told["DeletionDate"], begun + 10.0 * DAY.as_secs_f64());
    kms.clock.advance(5 * DAY);
    let error = kms.fails("DescribeKey", json!({"KeyId": id}));
    assert!(error.starts_with("NotFoundException"), "{error}");
}

#[test]
fn one_jump_of_the_clock_deletes_the_whole_family() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    replicate(&mut kms, &id, "eu-west-1");
    let named = json!({"KeyId": id, "PendingWindowInDays": 7});
    kms.ok("ScheduleKeyDeletion", named.clone());
    in_region(&mut kms, "eu-west-1", "ScheduleKeyDeletion", named).unwrap();
    kms.service.take_events();
    kms.clock.advance(14 * DAY);
    assert!(
        kms.fails("DescribeKey", json!({"KeyId": id}))
            .starts_with("NotFoundException")
    );
    let events = kms.events();
    let deleted: Vec<&Value> = events
        .iter()
        .filter(|own| own["eventName"] == "DeleteKey")
        .collect();
    assert_eq!(deleted.len(), 2);
    assert_eq!(deleted[0]["awsRegion"], "eu-west-1");
    assert_eq!(deleted[1]["awsRegion"], "us-east-1");
    assert_eq!(deleted[0]["eventTime"], "2026-11-28T12:00:00Z");
    assert_eq!(deleted[1]["eventTime"], "2026-12-05T12:00:00Z");
}

#[test]
fn deletions_of_a_family_can_be_cancelled_one_by_one() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    replicate(&mut kms, &id, "eu-west-1");
    let named = json!({"KeyId": id});
    kms.ok("ScheduleKeyDeletion", named.clone());
    in_region(&mut kms, "eu-west-1", "ScheduleKeyDeletion", named.clone()).unwrap();
    in_region(&mut kms, "eu-west-1", "CancelKeyDeletion", named.clone()).unwrap();
    assert_eq!(state(&mut kms, "eu-west-1", &id), "Disabled");
    assert_eq!(state(&mut kms, "us-east-1", &id), "PendingReplicaDeletion");
    kms.clock.advance(100 * DAY);
    kms.ok("CancelKeyDeletion", named.clone());
    let told = describe(&mut kms, "us-east-1", &id);
    assert_eq!(told["KeyState"], "Disabled");
    assert_eq!(told.get("PendingDeletionWindowInDays"), None);
    kms.ok("EnableKey", named);
}

#[test]
fn a_deleted_replica_can_be_made_again() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    replicate(&mut kms, &id, "eu-west-1");
    let input = json!({"KeyId": id, "Plaintext": base64(b"kept")});
    let sealed = in_region(&mut kms, "eu-west-1", "Encrypt", input).unwrap();
    let input = json!({"KeyId": id, "PendingWindowInDays": 7});
    in_region(&mut kms, "eu-west-1", "ScheduleKeyDeletion", input).unwrap();
    let again = json!({"KeyId": id, "ReplicaRegion": "eu-west-1"});
    let error = kms.fails("ReplicateKey", again.clone());
    assert!(error.starts_with("AlreadyExistsException"), "{error}");
    kms.clock.advance(7 * DAY);
    kms.ok("ReplicateKey", again);
    let input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    let opened = in_region(&mut kms, "eu-west-1", "Decrypt", input).unwrap();
    assert_eq!(opened["Plaintext"], base64(b"kept"));
}

#[test]
fn after_a_promotion_the_old_primary_can_go_and_the_rest_stays() {
    let mut kms = Kms::new();
    let id = primary(&mut kms, json!({}));
    let input = json!({"KeyId": id, "Plaintext": base64(b"kept")});
    let sealed = kms.ok("Encrypt", input);
    replicate(&mut kms, &id, "eu-west-1");
    kms.ok(
        "UpdatePrimaryRegion",
        json!({"KeyId": id, "PrimaryRegion": "eu-west-1"}),
    );
    let input = json!({"KeyId": id, "PendingWindowInDays": 7});
    let answer = kms.ok("ScheduleKeyDeletion", input);
    assert_eq!(answer["KeyState"], "PendingDeletion", "it is a replica now");
    kms.clock.advance(8 * DAY);
    assert!(
        kms.fails("DescribeKey", json!({"KeyId": id}))
            .starts_with("NotFoundException")
    );
    let told = describe(&mut kms, "eu-west-1", &id);
    assert_eq!(told["KeyState"], "Enabled");
    assert_eq!(told["MultiRegionConfiguration"]["ReplicaKeys"], json!([]));
    let input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    let opened = in_region(&mut kms, "eu-west-1", "Decrypt", input).unwrap();
    assert_eq!(opened["Plaintext"], base64(b"kept"));
    // And the Region of the old primary can have a replica again.
    let input = json!({"KeyId": id, "ReplicaRegion": "us-east-1"});
    in_region(&mut kms, "eu-west-1", "ReplicateKey", input).unwrap();
    let named = json!({"KeyId": id});
    let answer = in_region(&mut kms, "eu-west-1", "ScheduleKeyDeletion", named).unwrap();
    assert_eq!(answer["KeyState"], "PendingReplicaDeletion");
}

#[test]
fn policies_of_one_region_say_nothing_in_another() {
    let world = json!({"accounts": [{"id": ACCOUNT, "users": [{"name": "Ann"}]}]}).to_string();
    let mut kms = Kms::with(&world);
    let ann = format!("arn:aws:iam::{ACCOUNT}:user/Ann");
    let policy = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*",
         "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}},
        {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", "Principal": {"AWS": ann}},
    ]})
    .to_string();
    let id = primary(&mut kms, json!({"Policy": policy}));
    replicate(&mut kms, &id, "eu-west-1");
    let sealed = kms.ok("Encrypt", json!({"KeyId": id, "Plaintext": "AAAA"}));
    let input = json!({"CiphertextBlob": sealed["CiphertextBlob"]});
    kms.call_as(&caller(&ann, "us-east-1"), "Decrypt", input.clone())
        .unwrap();
    let error = kms
        .call_as(&caller(&ann, "eu-west-1"), "Decrypt", input)
        .unwrap_err();
    assert_eq!(error.code.name(), "AccessDeniedException");
}
