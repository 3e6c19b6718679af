//! The generated tables: renders them from the data files and compares them with the committed
//! ones. `UPDATE=1 cargo test -p kmsim-kms --test suite tables` writes them.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use kmsim_kms::error::ErrorCode;
use kmsim_kms::model::{Interface, Pattern, Shape};
use kmsim_types::{
    EncryptionAlgorithm, GrantOperation, KeyOrigin, KeySpec, KeyState, KeyUsage, MacAlgorithm,
    MessageType, Operation, SigningAlgorithm, WrappingAlgorithm,
};
use serde_json::Value;

use crate::files::{check, list, table, text};

/// `KeyIdType` is the constant `KEY_ID_TYPE`.
fn constant(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).map(|index| letters[index]);
        let after = letters.get(index + 1);
        let starts = letter.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || after.is_some_and(|after| after.is_lowercase())
            });
        if starts {
            out.push('_');
        }
        out.push(letter.to_ascii_uppercase());
    }
    out
}

/// `131072` is written `131_072`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && digits.len() > 4 && (digits.len() - index).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

fn number(value: &Value) -> String {
    grouped(value.as_i64().unwrap())
}

fn length(shape: &Value) -> String {
    if shape["max"].is_null() {
        return "Length::ANY".to_owned();
    }
    format!(
        "Length::of({}, {})",
        number(&shape["min"]),
        number(&shape["max"])
    )
}

fn as_text(shape: &Value) -> String {
    let pattern = shape["pattern"]
        .as_str()
        .map_or("None".to_owned(), |source| {
            let pattern = Pattern::ALL.into_iter().find(|p| p.source() == source);
            format!("Some(Pattern::{:?})", pattern.expect(source))
        });
    format!(
        "Text {{ characters: {}, pattern: {pattern}, sensitive: {} }}",
        length(shape),
        shape["sensitive"] == true
    )
}

struct Shapes(Value);

impl Shapes {
    fn get(&self, name: &str) -> &Value {
        let found = list(&self.0["shapes"]).iter().find(|s| s["shape"] == name);
        found.unwrap_or_else(|| panic!("no shape {name}"))
    }

    /// How a member refers to a shape.
    fn reference(&self, name: &str) -> String {
        match text(&self.get(name)["type"]) {
            "structure" => format!("&Shape::Structure(&{})", constant(name)),
            _ => format!("&{}", constant(name)),
        }
    }

    /// The keys of maps are texts, and stand in the map.
    fn only_keys(&self) -> BTreeSet<&str> {
        let mut keys = BTreeSet::new();
        for shape in list(&self.0["shapes"]) {
            keys.extend(shape["key"].as_str());
        }
        for shape in list(&self.0["shapes"]) {
            let members = shape["members"].as_object().into_iter().flatten();
            for used in members.map(|(_, of)| text(of)) {
                keys.remove(used);
            }
            for used in [&shape["member"], &shape["value"]] {
                keys.remove(used.as_str().unwrap_or_default());
            }
        }
        keys
    }

    fn shape(&self, shape: &Value) -> String {
        match text(&shape["type"]) {
            "string" if shape["enum"].is_array() => {
                format!(
                    "Enumeration(&{})",
                    shape["enum"].to_string().replace("\",\"", "\", \"")
                )
            }
            "string" => format!("Text({})", as_text(shape)),
            "blob" => format!(
                "Blob {{ bytes: {}, sensitive: {} }}",
                length(shape),
                shape["sensitive"] == true
            ),
            "integer" => format!(
                "Integer {{ min: {}, max: {} }}",
                number(&shape["min"]),
                number(&shape["max"])
            ),
            "boolean" => "Boolean".to_owned(),
            "timestamp" => "Timestamp".to_owned(),
            "list" => format!(
                "List {{ element: {}, elements: {} }}",
                self.reference(text(&shape["member"])),
                length(shape)
            ),
            "map" => format!(
                "Map {{ key: {}, value: {} }}",
                as_text(self.get(text(&shape["key"]))),
                self.reference(text(&shape["value"]))
            ),
            other => panic!("unknown type {other}"),
        }
    }

    fn structure(&self, shape: &Value) -> String {
        let name = text(&shape["shape"]);
        let mut out = format!(
            "static {}: Structure = Structure {{\n    name: {name:?},\n    members: &[\n",
            constant(name)
        );
        for (member, of) in shape["members"].as_object().unwrap() {
            let required = list(&shape["required"]).iter().any(|name| name == member);
            writeln!(
                out,
                "        Member {{ name: {member:?}, required: {required}, shape: {} }},",
                self.reference(text(of))
            )
            .unwrap();
        }
        out.push_str("    ],\n};\n\n");
        out
    }
}

