use kmsim_kms::model::Interface;
use kmsim_types::Operation;
use serde_json::json;

use super::*;

fn parsed(operation: Operation, name: &str, text: &str) -> Result<Value, String> {
    let shape = Interface::of(operation).input.member(name).unwrap().shape;
    match shape {
        Shape::List { element, .. } => parse(element, text),
        shape => parse(shape, text),
    }
}

#[test]
fn maps_take_any_key() {
    let context = |text| parsed(Operation::Encrypt, "EncryptionContext", text);
    assert_eq!(
        context("Department=IT,aws:s3:arn=arn:aws:s3:::b/a=b"),
        Ok(json!({"Department": "IT", "aws:s3:arn": "arn:aws:s3:::b/a=b"}))
    );
    assert_eq!(
        context("a=\"x,y\", b='}',c="),
        Ok(json!({"a": "x,y", "b": "}", "c": ""}))
    );
    assert_eq!(context("a=x\\,y"), Ok(json!({"a": "x,y"})));
    assert_eq!(context("a=ü"), Ok(json!({"a": "ü"})));
    assert_eq!(
        context("a"),
        Err("expected KEY=VALUE, found `a`".to_owned())
    );
    assert_eq!(
        context("=a"),
        Err("a name is missing before `=`".to_owned())
    );
    assert_eq!(context("a=1,a=2"), Err("`a` stands twice".to_owned()));
    assert_eq!(context("a=\"1"), Err("a \" is not closed".to_owned()));
}

#[test]
fn structures_know_their_members() {
    let tags = |text| parsed(Operation::TagResource, "Tags", text);
    assert_eq!(
        tags("TagKey=Project,TagValue=Alpha"),
        Ok(json!({"TagKey": "Project", "TagValue": "Alpha"}))
    );
    assert_eq!(
        tags("TagKye=a"),
        Err("there is no `TagKye`, did you mean `TagKey`?".to_owned())
    );
    let constraints = |text| parsed(Operation::CreateGrant, "Constraints", text);
    assert_eq!(
        constraints("EncryptionContextSubset={a=1,b=2},SourceArn=arn:aws:s3:::x"),
        Ok(json!({
            "EncryptionContextSubset": {"a": "1", "b": "2"},
            "SourceArn": "arn:aws:s3:::x",
        }))
    );
    assert_eq!(
        constraints("EncryptionContextSubset={a=1"),
        Err("a bracket is not closed".to_owned())
    );
    assert_eq!(
        constraints("EncryptionContextSubset=a"),
        Err("expected `{`, found `a`".to_owned())
    );
}
