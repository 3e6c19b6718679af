//! Planted defects, in a folder beside the checkout: each is named, and what is right stays silent.

use kmsim_policy::syntax::PolicyKind;
use serde_json::Value;

use crate::support::{findings, root, serious, shown};

#[test]
fn planted_defects_are_named() {
    let file = root().join("../shared/lint/probes.json");
    let Ok(text) = std::fs::read_to_string(&file) else {
        eprintln!("skipped: {} is absent", file.display());
        return;
    };
    let probes: Value = serde_json::from_str(&text).unwrap();
    let mut wrong = Vec::new();
    for probe in probes["probes"].as_array().unwrap() {
        let kind = PolicyKind::from_name(probe["kind"].as_str().unwrap()).unwrap();
        let key = match &probe["key"] {
            Value::Null => String::new(),
            key => key.to_string(),
        };
        let found = findings(kind, &key, &probe["policy"].to_string());
        let expected = probe["expected"]["code"].as_str().unwrap();
        let good = match expected {
            "(none)" => serious(found.clone()).is_empty(),
            code => found.iter().any(|finding| finding.code == code),
        };
        if !good {
            wrong.push(format!(
                "{} wants {expected}: {:?}",
                probe["name"],
                shown(&found)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
