//! Laws about values of policies that are not known, tried on random cases.

use kmsim_authz::decide::{decide, decide_traced};
use kmsim_authz::decision::Verdict;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::laws::{each_policy, is_sound, on_random_cases, statements};
use crate::reading::{read, verdict};

fn marker() -> Value {
    json!({"kmsim:unknown": "created later"})
}

/// The verdict of a case with markers, the same with and without a trace.
fn open_verdict(case: &Value) -> Verdict {
    let text = case.to_string();
    let read = read(&text, "case.json").unwrap_or_else(|| panic!("not readable: {text}"));
    let plain = decide(&read.layers.borrow(), &read.request);
    let (traced, _) = decide_traced(&read.layers.borrow(), &read.request);
    assert_eq!(plain, traced, "{text}");
    plain.verdict
}

/// Calls `change` for every place of the policies where the marker may stand, with its number, and
/// gives their count: the policy, statements, elements, and what is in them.
fn places(case: &mut Value, change: &mut impl FnMut(usize, &mut Value)) -> usize {
    fn within(value: &mut Value, at: &mut usize, change: &mut impl FnMut(usize, &mut Value)) {
        match value {
            Value::Object(members) => members
                .values_mut()
                .for_each(|member| within(member, at, change)),
            Value::Array(items) => items.iter_mut().for_each(|item| within(item, at, change)),
            _ => {}
        }
        change(*at, value);
        *at += 1;
    }
    let mut count = 0;
    each_policy(case, &mut |policy| within(policy, &mut count, change));
    count
}

#[test]
fn an_answer_for_an_unknown_value_holds_for_the_value() {
    on_random_cases(1_500, |case, choice| {
        let known = verdict(case);
        let mut open = case.clone();
        let count = places(&mut open, &mut |_, _| {});
        if count == 0 {
            return Ok(());
        }
        let chosen = choice % count;
        places(&mut open, &mut |index, value| {
            if index == chosen {
                *value = marker();
            }
        });
        let answer = open_verdict(&open);
        prop_assert!(
            is_sound(answer, known),
            "{answer}, but {known}: {case}\n{open}"
        );
        Ok(())
    });
}

/// Elements with a value that is about everything and one that is about nothing.
fn extremes(element: &str) -> [Value; 2] {
    match element {
        "Effect" => [json!("Allow"), json!("Deny")],
        "Principal" | "NotPrincipal" => [
            json!("*"),
            json!({"AWS": "arn:aws:iam::999999999999:user/nobody"}),
        ],
        "Action" | "NotAction" => [json!("*"), json!("s3:DeleteBucket")],
        "Resource" | "NotResource" => [json!("*"), json!("arn:aws:s3:::no-such-bucket")],
        "Condition" => [
            json!({}),
            json!({"StringEquals": {"aws:RequestTag/NoSuchTag": "no such value"}}),
        ],
        _ => unreachable!("{element}"),
    }
}

/// Replaces an element of a random statement of a random case; `None` without any.
fn with_element(case: &Value, choice: usize, value: impl Fn(&str) -> Value) -> Option<Value> {
    let mut changed = case.clone();
    let mut count = 0;
    each_policy(&mut changed, &mut |policy| {
        count += statements(policy).len();
    });
    let chosen = choice % count.max(1);
    let mut index = 0;
    let mut found = false;
    each_policy(&mut changed, &mut |policy| {
        for statement in statements(policy) {
            if index == chosen {
                let members = statement.as_object_mut().unwrap();
                let elements: Vec<String> = members
                    .keys()
                    .filter(|name| !matches!(&***name, "Sid"))
                    .cloned()
                    .collect();
                let element = &elements[(choice >> 6) % elements.len()];
                members.insert(element.clone(), value(element));
                found = true;
            }
            index += 1;
        }
    });
    found.then_some(changed)
}

/// A statement has one effect, so what it is about counts one way: if neither everything nor
/// nothing makes a difference, no value does, and the answer must not depend on it.
#[test]
fn an_answer_depends_on_an_element_exactly_if_some_value_of_it_makes_a_difference() {
    on_random_cases(1_500, |case, choice| {
        let Some(open) = with_element(case, choice, |_| marker()) else {
            return Ok(());
        };
        let answer = open_verdict(&open);
        let [everything, nothing] = [0, 1].map(|index| {
            let known = with_element(case, choice, |name| extremes(name)[index].clone());
            verdict(&known.unwrap())
        });
        let differ = (everything == Verdict::Allowed) != (nothing == Verdict::Allowed);
        prop_assert_eq!(
            answer == Verdict::Depends,
            differ,
            "{} for everything, {} for nothing: {}",
            everything,
            nothing,
            open
        );
        prop_assert!(is_sound(answer, everything) && is_sound(answer, nothing));
        Ok(())
    });
}

#[test]
fn an_unknown_value_beside_the_point_changes_nothing() {
    on_random_cases(600, |case, choice| {
        let mut other = case.clone();
        let mut open = case.clone();
        let change = |statement: &mut Value, unknown: bool| {
            let members = statement.as_object_mut().unwrap();
            members.remove("NotAction");
            members.insert("Action".to_owned(), json!("s3:DeleteBucket"));
            if unknown {
                let others = ["Effect", "Resource", "Condition", "Principal"];
                let name = others[choice % others.len()];
                if members.contains_key(name) {
                    members.insert(name.to_owned(), marker());
                }
            }
        };
        for (case, unknown) in [(&mut other, false), (&mut open, true)] {
            let mut index = 0;
            each_policy(case, &mut |policy| {
                for statement in statements(policy) {
                    if (choice >> 3 >> (index % 13)) & 1 == 1 {
                        change(statement, unknown);
                    }
                    index += 1;
                }
            });
        }
        prop_assert_eq!(verdict(&other), open_verdict(&open), "{}", open);
        Ok(())
    });
}
