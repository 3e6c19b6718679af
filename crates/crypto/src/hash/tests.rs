use super::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// FIPS 180-4's example: the message `abc`.
#[test]
fn the_standards_example_comes_out_whole_and_in_parts() {
    for (hash, first_bytes) in [
        (Hash::Sha256, "ba7816bf8f01cfea"),
        (Hash::Sha384, "cb00753f45a35e8b"),
        (Hash::Sha512, "ddaf35a193617aba"),
    ] {
        let value = hash.digest(b"abc");
        assert!(hex(&value).starts_with(first_bytes), "{hash:?}");
        assert_eq!(value.len(), hash.output_len());
        let mut digest = Digest::new(hash);
        for part in [&b"a"[..], b"", b"bc"] {
            digest.update(part);
        }
        assert_eq!(digest.finish(), value);
    }
}
