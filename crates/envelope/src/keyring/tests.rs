use std::collections::BTreeMap;

use kmsim_types::{AccountId, Partition, Region};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::*;

const ONE: &str = "arn:aws:kms:us-east-1:111122223333:key/1";
const TWO: &str = "arn:aws:kms:us-east-1:444455556666:key/2";
const MRK_EAST: &str = "arn:aws:kms:us-east-1:111122223333:key/mrk-1";
const MRK_WEST: &str = "arn:aws:kms:eu-west-1:111122223333:key/mrk-1";

/// Keys that "encrypt" by writing down what they were given.
#[derive(Debug, Default)]
struct Recorder {
    calls: Vec<String>,
    /// Aliases and short ids, by what they mean.
    names: BTreeMap<&'static str, &'static str>,
    refuses: Vec<&'static str>,
    answers_with: Option<&'static str>,
    cuts: bool,
}

impl Recorder {
    fn arn(&self, key_id: &str) -> String {
        let arn = self.names.get(key_id).copied().unwrap_or(key_id);
        self.answers_with.unwrap_or(arn).to_owned()
    }

    fn call(
        &mut self,
        operation: &str,
        key_id: &str,
        context: &EncryptionContext,
        tokens: &[String],
    ) -> Result<(), BoxError> {
        let context: Vec<&str> = context.keys().collect();
        let tokens = tokens.join(",");
        self.calls
            .push(format!("{operation} {key_id} {context:?} [{tokens}]"));
        if self.refuses.contains(&key_id) {
            return Err("AccessDeniedException".into());
        }
        Ok(())
    }
}

/// The id and the last part of the plaintext: replicas decrypt each other's.
fn ciphertext(key_id: &str, plaintext: &[u8]) -> Vec<u8> {
    let id = key_id.rsplit('/').next().unwrap();
    [id.as_bytes(), b" ", plaintext].concat()
}

