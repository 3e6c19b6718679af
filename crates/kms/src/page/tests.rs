use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::error::ErrorCode;
use crate::input::tree;

fn read(operation: Operation, about: &str, input: &Value) -> Result<Paging, KmsError> {
    Paging::read(operation, about, Input::new(&tree(input)))
}

fn page(listing: &BTreeSet<String>, limit: usize, marker: Option<&str>) -> Page<String> {
    let input = json!({"Limit": limit, "Marker": marker});
    let paging = read(Operation::ListKeys, "", &input).unwrap();
    paging.page(listing.iter().cloned(), |item| item.into())
}

#[test]
fn limits_are_those_of_the_operation() {
    for (operation, max, default) in [
        (Operation::ListAliases, 100, 50),
        (Operation::ListGrants, 100, 50),
        (Operation::ListRetirableGrants, 100, 50),
        (Operation::ListKeys, 1000, 100),
        (Operation::ListKeyPolicies, 1000, 100),
        (Operation::ListKeyRotations, 1000, 100),
        (Operation::ListResourceTags, 50, 50),
    ] {
        let numbers: Vec<u32> = (0..2000).collect();
        let count = |input: &Value| {
            let paging = read(operation, "", input).unwrap();
            let key = |number: &u32| format!("{number:05}").into();
            paging.page(&numbers, |number| key(number)).items.len()
        };
        assert_eq!(count(&json!({})), default, "{operation}");
        assert_eq!(count(&json!({"Limit": max})), max);
        let error = read(operation, "", &json!({"Limit": max + 1})).unwrap_err();
        assert_eq!(error.code, ErrorCode::Validation);
        assert!(
            error
                .message
                .ends_with(&format!("less than or equal to {max}"))
        );
    }
}

#[test]
fn a_marker_belongs_to_one_listing() {
    let listing = ["a", "b"].map(str::to_owned).into();
    let marker = page(&listing, 1, None).next_marker.unwrap();
    let with = |marker: &str| json!({"Marker": marker});
    assert!(read(Operation::ListKeys, "", &with(&marker)).is_ok());
    let mut cut = marker.clone();
    cut.pop();
    for (operation, about, marker) in [
        (Operation::ListAliases, "", marker.as_str()),
        (Operation::ListKeys, "OTHER_ACCOUNTS_VIA_RAM", &marker),
        (Operation::ListKeys, "", &cut),
        (Operation::ListKeys, "", &format!("{marker}AAAA")),
        (Operation::ListKeys, "", "é"),
        (Operation::ListKeys, "", "a"),
        (Operation::ListKeys, "", "AAAAAAAAAAAAAAAA"),
    ] {
        let error = read(operation, about, &with(marker)).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidMarker, "{marker}");
    }
}

#[test]
fn the_answer_says_whether_there_is_more() {
    let listing = ["a", "b"].map(str::to_owned).into();
    let first = page(&listing, 1, None);
    let marker = first.next_marker.clone().unwrap();
    let entry = |name: String| json!({"KeyId": name});
    assert_eq!(
        Value::Object(first.into_json("Keys", entry)),
        json!({"Keys": [{"KeyId": "a"}], "NextMarker": marker, "Truncated": true})
    );
    let last = page(&listing, 1, Some(&marker));
    assert_eq!(
        Value::Object(last.into_json("Keys", entry)),
        json!({"Keys": [{"KeyId": "b"}], "Truncated": false})
    );
}

proptest! {
    /// Whatever is created and deleted between two pages: what was there all the time is listed
    /// exactly once, in order.
    #[test]
    fn pages_are_complete_whatever_happens_between_them(
        mut listing in prop::collection::btree_set("[a-f]{1,3}", 0..40),
        changes in prop::collection::vec(("[a-f]{1,3}", any::<bool>()), 0..60),
        limit in 1..7_usize,
    ) {
        let mut always = listing.clone();
        let mut seen = Vec::new();
        let mut changes = changes.into_iter();
        let mut marker = None;
        loop {
            let page = page(&listing, limit, marker.as_deref());
            prop_assert!(page.items.len() <= limit);
            seen.extend(page.items);
            marker = page.next_marker;
            if marker.is_none() {
                break;
            }
            for (name, create) in changes.by_ref().take(3) {
                if create {
                    listing.insert(name);
                } else {
                    listing.remove(&name);
                    always.remove(&name);
                }
            }
        }
        prop_assert!(seen.is_sorted_by(|a, b| a < b));
        prop_assert!(always.iter().all(|name| seen.contains(name)));
    }

    #[test]
    fn the_longest_names_have_markers_that_a_request_can_carry(name in "[a-z]{240,256}") {
        let listing = [name, "zzzz".to_owned()].into();
        let marker = page(&listing, 1, None).next_marker.unwrap();
        prop_assert!(marker.len() <= 1024);
    }
}

#[test]
fn a_wrong_marker_has_an_exception_that_the_operation_declares() {
    let input = json!({"Marker": "wrong"});
    let of = |operation| read(operation, "", &input).unwrap_err().code;
    assert_eq!(of(Operation::ListKeys), ErrorCode::InvalidMarker);
    assert_eq!(of(Operation::ListKeyPolicies), ErrorCode::Validation);
}
