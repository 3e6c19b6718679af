//! What a document is, by its content. Names of files tell nothing here: people rename exports.

use kmsim_policy::json::{Node, Value};

use crate::node::{is_document, string};

/// The kinds of documents that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `kms get-key-policy`
    KeyPolicy,
    /// `kms describe-key`
    KeyMetadata,
    /// `kms list-grants`, `list-retirable-grants`
    Grants,
    /// `kms list-aliases`
    Aliases,
    /// `kms list-resource-tags`
    KeyTags,
    /// `kms list-keys`
    Keys,
    /// `kms get-key-last-usage`
    KeyLastUsage,
    /// A policy document by itself: `get-key-policy --output text`
    PolicyDocument,
    /// `iam get-account-authorization-details`
    AuthorizationDetails,
    /// `iam get-role`, `get-user`, `get-group`, and the lists of them
    Principals,
    /// `iam get-role-policy`, `get-user-policy`, `get-group-policy`
    InlinePolicy,
    /// `iam list-attached-role-policies` and its like
    AttachedPolicies,
    /// `iam list-role-policies` and its like
    PolicyNames,
    /// `iam get-policy`, `list-policies`
    ManagedPolicies,
    /// `iam get-policy-version`
    PolicyVersion,
    /// `organizations describe-organization`
    Organization,
    /// `organizations list-roots`
    Roots,
    /// `organizations list-organizational-units-for-parent`, `describe-organizational-unit`
    Units,
    /// `organizations list-accounts`, `list-accounts-for-parent`, `describe-account`
    Accounts,
    /// `organizations list-parents`
    Parents,
    /// `organizations list-children`
    Children,
    /// `organizations describe-policy`
    ControlPolicy,
    /// `organizations list-policies`, `list-policies-for-target`
    ControlPolicies,
    /// `organizations list-targets-for-policy`
    Targets,
    /// All of an organization in one file: `organizations-export.kmsim.json`
    OrganizationBundle,
    /// `ec2 describe-vpc-endpoints`
    VpcEndpoints,
    /// `sts get-caller-identity`
    CallerIdentity,
    /// `terraform show -json` of a plan
    TerraformPlan,
    /// `terraform show -json` of a state
    TerraformState,
    /// A Terraform state file as it is stored
    TerraformStateFile,
    /// A CloudFormation template, also from `cdk synth`
    CloudFormation,
    /// `cloudformation describe-stacks`
    Stacks,
    /// `cloudformation describe-stack-resources`, `list-stack-resources`
    StackResources,
    /// `cloudformation list-exports`
    StackExports,
    /// Parameters of a template, as the AWS CLI or `CodePipeline` takes them
    StackParameters,
    /// CloudTrail events: one, `Records`, or rows of CloudTrail Lake
    CloudTrail,
    /// `iam simulate-principal-policy`, `simulate-custom-policy`
    Simulation,
    /// `accessanalyzer validate-policy` and other findings
    Findings,
    /// An answer of AWS that says nothing about permissions
    Unneeded,
    /// A world document of kmsim
    World,
    /// Cases, policy tests and scenarios of kmsim
    Cases,
}

impl Kind {
    /// Whether it declares things that AWS has yet to place in an account, or belongs to such a declaration.
    pub(crate) fn is_declared(self) -> bool {
        matches!(
            self,
            Self::TerraformPlan
                | Self::TerraformState
                | Self::CloudFormation
                | Self::StackParameters
                | Self::StackExports
        )
    }

