//! The rules. Codes never change their meaning and are never used again: `KMSnnn` is about KMS,
//! `IAMnnn` about the policy language, wherever it can concern a policy that speaks of KMS.

use crate::rule::Rule;

pub(crate) mod iam;
mod kms;

/// Every rule, sorted by code.
pub static RULES: &[&Rule] = &[
    &kms::no_administrator::RULE,
    &kms::deny_for_everyone::RULE,
    &kms::deny_without_service::RULE,
    &kms::no_account_statement::RULE,
    &kms::root_condition::RULE,
    &kms::only_administrator::RULE,
    &kms::lockout_bypass::RULE,
    &kms::administrator_can_use::RULE,
    &kms::unlimited_grants::RULE,
    &kms::grant_key_without_grant::RULE,
    &kms::unknown_condition_key::RULE,
    &kms::operators_for_several::RULE,
    &kms::unknown_value::RULE,
    &kms::via_form::RULE,
    &kms::via_other_region::RULE,
    &kms::via_wildcard::RULE,
    &kms::via_unknown_service::RULE,
    &kms::via_service_principal::RULE,
    &kms::keyless_action::RULE,
    &kms::open_to_everyone::RULE,
    &kms::open_through_service::RULE,
    &kms::open_by_weak_condition::RULE,
    &kms::account_value::RULE,
    &kms::network_without_services::RULE,
    &kms::principal_wildcard::RULE,
    &kms::unlimited_service::RULE,
    &kms::principal_key_on_service::RULE,
    &kms::service_of_other_region::RULE,
    &kms::principal_slot::RULE,
    &kms::never_across_accounts::RULE,
    &kms::wide_across_accounts::RULE,
    &kms::resource_is_not_this_key::RULE,
    &kms::no_resource::RULE,
    &kms::not_resource::RULE,
    &kms::misplaced_element::RULE,
    &kms::alias_resource::RULE,
    &kms::bare_key_id::RULE,
    &kms::every_key::RULE,
    &kms::action_without_resource::RULE,
    &kms::other_service_action::RULE,
    &kms::iam_only_action::RULE,
    &kms::re_encrypt_half::RULE,
    &kms::action_blank::RULE,
    &kms::arn_blank::RULE,
    &kms::condition_key_blank::RULE,
    &kms::look_alike::RULE,
    &kms::wildcard_matches_nothing::RULE,
    &kms::wildcard_reach::RULE,
    &kms::wrong_key_type::RULE,
    &kms::context_on_other_key::RULE,
    &kms::context_on_other_action::RULE,
    &kms::encryption_context_without_key::RULE,
    &kms::missing_set_operator::RULE,
    &kms::deprecated_key::RULE,
    &kms::unknown_key_spec::RULE,
    &kms::number_range::RULE,
    &kms::contradiction::RULE,
    &kms::request_alias_without_alias::RULE,
    &kms::overly_permissive_context::RULE,
    &kms::allow_not_principal::RULE,
    &kms::deny_not_principal::RULE,
    &kms::unique_id_principal::RULE,
    &kms::group_principal::RULE,
    &kms::deny_account::RULE,
    &kms::key_policy_size::RULE,
    &kms::scp_form::RULE,
    &kms::scp_without_kms::RULE,
    &kms::rcp_services::RULE,
    &kms::rcp_without_effect::RULE,
    &kms::grant::RULE,
    &kms::replica_policy::RULE,
    &kms::beyond_boundary::RULE,
    &iam::json_syntax::RULE,
    &iam::data_type::RULE,
    &iam::duplicate_name::RULE,
    &iam::condition_key_twice::RULE,
    &iam::unknown_element::RULE,
    &iam::missing_statement::RULE,
    &iam::missing_effect::RULE,
    &iam::invalid_effect::RULE,
    &iam::missing_action::RULE,
    &iam::missing_resource::RULE,
    &iam::missing_principal::RULE,
    &iam::element_conflict::RULE,
    &iam::principal_not_allowed::RULE,
    &iam::invalid_version::RULE,
    &iam::missing_version::RULE,
    &iam::repeated_sid::RULE,
    &iam::sid_characters::RULE,
    &iam::empty_sid::RULE,
    &iam::size::RULE,
    &iam::principal_format::RULE,
    &iam::principal_type::RULE,
    &iam::empty_principal::RULE,
    &iam::federated_principal::RULE,
    &iam::invalid_action::RULE,
    &iam::unknown_service::RULE,
    &iam::service_wildcard::RULE,
    &iam::empty_action::RULE,
    &iam::redundant_action::RULE,
    &iam::arn_prefix::RULE,
    &iam::arn_fields::RULE,
    &iam::arn_partition::RULE,
    &iam::arn_service_case::RULE,
    &iam::arn_region::RULE,
    &iam::arn_account::RULE,
    &iam::arn_resource::RULE,
    &iam::empty_resource::RULE,
    &iam::redundant_resource::RULE,
    &iam::unknown_operator::RULE,
    &iam::null_if_exists::RULE,
    &iam::null_with_set_operator::RULE,
    &iam::condition_key_format::RULE,
    &iam::unknown_global_key::RULE,
    &iam::tag_key_missing::RULE,
    &iam::old_global_key::RULE,
    &iam::missing_set_operator::RULE,
    &iam::all_of_one::RULE,
    &iam::several_booleans::RULE,
    &iam::value_of_other_type::RULE,
    &iam::operator_of_other_type::RULE,
    &iam::boolean_value::RULE,
    &iam::date_value::RULE,
    &iam::number_value::RULE,
    &iam::arn_value::RULE,
    &iam::ip_range::RULE,
    &iam::ip_host_bits::RULE,
    &iam::private_address::RULE,
    &iam::idle_wildcard::RULE,
    &iam::string_like_arn::RULE,
    &iam::network_id::RULE,
    &iam::region_value::RULE,
    &iam::service_value::RULE,
    &iam::kms_key_value::RULE,
    &iam::open_pattern::RULE,
    &iam::forgeable_key::RULE,
    &iam::key_without_partner::RULE,
    &iam::endpoint_key_for_all::RULE,
    &iam::variable_syntax::RULE,
    &iam::variable_element::RULE,
    &iam::variable_version::RULE,
    &iam::variable_operator::RULE,
    &iam::variable_multi_valued::RULE,
    &iam::empty_condition_values::RULE,
    &iam::empty_condition::RULE,
    &iam::redundant_number::RULE,
    &iam::matches_everything::RULE,
    &iam::matches_nothing::RULE,
    &iam::repeated_statement::RULE,
    &iam::key_of_other_action::RULE,
    &iam::tag_without_tagging::RULE,
    &iam::tag_of_keyless_action::RULE,
    &iam::irrelevant_key::RULE,
    &iam::better_key_for_service::RULE,
    &iam::rcp_allow::RULE,
    &iam::rcp_principal::RULE,
    &iam::rcp_not_action::RULE,
    &iam::rcp_action::RULE,
    &iam::rcp_source_without_service::RULE,
    &iam::rcp_source_without_null::RULE,
];

