use kmsim_crypto::{Backend, CryptoError, GcmKey};
use proptest::prelude::*;

proptest! {
    #[test]
    fn both_implementations_agree(
        key in prop::sample::select(vec![16, 24, 32])
            .prop_flat_map(|length| prop::collection::vec(any::<u8>(), length)),
        nonce: [u8; 12],
        aad in prop::collection::vec(any::<u8>(), 0..100),
        message in prop::collection::vec(any::<u8>(), 0..600),
        flipped: prop::sample::Index,
    ) {
        let [portable, native] = [Backend::Portable, Backend::Native]
            .map(|backend| GcmKey::with_backend(backend, &key).unwrap());
        let (mut sealed, mut sealed_natively) = (message.clone(), message.clone());
        let tag = portable.seal_in_place(&nonce, &aad, &mut sealed).unwrap();
        let native_tag = native.seal_in_place(&nonce, &aad, &mut sealed_natively).unwrap();
        prop_assert_eq!(&sealed, &sealed_natively);
        prop_assert_eq!(tag, native_tag);

        // One wrong bit anywhere: both refuse.
        let mut changed = [&sealed[..], &tag].concat();
        let index = flipped.index(changed.len() * 8);
        changed[index / 8] ^= 1 << (index % 8);
        let (changed, changed_tag) = changed.split_last_chunk().unwrap();
        for key in [&portable, &native] {
            let mut data = changed.to_vec();
            let opened = key.open_in_place(&nonce, &aad, &mut data, changed_tag);
            prop_assert_eq!(opened, Err(CryptoError::Failed));
            let mut data = sealed.clone();
            prop_assert_eq!(key.open_in_place(&nonce, &aad, &mut data, &tag), Ok(()));
            prop_assert_eq!(&data, &message);
        }
    }
}
