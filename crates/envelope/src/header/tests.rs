use super::*;

fn header(suite: AlgorithmSuite) -> Header {
    let mut context = EncryptionContext::from_iter([("a", "1"), ("é", "ü")]);
    if suite.signature().is_some() {
        let key = context::PUBLIC_KEY.to_owned();
        context.0.insert(key, "AAAA".to_owned());
    }
    let is_v2 = suite.message_version() == MessageVersion::V2;
    Header {
        suite,
        message_id: vec![9; if is_v2 { 32 } else { 16 }],
        context,
        encrypted_data_keys: vec![key("aws-kms"), key("other")],
        content: Content::Framed(NonZeroU32::new(4096).unwrap()),
        commitment: is_v2.then_some([7; 32]),
    }
}

fn key(provider_id: &str) -> EncryptedDataKey {
    EncryptedDataKey {
        provider_id: provider_id.to_owned(),
        provider_info: b"info".to_vec(),
        ciphertext: b"ciphertext".to_vec(),
    }
}

fn bytes(suite: AlgorithmSuite) -> Vec<u8> {
    header(suite).to_bytes().unwrap()
}

#[test]
fn headers_are_read_as_they_were_written() {
    for suite in AlgorithmSuite::ALL {
        let framed = header(suite);
        let unframed = Header {
            content: Content::Unframed,
            ..framed.clone()
        };
        for header in [framed, unframed] {
            let bytes = header.to_bytes().unwrap();
            assert_eq!(Header::read_unverified(&bytes[..]).unwrap(), header);
        }
    }
}

/// The layouts of the specification, byte for byte.
#[test]
fn both_versions_have_their_layout() {
    let small = |suite| Header {
        context: EncryptionContext::new(),
        encrypted_data_keys: vec![key("p")],
        ..header(suite)
    };
    let keys = b"\0\x01\0\x01p\0\x04info\0\x0aciphertext";
    let v1 = [
        b"\x01\x80\x00\x14".as_slice(),
        &[9; 16],
        b"\0\0",
        keys,
        b"\x02\0\0\0\0\x0c\0\0\x10\0",
    ];
    let header = small(AlgorithmSuite::Aes128GcmNoKdf);
    assert_eq!(header.to_bytes().unwrap(), v1.concat());
    let v2 = [
        b"\x02\x04\x78".as_slice(),
        &[9; 32],
        b"\0\0",
        keys,
        b"\x02\0\0\x10\0",
        &[7; 32],
    ];
    let header = small(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey);
    assert_eq!(header.to_bytes().unwrap(), v2.concat());
}

#[test]
fn what_is_no_header_is_refused_with_its_place() {
    let v1 = bytes(AlgorithmSuite::Aes256GcmHkdfSha256);
    let v2 = bytes(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey);
    let end = v1.len();
    for (message, at, value, offset, reason) in [
        (&v1, 0, 3, 0, Malformed::Version(3)),
        (&v1, 0, b'A', 0, Malformed::Base64),
        (&v1, 1, 0, 1, Malformed::Type(0)),
        (&v1, 3, 0x70, 2, Malformed::Suite(0x0170)),
        (
            &v1,
            2,
            4,
            2,
            Malformed::SuiteVersion(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey),
        ),
        (
            &v2,
            1,
            1,
            1,
            Malformed::SuiteVersion(AlgorithmSuite::Aes256GcmHkdfSha256),
        ),
        (&v1, 23, 3, 38, Malformed::ContextLength),
        (&v1, 26, 0xff, 26, Malformed::Utf8),
        (&v1, end - 10, 3, end - 10, Malformed::ContentType(3)),
        (&v1, end - 6, 1, end - 9, Malformed::Reserved),
        (&v1, end - 5, 16, end - 5, Malformed::NonceLength(16)),
        (&v1, end - 10, 1, end - 4, Malformed::FrameLength(4096)),
        (&v1, end - 2, 0, end - 4, Malformed::FrameLength(0)),
    ] {
        let mut message = message.clone();
        message[at] = value;
        let error = Header::read_unverified(&message[..]).unwrap_err();
        let offset = u64::try_from(offset).unwrap();
        let expected = Error::Malformed { offset, reason };
        assert_eq!(error.to_string(), expected.to_string());
    }
}