    /// How messages call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::KeyPolicy => "kms get-key-policy",
            Self::KeyMetadata => "kms describe-key",
            Self::Grants => "kms list-grants",
            Self::Aliases => "kms list-aliases",
            Self::KeyTags => "kms list-resource-tags",
            Self::Keys => "kms list-keys",
            Self::KeyLastUsage => "kms get-key-last-usage",
            Self::PolicyDocument => "policy document",
            Self::AuthorizationDetails => "iam get-account-authorization-details",
            Self::Principals => "iam users, roles or groups",
            Self::InlinePolicy => "iam inline policy",
            Self::AttachedPolicies => "iam attached policies",
            Self::PolicyNames => "iam names of inline policies",
            Self::ManagedPolicies => "iam managed policies",
            Self::PolicyVersion => "iam get-policy-version",
            Self::Organization => "organizations describe-organization",
            Self::Roots => "organizations list-roots",
            Self::Units => "organizations organizational units",
            Self::Accounts => "organizations accounts",
            Self::Parents => "organizations list-parents",
            Self::Children => "organizations list-children",
            Self::ControlPolicy => "organizations describe-policy",
            Self::ControlPolicies => "organizations list-policies",
            Self::Targets => "organizations list-targets-for-policy",
            Self::OrganizationBundle => "organization bundle",
            Self::VpcEndpoints => "ec2 describe-vpc-endpoints",
            Self::CallerIdentity => "sts get-caller-identity",
            Self::TerraformPlan => "terraform plan",
            Self::TerraformState => "terraform state",
            Self::TerraformStateFile => "terraform state file",
            Self::CloudFormation => "cloudformation template",
            Self::Stacks => "cloudformation describe-stacks",
            Self::StackResources => "cloudformation describe-stack-resources",
            Self::StackExports => "cloudformation list-exports",
            Self::StackParameters => "cloudformation parameters",
            Self::CloudTrail => "cloudtrail events",
            Self::Simulation => "iam policy simulation",
            Self::Findings => "access analyzer findings",
            Self::Unneeded => "aws answer",
            Self::World => "kmsim world",
            Self::Cases => "kmsim cases",
        }
    }

    /// Why documents of a kind that no reader takes are left aside.
    pub(crate) fn why_ignored(self) -> &'static str {
        match self {
            Self::CloudTrail => "an event tells what happened, not what is allowed: kmsim explain",
            Self::Simulation => "it holds answers of AWS's policy simulator, no policies",
            Self::Findings => "it holds findings about a policy, not the policy",
            Self::World => "it is a world already: give it to kmsim without an import",
            Self::Cases => "it asks questions to a world: kmsim test or kmsim check",
            Self::TerraformStateFile => {
                "a state file as it is stored has no stable format: terraform show -json writes one that has"
            }
            Self::KeyPolicy => {
                "no statement of it is about KMS: it is the policy of something else"
            }
            Self::PolicyDocument => {
                "a policy by itself does not say whose it is; only key policies are looked for"
            }
            _ => "it says nothing about who may do what",
        }
    }
}

/// What a document is; `None` for what is not known.
pub fn recognize(node: &Node<'_>) -> Option<Kind> {
    match &node.value {
        Value::String(text) if is_document(text) => Some(Kind::PolicyDocument),
        Value::Array(rows) if is_lake_export(rows) => Some(Kind::CloudTrail),
        Value::Array(rows) => {
            let is_parameter = rows.first().is_some_and(|row| has(row, "ParameterKey"));
            is_parameter.then_some(Kind::StackParameters)
        }
        Value::Object(_) => infrastructure(node)
            .or_else(|| kms(node))
            .or_else(|| organizations(node))
            .or_else(|| iam(node))
            .or_else(|| other(node)),
        _ => None,
    }
}

fn has(node: &Node<'_>, name: &str) -> bool {
    node.member(name).is_some()
}

/// Whether a member is a list of objects that have `field`; an empty list may be one.
fn lists(node: &Node<'_>, name: &str, field: &str) -> bool {
    let Some(Value::Array(items)) = node.member(name).map(|list| &list.value) else {
        return false;
    };
    items.first().is_none_or(|item| has(item, field))
}

/// Whether a member is a list that has elements, all like the first of which has `field`.
fn lists_some(node: &Node<'_>, name: &str, field: &str) -> bool {
    lists(node, name, field)
        && node
            .member(name)
            .is_some_and(|list| !list.as_list().is_empty())
}

/// Whether a member is an object that has `field`.
fn holds(node: &Node<'_>, name: &str, field: &str) -> bool {
    node.member(name).is_some_and(|inner| has(inner, field))
}

