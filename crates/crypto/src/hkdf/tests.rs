use super::*;

/// RFC 5869, appendix A.1.
#[test]
fn the_standards_example_comes_out() {
    let salt: Vec<u8> = (0x00..=0x0c).collect();
    let info: Vec<u8> = (0xf0..=0xf9).collect();
    let mut out = [0; 42];
    derive(Hash::Sha256, &salt, &[0x0b; 22], &info, &mut out).unwrap();
    assert_eq!(out[..8], [0x3c, 0xb2, 0x5f, 0x25, 0xfa, 0xac, 0xd5, 0x7a]);
    assert_eq!(out[40..], [0x58, 0x65]);
}

#[test]
fn there_is_a_longest_output() {
    for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
        let longest = 255 * hash.output_len();
        assert_eq!(
            derive(hash, b"", b"key", b"", &mut vec![0; longest]),
            Ok(())
        );
        assert_eq!(
            derive(hash, b"", b"key", b"", &mut vec![0; longest + 1]),
            Err(CryptoError::MessageLength)
        );
    }
}
