//! Terraform: `terraform show -json` of a plan, and of a state.
//!
//! Of a plan the world after it is read, or before it. docs/import.md lists the resources that are
//! read, what becomes of values that are known only after apply, and the names that things get until
//! AWS gives theirs. State files hold secrets: nothing is read but the attributes named here.

use std::collections::{BTreeSet, HashMap};

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::json::{Node, Value};
use kmsim_policy::source::{Sources, Span};
use kmsim_types::{AccountId, Region};

use crate::Settings;
use crate::counts::Counts;
use crate::draft::{Draft, Sort};
use crate::importer::{Document, Importer};
use crate::placeholder;
use crate::recognize::Kind;
use crate::unplaced;

mod address;
mod configuration;
mod deleted;
mod document;
mod identity;
mod key;
mod name;
mod organization;
mod plan;
mod provider;
mod resource;
mod value;

use plan::Plan;
use provider::Providers;

/// Puts what plans and states say into the draft. Other documents are given back.
pub(crate) fn read<'a>(
    importer: &mut Importer<'_, 'a>,
    documents: Vec<Document<'a>>,
) -> Vec<Document<'a>> {
    let mut others = Vec::new();
    for document in documents {
        if matches!(document.kind, Kind::TerraformPlan | Kind::TerraformState) {
            let what = read_one(importer, &document.node);
            importer.report.used(&document, what);
        } else {
            others.push(document);
        }
    }
    others
}

fn read_one<'a>(importer: &mut Importer<'_, 'a>, document: &Node<'a>) -> String {
    let plan = Plan::new(document, importer.settings.before);
    let providers = Providers::new(&plan);
    let is_plan = document.member("planned_values").is_some() && !importer.settings.before;
    if is_plan {
        importer.draft.plan(document.span.source);
    }
    if document
        .member("errored")
        .is_some_and(|node| node.value == Value::Bool(true))
    {
        let message = "the Terraform plan has an error: what stands behind it is missing";
        importer.draft.gap("incomplete-plan", message);
    }
    let mut reader = Reader {
        plan: &plan,
        is_plan,
        providers,
        settings: &importer.settings,
        draft: &mut importer.draft,
        sources: importer.sources,
        key_policies: HashMap::new(),
        principals: Vec::new(),
        unplaced: BTreeSet::new(),
        counts: Counts::default(),
        documents: HashMap::new(),
        depth: 0,
        followed: 0,
    };
    reader.read();
    reader.counts.to_string()
}

/// Reads the resources of one plan or state.
#[derive(Debug)]
struct Reader<'r, 'p, 't, 'a> {
    plan: &'p Plan<'t, 'a>,
    /// Whether this says how things will be, rather than how they are.
    is_plan: bool,
    providers: Providers,
    settings: &'r Settings,
    draft: &'r mut Draft<'a>,
    sources: &'r mut Sources<'a>,
    /// Policies of keys that are resources of their own, by the ARNs of the keys.
    key_policies: HashMap<String, Node<'a>>,
    /// The users, roles and groups of the plan: what they are, name and ARN.
    principals: Vec<(Sort, String, String)>,
    /// What was reported to be missing.
    unplaced: BTreeSet<&'static str>,
    counts: Counts,
    /// Policies of data sources that were made.
    documents: HashMap<usize, Option<Node<'a>>>,
    /// How many references lead to the one that is followed, and how many were followed.
    depth: usize,
    followed: usize,
}

impl Reader<'_, '_, '_, '_> {
    fn read(&mut self) {
        self.delete();
        let count = self.plan.resources.len();
        for at in 0..count {
            self.name_principal(at);
            self.separate_key_policy(at);
        }
        for at in 0..count {
            self.resource(at);
        }
    }

