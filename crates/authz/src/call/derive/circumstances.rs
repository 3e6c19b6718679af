//! Condition keys that tell who calls, when, and by which way.

use kmsim_policy::condition_key::ConditionKey;
use kmsim_policy::source::Spanned;
use kmsim_policy::syntax::{ActionPattern, Effect, Scope};
use kmsim_types::{AccountId, service};
use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::super::caller::is_infrastructure;
use super::super::readings as reading;
use super::Deriver;
use crate::context::{ContextValue, Family, key};
use crate::principal::Principal;
use crate::reader::Moment;

impl<'w> Deriver<'_, 'w> {
    /// Tags, organization and ids of the caller.
    pub(super) fn principal(&mut self) {
        // Session tags stand before those of the role or user, and win (IAM User Guide, "Passing
        // session tags").
        let call = self.call;
        self.tags("aws:PrincipalTag/", &call.session_tags);
        if !self.may_have_other_tags() {
            self.context.close(Family::CallerTags);
            if let Some(identity) = self.caller.identity {
                self.tags("aws:PrincipalTag/", &identity.tags);
            }
        }
        let account = self.caller.principal.account();
        let has_organization = self.world.contents().organization.is_some();
        if let Some(account) = account {
            self.organization(
                account,
                key!("aws:PrincipalOrgID"),
                key!("aws:PrincipalOrgPaths"),
            );
            if has_organization && self.world.placement(account).is_none() {
                self.note(&reading::OUTSIDE_ORGANIZATION);
            }
        }
        // Without an organization the world does not tell who is in one.
        if has_organization {
            self.context.close(Family::ResourceOrganization);
        }
        if has_organization || account.is_none() {
            self.context.close(Family::CallerOrganization);
        }
        if self.caller.is_outside && account.is_some() && self.caller.others.is_none() {
            self.note(&reading::OUTSIDE_ACCOUNT);
        }
        self.user_id();
    }

    /// Whether nothing is said about the tags of the caller's session, and whoever makes it could
    /// give it some: the trust policy of the role must allow `sts:TagSession` for that (IAM User
    /// Guide, "Passing session tags in AWS STS").
    fn may_have_other_tags(&self) -> bool {
        let stated = !self.call.session_tags.is_empty();
        if stated || !self.is_open() {
            return false;
        }
        match self.caller.principal {
            Principal::RoleSession(_) => {}
            // Of a user that the world does not list it does not tell the tags either.
            Principal::User(_) => return self.caller.identity.is_none(),
            _ => return false,
        }
        let trust = self.caller.identity.map(|role| &role.trust_policy);
        let Some(Some(trust)) = trust else {
            return true;
        };
        trust.policy.statements.iter().any(|statement| {
            let covers = |action: &Scope<ActionPattern>| {
                let matches =
                    |item: &Spanned<ActionPattern>| item.value.matches("sts", "tagsession");
                let open = action.items.iter().any(|item| item.value.is_unknown());
                open || action.items.iter().any(matches) != action.negated
            };
            statement.effect != Effect::Deny && statement.action.as_ref().is_some_and(covers)
        })
    }

    fn user_id(&mut self) {
        let id = self
            .caller
            .identity
            .and_then(|identity| identity.id.as_deref());
        let id = match (&self.caller.principal, id) {
            (Principal::User(_), Some(id)) => Some(SmolStr::new(id)),
            (Principal::RoleSession(session), Some(id)) => session.session.as_ref().map(|arn| {
                let name = arn.resource().rsplit('/').next().unwrap_or("");
                format_smolstr!("{id}:{name}")
            }),
            (Principal::User(_) | Principal::RoleSession(_), None) => None,
            // The other kinds follow from the principal alone.
            _ => return,
        };
        match id {
            Some(id) => self.set(key!("aws:userid"), id),
            None => self.unknown(key!("aws:userid")),
        }
    }

    /// What comes with temporary credentials.
    pub(super) fn session(&mut self) {
        let call = self.call;
        if let Some(identity) = &call.source_identity {
            self.set(key!("aws:SourceIdentity"), &**identity);
        }
        if let Some(mfa) = call.mfa {
            self.set(key!("aws:MultiFactorAuthPresent"), mfa);
        }
        let temporary = matches!(
            self.caller.principal,
            Principal::RoleSession(_) | Principal::FederatedUser { .. }
        );
        if !temporary {
            return;
        }
        self.unknown(key!("aws:TokenIssueTime"));
        // Services assume their own roles without a second factor.
        if !self.is_for_a_service() {
            self.unknown(key!("aws:MultiFactorAuthPresent"));
            if call.mfa != Some(false) {
                self.unknown(key!("aws:MultiFactorAuthAge"));
            }
        }
    }

    fn is_for_a_service(&self) -> bool {
        let principal = &self.caller.principal;
        principal.is_service_linked_role() || is_infrastructure(principal)
    }

    /// The services between the caller and the service that is asked.
    pub(super) fn services(&mut self, region: Option<&str>) {
        let call = self.call;
        let Some(last) = call.via.last() else {
            if !self.is_open() && self.comes_with(&key!("kms:GrantIsForAWSResource")) {
                self.note(&reading::GRANT_FOR_RESOURCE);
            }
            return;
        };
        match via_service(&last.text, region.unwrap_or("")) {
            Some(via) => self.set(key!("kms:ViaService"), via.as_str()),
            None => self.unknown(key!("kms:ViaService")),
        }
        let principals: Vec<_> = call
            .via
            .iter()
            .map(|via| service_principal(&via.text))
            .collect();
        self.set(key!("aws:CalledVia"), ContextValue::many(&principals));
        if let [first, ..] = principals.as_slice() {
            self.set(key!("aws:CalledViaFirst"), first.as_str());
        }
        if let [.., last] = principals.as_slice() {
            self.set(key!("aws:CalledViaLast"), last.as_str());
        }
        self.set(key!("aws:ViaAWSService"), true);
        self.set(key!("kms:GrantIsForAWSResource"), true);
        self.note(&reading::CALLED_VIA);
    }

    /// Address and VPC endpoint. A service that passes on a request passes on no VPC, and the
    /// address only if it is public.
    pub(super) fn network(&mut self) {
        let call = self.call;
        let address = call.source_ip.as_deref();
        let forwarded = !call.via.is_empty();
        let for_a_service =
            matches!(self.caller.principal, Principal::Service(_)) || self.is_for_a_service();
        match (&call.vpc_endpoint, address) {
            (Some(_), _) if forwarded => {}
            (Some(endpoint), address) => {
                self.set(key!("aws:SourceVpce"), &*endpoint.text);
                let vpc = self.world.vpc_endpoint(&endpoint.text);
                match vpc.and_then(|endpoint| endpoint.vpc.as_deref()) {
                    Some(vpc) => self.set(key!("aws:SourceVpc"), vpc),
                    None => self.unknown(key!("aws:SourceVpc")),
                }
                match address {
                    Some(address) => self.set(key!("aws:VpcSourceIp"), address),
                    None => self.unknown(key!("aws:VpcSourceIp")),
                }
            }
            (None, Some(address)) => {
                self.set(key!("aws:SourceIp"), address);
                if forwarded {
                    self.note(&reading::FORWARDED_ADDRESS);
                }
            }
            (None, None) if for_a_service && !self.is_open() => {
                self.note(&reading::SERVICE_ADDRESS);
            }
            (None, None) => self.unknown(key!("aws:SourceIp")),
        }
    }

    /// The resource for which a service calls.
    pub(super) fn source(&mut self) {
        let call = self.call;
        let is_service = matches!(self.caller.principal, Principal::Service(_));
        if !is_service {
            self.context.close(Family::Source);
        }
        match &call.source_arn {
            Some(arn) => self.set(key!("aws:SourceArn"), &**arn),
            None if is_service => self.unknown(key!("aws:SourceArn")),
            None => {}
        }
        let of_arn = call.source_arn.as_deref().and_then(|arn| {
            let [.., account, _] = kmsim_types::arn::split(arn)?;
            AccountId::new(account).ok()
        });
        match call.source_account.or(of_arn) {
            Some(account) => {
                self.set(key!("aws:SourceAccount"), account.as_str());
                self.organization(account, key!("aws:SourceOrgID"), key!("aws:SourceOrgPaths"));
            }
            None if is_service => {
                self.unknown(key!("aws:SourceAccount"));
                self.unknown(key!("aws:SourceOrgID"));
                self.unknown(key!("aws:SourceOrgPaths"));
            }
            None => {}
        }
    }

    pub(super) fn time(&mut self) {
        if let Some(now) = self.now() {
            self.set(key!("aws:CurrentTime"), now.text.clone());
            let seconds = now.instant.epoch_seconds().to_smolstr();
            self.set(key!("aws:EpochTime"), seconds);
        } else {
            self.unknown(key!("aws:CurrentTime"));
            self.unknown(key!("aws:EpochTime"));
        }
    }

    pub(super) fn now(&self) -> Option<&'w Moment> {
        let of_call = self.call.now.as_ref();
        of_call.or(self.world.contents().now.as_ref())
    }

    pub(super) fn organization(
        &mut self,
        account: AccountId,
        id_key: ConditionKey,
        paths_key: ConditionKey,
    ) {
        let Some(placement) = self.world.placement(account) else {
            return;
        };
        let organization = self.world.contents().organization.as_ref();
        if let Some(organization) = organization {
            self.set(id_key, &*organization.id);
        }
        self.set(paths_key, ContextValue::many([&placement.path]));
    }
}