impl KmsClient for Recorder {
    fn generate_data_key(
        &mut self,
        key_id: &str,
        number_of_bytes: usize,
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsDataKey, BoxError> {
        self.call(
            &format!("GenerateDataKey({number_of_bytes})"),
            key_id,
            context,
            grant_tokens,
        )?;
        let plaintext = vec![7; number_of_bytes - usize::from(self.cuts)];
        let key_id = self.arn(key_id);
        Ok(KmsDataKey {
            ciphertext_blob: ciphertext(&key_id, &plaintext),
            key_id,
            plaintext: PlaintextDataKey::new(plaintext),
        })
    }

    fn encrypt(
        &mut self,
        key_id: &str,
        plaintext: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsCiphertext, BoxError> {
        self.call("Encrypt", key_id, context, grant_tokens)?;
        let key_id = self.arn(key_id);
        Ok(KmsCiphertext {
            ciphertext_blob: ciphertext(&key_id, plaintext),
            key_id,
        })
    }

    fn decrypt(
        &mut self,
        key_id: &str,
        ciphertext_blob: &[u8],
        context: &EncryptionContext,
        grant_tokens: &[String],
    ) -> Result<KmsPlaintext, BoxError> {
        self.call("Decrypt", key_id, context, grant_tokens)?;
        let prefix = ciphertext(key_id, b"");
        let plaintext = ciphertext_blob
            .strip_prefix(prefix.as_slice())
            .ok_or("InvalidCiphertextException")?;
        let end = plaintext.len() - usize::from(self.cuts);
        Ok(KmsPlaintext {
            key_id: self.arn(key_id),
            plaintext: PlaintextDataKey::new(plaintext[..end].to_vec()),
        })
    }
}

fn context() -> EncryptionContext {
    EncryptionContext::from_iter([("a", "1")])
}

fn generate(keyring: &mut impl Keyring) -> Result<DataKey, KeyringError> {
    keyring.generate(32, &context(), &mut ChaCha20Rng::seed_from_u64(1))
}

/// Data keys under these keys, in this order.
fn under(key_ids: &[&str]) -> Vec<EncryptedDataKey> {
    let mut keyring = KmsKeyring::strict(Recorder::default(), key_ids.iter().copied()).unwrap();
    generate(&mut keyring).unwrap().encrypted
}

fn decrypt(
    keyring: &mut KmsKeyring<Recorder>,
    encrypted: &[EncryptedDataKey],
) -> Result<Vec<String>, KeyringError> {
    let data_key = keyring.decrypt(encrypted, 32, &context())?;
    assert_eq!(data_key.as_bytes(), [7; 32]);
    Ok(std::mem::take(&mut keyring.client_mut().calls))
}

#[test]
fn the_first_key_generates_and_the_others_encrypt() {
    let client = Recorder {
        names: BTreeMap::from([("alias/app", ONE)]),
        ..Recorder::default()
    };
    let mut keyring = KmsKeyring::strict(client, ["alias/app", TWO])
        .unwrap()
        .with_grant_tokens(vec!["token".to_owned()]);
    let data_key = generate(&mut keyring).unwrap();
    assert_eq!(
        keyring.client().calls,
        [
            r#"GenerateDataKey(32) alias/app ["a"] [token]"#,
            &format!(r#"Encrypt {TWO} ["a"] [token]"#),
        ]
    );
    let infos = data_key.encrypted.iter().map(|key| {
        let info = String::from_utf8(key.provider_info.clone()).unwrap();
        (key.provider_id.as_str(), info)
    });
    assert_eq!(
        infos.collect::<Vec<_>>(),
        [("aws-kms", ONE.to_owned()), ("aws-kms", TWO.to_owned())],
        "messages carry the ARN of the answer, not the alias"
    );
}

#[test]
fn any_failure_to_encrypt_is_final() {
    let client = Recorder {
        refuses: vec![TWO],
        ..Recorder::default()
    };
    let mut keyring = KmsKeyring::strict(client, [ONE, TWO]).unwrap();
    let error = generate(&mut keyring).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("Encrypt under {TWO} failed: AccessDeniedException")
    );

    for (answers_with, cuts, expected) in [
        (Some("1"), false, "the key `1`"),
        (
            Some("arn:aws:kms:us-east-1:111122223333:alias/app"),
            false,
            "the key `arn:aws:kms:us-east-1:111122223333:alias/app`",
        ),
        (None, true, "a data key of 31 bytes"),
    ] {
        let client = Recorder {
            answers_with,
            cuts,
            ..Recorder::default()
        };
        let mut keyring = KmsKeyring::strict(client, [ONE]).unwrap();
        assert_eq!(
            generate(&mut keyring).unwrap_err().to_string(),
            format!("GenerateDataKey under {ONE} answered with {expected}")
        );
    }
}

#[test]
fn a_strict_keyring_decrypts_with_its_own_keys_only() {
    let mut keyring = KmsKeyring::strict(Recorder::default(), [TWO]).unwrap();
    assert_eq!(
        decrypt(&mut keyring, &under(&[ONE, TWO])).unwrap(),
        [format!(r#"Decrypt {TWO} ["a"] []"#)]
    );

    let error = decrypt(&mut keyring, &under(&[ONE, MRK_EAST])).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the keyring decrypts none of the message's data keys: aws-kms {ONE}; aws-kms {MRK_EAST}"
        )
    );
    assert!(keyring.client().calls.is_empty());

    let client = Recorder {
        names: BTreeMap::from([("alias/app", ONE)]),
        ..Recorder::default()
    };
    let mut by_alias = KmsKeyring::strict(client, ["alias/app"]).unwrap();
    let error = decrypt(&mut by_alias, &under(&[ONE])).unwrap_err();
    assert!(matches!(error, KeyringError::NoMatch { .. }), "{error}");
}

#[test]
fn the_first_success_wins_and_errors_are_collected() {
    let client = Recorder {
        refuses: vec![ONE],
        ..Recorder::default()
    };
    let mut keyring = KmsKeyring::strict(client, [ONE, TWO]).unwrap();
    let calls = decrypt(&mut keyring, &under(&[TWO, ONE])).unwrap();
    assert_eq!(calls.len(), 2);
    assert!(calls[0].starts_with(&format!("Decrypt {ONE}")), "{calls:?}");

    keyring.client_mut().refuses.push(TWO);
    let error = decrypt(&mut keyring, &under(&[TWO, ONE])).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "no data key could be decrypted: Decrypt under {ONE} failed: AccessDeniedException; \
             Decrypt under {TWO} failed: AccessDeniedException"
        )
    );
}

