use super::*;

/// FIPS 180-4's example: the message `abc`.
#[test]
fn the_standards_example_comes_out_whole_and_in_parts() {
    for (hash, first_bytes) in [
        (Hash::Sha256, 0xba78_16bf_8f01_cfea_u64),
        (Hash::Sha384, 0xcb00_753f_45a3_5e8b),
        (Hash::Sha512, 0xddaf_35a1_9361_7aba),
    ] {
        let value = hash.digest(b"abc");
        assert_eq!(value[..8], first_bytes.to_be_bytes(), "{hash:?}");
        assert_eq!(value.len(), hash.output_len());
        let mut digest = Digest::new(hash);
        for part in [&b"a"[..], b"", b"bc"] {
            digest.update(part);
        }
        assert_eq!(digest.finish(), value);
    }
}
