//! The answers of AWS Organizations.

use std::io;

use serde_json::{Value, json};

use super::super::{ORGANIZATION, document};
use super::{Files, MANAGEMENT, field, items, put, text};

/// Answers of AWS Organizations, while they are collected.
pub(super) struct Organization {
    /// Ids and names of accounts.
    names: Vec<(String, String)>,
    root: Value,
    /// Every root, unit and account that policies are attached to.
    levels: Vec<String>,
    /// SCPs and RCPs with what they are attached to.
    policies: Vec<Attached>,
}

struct Attached {
    name: String,
    content: Value,
    of_resources: bool,
    targets: Vec<String>,
}

impl Organization {
    pub(super) fn new(organization: &Value, names: Vec<(String, String)>) -> Self {
        let mut own = Self {
            levels: names.iter().map(|(id, _)| id.clone()).collect(),
            names,
            root: field(organization, "root"),
            policies: Vec::new(),
        };
        let root = own.root.clone();
        own.attach(&root);
        own
    }

    /// Notes what is attached to a root or unit and to what is below.
    fn attach(&mut self, level: &Value) {
        let id = text(level, "id");
        self.levels.push(id.to_owned());
        for (list, of_resources) in [("scps", false), ("rcps", true)] {
            // Those that AWS gives to every level are written for all of them.
            let stated = items(level, list)
                .iter()
                .filter(|policy| policy.is_object());
            for policy in stated {
                let name = text(policy, "name");
                match self.policies.iter_mut().find(|own| own.name == name) {
                    Some(own) => own.targets.push(id.to_owned()),
                    None => self.policies.push(Attached {
                        name: name.to_owned(),
                        content: field(policy, "policy"),
                        of_resources,
                        targets: vec![id.to_owned()],
                    }),
                }
            }
        }
        for unit in items(level, "units") {
            self.attach(unit);
        }
    }

    pub(super) fn write(mut self, files: &mut Files<'_>) -> io::Result<()> {
        let arn = format!("arn:aws:organizations::{MANAGEMENT}:organization/{ORGANIZATION}");
        files(
            "organization/organization.json",
            &json!({"Organization": {"Id": ORGANIZATION, "Arn": arn, "FeatureSet": "ALL", "MasterAccountId": MANAGEMENT}}),
        )?;
        let root = self.root.clone();
        files(
            "organization/roots.json",
            &json!({"Roots": [{"Id": text(&root, "id"), "Name": "Root", "PolicyTypes": [
                {"Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED"}, {"Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED"}]}]}),
        )?;
        let all: Vec<&str> = self.names.iter().map(|(id, _)| id.as_str()).collect();
        files(
            "organization/accounts.json",
            &json!({"Accounts": self.accounts(&all)}),
        )?;
        self.level(&root, files)?;
        for (name, of_resources) in [("FullAWSAccess", false), ("RCPFullAWSAccess", true)] {
            let mut statement = json!({"Effect": "Allow", "Action": "*", "Resource": "*"});
            if of_resources {
                put(&mut statement, "Principal", json!("*"));
            }
            self.policies.push(Attached {
                name: name.to_owned(),
                content: document(&[statement]),
                of_resources,
                targets: self.levels.clone(),
            });
        }
        self.policies(files)
    }

    fn accounts(&self, ids: &[&str]) -> Vec<Value> {
        let here = self
            .names
            .iter()
            .filter(|(id, _)| ids.contains(&id.as_str()));
        here.map(|(id, name)| {
            json!({"Id": id, "Arn": format!("arn:aws:organizations::{MANAGEMENT}:account/{ORGANIZATION}/{id}"),
                "Name": name, "Status": "ACTIVE"})
        })
        .collect()
    }

    /// What is in a root or unit, and what is in that.
    fn level(&self, level: &Value, files: &mut Files<'_>) -> io::Result<()> {
        let id = text(level, "id");
        let units: Vec<Value> = items(level, "units")
            .iter()
            .map(|unit| json!({"Id": text(unit, "id"), "Name": text(unit, "name")}))
            .collect();
        let accounts = items(level, "accounts").iter();
        let accounts: Vec<&str> = accounts.filter_map(Value::as_str).collect();
        files(
            &format!("organization/units/{id}.json"),
            &json!({"OrganizationalUnits": units}),
        )?;
        files(
            &format!("organization/accounts/{id}.json"),
            &json!({"Accounts": self.accounts(&accounts)}),
        )?;
        for unit in items(level, "units") {
            self.level(unit, files)?;
        }
        Ok(())
    }

    fn policies(&self, files: &mut Files<'_>) -> io::Result<()> {
        for (list, of_resources) in [("scps", false), ("rcps", true)] {
            let here = self
                .policies
                .iter()
                .filter(|own| own.of_resources == of_resources);
            let summaries: Vec<Value> = here.map(Attached::summary).collect();
            files(
                &format!("organization/policies/{list}.json"),
                &json!({"Policies": summaries}),
            )?;
        }
        for own in &self.policies {
            let folder = format!("organization/policies/{}", own.id());
            let content = own.content.to_string();
            files(
                &format!("{folder}/policy.json"),
                &json!({"Policy": {"PolicySummary": own.summary(), "Content": content}}),
            )?;
            let targets: Vec<Value> = own
                .targets
                .iter()
                .map(|id| json!({"TargetId": id}))
                .collect();
            files(
                &format!("{folder}/targets.json"),
                &json!({"Targets": targets}),
            )?;
        }
        Ok(())
    }
}

impl Attached {
    fn id(&self) -> String {
        format!("p-{}", self.name)
    }

    fn summary(&self) -> Value {
        let of_aws = self.name.ends_with("FullAWSAccess");
        let kind = if self.of_resources {
            "RESOURCE_CONTROL_POLICY"
        } else {
            "SERVICE_CONTROL_POLICY"
        };
        let (owner, scope) = if of_aws {
            ("aws", String::new())
        } else {
            (MANAGEMENT, format!("{ORGANIZATION}/"))
        };
        let arn = format!(
            "arn:aws:organizations::{owner}:policy/{scope}{}/{}",
            kind.to_ascii_lowercase(),
            self.id()
        );
        json!({"Id": self.id(), "Arn": arn, "Name": self.name, "Type": kind, "AwsManaged": of_aws})
    }
}