fn kms(node: &Node<'_>) -> Option<Kind> {
    let key =
        |node: &Node<'_>| has(node, "KeyId") && (has(node, "KeyManager") || has(node, "KeyState"));
    if node.member("KeyMetadata").is_some_and(key) || key(node) {
        return Some(Kind::KeyMetadata);
    }
    if string(node, "Policy").is_some_and(is_document) && !has(node, "RevisionId") {
        return Some(Kind::KeyPolicy);
    }
    if lists(node, "Grants", "GrantId") {
        return Some(Kind::Grants);
    }
    let of_kms = |list: &Node<'_>| {
        let mut items = list.as_list().iter();
        items.all(|item| string(item, "AliasName").is_some_and(|name| name.starts_with("alias/")))
    };
    if node.member("Aliases").is_some_and(of_kms) {
        return Some(Kind::Aliases);
    }
    let is_alone = node.as_object().is_some_and(|members| members.len() == 1);
    if lists_some(node, "Tags", "TagKey")
        || lists(node, "Tags", "TagKey") && (is_alone || has(node, "Truncated"))
    {
        return Some(Kind::KeyTags);
    }
    if lists(node, "Keys", "KeyArn") {
        return Some(Kind::Keys);
    }
    if has(node, "KeyLastUsage") || has(node, "TrackingStartDate") {
        return Some(Kind::KeyLastUsage);
    }
    let unneeded = ["KeyRotationEnabled", "Rotations", "CustomKeyStores"];
    unneeded
        .into_iter()
        .any(|name| has(node, name))
        .then_some(Kind::Unneeded)
}

fn iam(node: &Node<'_>) -> Option<Kind> {
    const DETAILS: [&str; 3] = ["UserDetailList", "RoleDetailList", "GroupDetailList"];
    if DETAILS.into_iter().any(|name| has(node, name)) {
        return Some(Kind::AuthorizationDetails);
    }
    if has(node, "PolicyDocument") && has(node, "PolicyName") {
        return Some(Kind::InlinePolicy);
    }
    if lists(node, "AttachedPolicies", "PolicyArn") {
        return Some(Kind::AttachedPolicies);
    }
    if holds(node, "PolicyVersion", "Document") {
        return Some(Kind::PolicyVersion);
    }
    if holds(node, "Policy", "DefaultVersionId") || lists_some(node, "Policies", "DefaultVersionId")
    {
        return Some(Kind::ManagedPolicies);
    }
    for (one, many, field) in [
        ("Role", "Roles", "RoleName"),
        ("User", "Users", "UserName"),
        ("Group", "Groups", "GroupName"),
    ] {
        if holds(node, one, field) || lists(node, many, field) {
            return Some(Kind::Principals);
        }
    }
    if node.member("PolicyNames").is_some() {
        return Some(Kind::PolicyNames);
    }
    ["Versions", "InstanceProfiles"]
        .into_iter()
        .any(|name| has(node, name))
        .then_some(Kind::Unneeded)
}

fn organizations(node: &Node<'_>) -> Option<Kind> {
    if has(node, "attachments") && (has(node, "roots") || has(node, "units")) {
        return Some(Kind::OrganizationBundle);
    }
    if holds(node, "Policy", "PolicySummary") || has(node, "PolicySummary") && has(node, "Content")
    {
        return Some(Kind::ControlPolicy);
    }
    let organization =
        |node: &Node<'_>| string(node, "Arn").is_some_and(|arn| arn.contains(":organizations:"));
    let of_organizations = |name: &str| {
        let list = node.member(name)?;
        list.as_list().first().map(organization)
    };
    if lists_some(node, "Policies", "Type") && of_organizations("Policies") == Some(true) {
        return Some(Kind::ControlPolicies);
    }
    if lists(node, "Targets", "TargetId") {
        return Some(Kind::Targets);
    }
    if lists(node, "Parents", "Type") {
        return Some(Kind::Parents);
    }
    if lists(node, "Children", "Type") {
        return Some(Kind::Children);
    }
    if lists(node, "Roots", "PolicyTypes") {
        return Some(Kind::Roots);
    }
    if has(node, "OrganizationalUnits") || has(node, "OrganizationalUnit") {
        return Some(Kind::Units);
    }
    if holds(node, "Organization", "Id") {
        return Some(Kind::Organization);
    }
    let account = node.member("Account");
    if of_organizations("Accounts").unwrap_or(lists(node, "Accounts", "Id"))
        || account.is_some_and(organization)
    {
        return Some(Kind::Accounts);
    }
    has(node, "EffectivePolicy").then_some(Kind::Unneeded)
}

