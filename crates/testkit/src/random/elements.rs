//! Action, Resource and Principal elements that hit the scene's request or miss it narrowly.

use serde_json::{Map, Value, json};

use super::picker::Picker;
use super::policies::Layer;
use super::scene::{ACCOUNTS, Caller, Scene};

/// Puts `Action` or `NotAction` into a statement.
pub(crate) fn action(picker: &mut Picker, scene: &Scene, hit: bool, to: &mut Map<String, Value>) {
    let inverted = picker.chance(6);
    let mut listed = vec![json!(one_action(picker, scene, hit != inverted))];
    if picker.chance(25) {
        listed.push(json!(one_action(picker, scene, false)));
    }
    let element = if inverted { "NotAction" } else { "Action" };
    to.insert(element.to_owned(), picker.list_or_single(listed));
}

fn one_action(picker: &mut Picker, scene: &Scene, hit: bool) -> String {
    let (service, name) = (scene.service(), scene.operation());
    let half: String = name.chars().take(name.len() / 2).collect();
    let tail: String = name.chars().skip(name.len() / 2).collect();
    let pool = if hit {
        vec![
            format!("{service}:*"),
            format!("{service}:{name}"),
            "*".to_owned(),
            format!("{service}:{half}*"),
            format!("{service}:*{tail}"),
            format!("{service}:{half}{}", "?".repeat(tail.len())),
            format!("{}:{}", service.to_uppercase(), name.to_lowercase()),
        ]
    } else {
        vec![
            "s3:GetObject*".to_owned(),
            "kms:Describe*".to_owned(),
            format!("{service}:{half}"),
            format!("{service}:{name}?"),
            format!("{service}:{half}{}", "?".repeat(tail.len() + 1)),
            "kms:ReEncrypt".to_owned(),
            "ec2:*".to_owned(),
        ]
    };
    picker.pick(&pool)
}

/// Puts `Resource` or `NotResource` into a statement.
pub(crate) fn resource(
    picker: &mut Picker,
    scene: &Scene,
    layer: Layer,
    hit: bool,
    to: &mut Map<String, Value>,
) {
    let inverted = picker.chance(6);
    // Key policies nearly always say `*`.
    let star = layer == Layer::Resource && scene.service() == "kms" && picker.chance(70);
    let mut listed = if star && hit && !inverted {
        vec![json!("*")]
    } else {
        vec![json!(one_resource(picker, scene, hit != inverted))]
    };
    if picker.chance(20) {
        listed.push(json!(one_resource(picker, scene, false)));
    }
    let element = if inverted { "NotResource" } else { "Resource" };
    to.insert(element.to_owned(), picker.list_or_single(listed));
}

fn one_resource(picker: &mut Picker, scene: &Scene, hit: bool) -> String {
    let resource = scene.resource.as_str();
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let &[_, _, service, region, account, last] = parts.as_slice() else {
        // The request is for `*`.
        let hits = ["*".to_owned(), "*".to_owned(), "**".to_owned()];
        let misses = ["arn:aws:kms:*:*:*".to_owned(), "arn:aws:s3:::*".to_owned()];
        return if hit {
            picker.pick(&hits)
        } else {
            picker.pick(&misses)
        };
    };
    let front = format!("arn:aws:{service}:{region}:{account}");
    let kind = last.split('/').next().unwrap_or_default();
    let shorter: String = last.chars().take(last.len().saturating_sub(1)).collect();
    let pool = if hit {
        vec![
            "*".to_owned(),
            resource.to_owned(),
            format!("{front}:*"),
            format!("{front}:{kind}*"),
            format!("arn:aws:{service}:*:{account}:{last}"),
            format!("arn:aws:{service}:*:*:{kind}*"),
            format!("arn:*:{service}:{region}:{account}:*/*"),
            format!("{front}:{shorter}?"),
            // Short ARNs: completed in some layers only.
            format!("arn:aws:{service}:*"),
            format!("arn:aws:{service}:*:{account}"),
            front.clone(),
            // With variables; what they hold may be absent.
            format!("{front}:{kind}*${{aws:PrincipalTag/none, ''}}"),
            format!(
                "{front}:{shorter}${{aws:PrincipalTag/none, '{}'}}",
                &tail(last)
            ),
            format!("{front}:*${{aws:SecureTransport, '{last}'}}"),
            // No variable before the fifth colon.
            format!("arn:aws:{service}:{region}:${{aws:ResourceAccount}}:{last}"),
            format!("arn:aws:{service}:*:{account}:*${{aws:ResourceTag/team, ''}}"),
        ]
    } else {
        vec![
            "arn:aws:s3:::other/*".to_owned(),
            format!("{front}:{last}x"),
            format!("{front}:{shorter}"),
            format!("{front}:{}", last.to_uppercase()),
            format!("arn:aws:{service}:{region}:{}:{last}", ACCOUNTS[2]),
            format!("arn:aws:{service}:ap-south-1:{account}:*"),
            format!("arn:aws-cn:{service}:{region}:{account}:{last}"),
            "arn:aws:kms:*:*:alias/*".to_owned(),
            format!("{front}:{kind}/${{aws:PrincipalTag/none}}"),
            format!("arn:aws:{service}"),
        ]
    };
    picker.pick(&pool)
}