#[test]
fn another_answer_than_asked_for_is_an_error() {
    for (answers_with, cuts, expected) in [
        (Some(TWO), false, format!("the key `{TWO}`")),
        (None, true, "a data key of 31 bytes".to_owned()),
    ] {
        let client = Recorder {
            answers_with,
            cuts,
            ..Recorder::default()
        };
        let mut keyring = KmsKeyring::strict(client, [ONE]).unwrap();
        let error = decrypt(&mut keyring, &under(&[ONE])).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("no data key could be decrypted: Decrypt under {ONE} answered with {expected}")
        );
    }
}

#[test]
fn data_keys_of_others_are_skipped() {
    let mut encrypted = under(&[ONE, ONE, ONE, ONE]);
    encrypted[0].provider_id = "aws-kms-hierarchy".to_owned();
    encrypted[1].provider_info = b"alias/app".to_vec();
    encrypted[2].provider_info = b"\xff".to_vec();
    let mut discovery = KmsKeyring::discovery(Recorder::default(), None);
    assert_eq!(decrypt(&mut discovery, &encrypted).unwrap().len(), 1);
    let error = decrypt(&mut discovery, &encrypted[..3]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the keyring decrypts none of the message's data keys: aws-kms-hierarchy {ONE}; \
             aws-kms alias/app; aws-kms "
        )
    );
}