#[test]
fn a_public_key_belongs_to_a_signed_message() {
    let with = |suite, key: Option<&str>| {
        let mut header = header(suite);
        header.context.0.remove(context::PUBLIC_KEY);
        let pair = key.map(|key| (context::PUBLIC_KEY.to_owned(), key.to_owned()));
        header.context.0.extend(pair);
        header
    };
    let signed = AlgorithmSuite::Aes256GcmHkdfSha384EcdsaP384;
    for (header, expected) in [
        (
            with(AlgorithmSuite::Aes256GcmHkdfSha256, Some("AAAA")),
            Malformed::UnexpectedPublicKey,
        ),
        (with(signed, Some("A")), Malformed::PublicKey),
        (with(signed, None), Malformed::NoPublicKey),
    ] {
        let bytes = header.to_bytes().unwrap();
        let error = Header::read_unverified(&bytes[..]).unwrap_err();
        let expected = Error::Malformed {
            offset: 22,
            reason: expected,
        };
        assert_eq!(error.to_string(), expected.to_string());
    }
}

#[test]
fn there_is_at_least_one_data_key_and_fields_have_a_length_of_16_bits() {
    let with = |encrypted_data_keys| Header {
        encrypted_data_keys,
        ..header(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey)
    };
    let long = EncryptedDataKey {
        ciphertext: vec![0; 65_536],
        ..key("p")
    };
    for keys in [vec![], vec![long], vec![key("p"); 65_536]] {
        let error = with(keys).to_bytes().unwrap_err();
        assert!(matches!(error, Error::EncryptedDataKeys), "{error}");
    }
    let bytes = with(vec![key("p"); 65_535]).to_bytes().unwrap();
    let read = Header::read_unverified(&bytes[..]).unwrap();
    assert_eq!(read.encrypted_data_keys.len(), 65_535);
}

#[test]
fn a_limit_of_data_keys_is_checked_before_they_are_read() {
    let mut bytes = bytes(AlgorithmSuite::Aes256GcmHkdfSha256);
    let keys = b"\0\x02\0\x07aws-kms";
    let at = bytes
        .windows(keys.len())
        .position(|part| part == keys)
        .unwrap();
    // The keys themselves are missing.
    let parse = |limit| Header::parse(&mut Source::new(&bytes[..at + 2]), limit);
    assert_eq!(
        parse(Some(1)).unwrap_err().to_string(),
        "the message has 2 encrypted data keys, the limit is 1"
    );
    for limit in [None, Some(2)] {
        let error = parse(limit).unwrap_err();
        assert!(matches!(error, Error::Truncated { .. }), "{error}");
    }

    bytes[at + 1] = 0;
    let error = Header::read_unverified(&bytes[..]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("malformed message: there is no encrypted data key, at byte {at}")
    );
    bytes[at + 1] = 2;
    bytes[at + 4] = 0xff;
    let error = Header::read_unverified(&bytes[..]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("malformed message: a text is not UTF-8, at byte {}", at + 4)
    );
}

#[test]
fn a_header_has_a_limit() {
    let long = EncryptedDataKey {
        ciphertext: vec![0; 65_535],
        ..key("p")
    };
    let header = Header {
        encrypted_data_keys: vec![long; 600],
        ..header(AlgorithmSuite::Aes256GcmHkdfSha512CommitKey)
    };
    let bytes = header.to_bytes().unwrap();
    let error = Header::read_unverified(&bytes[..]).unwrap_err();
    assert!(matches!(error, Error::TooLarge { .. }), "{error}");
}
