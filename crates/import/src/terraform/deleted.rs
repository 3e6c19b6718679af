//! What a plan deletes of what exports tell.

use super::Reader;
use super::name::is_key;
use super::plan::Resource;
use crate::draft::Sort;
use crate::node::{string, text};

impl Reader<'_, '_, '_, '_> {
    /// Takes everything away that the plan deletes. Attachments come first: they name things that are
    /// deleted, too.
    pub(super) fn delete(&mut self) {
        let plan = self.plan;
        let is_thing = |resource: &&Resource<'_, '_>| string(resource.values, "arn").is_some();
        let (things, attachments): (Vec<_>, Vec<_>) = plan.deleted.iter().partition(is_thing);
        for resource in attachments.into_iter().chain(things) {
            if !resource.is_data {
                self.delete_one(resource);
            }
        }
    }

    fn delete_one(&mut self, resource: &Resource<'_, '_>) {
        let values = resource.values;
        let text_of = |name| string(values, name);
        match resource.kind {
            kind if is_key(kind) => self.delete_key(resource),
            "aws_kms_key_policy" => self.reset_key_policy(resource),
            "aws_kms_grant" => self.delete_grant(resource),
            "aws_kms_alias" => self.delete_thing(Sort::Alias, text_of("arn")),
            "aws_iam_role" => self.delete_thing(Sort::Role, text_of("arn")),
            "aws_iam_user" => self.delete_thing(Sort::User, text_of("arn")),
            "aws_iam_group" => self.delete_thing(Sort::Group, text_of("arn")),
            "aws_iam_policy" => self.delete_thing(Sort::ManagedPolicy, text_of("arn")),
            "aws_vpc_endpoint" => self.delete_thing(Sort::VpcEndpoint, text_of("id")),
            "aws_vpc_endpoint_policy" => {
                let endpoint = text_of("vpc_endpoint_id").unwrap_or_default();
                if let Some(mut endpoint) = self.draft.known(Sort::VpcEndpoint, endpoint) {
                    endpoint.forget("policy");
                }
            }
            "aws_s3_bucket_policy" => {
                let arn = text_of("bucket").map(|bucket| format!("arn:aws:s3:::{bucket}"));
                self.forget_resource_policy(arn.as_deref());
            }
            "aws_sns_topic_policy" => self.forget_resource_policy(text_of("arn")),
            "aws_secretsmanager_secret_policy" => {
                self.forget_resource_policy(text_of("secret_arn"));
            }
            kind => {
                for (sort, word) in HOLDERS {
                    if kind == format!("aws_iam_{word}_policy") {
                        self.forget_policy(resource, sort, word);
                    } else if kind == format!("aws_iam_{word}_policy_attachment") {
                        self.detach(resource, sort, word);
                    }
                }
            }
        }
    }

    fn delete_thing(&mut self, sort: Sort, name: Option<&str>) {
        if let Some(name) = name {
            self.draft.delete(sort, name);
        }
    }

    /// A key is not deleted at once: Terraform schedules it, and from then on nobody can use the key.
    fn delete_key(&mut self, resource: &Resource<'_, '_>) {
        let arn = string(resource.values, "arn").unwrap_or_default();
        if let Some(mut key) = self.draft.known(Sort::Key, arn) {
            key.forget("state")
                .state("state", text("PendingDeletion", resource.span));
        }
    }

    /// Without its `aws_kms_key_policy` a key gets the default policy back.
    fn reset_key_policy(&mut self, resource: &Resource<'_, '_>) {
        let arn = self.key_named(resource);
        if let Some(mut key) = arn.and_then(|arn| self.draft.known(Sort::Key, &arn)) {
            key.forget("policy")
                .state("policy", text("default", resource.span));
        }
    }

    fn delete_grant(&mut self, resource: &Resource<'_, '_>) {
        let grant = string(resource.values, "grant_id");
        let arn = self.key_named(resource);
        if let Some(mut key) = arn.and_then(|arn| self.draft.known(Sort::Key, &arn)) {
            key.forget_items("grants", |item| {
                grant.is_some() && string(item, "GrantId") == grant
            });
        }
    }

    /// The ARN of the key that a resource names by its id or ARN.
    fn key_named(&self, resource: &Resource<'_, '_>) -> Option<String> {
        let key = string(resource.values, "key_id")?;
        if key.starts_with("arn:") {
            return Some(key.to_owned());
        }
        let account = self.providers.account(self.plan, resource)?;
        let region = self.providers.region(self.plan, resource)?;
        let (partition, region) = (region.partition(), region.as_str());
        Some(format!("arn:{partition}:kms:{region}:{account}:key/{key}"))
    }

    fn forget_resource_policy(&mut self, arn: Option<&str>) {
        if let Some(mut known) = self.draft.known(Sort::Resource, arn.unwrap_or_default()) {
            known.forget("policy");
        }
    }

    fn forget_policy(&mut self, resource: &Resource<'_, '_>, sort: Sort, word: &str) {
        let arn = self.holder_named(resource, sort, word);
        if let Some(mut principal) = arn.and_then(|arn| self.draft.known(sort, &arn)) {
            let name = string(resource.values, "name").unwrap_or_default();
            principal.forget_entry("policies", name);
        }
    }

    fn detach(&mut self, resource: &Resource<'_, '_>, sort: Sort, word: &str) {
        let arn = self.holder_named(resource, sort, word);
        if let Some(mut principal) = arn.and_then(|arn| self.draft.known(sort, &arn)) {
            let policy = string(resource.values, "policy_arn");
            principal.forget_items("managedPolicies", |item| item.as_str() == policy);
        }
    }

    /// The ARN of a principal that exports tell and a resource names.
    fn holder_named(&self, resource: &Resource<'_, '_>, sort: Sort, word: &str) -> Option<String> {
        let name = string(resource.values, word)?;
        let account = self.providers.account(self.plan, resource)?;
        let owner = format!("::{account}:");
        let is_named = |arn: &&str| arn.contains(&owner) && arn.rsplit('/').next() == Some(name);
        let mut all = self.draft.all(sort).map(|(arn, _)| arn);
        all.find(is_named).map(str::to_owned)
    }
}

/// Who may hold policies, by the words in the types of resources.
const HOLDERS: [(Sort, &str); 3] = [
    (Sort::Role, "role"),
    (Sort::User, "user"),
    (Sort::Group, "group"),
];
