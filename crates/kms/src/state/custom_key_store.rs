//! Custom key stores.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::clock::Timestamp;
use crate::members::set;

/// A key store backed by a (simulated) CloudHSM cluster or external key manager. Both are always
/// there and in order, and take whatever password or credential they are given.
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
    pub(crate) connection: Connection,
    /// When `CONNECTING` or `DISCONNECTING` is over.
    pub(crate) settles: Option<Timestamp>,
    pub(crate) backing: Backing,
}

/// `ConnectionState`. A store that can't fail to connect is never `FAILED`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Connection {
    Connected,
    Connecting,
    Disconnected,
    Disconnecting,
}

impl Connection {
    /// AWS's spelling.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Connected => "CONNECTED",
            Self::Connecting => "CONNECTING",
            Self::Disconnected => "DISCONNECTED",
            Self::Disconnecting => "DISCONNECTING",
        }
    }
}

/// What holds the keys of a custom key store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Backing {
    /// `AWS_CLOUDHSM`
    CloudHsm(CloudHsm),
    /// `EXTERNAL_KEY_STORE`
    External(Proxy),
}

/// A CloudHSM cluster. KMS is told the password of its user `kmsuser`; nobody asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct CloudHsm {
    /// `CloudHsmClusterId`
    pub(crate) cluster: Box<str>,
    /// `TrustAnchorCertificate`
    pub(crate) trust_anchor: Box<str>,
}

/// The proxy of an external key manager. KMS is told its secret access key; nobody asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Proxy {
    /// `UriEndpoint`
    pub(crate) endpoint: Box<str>,
    /// `UriPath`
    pub(crate) path: Box<str>,
    /// `AccessKeyId`
    pub(crate) access_key_id: Box<str>,
    /// The VPC endpoint service if `Connectivity` is `VPC_ENDPOINT_SERVICE`; none for
    /// `PUBLIC_ENDPOINT`.
    pub(crate) vpc_endpoint_service: Option<VpcEndpointService>,
}

/// A VPC endpoint service through which a proxy is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct VpcEndpointService {
    /// `VpcEndpointServiceName`
    pub(crate) name: Box<str>,
    /// `VpcEndpointServiceOwner`
    pub(crate) owner: Box<str>,
}

impl CustomKeyStore {
    /// The cluster of a CloudHSM key store.
    pub(crate) fn cluster(&self) -> Option<&str> {
        match &self.backing {
            Backing::CloudHsm(hsm) => Some(&hsm.cluster),
            Backing::External(_) => None,
        }
    }

    /// `CustomKeyStoresListEntry`
    pub(crate) fn list_entry(&self) -> Value {
        let mut entry = json!({
            "CustomKeyStoreId": &*self.id,
            "CustomKeyStoreName": &*self.name,
            "CustomKeyStoreType": self.backing.name(),
            "ConnectionState": self.connection.name(),
            "CreationDate": self.created.to_json(),
        });
        match &self.backing {
            Backing::CloudHsm(hsm) => {
                set(&mut entry, "CloudHsmClusterId", &*hsm.cluster);
                set(&mut entry, "TrustAnchorCertificate", &*hsm.trust_anchor);
            }
            Backing::External(proxy) => {
                set(&mut entry, "XksProxyConfiguration", proxy.configuration());
            }
        }
        entry
    }
}

impl Backing {
    /// `CustomKeyStoreType`
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::CloudHsm(_) => "AWS_CLOUDHSM",
            Self::External(_) => "EXTERNAL_KEY_STORE",
        }
    }
}

impl Proxy {
    /// `XksProxyConfiguration`
    fn configuration(&self) -> Value {
        let connectivity = match self.vpc_endpoint_service {
            Some(_) => "VPC_ENDPOINT_SERVICE",
            None => "PUBLIC_ENDPOINT",
        };
        let mut configuration = json!({
            "Connectivity": connectivity,
            "AccessKeyId": &*self.access_key_id,
            "UriEndpoint": &*self.endpoint,
            "UriPath": &*self.path,
        });
        if let Some(service) = &self.vpc_endpoint_service {
            set(&mut configuration, "VpcEndpointServiceName", &*service.name);
            set(
                &mut configuration,
                "VpcEndpointServiceOwner",
                &*service.owner,
            );
        }
        configuration
    }
}
