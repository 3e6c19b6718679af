//! `kmsim check --link`.

use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use flate2::read::DeflateDecoder;
use serde_json::{Value, json};

use crate::run::folder;

#[test]
fn a_link_holds_the_question() {
    let folder = folder();
    let page = |arguments: &[&str]| {
        let ran = folder.run(arguments.iter().copied().chain(["--link=x/"]));
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let data = ran.out.trim().strip_prefix("x/#v1=").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(data).unwrap();
        let mut text = String::new();
        DeflateDecoder::new(&*bytes)
            .read_to_string(&mut text)
            .unwrap();
        serde_json::from_str::<Value>(&text).unwrap()
    };
    let case = json!({
    "request": {
        "principal": "arn:aws:iam::111122223333:role/App",
        "action": "kms:Decrypt",
        "resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
        "grantTokens": ["a", "b"],
        "unknown": ["aws:SourceAccount"],
        "context": {"kms:EncryptionContext:Department": "IT", "kms:ViaService": "s3.eu-west-1.amazonaws.com", "aws:PrincipalTag/x": ["1", "2"], "aws:SourceVpc": null, "aws:PrincipalTag/y": {"kmsim:unknown": "why"}},
    },
    "policies": {
        "resource": {"file": "policy.json"},
        "identity": [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*"}]}, r#"{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "kms:Sign", "Resource": "*"}}"#],
        "scps": [
            {"level": "r", "policies": [{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}]},
            {"level": "a", "policies": [{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}, {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}]},
        ],
    },
        });
    folder.write(
        "policy.json",
        br#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:Sign", "Resource": "*"}]}"#,
    );
    folder.write("linked.json", case.to_string().as_bytes());
    let made = page(&["check", "linked.json"]);
    assert_eq!(
        made["call"],
        json!({
            "caller": "arn:aws:iam::111122223333:role/App",
            "operation": "Decrypt",
            "key": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
            "region": "eu-west-1",
            "encryptionContext": [{"key": "Department", "value": "IT"}],
            "via": "s3.eu-west-1.amazonaws.com",
            "grantTokens": "a b",
            "context": [
                {"key": "aws:PrincipalTag/x", "state": "present", "value": "[\"1\",\"2\"]"},
                {"key": "aws:SourceVpc", "state": "absent", "value": ""},
                {"key": "aws:PrincipalTag/y", "state": "unknown", "value": ""},
                {"key": "aws:SourceAccount", "state": "unknown", "value": ""},
            ],
        })
    );
    let docs = made["docs"].as_array().unwrap();
    let kinds: Vec<_> = docs
        .iter()
        .map(|doc| (doc["kind"].as_str().unwrap(), doc["level"].as_str()))
        .collect();
    assert_eq!(
        kinds,
        [
            ("key-policy", None),
            ("identity", None),
            ("identity", None),
            ("scp", Some("account"))
        ]
    );
    folder.write("world.yaml", b"accounts:\n  - id: \"111122223333\" # ours\n    keys: [{id: 1234abcd-12ab-34cd-56ef-1234567890ab, region: us-east-1, policy: default}]\n");
    let made = page(&[
        "check",
        "world.yaml",
        "--caller=arn:aws:iam::111122223333:root",
        "--operation=Sign",
        "--key=1234abcd-12ab-34cd-56ef-1234567890ab",
        "--parameter=MessageType=DIGEST",
    ]);
    assert!(made["docs"][0]["text"].as_str().unwrap().contains("# ours"));
    assert_eq!(made["call"]["operation"], "Sign");
    assert_eq!(made["call"]["parameters"], "{\"MessageType\":\"DIGEST\"}");
    // What a page cannot hold is said.
    for (change, why) in [
        (
            json!({"request": {"principal": "arn:aws:iam::111122223333:root", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k"}}),
            "its resource is no key",
        ),
        (
            json!({"request": case["request"], "policies": {"scps": [{"level": "r", "policies": []}]}}),
            "does not allow everything",
        ),
    ] {
        folder.write("other.json", change.to_string().as_bytes());
        let ran = folder.run(["check", "other.json", "--link"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""));
        assert!(ran.err.contains(why), "{}", ran.err);
    }
}
