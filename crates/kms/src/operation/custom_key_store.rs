//! Custom key stores: `CreateCustomKeyStore`, `DescribeCustomKeyStores`, `DeleteCustomKeyStore`.
//!
//! Source: API reference of these operations; KMS Developer Guide, "Key stores". The CloudHSM
//! clusters, external key managers and proxies are simulated: every cluster id and every proxy
//! address is taken for one that exists and is in order.

use std::borrow::Cow;

use kmsim_types::{AccountId, KeyOrigin};
use serde_json::json;

use crate::change::Row;
use crate::error::{ErrorCode, KmsError};
use crate::input::{Input, lower_first};
use crate::members::{Members, members};
use crate::service::{Answer, Cx, Service, listing};
use crate::state::{Backing, CloudHsm, Connection, CustomKeyStore, Proxy, VpcEndpointService};

mod connection;
pub(super) mod external_key;
mod keys;
mod update;

/// Most custom key stores of an account and Region (KMS Developer Guide, "Resource quotas").
const MOST_STORES: usize = 10;

/// Parameters that stores of one type have only.
const OF_CLOUD_HSM: [&str; 3] = [
    "CloudHsmClusterId",
    "KeyStorePassword",
    "TrustAnchorCertificate",
];
const OF_EXTERNAL: [&str; 6] = [
    "XksProxyConnectivity",
    "XksProxyUriEndpoint",
    "XksProxyUriPath",
    "XksProxyAuthenticationCredential",
    "XksProxyVpcEndpointServiceName",
    "XksProxyVpcEndpointServiceOwner",
];

impl Service {
    pub(super) fn create_custom_key_store(&mut self, cx: &mut Cx<'_>) -> Answer {
        let name = cx.input.required("CustomKeyStoreName")?;
        let backing = new_backing(cx)?;
        if self.stores(cx).count() >= MOST_STORES {
            return Err(KmsError::limit_exceeded(format!(
                "The account has {MOST_STORES} custom key stores in this Region."
            )));
        }
        self.check_store_name(cx, name, None)?;
        self.check_backing(cx, &backing, None)?;
        let Some(account) = cx.caller.account() else {
            return Err(KmsError::internal("a key store belongs to an account"));
        };
        let id = self.custom_key_store_id();
        let store = CustomKeyStore {
            id: id.clone(),
            account: account.as_str().into(),
            region: cx.caller.region().as_str().into(),
            name: name.into(),
            created: cx.now,
            connection: Connection::Disconnected,
            settles: None,
            backing,
        };
        self.custom_key_stores.insert(id.clone().into(), store);
        self.changed.insert(Row::CustomKeyStore(id.clone().into()));
        cx.trail.response = Some(json!({"customKeyStoreId": &*id}));
        Ok(members! {"CustomKeyStoreId": &*id})
    }

    pub(super) fn describe_custom_key_stores(&mut self, cx: &mut Cx<'_>) -> Answer {
        let (id, name) = (
            cx.input.str("CustomKeyStoreId"),
            cx.input.str("CustomKeyStoreName"),
        );
        if id.is_some() && name.is_some() {
            return Err(KmsError::validation(
                "CustomKeyStoreId and CustomKeyStoreName cannot both be specified.",
            ));
        }
        let wanted = |store: &&CustomKeyStore| {
            id.is_none_or(|id| *store.id == *id) && name.is_none_or(|name| *store.name == *name)
        };
        let found: Vec<&CustomKeyStore> = self.stores(cx).filter(wanted).collect();
        if let (Some(text), true) = (id.or(name), found.is_empty()) {
            return Err(no_store(text));
        }
        let binding = id.or(name).unwrap_or("");
        listing(
            cx,
            "CustomKeyStores",
            binding,
            found,
            |store| Cow::Borrowed(&store.id),
            CustomKeyStore::list_entry,
        )
    }

    /// A store goes only while it is disconnected and holds no KMS key, not even one that is
    /// pending deletion.
    pub(super) fn delete_custom_key_store(&mut self, cx: &mut Cx<'_>) -> Answer {
        let store = self.named_store(cx)?;
        let id = store.id.clone();
        check_connection(store, cx, &[Connection::Disconnected])?;
        if let Some(key) = self.keys_in_store(&id).next() {
            return Err(KmsError::new(
                ErrorCode::CustomKeyStoreHasCmks,
                format!("The custom key store {id} contains KMS keys, such as {key}."),
            ));
        }
        tell_store(cx, self.store(cx, &id)?);
        self.custom_key_stores.remove(&*id);
        self.changed.insert(Row::CustomKeyStore(id.into()));
        Ok(Members::default())
    }

