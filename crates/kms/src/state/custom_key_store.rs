//! Custom key stores.

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

/// A key store backed by a (simulated) CloudHSM cluster or external key manager.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CustomKeyStore {
    /// `CustomKeyStoreId`
    pub(crate) id: Box<str>,
    /// The account and Region to which the store belongs.
    pub(crate) account: Box<str>,
    pub(crate) region: Box<str>,
    /// `CustomKeyStoreName`
    pub(crate) name: Box<str>,
    pub(crate) created: Timestamp,
    pub(crate) is_connected: bool,
    pub(crate) backing: Backing,
}

/// What holds the keys of a custom key store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Backing {
    /// `AWS_CLOUDHSM`
    #[serde(rename_all = "camelCase")]
    CloudHsm {
        /// `CloudHsmClusterId`
        cluster: Box<str>,
        /// `TrustAnchorCertificate`
        trust_anchor: Box<str>,
    },
    /// `EXTERNAL_KEY_STORE`
    #[serde(rename_all = "camelCase")]
    External {
        /// `Connectivity`
        connectivity: Box<str>,
        /// `UriEndpoint`
        endpoint: Box<str>,
        /// `UriPath`
        path: Box<str>,
        /// `AccessKeyId`
        access_key_id: Box<str>,
        /// `VpcEndpointServiceName`
        vpc_endpoint_service: Option<Box<str>>,
        /// `VpcEndpointServiceOwner`
        vpc_endpoint_service_owner: Option<Box<str>>,
    },
}
