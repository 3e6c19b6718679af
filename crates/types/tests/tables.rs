//! The generated tables: renders them from the data files and compares them with the committed
//! ones. `UPDATE=1 cargo test -p kmsim-types --test tables` writes them.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't read its data has failed"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kmsim_types::{ActionScope, GrantOperation, KmsAction, Operation, condition_key};
use serde_json::Value;

const HEADER: &str = "// Rendered by tests/tables.rs from";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn data(file: &str) -> Value {
    let path = root().join("fixtures/tables").join(file);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}

fn short(action: &Value) -> &str {
    text(&action["action"]).strip_prefix("kms:").unwrap()
}

fn check(file: &str, rendered: &str) {
    let path = root().join("crates/types/src").join(file);
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, rendered).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
    assert!(
        committed == rendered,
        "{file} differs from its data: run UPDATE=1 cargo test -p kmsim-types --test tables"
    );
}

/// The lines of a list, each wrapped at 100 columns.
fn wrapped(indent: &str, items: impl IntoIterator<Item = String>) -> String {
    let mut out = String::new();
    let mut line = indent.to_owned();
    for item in items {
        if line.len() + item.len() + 2 > 100 {
            writeln!(out, "{}", line.trim_end()).unwrap();
            indent.clone_into(&mut line);
        }
        write!(line, "{item}, ").unwrap();
    }
    writeln!(out, "{}", line.trim_end()).unwrap();
    out
}

fn variants<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    wrapped(
        "    ",
        names.into_iter().map(|name| format!("KmsAction::{name}")),
    )
}

fn option(path: &str, value: &Value) -> String {
    value
        .as_str()
        .map_or("None".to_owned(), |name| format!("Some({path}::{name})"))
}

/// `Permissions management` is the variant `PermissionsManagement`, `keyArn` is `KeyArn`.
fn variant(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .into_iter()
            .flat_map(char::to_uppercase)
            .chain(letters)
            .collect::<String>()
    };
    name.split(' ').map(word).collect()
}

fn condition_keys(file: &Value, action: &Value) -> Vec<String> {
    let mut keys = texts(&action["conditionKeys"]);
    if texts(&action["resourceTypes"]).contains(&"key") {
        keys.extend(texts(&file["keyConditionKeys"]));
    }
    keys.sort_by_key(|key| key.to_lowercase());
    keys.into_iter().map(str::to_owned).collect()
}

#[test]
fn kms_actions() {
    let file = data("kms-actions.json");
    let actions = file["actions"].as_array().unwrap();
    let count = actions.len();
    let mut out = format!(
        "{HEADER} fixtures/tables/kms-actions.json ({}).\n\n\
         use super::info::{{\n    AccessLevel, Authorization, KeyIdentifierForm, KeyIdentifierForms, KmsActionInfo,\n}};\n\
         use crate::{{GrantOperation, Operation}};\n\n\
         /// A KMS action, as policies name it.\n\
         #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\n\
         #[repr(u8)]\n\
         pub enum KmsAction {{\n",
        text(&file["date"])
    );
    for action in actions {
        let name = short(action);
        let what = match text(&action["authorization"]) {
            "serviceLinkedRole" => "held by a service-linked role",
            _ => &text(&action["accessLevel"]).to_lowercase(),
        };
        writeln!(out, "    /// `kms:{name}` ({what})\n    {name},").unwrap();
    }
    let names: Vec<_> = actions.iter().map(short).collect();
    write!(
        out,
        "}}\n\npub(super) const ALL: [KmsAction; {count}] = [\n{}];\n\n\
         pub(super) static NAMES: [&str; {count}] = [\n{}];\n\n\
         /// The names in lower case.\n\
         pub(super) static FOLDED: [&str; {count}] = [\n{}];\n\n\
         pub(super) static INFOS: [KmsActionInfo; {count}] = [\n",
        variants(names.iter().copied()),
        wrapped("    ", names.iter().map(|name| format!("\"kms:{name}\""))),
        wrapped(
            "    ",
            names
                .iter()
                .map(|name| format!("\"kms:{}\"", name.to_lowercase()))
        )
    )
    .unwrap();
    for action in actions {
        let types = texts(&action["resourceTypes"]);
        let forms = texts(&action["keyIdentifier"]);
        let forms = if forms.is_empty() {
            "EMPTY".to_owned()
        } else {
            let items = forms
                .into_iter()
                .map(|form| format!("KeyIdentifierForm::{}", variant(form)));
            format!("of(&[\n{}        ])", wrapped("            ", items))
        };
        let keys = condition_keys(&file, action);
        writeln!(
            out,
            "    KmsActionInfo {{\n        action: KmsAction::{},\n        \
             access_level: AccessLevel::{},\n        on_key: {},\n        on_alias: {},\n        \
             condition_keys: &[\n{}        ],\n        cross_account: {},\n        \
             grant_operation: {},\n        accepts_grant_tokens: {},\n        operation: {},\n        \
             authorization: Authorization::{},\n        encryption_context: {},\n        \
             key_identifier_forms: KeyIdentifierForms::{forms},\n    }},",
            short(action),
            variant(text(&action["accessLevel"])),
            types.contains(&"key"),
            types.contains(&"alias"),
            wrapped("            ", keys.iter().map(|key| format!("{key:?}"))),
            action["crossAccount"],
            option("GrantOperation", &action["grantOperation"]),
            action["grantTokens"],
            option("Operation", &action["operation"]),
            variant(text(&action["authorization"])),
            action["encryptionContext"],
        )
        .unwrap();
    }
    out.push_str("];\n");
    check("kms_action/table.rs", &out);
}

