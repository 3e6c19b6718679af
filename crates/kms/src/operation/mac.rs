//! `GenerateMac` and `VerifyMac`.

use kmsim_types::{KeyUsage, MacAlgorithm};

use super::encrypt::{current_material, internal};
use super::{check_algorithm, check_usage};
use crate::error::{ErrorCode, KmsError};
use crate::members::{Member, members};
use crate::service::{Answer, Cx, Service};

impl Service {
    pub(super) fn generate_mac(&mut self, cx: &mut Cx<'_>) -> Answer {
        let algorithm = self.mac_algorithm(cx)?;
        let key = self.key_of(cx)?;
        let message = cx.input.required_blob("Message")?;
        cx.stop_if_dry()?;
        let mac = current_material(key)?.mac(&message);
        let mac = mac.map_err(|why| internal(&key.arn, why))?;
        Ok(members! {
            "Mac": Member::Blob(mac),
            "MacAlgorithm": algorithm.name(),
            "KeyId": &key.arn,
        })
    }

    pub(super) fn verify_mac(&mut self, cx: &mut Cx<'_>) -> Answer {
        let algorithm = self.mac_algorithm(cx)?;
        let key = self.key_of(cx)?;
        let (message, mac) = (
            cx.input.required_blob("Message")?,
            cx.input.required_bytes("Mac")?,
        );
        current_material(key)?
            .verify_mac(&message, &mac)
            .map_err(|_| KmsError::new(ErrorCode::KmsInvalidMac, ""))?;
        cx.stop_if_dry()?;
        Ok(members! {
            "KeyId": &key.arn,
            "MacValid": true,
            "MacAlgorithm": algorithm.name(),
        })
    }

    fn mac_algorithm(&self, cx: &Cx<'_>) -> Result<MacAlgorithm, KmsError> {
        let key = self.key_of(cx)?;
        check_usage(key, KeyUsage::GenerateVerifyMac, cx)?;
        let algorithm = cx.input.required_enum("MacAlgorithm")?;
        check_algorithm(key, key.spec.mac_algorithm().as_slice(), algorithm)?;
        Ok(algorithm)
    }
}
