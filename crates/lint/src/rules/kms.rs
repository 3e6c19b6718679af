//! Rules about KMS: `KMSnnn`.

use kmsim_policy::operator::Test;
use kmsim_policy::syntax::{ActionPattern, Condition};
use kmsim_types::{KmsAction, KmsActionSet};

use crate::check::actions;

pub(crate) mod account_value;
pub(crate) mod action_blank;
pub(crate) mod action_without_resource;
pub(crate) mod administrator_can_use;
pub(crate) mod alias_resource;
pub(crate) mod allow_not_principal;
pub(crate) mod arn_blank;
pub(crate) mod bare_key_id;
pub(crate) mod beyond_boundary;
pub(crate) mod carried;
pub(crate) mod condition_key_blank;
pub(crate) mod context_on_other_action;
pub(crate) mod context_on_other_key;
pub(crate) mod contradiction;
pub(crate) mod deny_account;
pub(crate) mod deny_for_everyone;
pub(crate) mod deny_not_principal;
pub(crate) mod deny_without_service;
pub(crate) mod deprecated_key;
pub(crate) mod encryption_context_without_key;
pub(crate) mod every_key;
pub(crate) mod everyone;
pub(crate) mod grant;
pub(crate) mod grant_key_without_grant;
pub(crate) mod group_principal;
pub(crate) mod iam_only_action;
pub(crate) mod key_policy_size;
pub(crate) mod keyless_action;
pub(crate) mod lockout_bypass;
pub(crate) mod look_alike;
pub(crate) mod misplaced_element;
pub(crate) mod missing_set_operator;
pub(crate) mod network_without_services;
pub(crate) mod never_across_accounts;
pub(crate) mod no_account_statement;
pub(crate) mod no_administrator;
pub(crate) mod no_resource;
pub(crate) mod not_resource;
pub(crate) mod number_range;
pub(crate) mod only_administrator;
pub(crate) mod open_by_weak_condition;
pub(crate) mod open_through_service;
pub(crate) mod open_to_everyone;
pub(crate) mod operators_for_several;
pub(crate) mod other_service_action;
pub(crate) mod overly_permissive_context;
pub(crate) mod principal_key_on_service;
pub(crate) mod principal_slot;
pub(crate) mod principal_wildcard;
pub(crate) mod rcp_services;
pub(crate) mod rcp_without_effect;
pub(crate) mod re_encrypt_half;
pub(crate) mod replica_policy;
pub(crate) mod request_alias_without_alias;
pub(crate) mod resource_is_not_this_key;
pub(crate) mod root_condition;
pub(crate) mod scp_form;
pub(crate) mod scp_without_kms;
pub(crate) mod service_of_other_region;
pub(crate) mod unique_id_principal;
pub(crate) mod unknown_condition_key;
pub(crate) mod unknown_key_spec;
pub(crate) mod unknown_value;
pub(crate) mod unlimited_grants;
pub(crate) mod unlimited_service;
pub(crate) mod via;
pub(crate) mod via_form;
pub(crate) mod via_other_region;
pub(crate) mod via_service_principal;
pub(crate) mod via_unknown_service;
pub(crate) mod via_wildcard;
pub(crate) mod wide_across_accounts;
pub(crate) mod wildcard_matches_nothing;
pub(crate) mod wildcard_reach;
pub(crate) mod wrong_key_type;

/// The operations with which data, signatures and keys are made and read: what a grant can allow, but
/// for looking and handing on.
pub(crate) fn uses() -> KmsActionSet {
    let others = KmsActionSet::of(&[
        KmsAction::CreateGrant,
        KmsAction::RetireGrant,
        KmsAction::DescribeKey,
        KmsAction::GetPublicKey,
    ]);
    actions(|action| action.info().grant_operation.is_some() && !others.contains(action))
}

/// Whether a pattern covers all of KMS.
pub(crate) fn is_everything(pattern: &ActionPattern) -> bool {
    pattern.kms_actions() == KmsActionSet::ALL
}

/// Whether a condition lets through what it should not for being written in a way that never fails: a
/// `*` alone under a `Like`, or `IfExists` and `ForAllValues`, which hold for requests without the key.
pub(crate) fn holds_for_anything(condition: &Condition) -> bool {
    let operator = condition.operator.value;
    let like = matches!(
        operator.test,
        Test::StringLike | Test::ArnLike | Test::ArnEquals
    );
    let any = |text: &str| !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'*' | b':'));
    let matches_all = || {
        condition
            .operands
            .iter()
            .any(|operand| any(operand.value.text()))
    };
    like && !operator.negated && matches_all()
}