#[test]
fn operations() {
    let file = data("kms-actions.json");
    let actions = file["actions"].as_array().unwrap();
    let mut operations: Vec<_> = actions
        .iter()
        .filter_map(|action| action["operation"].as_str())
        .collect();
    operations.dedup();
    let mut out = format!(
        "{HEADER} fixtures/tables/kms-actions.json ({}).\n\n\
         use crate::KmsAction;\n\n\
         closed_enum! {{\n    /// An operation of the KMS API.\n    \
         pub enum Operation as \"KMS operation\" {{\n",
        text(&file["date"])
    );
    for operation in &operations {
        writeln!(out, "        {operation} = \"{operation}\",").unwrap();
    }
    out.push_str(
        "    }\n}\n\npub(super) const fn actions(operation: Operation) -> &'static [KmsAction] {\n    \
         match operation {\n",
    );
    for operation in &operations {
        let of_operation = actions
            .iter()
            .filter(|action| action["operation"].as_str() == Some(operation))
            .map(|action| format!("KmsAction::{}", short(action)))
            .collect::<Vec<_>>();
        writeln!(
            out,
            "        Operation::{operation} => &[{}],",
            of_operation.join(", ")
        )
        .unwrap();
    }
    out.push_str("    }\n}\n");
    check("operation/table.rs", &out);
}

#[test]
fn condition_key_table() {
    let file = data("condition-keys.json");
    let keys = file["keys"].as_array().unwrap();
    let mut out = format!(
        "{HEADER} fixtures/tables/condition-keys.json ({}).\n\n\
         use super::{{ActionScope, ConditionKeyInfo, ValueType}};\n\
         use crate::{{KmsAction, KmsActionSet}};\n\n\
         pub(super) static KEYS: [ConditionKeyInfo; {}] = [\n",
        text(&file["date"]),
        keys.len()
    );
    for key in keys {
        let set = |list: &Value| match texts(list) {
            names if names.is_empty() => "KmsActionSet::EMPTY".to_owned(),
            names => {
                let items = wrapped(
                    "            ",
                    names.iter().map(|name| format!("KmsAction::{name}")),
                );
                format!("KmsActionSet::of(&[\n{items}        ])")
            }
        };
        let actions = &key["actions"];
        let scope = if actions == "every" {
            "Every".to_owned()
        } else if let Some(list) = actions.get("only") {
            format!("Only({})", set(list))
        } else {
            format!("EveryKeyActionAnd({})", set(&actions["everyKeyActionAnd"]))
        };
        writeln!(
            out,
            "    ConditionKeyInfo {{\n        name: {:?},\n        value_type: ValueType::{},\n        \
             second_type: {},\n        multi_valued: {},\n        actions: ActionScope::{scope},\n        \
             iam_only_for_keys: {},\n        deprecated: {:?},\n    }},",
            text(&key["key"]),
            text(&key["type"]),
            option("ValueType", &key["alsoType"]),
            key["multiValued"],
            key["iamOnlyForKeys"] == true,
            key["replacedBy"].as_str(),
        )
        .unwrap();
    }
    out.push_str("];\n");
    check("condition_key/table.rs", &out);
}