#[test]
fn the_api_model() {
    let shapes = Shapes(table("kms-api.json"));
    let data = &shapes.0;
    let mut out = format!(
        "// Rendered by tests/suite/tables.rs from fixtures/tables/kms-api.json ({}).\n\n\
         use kmsim_types::Operation;\n\n\
         use super::{{Interface, Length, Member, Pattern, Shape, Structure, Text}};\n\
         use crate::error::ErrorCode;\n\n",
        text(&data["date"])
    );
    let only_keys = shapes.only_keys();
    for shape in list(&data["shapes"]) {
        let name = text(&shape["shape"]);
        if shape["type"] == "structure" {
            out.push_str(&shapes.structure(shape));
        } else if !only_keys.contains(name) {
            let rendered = shapes.shape(shape);
            writeln!(
                out,
                "static {}: Shape = Shape::{rendered};\n",
                constant(name)
            )
            .unwrap();
        }
    }
    let mut arms = String::new();
    for operation in list(&data["operations"]) {
        let errors: Vec<_> = list(&operation["errors"])
            .iter()
            .map(|name| format!("ErrorCode::{:?}", ErrorCode::from_name(text(name)).unwrap()))
            .collect();
        let output = operation["output"]
            .as_str()
            .map_or("None".to_owned(), |name| {
                format!("Some(&{})", constant(name))
            });
        let name = text(&operation["operation"]);
        writeln!(
            out,
            "static {}: Interface = Interface {{\n    input: &{},\n    output: {output},\n    \
             errors: &[{}],\n}};\n",
            constant(name),
            constant(text(&operation["input"])),
            errors.join(", ")
        )
        .unwrap();
        writeln!(arms, "        Operation::{name} => &{},", constant(name)).unwrap();
    }
    write!(
        out,
        "pub(super) const fn interface(operation: Operation) -> &'static Interface {{\n    \
         match operation {{\n{arms}"
    )
    .unwrap();
    out.push_str("    }\n}\n");
    check("model/table.rs", &out);
}

#[test]
fn every_operation_exception_and_pattern_of_the_model_is_there() {
    let data = table("kms-api.json");
    let names: Vec<_> = list(&data["operations"])
        .iter()
        .map(|operation| text(&operation["operation"]))
        .collect();
    assert_eq!(names, Operation::ALL.map(Operation::name));
    let exceptions = list(&data["exceptions"]);
    assert_eq!(exceptions.len(), 48);
    for exception in exceptions {
        let code: ErrorCode = text(&exception["exception"]).parse().unwrap();
        assert_eq!(code.status() >= 500, exception["fault"] == true, "{code}");
    }
    for operation in Operation::ALL {
        let interface = Interface::of(operation);
        assert!(!interface.errors.is_empty());
        assert_eq!(interface.input.name, format!("{operation}Request"));
    }
    for pattern in Pattern::ALL {
        let used = list(&data["shapes"])
            .iter()
            .any(|shape| shape["pattern"] == pattern.source());
        assert!(used, "{pattern:?}");
    }
}

/// The closed enums of `kmsim-types` and the model's enumerations are one and the same.
#[test]
fn enumerations_are_those_of_the_types() {
    fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<_> = names.into_iter().collect();
        names.sort_unstable();
        names
    }
    let data = table("kms-api.json");
    for (shape, names) in [
        ("KeySpec", sorted(KeySpec::ALL.map(KeySpec::name))),
        ("KeyUsageType", sorted(KeyUsage::ALL.map(KeyUsage::name))),
        ("KeyState", sorted(KeyState::ALL.map(KeyState::name))),
        ("OriginType", sorted(KeyOrigin::ALL.map(KeyOrigin::name))),
        (
            "GrantOperation",
            sorted(GrantOperation::ALL.map(GrantOperation::name)),
        ),
        (
            "MessageType",
            sorted(MessageType::ALL.map(MessageType::name)),
        ),
        (
            "MacAlgorithmSpec",
            sorted(MacAlgorithm::ALL.map(MacAlgorithm::name)),
        ),
        (
            "AlgorithmSpec",
            sorted(WrappingAlgorithm::ALL.map(WrappingAlgorithm::name)),
        ),
        (
            "SigningAlgorithmSpec",
            sorted(SigningAlgorithm::ALL.map(SigningAlgorithm::name)),
        ),
        (
            "EncryptionAlgorithmSpec",
            sorted(EncryptionAlgorithm::ALL.map(EncryptionAlgorithm::name)),
        ),
    ] {
        let shape = list(&data["shapes"]).iter().find(|s| s["shape"] == shape);
        let values = list(&shape.unwrap()["enum"]);
        assert_eq!(sorted(values.iter().map(text)), names);
    }
    let spec = Interface::of(Operation::CreateKey).input.member("KeySpec");
    let Shape::Enumeration(values) = spec.unwrap().shape else {
        panic!("the key spec is an enumeration");
    };
    assert_eq!(values.len(), KeySpec::ALL.len());
}