    /// The stores of the caller's account in the Region that is called.
    fn stores<'s>(&'s self, cx: &Cx<'s>) -> impl Iterator<Item = &'s CustomKeyStore> + use<'s> {
        let (account, region) = (cx.caller.account(), cx.caller.region());
        self.custom_key_stores.values().filter(move |store| {
            account.is_some_and(|account| account.as_str() == &*store.account)
                && *store.region == *region.as_str()
        })
    }

    /// The store with this id.
    fn store(&self, cx: &Cx<'_>, id: &str) -> Result<&CustomKeyStore, KmsError> {
        let store = self.custom_key_stores.get(id).filter(|store| {
            let account = cx.caller.account();
            account.is_some_and(|account| account.as_str() == &*store.account)
                && *store.region == *cx.caller.region().as_str()
        });
        store.ok_or_else(|| no_store(id))
    }

    /// The store of the parameter `CustomKeyStoreId`.
    fn named_store(&self, cx: &Cx<'_>) -> Result<&CustomKeyStore, KmsError> {
        self.store(cx, cx.input.required("CustomKeyStoreId")?)
    }

    /// Changes a store.
    fn change_store(&mut self, id: &str, change: impl FnOnce(&mut CustomKeyStore)) {
        if let Some(store) = self.custom_key_stores.get_mut(id) {
            change(store);
            self.changed.insert(Row::CustomKeyStore(id.into()));
        }
    }

    /// Names are unique in account and Region; `own` is the store that has the name already.
    fn check_store_name(&self, cx: &Cx<'_>, name: &str, own: Option<&str>) -> Result<(), KmsError> {
        let mut others = self.stores(cx).filter(|store| Some(&*store.id) != own);
        if others.all(|store| *store.name != *name) {
            return Ok(());
        }
        Err(KmsError::new(
            ErrorCode::CustomKeyStoreNameInUse,
            format!("The account has another custom key store with the name {name}."),
        ))
    }

    /// A cluster, a proxy and a VPC endpoint service serve one store each.
    fn check_backing(
        &self,
        cx: &Cx<'_>,
        backing: &Backing,
        own: Option<&str>,
    ) -> Result<(), KmsError> {
        for other in self.stores(cx).filter(|store| Some(&*store.id) != own) {
            match (backing, &other.backing) {
                (Backing::CloudHsm(hsm), Backing::CloudHsm(used))
                    if hsm.cluster == used.cluster =>
                {
                    // Whoever changes the cluster of a store is told that the clusters are not
                    // related: `UpdateCustomKeyStore` has no exception for clusters in use.
                    let code = match own {
                        None => ErrorCode::CloudHsmClusterInUse,
                        Some(_) => ErrorCode::CloudHsmClusterNotRelated,
                    };
                    return Err(in_use(code, "CloudHSM cluster", &hsm.cluster, other));
                }
                (Backing::External(proxy), Backing::External(used)) => {
                    check_proxies(proxy, used, other)?;
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Requirements of uniqueness (API reference, `CreateCustomKeyStore`, `XksProxyUriEndpoint`,
/// `XksProxyUriPath`, `XksProxyVpcEndpointServiceName`).
fn check_proxies(proxy: &Proxy, used: &Proxy, store: &CustomKeyStore) -> Result<(), KmsError> {
    if let (Some(service), Some(other)) = (&proxy.vpc_endpoint_service, &used.vpc_endpoint_service)
        && service.name == other.name
    {
        let code = ErrorCode::XksProxyVpcEndpointServiceInUse;
        return Err(in_use(code, "VPC endpoint service", &service.name, store));
    }
    if proxy.endpoint != used.endpoint {
        return Ok(());
    }
    if proxy.path == used.path {
        let address = format!("{}{}", proxy.endpoint, proxy.path);
        let code = ErrorCode::XksProxyUriInUse;
        return Err(in_use(code, "proxy URI", &address, store));
    }
    // Several stores can share a public endpoint, on different paths.
    if proxy.vpc_endpoint_service.is_none() && used.vpc_endpoint_service.is_none() {
        return Ok(());
    }
    let code = ErrorCode::XksProxyUriEndpointInUse;
    Err(in_use(code, "proxy URI endpoint", &proxy.endpoint, store))
}

fn in_use(code: ErrorCode, what: &str, which: &str, store: &CustomKeyStore) -> KmsError {
    let message = format!(
        "The {what} {which} is in use by the custom key store {}.",
        store.id
    );
    KmsError::new(code, message)
}

fn no_store(text: &str) -> KmsError {
    KmsError::new(
        ErrorCode::CustomKeyStoreNotFound,
        format!("The custom key store {text} does not exist."),
    )
}

/// Fails unless the store is in one of these connection states.
fn check_connection(
    store: &CustomKeyStore,
    cx: &Cx<'_>,
    states: &[Connection],
) -> Result<(), KmsError> {
    if states.contains(&store.connection) {
        return Ok(());
    }
    Err(KmsError::new(
        ErrorCode::CustomKeyStoreInvalidState,
        format!(
            "The custom key store {} is {}, which is not valid for {}.",
            store.id,
            store.connection.name(),
            cx.operation
        ),
    ))
}

/// Events of an existing store name it and its cluster (KMS Developer Guide, "CloudTrail log
/// entries", `ConnectCustomKeyStore`).
fn tell_store(cx: &mut Cx<'_>, store: &CustomKeyStore) {
    let additional = &mut cx.trail.additional;
    additional.set("customKeyStoreName", &*store.name);
    if let Some(cluster) = store.cluster() {
        additional.set("clusterId", cluster);
    }
}

fn new_backing(cx: &Cx<'_>) -> Result<Backing, KmsError> {
    let sort = cx.input.str("CustomKeyStoreType");
    if sort == Some(KeyOrigin::ExternalKeyStore.name()) {
        refuse(&cx.input, &OF_CLOUD_HSM, "EXTERNAL_KEY_STORE")?;
        return new_proxy(cx).map(Backing::External);
    }
    refuse(&cx.input, &OF_EXTERNAL, "AWS_CLOUDHSM")?;
    // The simulated cluster has whatever password is told.
    cx.input.required("KeyStorePassword")?;
    Ok(Backing::CloudHsm(CloudHsm {
        cluster: cx.input.required("CloudHsmClusterId")?.into(),
        trust_anchor: cx.input.required("TrustAnchorCertificate")?.into(),
    }))
}

fn new_proxy(cx: &Cx<'_>) -> Result<Proxy, KmsError> {
    let connectivity = cx.input.required("XksProxyConnectivity")?;
    let missing = || KmsError::missing("xksProxyAuthenticationCredential");
    let credential = cx.input.object("XksProxyAuthenticationCredential");
    let credential = credential.ok_or_else(missing)?;
    Ok(Proxy {
        endpoint: cx.input.required("XksProxyUriEndpoint")?.into(),
        path: cx.input.required("XksProxyUriPath")?.into(),
        access_key_id: credential.required("AccessKeyId")?.into(),
        vpc_endpoint_service: vpc_endpoint_service(cx, connectivity, None)?,
    })
}

/// The VPC endpoint service that goes with the connectivity: name and owner as they are told, or
/// as they were. The owner is the caller's account unless another one is told.
fn vpc_endpoint_service(
    cx: &Cx<'_>,
    connectivity: &str,
    old: Option<&VpcEndpointService>,
) -> Result<Option<VpcEndpointService>, KmsError> {
    if connectivity != "VPC_ENDPOINT_SERVICE" {
        let parameters = [
            "XksProxyVpcEndpointServiceName",
            "XksProxyVpcEndpointServiceOwner",
        ];
        refuse(&cx.input, &parameters, "PUBLIC_ENDPOINT")?;
        return Ok(None);
    }
    let name = match (cx.input.str("XksProxyVpcEndpointServiceName"), old) {
        (Some(name), _) => name,
        (None, Some(old)) => &old.name,
        (None, None) => return Err(KmsError::missing("xksProxyVpcEndpointServiceName")),
    };
    let region = cx.caller.region();
    if !name.contains(&format!(".vpce.{region}.")) {
        return Err(KmsError::new(
            ErrorCode::XksProxyVpcEndpointServiceNotFound,
            format!("The VPC endpoint service {name} is not in the Region {region}."),
        ));
    }
    let told = cx.input.str("XksProxyVpcEndpointServiceOwner");
    let account = cx.caller.account();
    let owner = told
        .or(old.map(|old| &*old.owner))
        .or(account.as_ref().map(AccountId::as_str));
    Ok(Some(VpcEndpointService {
        name: name.into(),
        owner: owner.unwrap_or_default().into(),
    }))
}

/// Fails if one of these parameters is there, which do not go with a type or connectivity.
fn refuse(input: &Input<'_>, parameters: &[&str], sort: &str) -> Result<(), KmsError> {
    match parameters.iter().find(|name| input.has(name)) {
        None => Ok(()),
        Some(name) => Err(KmsError::validation(format!(
            "'{}' cannot be specified for {sort}.",
            lower_first(name)
        ))),
    }
}
