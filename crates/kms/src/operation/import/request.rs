//! The parameters of `ImportKeyMaterial`, and how they go together.

use crate::clock::Timestamp;
use crate::error::KmsError;
use crate::service::Cx;
use crate::state::{KeyRecord, Material};

/// How far off an expiry can be, in days (API reference, `ValidTo`).
const LONGEST_VALIDITY: u32 = 365;

/// `ImportType`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ImportType {
    /// `NEW_KEY_MATERIAL`
    New,
    /// `EXISTING_KEY_MATERIAL`
    Existing,
}

/// What is to be imported, besides the material.
pub(super) struct ImportRequest<'a> {
    import_type: Option<ImportType>,
    material_id: Option<&'a str>,
    pub(super) description: Option<&'a str>,
    /// None for material that does not expire.
    pub(super) valid_to: Option<Timestamp>,
}

impl<'a> ImportRequest<'a> {
    pub(super) fn read(cx: &Cx<'a>, key: &KeyRecord) -> Result<Self, KmsError> {
        for parameter in ["ImportType", "KeyMaterialId", "KeyMaterialDescription"] {
            if cx.input.has(parameter) {
                check_several(key, parameter)?;
            }
        }
        let import_type = cx.input.str("ImportType").map(|name| match name {
            "NEW_KEY_MATERIAL" => ImportType::New,
            _ => ImportType::Existing,
        });
        let material_id = cx.input.str("KeyMaterialId");
        if material_id.is_some() && import_type == Some(ImportType::New) {
            return Err(KmsError::validation(
                "You cannot specify a KeyMaterialId with ImportType NEW_KEY_MATERIAL.",
            ));
        }
        let description = cx.input.str("KeyMaterialDescription");
        if description.is_some() && key.is_replica() {
            return Err(KmsError::unsupported(format!(
                "{} is a multi-Region replica key. The key material description is set on the \
                 primary key.",
                key.arn
            )));
        }
        Ok(Self {
            import_type,
            material_id,
            description,
            valid_to: valid_to(cx)?,
        })
    }

    /// The type that was said, or the one that a key with this history can only mean.
    pub(super) fn import_type(&self, key: &KeyRecord) -> ImportType {
        let meant = if key.materials.is_empty() {
            ImportType::New
        } else {
            ImportType::Existing
        };
        self.import_type.unwrap_or(meant)
    }

    /// The id that was said must be that of the material.
    pub(super) fn check_id(&self, offered: &Material) -> Result<(), KmsError> {
        let id = offered.id.map(|id| id.to_string());
        if self.material_id.is_none() || self.material_id == id.as_deref() {
            return Ok(());
        }
        Err(super::incorrect(
            "The key material does not match the KeyMaterialId in the request.",
        ))
    }
}

/// Only symmetric encryption keys have several generations of imported material, and parameters
/// that tell them apart.
pub(super) fn check_several(key: &KeyRecord, parameter: &str) -> Result<(), KmsError> {
    if key.is_symmetric_encryption() {
        return Ok(());
    }
    Err(KmsError::unsupported(format!(
        "{} key spec is {}. {parameter} is only valid for symmetric encryption KMS keys.",
        key.arn, key.spec
    )))
}

/// Material expires unless the request says that it does not.
fn valid_to(cx: &Cx<'_>) -> Result<Option<Timestamp>, KmsError> {
    let expires = cx.input.str("ExpirationModel") != Some("KEY_MATERIAL_DOES_NOT_EXPIRE");
    let why = match (expires, cx.input.timestamp("ValidTo")) {
        (false, None) => return Ok(None),
        (false, Some(_)) => {
            "A validTo date cannot be set if the ExpirationModel is KEY_MATERIAL_DOES_NOT_EXPIRE"
        }
        (true, None) => "A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES",
        (true, Some(at)) if at <= cx.now => "The validTo date must be in the future",
        (true, Some(at)) if at > cx.now.plus_days(LONGEST_VALIDITY) => {
            "The validTo date must be at most 365 days in the future"
        }
        (true, Some(at)) => return Ok(Some(at)),
    };
    Err(KmsError::validation(why))
}
