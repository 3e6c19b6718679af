use super::*;

#[test]
fn what_one_implementation_seals_the_other_opens() {
    for length in [16, 24, 32] {
        let key: Vec<u8> = (0..length).collect();
        let [portable, native] = [Backend::Portable, Backend::Native]
            .map(|backend| GcmKey::with_backend(backend, &key).unwrap());
        for (sealer, opener) in [(&portable, &native), (&native, &portable)] {
            let mut data = *b"the message";
            let tag = sealer
                .seal_in_place(&[7; 12], b"context", &mut data)
                .unwrap();
            assert_ne!(&data, b"the message");
            opener
                .open_in_place(&[7; 12], b"context", &mut data, &tag)
                .unwrap();
            assert_eq!(&data, b"the message");
        }
    }
}

#[test]
fn a_message_that_does_not_open_leaves_no_plaintext() {
    for backend in [Backend::Portable, Backend::Native] {
        let key = GcmKey::with_backend(backend, &[1; 32]).unwrap();
        let mut sealed = *b"the message";
        let tag = key
            .seal_in_place(&[7; 12], b"context", &mut sealed)
            .unwrap();
        let mut wrong_tag = tag;
        wrong_tag[15] ^= 1;
        for (nonce, aad, tag) in [
            ([8; 12], &b"context"[..], tag),
            ([7; 12], b"another", tag),
            ([7; 12], b"context", wrong_tag),
        ] {
            let mut data = sealed;
            assert_eq!(
                key.open_in_place(&nonce, aad, &mut data, &tag),
                Err(CryptoError::Failed)
            );
            assert_ne!(&data, b"the message");
        }
    }
}

#[test]
fn keys_have_16_24_or_32_bytes() {
    for backend in [Backend::Portable, Backend::Native] {
        for length in [0, 15, 17, 20, 31, 33, 64] {
            let key = GcmKey::with_backend(backend, &vec![0; length]);
            assert_eq!(key.unwrap_err(), CryptoError::InvalidMaterial);
        }
    }
    assert_eq!(
        format!("{:?}", GcmKey::new(&[0x55; 32]).unwrap()),
        "GcmKey { .. }"
    );
}