#[test]
fn every_action_says_what_the_data_says() {
    let file = data("kms-actions.json");
    let actions = file["actions"].as_array().unwrap();
    assert_eq!(actions.len(), KmsAction::ALL.len());
    for (action, row) in KmsAction::ALL.into_iter().zip(actions) {
        let info = action.info();
        assert_eq!(action.name(), text(&row["action"]));
        assert_eq!(info.access_level.name(), text(&row["accessLevel"]));
        assert_eq!(
            info.operation.map(Operation::name),
            row["operation"].as_str()
        );
        assert_eq!(
            info.grant_operation.map(GrantOperation::name),
            row["grantOperation"].as_str()
        );
        assert_eq!(info.condition_keys, condition_keys(&file, row));
        assert_eq!(info.cross_account, row["crossAccount"]);
        assert_eq!(info.accepts_grant_tokens, row["grantTokens"]);
        assert_eq!(info.encryption_context, row["encryptionContext"]);
        assert_eq!(
            info.key_identifier_forms.len(),
            texts(&row["keyIdentifier"]).len()
        );
        let name = format!("{:?}", info.authorization);
        assert_eq!(name, variant(text(&row["authorization"])));
    }
}

/// Both files speak of the same relation; they differ only where AWS's reference is silent.
#[test]
fn actions_and_condition_keys_agree() {
    for key in condition_key::ALL {
        if key.actions == ActionScope::Every || key.deprecated.is_some() {
            continue;
        }
        for action in KmsAction::ALL {
            let beyond_the_reference = match action {
                // Never called by a caller, so the reference lists no request keys.
                KmsAction::SynchronizeMultiRegionKey => {
                    ["kms:CallerAccount", "kms:ViaService"].contains(&key.name)
                }
                // Takes tags; inferred from its parameters.
                KmsAction::ReplicateKey => {
                    ["aws:RequestTag/${TagKey}", "aws:TagKeys"].contains(&key.name)
                }
                _ => false,
            };
            let listed = action.info().condition_keys.contains(&key.name);
            assert_eq!(
                key.applies_to(action),
                listed || beyond_the_reference,
                "{} {action}",
                key.name
            );
        }
    }
}

/// `fails 2 3` is `fails(&[2, 3])`.
fn cell(text: &str) -> String {
    let mut words = text.split(' ');
    let outcome = words.next().unwrap();
    let footnotes: Vec<_> = words.collect();
    let footnotes = footnotes.join(", ");
    match outcome {
        "succeeds" | "fails" | "depends" => format!("{outcome}(&[{footnotes}])"),
        "notApplicable" => "NOT_APPLICABLE".to_owned(),
        other => panic!("unknown outcome {other}"),
    }
}

#[test]
fn the_key_states() {
    let file = data("key-states.json");
    let columns: Vec<_> = list(&file["states"]).iter().map(text).collect();
    let mut out = format!(
        "{HEADER} fixtures/tables/key-states.json ({}).\n\n\
         use super::{{Cell, NOT_APPLICABLE, depends, fails, succeeds}};\nuse crate::Operation;\n\n\
         /// The row of an operation: `{}`.\n\
         pub(super) const fn row(operation: Operation) -> Option<&'static [Cell; {}]> {{\n    \
         match operation {{\n",
        text(&file["date"]),
        columns.join("`, `"),
        columns.len()
    );
    let rows = list(&file["operations"]);
    for row in rows {
        let cells: Vec<_> = columns
            .iter()
            .map(|column| cell(text(&row[column])))
            .collect();
        let (name, cells) = (text(&row["operation"]), cells.join(", "));
        writeln!(
            out,
            "        Operation::{name} => Some(const {{ &[{cells}] }}),"
        )
        .unwrap();
    }
    let without: Vec<_> = Operation::ALL
        .into_iter()
        .filter(|operation| rows.iter().all(|row| row["operation"] != operation.name()))
        .map(|operation| format!("Operation::{operation}"))
        .collect();
    write!(
        out,
        "        {} => None,\n    }}\n}}\n",
        without.join(" | ")
    )
    .unwrap();
    check("key_state/table.rs", &out);
}