#[test]
fn discovery_takes_the_keys_of_the_message_within_the_filter() {
    let mut keyring = KmsKeyring::discovery(Recorder::default(), None);
    assert_eq!(
        decrypt(&mut keyring, &under(&[ONE, TWO])).unwrap(),
        [format!(r#"Decrypt {ONE} ["a"] []"#)]
    );
    let error = generate(&mut keyring).unwrap_err();
    assert!(matches!(error, KeyringError::DiscoveryEncrypts), "{error}");

    let filter = |partition, account| {
        Some(DiscoveryFilter {
            partition,
            accounts: vec![AccountId::new(account).unwrap()],
        })
    };
    let second = filter(Partition::Aws, "444455556666");
    let mut keyring = KmsKeyring::discovery(Recorder::default(), second);
    assert_eq!(
        decrypt(&mut keyring, &under(&[ONE, TWO])).unwrap(),
        [format!(r#"Decrypt {TWO} ["a"] []"#)]
    );
    let elsewhere = filter(Partition::AwsCn, "444455556666");
    let mut keyring = KmsKeyring::discovery(Recorder::default(), elsewhere);
    assert!(decrypt(&mut keyring, &under(&[ONE, TWO])).is_err());
    assert!(keyring.client().calls.is_empty());
}

#[test]
fn related_keys_decrypt_for_each_other_where_that_was_asked_for() {
    let encrypted = under(&[MRK_EAST]);
    let mut strict = KmsKeyring::strict(Recorder::default(), [MRK_WEST]).unwrap();
    assert!(decrypt(&mut strict, &encrypted).is_err());
    let mut related = KmsKeyring::multi_region(Recorder::default(), [MRK_WEST]).unwrap();
    assert_eq!(
        decrypt(&mut related, &encrypted).unwrap(),
        [format!(r#"Decrypt {MRK_WEST} ["a"] []"#)]
    );
    assert!(decrypt(&mut related, &under(&[ONE])).is_err());
}

#[test]
fn discovery_in_a_region_asks_the_replica_there() {
    let region = Region::new("eu-west-1").unwrap();
    let mut keyring = KmsKeyring::multi_region_discovery(Recorder::default(), region, None);
    assert_eq!(
        decrypt(&mut keyring, &under(&[ONE, MRK_EAST])).unwrap(),
        [format!(r#"Decrypt {MRK_WEST} ["a"] []"#)]
    );
    assert!(decrypt(&mut keyring, &under(&[ONE])).is_err());
    let region = Region::new("us-east-1").unwrap();
    let mut keyring = KmsKeyring::multi_region_discovery(Recorder::default(), region, None);
    assert_eq!(
        decrypt(&mut keyring, &under(&[ONE, MRK_EAST])).unwrap(),
        [format!(r#"Decrypt {ONE} ["a"] []"#)]
    );
}

#[test]
fn keyrings_need_keys() {
    type Strict = KmsKeyring<Recorder>;
    let none: [&str; 0] = [];
    assert_eq!(
        Strict::strict(Recorder::default(), none).unwrap_err(),
        KeyIdsError::None
    );
    assert_eq!(
        Strict::strict(Recorder::default(), [ONE, ""]).unwrap_err(),
        KeyIdsError::Empty
    );
    for other in [MRK_EAST, "mrk-1"] {
        assert_eq!(
            Strict::multi_region(Recorder::default(), [MRK_WEST, other]).unwrap_err(),
            KeyIdsError::Related("mrk-1".to_owned())
        );
        assert!(Strict::strict(Recorder::default(), [MRK_WEST, other]).is_ok());
    }
}

#[test]
fn raw_keys_wrap_for_themselves() {
    let all = || {
        RawAesKeyring::new("ns", "one", &[1; 32])
            .and_then(|keyring| keyring.with_key("two", &[2; 16]))
            .unwrap()
    };
    let data_key = generate(&mut all()).unwrap();
    assert_eq!(data_key.encrypted.len(), 2);
    let open = |keyring: &mut RawAesKeyring, encrypted: &[EncryptedDataKey], context| {
        keyring
            .decrypt(encrypted, 32, &context)
            .map(|opened| assert_eq!(opened.as_bytes(), data_key.plaintext.as_bytes()))
    };
    let one = |name: &str, key: &[u8]| RawAesKeyring::new("ns", name, key).unwrap();
    open(&mut one("one", &[1; 32]), &data_key.encrypted, context()).unwrap();
    open(&mut one("two", &[2; 16]), &data_key.encrypted, context()).unwrap();

    let error = open(&mut one("one", &[2; 32]), &data_key.encrypted, context()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no data key could be decrypted: \
         the data key is not one that `one` wrapped under this encryption context"
    );
    let other = EncryptionContext::new();
    open(&mut one("one", &[1; 32]), &data_key.encrypted, other).unwrap_err();
    let error = open(&mut one("on", &[1; 32]), &data_key.encrypted, context()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the keyring decrypts none of the message's data keys: ns one; ns two"
    );
    let mut namesake = RawAesKeyring::new("NS", "one", &[1; 32]).unwrap();
    open(&mut namesake, &data_key.encrypted, context()).unwrap_err();
    assert!(all().decrypt(&data_key.encrypted, 16, &context()).is_err());
}

#[test]
fn raw_keys_have_lengths_of_aes() {
    assert_eq!(
        RawAesKeyring::new("ns", "one", &[0; 20]).unwrap_err(),
        RawKeyError::Length(20)
    );
    assert_eq!(
        RawAesKeyring::new("aws-kms", "one", &[0; 32]).unwrap_err(),
        RawKeyError::Namespace("aws-kms".to_owned())
    );
}

#[test]
fn keys_are_not_printed() {
    let data_key = PlaintextDataKey::new(vec![0xAB; 16]);
    assert_eq!(format!("{data_key:?}"), "PlaintextDataKey(16 bytes)");
    let keyring = RawAesKeyring::new("ns", "one", &[0xAB; 32]).unwrap();
    assert_eq!(
        format!("{keyring:?}"),
        r#"RawAesKeyring { namespace: "ns", names: ["one"], .. }"#
    );
}
