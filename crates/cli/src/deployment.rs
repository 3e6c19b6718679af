//! What templates and plans do not say: into which account they are deployed, and with what.

use std::collections::BTreeMap;

use kmsim_import::Settings;
use kmsim_types::{AccountId, Region};

/// One thing that a template or plan does not say, as `--with` takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fact {
    Account(AccountId),
    Region(Region),
    Stack(String),
    Before(bool),
    Parameter(String, String),
    Export(String, String),
}

impl Fact {
    /// Reads `account=ID`, `region=NAME`, `stack=NAME`, `before=true`, `export:NAME=VALUE`, or a
    /// parameter as `NAME=VALUE` or `parameter:NAME=VALUE`.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let (name, value) = named(text)?;
        let told = |why: &dyn std::fmt::Display| why.to_string();
        Ok(match name.as_str() {
            "account" => Self::Account(value.parse().map_err(|why| told(&why))?),
            "region" => Self::Region(Region::new(&value).map_err(|why| told(&why))?),
            "stack" => Self::Stack(value),
            "before" => Self::Before(value.parse().map_err(|why| told(&why))?),
            _ => match name.split_once(':') {
                Some(("export", name)) => Self::Export(name.to_owned(), value),
                Some(("parameter", name)) => Self::Parameter(name.to_owned(), value),
                Some((other, _)) => {
                    return Err(format!(
                        "expected `export:` or `parameter:`, found `{other}:`"
                    ));
                }
                None => Self::Parameter(name, value),
            },
        })
    }
}

/// Reads `NAME=VALUE`.
pub(crate) fn named(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("expected NAME=VALUE".to_owned()),
    }
}

/// The settings of an import that facts give.
pub(crate) fn settings(facts: &[Fact]) -> Settings {
    let mut settings = Settings::default();
    for fact in facts.iter().cloned() {
        match fact {
            Fact::Account(account) => settings.account = Some(account),
            Fact::Region(region) => settings.region = Some(region),
            Fact::Stack(name) => settings.stack_name = Some(name),
            Fact::Before(before) => settings.before = before,
            Fact::Parameter(name, value) => {
                settings.parameters.insert(name, value);
            }
            Fact::Export(name, value) => {
                settings.exports.insert(name, value);
            }
        }
    }
    settings
}

/// The arguments of `kmsim import` that say the same.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Deployment {
    /// The account of what names none, such as templates
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// The Region of what names none
    #[arg(long, value_name = "REGION")]
    region: Option<Region>,
    /// A parameter of CloudFormation templates; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = named)]
    parameter: Vec<(String, String)>,
    /// What another stack exports, for `Fn::ImportValue`; may be repeated
    #[arg(long, value_name = "NAME=VALUE", value_parser = named)]
    export: Vec<(String, String)>,
    /// The name of the stack that a CloudFormation template makes
    #[arg(long, value_name = "NAME")]
    stack_name: Option<String>,
    /// Of a Terraform plan, the world before it is applied
    #[arg(long)]
    before: bool,
}

impl Deployment {
    /// The settings of an import.
    pub(crate) fn settings(&self) -> Settings {
        let pairs = |pairs: &[(String, String)]| pairs.iter().cloned().collect::<BTreeMap<_, _>>();
        Settings {
            account: self.account,
            region: self.region.clone(),
            parameters: pairs(&self.parameter),
            exports: pairs(&self.export),
            stack_name: self.stack_name.clone(),
            before: self.before,
            ..Settings::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts() {
        let texts = [
            "account=111122223333",
            "region=us-west-2",
            "stack=orders",
            "before=true",
            "Env=prod",
            "parameter:account=a=b",
            "export:key-arn=",
        ];
        let facts: Vec<Fact> = texts.map(|text| Fact::parse(text).unwrap()).to_vec();
        let settings = settings(&facts);
        assert_eq!(settings.account.unwrap().as_str(), "111122223333");
        assert_eq!(settings.region.unwrap().as_str(), "us-west-2");
        assert_eq!(settings.stack_name.as_deref(), Some("orders"));
        assert!(settings.before);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let parameters = BTreeMap::from([pair("Env", "prod"), pair("account", "a=b")]);
        assert_eq!(settings.parameters, parameters);
        assert_eq!(settings.exports, BTreeMap::from([pair("key-arn", "")]));
        for wrong in [
            "",
            "=x",
            "x",
            "account=1",
            "region=nowhere",
            "before=maybe",
            "exports:a=b",
        ] {
            assert!(Fact::parse(wrong).is_err(), "{wrong}");
        }
    }
}