fn infrastructure(node: &Node<'_>) -> Option<Kind> {
    if has(node, "format_version") && (has(node, "planned_values") || has(node, "resource_changes"))
    {
        return Some(Kind::TerraformPlan);
    }
    if has(node, "format_version") && (has(node, "values") || has(node, "terraform_version")) {
        return Some(Kind::TerraformState);
    }
    if has(node, "lineage") && has(node, "serial") {
        return Some(Kind::TerraformStateFile);
    }
    let is_resource = |node: &Node<'_>| {
        string(node, "Type").is_some_and(|name| {
            ["AWS::", "Custom::", "Alexa::"]
                .into_iter()
                .any(|start| name.starts_with(start))
                || name.contains("::")
        })
    };
    let resources = node.member("Resources").and_then(Node::as_object);
    let is_template =
        resources.is_some_and(|members| members.iter().any(|member| is_resource(&member.value)));
    if is_template || has(node, "AWSTemplateFormatVersion") {
        return Some(Kind::CloudFormation);
    }
    stack(node)
}

/// What CloudFormation tells of stacks, and what it takes besides templates.
fn stack(node: &Node<'_>) -> Option<Kind> {
    if lists(node, "Stacks", "StackName") {
        return Some(Kind::Stacks);
    }
    if lists(node, "StackResources", "LogicalResourceId")
        || lists(node, "StackResourceSummaries", "LogicalResourceId")
    {
        return Some(Kind::StackResources);
    }
    if lists_some(node, "Exports", "ExportingStackId") {
        return Some(Kind::StackExports);
    }
    // The template configuration file of CodePipeline.
    let members = node.as_object()?;
    let parameters = node.member("Parameters")?.as_object()?;
    let is_text = |node: &Node<'_>| matches!(node.value, Value::String(_));
    let is_configuration = members
        .iter()
        .all(|member| ["Parameters", "Tags", "StackPolicy"].contains(&&*member.key))
        && parameters.iter().all(|member| is_text(&member.value));
    is_configuration.then_some(Kind::StackParameters)
}

fn other(node: &Node<'_>) -> Option<Kind> {
    if lists(node, "VpcEndpoints", "VpcEndpointId") {
        return Some(Kind::VpcEndpoints);
    }
    if is_event(node) || node.member("Records").is_some_and(is_events) {
        return Some(Kind::CloudTrail);
    }
    if has(node, "EvaluationResults") {
        return Some(Kind::Simulation);
    }
    if has(node, "findings") {
        return Some(Kind::Findings);
    }
    if string(node, "Account").is_some() && has(node, "UserId") && has(node, "Arn") {
        return Some(Kind::CallerIdentity);
    }
    if has(node, "Statement") {
        return Some(Kind::PolicyDocument);
    }
    if ["cases", "steps", "request", "call"]
        .into_iter()
        .any(|name| has(node, name))
    {
        return Some(Kind::Cases);
    }
    (has(node, "accounts") || has(node, "organization")).then_some(Kind::World)
}

fn is_event(node: &Node<'_>) -> bool {
    has(node, "eventSource") && has(node, "eventName")
        // Rows of CloudTrail Lake, and `cloudtrail lookup-events`.
        || lists_some(node, "Events", "CloudTrailEvent")
        || has(node, "QueryResultRows")
}

fn is_events(list: &Node<'_>) -> bool {
    list.as_list().first().is_none_or(is_event)
}

/// Rows of CloudTrail Lake as they are downloaded.
fn is_lake_export(rows: &[Node<'_>]) -> bool {
    let is_row = |row: &Node<'_>| is_event(row) || has(row, "eventName") && has(row, "eventTime");
    rows.first().is_some_and(is_row)
}

#[cfg(test)]
mod tests;