/// The last character.
fn tail(text: &str) -> String {
    text.chars().last().map(String::from).unwrap_or_default()
}

/// Puts `Principal` or `NotPrincipal` into a statement.
pub(crate) fn principal(
    picker: &mut Picker,
    scene: &Scene,
    hit: bool,
    to: &mut Map<String, Value>,
) {
    if picker.chance(3) {
        return;
    }
    let inverted = picker.chance(8);
    let element = if inverted {
        "NotPrincipal"
    } else {
        "Principal"
    };
    to.insert(
        element.to_owned(),
        principal_element(picker, scene, hit != inverted),
    );
}

fn principal_element(picker: &mut Picker, scene: &Scene, hit: bool) -> Value {
    if hit
        && picker.chance(if matches!(scene.caller, Caller::Anonymous) {
            90
        } else {
            12
        })
    {
        return picker.pick(&[json!("*"), json!({"AWS": "*"}), json!({"AWS": ["*"]})]);
    }
    if scene.caller == Caller::Service && hit {
        let others = json!(["logs.amazonaws.com", scene.principal]);
        return picker.pick(&[
            json!({"Service": scene.principal}),
            json!({"Service": others}),
        ]);
    }
    if scene.caller == Caller::Provider && hit {
        return json!({"Federated": scene.principal});
    }
    let one = if hit {
        own_principal(picker, scene)
    } else {
        other_principal(picker, scene)
    };
    let mut listed = vec![json!(one)];
    if picker.chance(20) {
        listed.push(json!(other_principal(picker, scene)));
    }
    // Bare strings other than `*` are rare.
    if listed.len() == 1 && picker.chance(4) {
        return json!(one);
    }
    let mut element = Map::new();
    element.insert("AWS".to_owned(), picker.list_or_single(listed));
    if picker.chance(8) {
        element.insert("Service".to_owned(), json!("s3.amazonaws.com"));
    }
    Value::Object(element)
}

/// A name of the caller: itself, its role, its account.
pub(crate) fn own_principal(picker: &mut Picker, scene: &Scene) -> String {
    let mut pool = vec![
        format!("arn:aws:iam::{}:root", scene.account),
        scene.principal.clone(),
        scene.account.clone(),
    ];
    if let Some(role) = &scene.role_arn {
        pool.extend([
            role.clone(),
            role.clone(),
            "AROADBQP57FF2AEXAMPLE".to_owned(),
        ]);
        let name = role.rsplit('/').next().unwrap_or_default();
        pool.push(format!("arn:aws:iam::{}:role/{name}", scene.account));
    }
    pool.extend(scene.federated_by.clone());
    if scene.caller == Caller::User {
        pool.extend([scene.principal.clone(), "AIDACKCEVSQ6C2EXAMPLE".to_owned()]);
    }
    picker.pick(&pool)
}

/// Somebody else, often nearly the caller.
pub(crate) fn other_principal(picker: &mut Picker, scene: &Scene) -> String {
    let account = &scene.account;
    let pool = [
        format!("arn:aws:iam::{}:root", ACCOUNTS[2]),
        format!("arn:aws-cn:iam::{account}:root"),
        format!("arn:aws:iam::{account}:user/carol"),
        format!("arn:aws:iam::{account}:user/*"),
        format!("arn:aws:iam::{account}:role/APP"),
        format!("arn:aws:iam::{account}:role/other/app"),
        format!("arn:aws-cn:iam::{account}:role/app"),
        format!("arn:aws:sts::{account}:assumed-role/app/run-2"),
        format!("arn:aws:sts::{account}:federated-user/Fred"),
        ACCOUNTS[2].to_owned(),
        "AROAOTHERROLEEXAMPLE1".to_owned(),
        scene.principal.to_uppercase(),
    ];
    picker.pick(&pool)
}
