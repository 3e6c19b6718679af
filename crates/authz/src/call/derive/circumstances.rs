//! Condition keys that tell who calls, when, and by which way.

use kmsim_policy::source::Spanned;
use kmsim_policy::syntax::{ActionPattern, Effect, Scope};
use kmsim_types::{AccountId, service};

use super::super::caller::is_infrastructure;
use super::super::readings as reading;
use super::Deriver;
use crate::context::{ContextValue, Family};
use crate::principal::Principal;
use crate::reader::Moment;

impl<'w> Deriver<'w> {
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
            self.organization(account, "aws:PrincipalOrgID", "aws:PrincipalOrgPaths");
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
        if stated || !self.is_open() || !matches!(self.caller.principal, Principal::RoleSession(_))
        {
            return false;
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
            (Principal::User(_), Some(id)) => Some(id.to_owned()),
            (Principal::RoleSession(session), Some(id)) => session.session.as_ref().map(|arn| {
                let name = arn.resource().rsplit('/').next().unwrap_or("");
                format!("{id}:{name}")
            }),
            (Principal::User(_) | Principal::RoleSession(_), None) => None,
            // The other kinds follow from the principal alone.
            _ => return,
        };
        match id {
            Some(id) => self.set("aws:userid", id.as_str()),
            None => self.unknown("aws:userid"),
        }
    }

    /// What comes with temporary credentials.
    pub(super) fn session(&mut self) {
        let call = self.call;
        if let Some(identity) = &call.source_identity {
            self.set("aws:SourceIdentity", &**identity);
        }
        if let Some(mfa) = call.mfa {
            self.set("aws:MultiFactorAuthPresent", mfa);
        }
        let temporary = matches!(
            self.caller.principal,
            Principal::RoleSession(_) | Principal::FederatedUser { .. }
        );
        if !temporary {
            return;
        }
        self.unknown("aws:TokenIssueTime");
        // Services assume their own roles without a second factor.
        if !self.is_for_a_service() {
            self.unknown("aws:MultiFactorAuthPresent");
            if call.mfa != Some(false) {
                self.unknown("aws:MultiFactorAuthAge");
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
            if !self.is_open() && self.applies("kms:GrantIsForAWSResource") {
                self.note(&reading::GRANT_FOR_RESOURCE);
            }
            return;
        };
        match via_service(&last.text, region.unwrap_or("")) {
            Some(via) => self.set("kms:ViaService", via.as_str()),
            None => self.unknown("kms:ViaService"),
        }
        let principals: Vec<_> = call
            .via
            .iter()
            .map(|via| service_principal(&via.text))
            .collect();
        self.set("aws:CalledVia", ContextValue::many(&principals));
        if let [first, ..] = principals.as_slice() {
            self.set("aws:CalledViaFirst", first.as_str());
        }
        if let [.., last] = principals.as_slice() {
            self.set("aws:CalledViaLast", last.as_str());
        }
        self.set("aws:ViaAWSService", true);
        self.set("kms:GrantIsForAWSResource", true);
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
                self.set("aws:SourceVpce", &*endpoint.text);
                let vpc = self.world.vpc_endpoint(&endpoint.text);
                match vpc.and_then(|endpoint| endpoint.vpc.as_deref()) {
                    Some(vpc) => self.set("aws:SourceVpc", vpc),
                    None => self.unknown("aws:SourceVpc"),
                }
                match address {
                    Some(address) => self.set("aws:VpcSourceIp", address),
                    None => self.unknown("aws:VpcSourceIp"),
                }
            }
            (None, Some(address)) => {
                self.set("aws:SourceIp", address);
                if forwarded {
                    self.note(&reading::FORWARDED_ADDRESS);
                }
            }
            (None, None) if for_a_service && !self.is_open() => {
                self.note(&reading::SERVICE_ADDRESS);
            }
            (None, None) => self.unknown("aws:SourceIp"),
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
            Some(arn) => self.set("aws:SourceArn", &**arn),
            None if is_service => self.unknown("aws:SourceArn"),
            None => {}
        }
        let of_arn = call.source_arn.as_deref().and_then(|arn| {
            let [.., account, _] = kmsim_types::arn::split(arn)?;
            AccountId::new(account).ok()
        });
        match call.source_account.or(of_arn) {
            Some(account) => {
                self.set("aws:SourceAccount", account.as_str());
                self.organization(account, "aws:SourceOrgID", "aws:SourceOrgPaths");
            }
            None if is_service => {
                for key in ["aws:SourceAccount", "aws:SourceOrgID", "aws:SourceOrgPaths"] {
                    self.unknown(key);
                }
            }
            None => {}
        }
    }

    pub(super) fn time(&mut self) {
        if let Some(now) = self.now() {
            self.set("aws:CurrentTime", &*now.text);
            let seconds = now.instant.epoch_seconds().to_string();
            self.set("aws:EpochTime", seconds.as_str());
        } else {
            self.unknown("aws:CurrentTime");
            self.unknown("aws:EpochTime");
        }
    }

    pub(super) fn now(&self) -> Option<&'w Moment> {
        let of_call = self.call.now.as_ref();
        of_call.or(self.world.contents().now.as_ref())
    }

    pub(super) fn organization(&mut self, account: AccountId, id_key: &str, paths_key: &str) {
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
