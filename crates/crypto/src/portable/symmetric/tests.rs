use aws_lc_rs::kdf::{KbkdfCtrHmacAlgorithmId, get_kbkdf_ctr_hmac_algorithm, kbkdf_ctr_hmac};

use super::*;

#[test]
fn keys_are_derived_as_another_implementation_derives_them() {
    let algorithm = get_kbkdf_ctr_hmac_algorithm(KbkdfCtrHmacAlgorithmId::Sha256).unwrap();
    for (label, context) in [
        ("", ""),
        ("label", ""),
        ("", "context"),
        ("label", "context"),
    ] {
        let material: Vec<u8> = (0..32).collect();
        let info = [label.as_bytes(), &[0], context.as_bytes(), &[0, 0, 1, 0]].concat();
        let mut expected = [0; 32];
        kbkdf_ctr_hmac(algorithm, &material, &info, &mut expected).unwrap();
        let key = load(&material).unwrap().key;
        let derived = key.derive(label.as_bytes(), context.as_bytes()).unwrap();
        assert_eq!(*derived, expected);
    }
}

#[test]
fn keys_have_32_bytes() {
    for length in [0, 16, 31, 33] {
        assert_eq!(
            load(&vec![0; length]).err(),
            Some(CryptoError::InvalidMaterial)
        );
    }
}
