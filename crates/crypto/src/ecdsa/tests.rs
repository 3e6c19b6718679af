use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use super::{Curve, EphemeralKey, verify_digest};
use crate::CryptoError;

const CURVES: [(Curve, usize); 2] = [(Curve::P256, 33), (Curve::P384, 49)];

fn rng() -> ChaCha20Rng {
    ChaCha20Rng::seed_from_u64(17)
}

#[test]
fn a_signature_verifies_under_its_key_and_digest_only() {
    for (curve, public_len) in CURVES {
        let mut rng = rng();
        let key = EphemeralKey::generate(curve, &mut rng);
        let public = key.public_key_compressed();
        assert_eq!(public.len(), public_len);
        let digest = vec![7; curve.digest_len()];
        let signature = key.clone().sign_digest(&digest, &mut rng).unwrap();
        assert_eq!(verify_digest(curve, &public, &digest, &signature), Ok(()));

        let mut other = digest.clone();
        other[0] ^= 1;
        let mut broken = signature.clone();
        *broken.last_mut().unwrap() ^= 1;
        let stranger = EphemeralKey::generate(curve, &mut rng).public_key_compressed();
        for (public, digest, signature) in [
            (&public, &other, &signature),
            (&public, &digest, &broken),
            (&stranger, &digest, &signature),
            (&public, &digest, &Vec::new()),
        ] {
            assert_eq!(
                verify_digest(curve, public, digest, signature),
                Err(CryptoError::Failed)
            );
        }
    }
}

#[test]
fn digests_and_points_of_another_length_or_form_are_refused() {
    for (curve, _) in CURVES {
        let mut rng = rng();
        let key = EphemeralKey::generate(curve, &mut rng);
        let digest = vec![7; curve.digest_len()];
        let signature = key.sign_digest(&digest, &mut rng).unwrap();
        let public = key.public_key_compressed();
        assert_eq!(
            key.sign_digest(&digest[1..], &mut rng),
            Err(CryptoError::MessageLength)
        );
        assert_eq!(
            verify_digest(curve, &public, &digest[1..], &signature),
            Err(CryptoError::MessageLength)
        );
        let mut uncompressed = public.clone();
        uncompressed[0] = 4;
        for wrong in [&public[1..], &public[..8], &uncompressed, &[]] {
            assert_eq!(
                verify_digest(curve, wrong, &digest, &signature),
                Err(CryptoError::InvalidMaterial)
            );
        }
    }
}

#[test]
fn keys_follow_from_the_seed_and_are_not_printed() {
    for (curve, _) in CURVES {
        let key = EphemeralKey::generate(curve, &mut rng());
        let again = EphemeralKey::generate(curve, &mut rng());
        assert_eq!(key.public_key_compressed(), again.public_key_compressed());
        assert_eq!(format!("{key:?}"), format!("EphemeralKey({curve:?})"));
    }
}
