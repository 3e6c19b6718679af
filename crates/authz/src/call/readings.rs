//! What the derivation of condition keys takes for granted where AWS's documentation is silent.

/// A reading of AWS's documentation. All of them stand in `docs/assumptions.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name in `docs/assumptions.md`.
    pub id: &'static str,
    /// What is assumed.
    pub text: &'static str,
    /// Why.
    pub source: &'static str,
    /// The condition key that it is about, or the beginning of a family's names.
    pub key: Option<&'static str>,
}

macro_rules! readings {
    ($($name:ident = $id:literal, $key:expr, $text:literal, $source:literal;)+) => {
        $(pub(super) static $name: Reading = Reading {
            id: $id,
            text: $text,
            source: $source,
            key: $key,
        };)+

        /// Every reading.
        pub static READINGS: &[&Reading] = &[$(&$name),+];
    };
}

readings! {
    GRANT_FOR_RESOURCE = "grant-for-resource", Some("kms:GrantIsForAWSResource"),
        "a call that does not come through a service lacks kms:GrantIsForAWSResource, instead of carrying `false`",
        "the KMS Developer Guide says only that such a call never satisfies a condition for `true`";
    CREATE_GRANT_CONTEXT = "create-grant-context", Some("kms:EncryptionContext"),
        "CreateGrant carries the pairs of the grant's constraint as kms:EncryptionContext:*",
        "the Service Authorization Reference lists the keys for CreateGrant; an example of the KMS Developer Guide relies on it";
    RETIRE_GRANT_CONTEXT = "retire-grant-context", Some("kms:EncryptionContext"),
        "RetireGrant carries the pairs of the grant's constraint as kms:EncryptionContext:*",
        "the Service Authorization Reference lists the keys for RetireGrant and says no more";
    RE_ENCRYPT_ALGORITHMS = "re-encrypt-algorithms", Some("kms:EncryptionAlgorithm"),
        "of ReEncrypt's two algorithms each authorization sees that of its own side",
        "follows from the parameters' names";
    MESSAGE_TYPE = "message-type-default", Some("kms:MessageType"),
        "Sign and Verify without MessageType carry kms:MessageType `RAW`",
        "the KMS Developer Guide says that conditions see defaults, not for this key in particular";
    ROTATION_PERIOD = "rotation-period-default", Some("kms:RotationPeriodInDays"),
        "EnableKeyRotation without RotationPeriodInDays carries kms:RotationPeriodInDays 365",
        "the KMS Developer Guide says that conditions see defaults, not for this key in particular";
    PENDING_WINDOW = "pending-window-default", Some("kms:ScheduleKeyDeletionPendingWindowInDays"),
        "ScheduleKeyDeletion without PendingWindowInDays carries the default of 30",
        "the KMS Developer Guide says that conditions see defaults, not for this key in particular";
    NEW_PRIMARY = "new-primary", Some("kms:MultiRegionKeyType"),
        "CreateKey for a multi-Region key carries kms:MultiRegionKeyType PRIMARY",
        "what CreateKey makes is a primary; the presence of the key is not documented";
    NEW_REPLICA = "new-replica", Some("kms:"),
        "the CreateKey check of ReplicateKey carries spec, usage and origin of the primary, and says that a replica is made",
        "the KMS Developer Guide names the permission, not the keys that come with it";
    REPLICA_TAGS = "replica-tags", Some("aws:"),
        "ReplicateKey with tags carries them as aws:RequestTag/* and aws:TagKeys, as CreateKey does",
        "the API reference asks for kms:TagResource; the Service Authorization Reference is silent";
    PRIMARY_REGION = "primary-region", Some("kms:PrimaryRegion"),
        "both authorizations of UpdatePrimaryRegion carry kms:PrimaryRegion",
        "the Service Authorization Reference lists the key for the action";
    TAGS_OF_NEW_KEYS = "tags-of-new-keys", None,
        "kms:TagResource on a key that is being made is decided by identity-based policies alone; a placeholder stands for the key's id",
        "the API reference of CreateKey asks for the permission in an IAM policy; the key has no policy yet";
    MANY_ALIASES = "many-aliases", Some("kms:ResourceAliases"),
        "a key with more than 50 aliases has no kms:ResourceAliases",
        "the KMS Developer Guide says that such conditions are not effective then";
    CALLED_VIA = "called-via", Some("aws:CalledVia"),
        "aws:CalledVia holds the service principal that belongs to kms:ViaService: ec2.amazonaws.com for ec2.us-east-1.amazonaws.com",
        "the IAM User Guide shows such values for other services";
    FORWARDED_ADDRESS = "forwarded-address", Some("aws:SourceIp"),
        "a service that calls by a forward access session passes on the caller's public address",
        "the IAM User Guide, \"Forward access sessions\"";
    SERVICE_ADDRESS = "service-address", Some("aws:SourceIp"),
        "a call that a service makes for itself comes from none of your addresses: aws:SourceIp is taken as absent",
        "the KMS Developer Guide warns that such calls come from the service's addresses";
    OUTSIDE_ORGANIZATION = "outside-organization", Some("aws:PrincipalOrg"),
        "the caller's account is in no organization, since the world's organization does not have it",
        "a world tells nothing of other organizations; conditions for your own organization come out the same";
    OUTSIDE_ACCOUNT = "outside-account", None,
        "the caller's account is not in the world: no identity-based policies and SCPs are taken to apply to the caller",
        "add the account and the principal to the world to say otherwise";
    AWS_MANAGED_KEY = "aws-managed-key-policy", None,
        "the policy of this AWS managed key is that of aws/ebs with the service's own name",
        "AWS documents the policy of aws/ebs only";
    SERVICE_LINKED_ROLE = "service-linked-role", None,
        "making a multi-Region primary key asks for iam:CreateServiceLinkedRole even where the role exists already",
        "the KMS Developer Guide names the permission without exception";
    SECURE_TRANSPORT = "secure-transport", Some("aws:SecureTransport"),
        "the call is made over TLS",
        "SDKs and the command line do so unless told otherwise";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reading_stands_in_the_documentation() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/assumptions.md");
        let text = std::fs::read_to_string(path).expect("docs/assumptions.md");
        for reading in READINGS {
            let row = format!("| `{}` |", reading.id);
            assert!(text.contains(&row), "{row} is missing");
        }
    }
}