    fn resource(&mut self, at: usize) {
        let Some(resource) = self.plan.resources.get(at) else {
            return;
        };
        let kind = resource.kind;
        if resource.is_data {
            return;
        }
        let read = match kind {
            _ if name::is_key(kind) => self.key(at),
            "aws_kms_key_policy" => self.lone_key_policy(at),
            "aws_kms_alias" => self.alias(at),
            "aws_kms_grant" => self.grant(at),
            "aws_iam_role" | "aws_iam_user" | "aws_iam_group" => self.principal(at),
            "aws_iam_policy" => self.managed_policy(at),
            "aws_iam_role_policy" => self.inline_policy(at, Sort::Role, "role"),
            "aws_iam_user_policy" => self.inline_policy(at, Sort::User, "user"),
            "aws_iam_group_policy" => self.inline_policy(at, Sort::Group, "group"),
            "aws_iam_role_policy_attachment" => self.attachment(at, Sort::Role, "role"),
            "aws_iam_user_policy_attachment" => self.attachment(at, Sort::User, "user"),
            "aws_iam_group_policy_attachment" => self.attachment(at, Sort::Group, "group"),
            "aws_iam_policy_attachment" => self.attachments(at),
            "aws_iam_user_group_membership" => self.groups_of_user(at),
            "aws_iam_group_membership" => self.users_of_group(at),
            "aws_vpc_endpoint" => self.vpc_endpoint(at),
            "aws_vpc_endpoint_policy" => self.vpc_endpoint_policy(at),
            "aws_organizations_policy" => self.control_policy(at),
            "aws_organizations_policy_attachment" => self.control_attachment(at),
            "aws_organizations_organization" => Some(self.organization(at)),
            "aws_organizations_organizational_unit" => self.unit(at),
            "aws_organizations_account" => self.member_account(at),
            "aws_s3_bucket_policy" => self.bucket_policy(at),
            "aws_sqs_queue_policy" => self.queue_policy(at),
            "aws_sns_topic_policy" => self.resource_policy(at, "arn"),
            "aws_secretsmanager_secret_policy" => self.resource_policy(at, "secret_arn"),
            "aws_sqs_queue" | "aws_sns_topic" | "aws_secretsmanager_secret" => self.own_policy(at),
            _ => {
                self.other(kind);
                return;
            }
        };
        if let Some(word) = read {
            self.counts.add(word);
        }
    }

    fn other(&mut self, kind: &str) {
        const UNREAD: [&str; 4] = [
            "aws_ssoadmin_",
            "aws_ram_",
            "aws_cloudformation_stack",
            "aws_iam_service_linked_role",
        ];
        if UNREAD.iter().any(|start| kind.starts_with(start)) {
            let message = format!(
                "what `{}` of the plan grants is not considered",
                excerpt(kind)
            );
            self.draft.gap("not-read", message);
        }
        self.counts.pass_over(&excerpt(kind));
    }

    /// The account of a resource that does not tell it.
    fn account(&mut self, at: usize) -> Option<AccountId> {
        let resource = self.plan.resources.get(at)?;
        let known = self.providers.account(self.plan, resource);
        if let Some(found) = known.or(self.settings.account) {
            return Some(found);
        }
        if self.settings.anywhere {
            unplaced::account(self.draft, "plan");
            return placeholder::account();
        }
        self.missing("account", "--account", resource.address, resource.span);
        None
    }

    /// The Region of a resource that does not tell it.
    fn region(&mut self, at: usize) -> Option<Region> {
        let resource = self.plan.resources.get(at)?;
        let own = self.known(at, "region");
        let own = own.and_then(|own| Region::new(own.as_str()?).ok());
        let known = own
            .or_else(|| self.providers.region(self.plan, resource))
            .or_else(|| self.settings.region.clone());
        if known.is_none() && self.settings.anywhere {
            unplaced::region(self.draft, "plan");
            return placeholder::region();
        }
        known
    }

    /// Reports that the account or Region of a resource is not known: once for all of them.
    fn missing(&mut self, what: &'static str, option: &str, address: &str, span: Span) {
        if !self.unplaced.insert(what) {
            return;
        }
        let message = format!(
            "the plan does not tell the {what} of `{}`",
            excerpt(address)
        );
        let code = if what == "account" {
            "missing-account"
        } else {
            "missing-region"
        };
        let help = format!(
            "give the {what} with {option} or, beside --from, --from-{} (`{what}` in a test file)",
            option.trim_start_matches('-')
        );
        self.draft
            .diagnostics
            .push(Diagnostic::error(code, span, message).help(help));
    }

    /// Where a resource stands.
    fn span(&self, at: usize) -> Span {
        let resource = self.plan.resources.get(at);
        resource.map_or_else(Span::default, |resource| resource.span)
    }

    /// The address of a resource for messages.
    fn shown(&self, at: usize) -> String {
        let resource = self.plan.resources.get(at);
        excerpt(resource.map_or("", |resource| resource.address))
    }

    /// The type of a resource.
    fn kind(&self, at: usize) -> &str {
        let resource = self.plan.resources.get(at);
        resource.map_or("", |resource| resource.kind)
    }
}