/// The value of `kms:ViaService` for a service by its short name, its principal, or the value
/// itself.
pub(in crate::call) fn via_service(name: &str, region: &str) -> Option<String> {
    service::via_service(name, region).or_else(|| {
        let short = name.strip_suffix(".amazonaws.com")?;
        service::via_service(short, region)
    })
}

/// The service principal of a service by any of its names: `ec2.amazonaws.com`.
pub fn service_principal(name: &str) -> String {
    const ANYWHERE: &str = "us-east-1";
    let whole = via_service(name, ANYWHERE).unwrap_or_else(|| name.to_ascii_lowercase());
    let name = whole.strip_suffix(".amazonaws.com").unwrap_or(&whole);
    let service = match name.rsplit_once('.') {
        Some((service, region)) if kmsim_types::Region::new(region).is_ok() => service,
        _ => name,
    };
    format!("{service}.amazonaws.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_go_by_short_and_whole_names() {
        for (name, via, principal) in [
            (
                "ebs",
                Some("ec2.eu-west-1.amazonaws.com"),
                "ec2.amazonaws.com",
            ),
            ("s3", Some("s3.eu-west-1.amazonaws.com"), "s3.amazonaws.com"),
            (
                "ec2.us-east-1.amazonaws.com",
                Some("ec2.us-east-1.amazonaws.com"),
                "ec2.amazonaws.com",
            ),
            (
                "ec2.amazonaws.com",
                Some("ec2.eu-west-1.amazonaws.com"),
                "ec2.amazonaws.com",
            ),
            ("cloudformation", None, "cloudformation.amazonaws.com"),
        ] {
            assert_eq!(via_service(name, "eu-west-1").as_deref(), via, "{name}");
            assert_eq!(service_principal(name), principal, "{name}");
        }
    }
}
