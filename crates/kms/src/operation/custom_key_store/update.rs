//! `UpdateCustomKeyStore`.

use super::{
    OF_CLOUD_HSM, OF_EXTERNAL, check_connection, refuse, tell_store, vpc_endpoint_service,
};
use crate::error::KmsError;
use crate::members::Members;
use crate::service::{Answer, Cx, Service};
use crate::state::{Backing, CloudHsm, Connection, Proxy};

/// Properties that can be changed while the store is connected (API reference,
/// `UpdateCustomKeyStore`); all others while it is disconnected only.
const WHILE_CONNECTED: [&str; 3] = [
    "NewCustomKeyStoreName",
    "XksProxyAuthenticationCredential",
    "XksProxyUriPath",
];

impl Service {
    pub(in crate::operation) fn update_custom_key_store(&mut self, cx: &mut Cx<'_>) -> Answer {
        let store = self.named_store(cx)?;
        let id = store.id.clone();
        let (wrong, sort) = match store.backing {
            Backing::CloudHsm(_) => (OF_EXTERNAL.as_slice(), "AWS_CLOUDHSM"),
            Backing::External(_) => (OF_CLOUD_HSM.as_slice(), "EXTERNAL_KEY_STORE"),
        };
        refuse(&cx.input, wrong, sort)?;
        let mut properties = OF_CLOUD_HSM.iter().chain(&OF_EXTERNAL);
        let needs_disconnection =
            properties.any(|name| cx.input.has(name) && !WHILE_CONNECTED.contains(name));
        let valid = if needs_disconnection {
            [Connection::Disconnected].as_slice()
        } else {
            [Connection::Disconnected, Connection::Connected].as_slice()
        };
        check_connection(store, cx, valid)?;
        let backing = match &store.backing {
            Backing::CloudHsm(old) => Backing::CloudHsm(changed_cluster(cx, old)),
            Backing::External(old) => Backing::External(changed_proxy(cx, old)?),
        };
        let name: Box<str> = match cx.input.str("NewCustomKeyStoreName") {
            Some(name) => name.into(),
            None => store.name.clone(),
        };
        self.check_store_name(cx, &name, Some(&id))?;
        self.check_backing(cx, &backing, Some(&id))?;
        self.change_store(&id, |store| {
            store.name = name;
            store.backing = backing;
        });
        tell_store(cx, self.store(cx, &id)?);
        Ok(Members::default())
    }
}

/// The simulated clusters of an account are all related, but for those of other stores.
fn changed_cluster(cx: &Cx<'_>, old: &CloudHsm) -> CloudHsm {
    let cluster = cx.input.str("CloudHsmClusterId").map(Box::from);
    CloudHsm {
        cluster: cluster.unwrap_or_else(|| old.cluster.clone()),
        trust_anchor: old.trust_anchor.clone(),
    }
}

fn changed_proxy(cx: &Cx<'_>, old: &Proxy) -> Result<Proxy, KmsError> {
    let present = match old.vpc_endpoint_service {
        Some(_) => "VPC_ENDPOINT_SERVICE",
        None => "PUBLIC_ENDPOINT",
    };
    let connectivity = cx.input.str("XksProxyConnectivity").unwrap_or(present);
    if connectivity != present && !cx.input.has("XksProxyUriEndpoint") {
        return Err(KmsError::validation(format!(
            "To change the connectivity to {connectivity}, specify 'xksProxyUriEndpoint', too."
        )));
    }
    let told = |name: &str, old: &str| Box::<str>::from(cx.input.str(name).unwrap_or(old));
    let credential = cx.input.object("XksProxyAuthenticationCredential");
    let access_key_id = credential.and_then(|credential| credential.str("AccessKeyId"));
    Ok(Proxy {
        endpoint: told("XksProxyUriEndpoint", &old.endpoint),
        path: told("XksProxyUriPath", &old.path),
        access_key_id: access_key_id.unwrap_or(&old.access_key_id).into(),
        vpc_endpoint_service: vpc_endpoint_service(
            cx,
            connectivity,
            old.vpc_endpoint_service.as_ref(),
        )?,
    })
}