/// The rule with this code or name, in any case.
pub fn rule(code_or_name: &str) -> Option<&'static Rule> {
    let is_meant = |rule: &&Rule| {
        rule.code.eq_ignore_ascii_case(code_or_name) || rule.name.eq_ignore_ascii_case(code_or_name)
    };
    RULES.iter().copied().find(is_meant)
}

/// All kinds of policies.
pub(crate) use kmsim_policy::syntax::PolicyKind as Kind;

/// Kinds that rules are for.
pub(crate) mod kinds {
    use super::Kind::{
        self, Identity, KeyPolicy, PermissionsBoundary, Resource, ResourceControl, RoleTrust,
        ServiceControl, Session, VpcEndpoint,
    };

    pub(crate) const ALL: &[Kind] = &Kind::ALL;
    pub(crate) const KEY: &[Kind] = &[KeyPolicy];
    pub(crate) const IDENTITY: &[Kind] = &[Identity, PermissionsBoundary, Session];
    pub(crate) const KEY_AND_IDENTITY: &[Kind] =
        &[KeyPolicy, Identity, PermissionsBoundary, Session];
    pub(crate) const WITH_PRINCIPAL: &[Kind] =
        &[KeyPolicy, Resource, ResourceControl, VpcEndpoint, RoleTrust];
    pub(crate) const WITHOUT_PRINCIPAL: &[Kind] =
        &[Identity, PermissionsBoundary, Session, ServiceControl];
    pub(crate) const SERVICE_CONTROL: &[Kind] = &[ServiceControl];
    pub(crate) const RESOURCE_CONTROL: &[Kind] = &[ResourceControl];
    /// Kinds whose ARNs may name any resource.
    pub(crate) const WITH_RESOURCES: &[Kind] = &[
        Identity,
        PermissionsBoundary,
        Session,
        ServiceControl,
        ResourceControl,
        VpcEndpoint,
        Resource,
    ];
}

/// What nearly every rule needs.
pub(crate) mod prelude {
    pub(crate) use kmsim_policy::diagnostic::excerpt;
    pub(crate) use kmsim_policy::operator::{Operator, SetOperator, Test};
    pub(crate) use kmsim_policy::source::{Span, Spanned};
    pub(crate) use kmsim_policy::syntax::{
        ActionPattern, Condition, Effect, PolicyKind, PrincipalName, PrincipalPattern,
        ResourcePattern, ResourceShape,
    };
    pub(crate) use kmsim_types::{AccountId, KmsAction, KmsActionSet, arn};

    pub(crate) use super::kinds;
    pub(crate) use crate::check::{
        Check, Stated, actions, is_positive, key, names, needs_key, values,
    };
    pub(crate) use crate::finding::Severity::{Error, Security, Suggestion, Warning};
    pub(crate) use crate::rule::{Example, Found, Report, Rule};
}
