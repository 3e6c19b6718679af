//! Laws that hold in every world.

use kmsim_analysis::answer::Answer;
use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::only_if::OnlyIf;
use kmsim_analysis::subject::Subject;
use kmsim_analysis::who_can::Analysis;
use kmsim_authz::call::{Asks, Call, DecidedCheck, KeyReference, Text, decide, decide_traced};
use kmsim_authz::decision::Verdict;
use kmsim_authz::explain::parts;
use kmsim_authz::principal::Principal;
use kmsim_authz::trace::Trace;
use kmsim_authz::truth::Truth;
use kmsim_authz::world::{Key, World};
use kmsim_policy::source::Span;
use kmsim_testkit::random::{BROUGHT_ALONG, seeded_plan, seeded_world};
use kmsim_types::condition_key::lookup;
use kmsim_types::{KeySpec, KmsAction};
use serde_json::json;

use crate::support::{Given, ask, call, random};

/// Worlds of a test; more of them with `KMSIM_WORLDS`.
fn worlds() -> u64 {
    std::env::var("KMSIM_WORLDS")
        .ok()
        .and_then(|count| count.parse().ok())
        .unwrap_or(40)
}

/// Worlds with everything known, and with something unknown.
fn every_world() -> impl Iterator<Item = (u64, Given)> {
    let known = (0..worlds()).map(|seed| (seed, random(&seeded_world(seed))));
    let unknown = (0..worlds()).map(|seed| (seed, random(&seeded_plan(seed))));
    known.chain(unknown)
}

/// Actions of every sort: with and without encryption context, across accounts or not, of grants,
/// with parameters, without a key.
const ACTIONS: [KmsAction; 9] = [
    KmsAction::Decrypt,
    KmsAction::Encrypt,
    KmsAction::GenerateDataKey,
    KmsAction::DescribeKey,
    KmsAction::CreateGrant,
    KmsAction::RetireGrant,
    KmsAction::PutKeyPolicy,
    KmsAction::Sign,
    KmsAction::CreateKey,
];

fn on_key() -> impl Iterator<Item = KmsAction> {
    ACTIONS.into_iter().filter(|action| action.info().on_key)
}

/// An answer without the parts that are not compared.
type Short = (
    String,
    &'static str,
    Verdict,
    Vec<String>,
    Option<String>,
    bool,
);

/// Those of some that are not among others.
fn only<'s, T: PartialEq>(some: &'s [T], others: &[T]) -> Vec<&'s T> {
    some.iter().filter(|one| !others.contains(one)).collect()
}

fn short(answer: &Answer) -> Short {
    (
        answer.subject.to_string(),
        answer.action.name(),
        answer.decision.verdict,
        answer
            .because
            .iter()
            .map(|evidence| evidence.reference.clone())
            .collect(),
        answer.only_if.as_ref().map(OnlyIf::text),
        answer.needs_iam_allow,
    )
}

fn principals(world: &World) -> Vec<Principal> {
    let identities = world.contents().identities.iter();
    let identities = identities.map(|identity| identity.arn.to_string());
    let accounts = world.contents().accounts.iter();
    let roots = accounts.map(|account| format!("arn:aws:iam::{}:root", account.id));
    let all = identities.chain(roots);
    all.map(|arn| Principal::parse(&arn).unwrap()).collect()
}

fn of_key(call: &mut Call, action: KmsAction, key: &Key, caller: &Principal) {
    call.asks = Asks::Kms(action);
    call.caller = caller.clone();
    call.key = Some(KeyReference::Meant(Text {
        text: key.arn.as_str().into(),
        span: Span::default(),
    }));
}

#[test]
fn asking_those_who_are_possible_is_asking_everyone() {
    for (seed, given) in every_world() {
        let analysis = Analysis::new(&given.world);
        let asks: Vec<Ask> = on_key().map(ask).collect();
        for key in can::keys(&given.world) {
            let answers = |extent| {
                let found = analysis.who_can(&asks, Some(key), extent).unwrap();
                found.answers.iter().map(short).collect::<Vec<_>>()
            };
            assert_eq!(
                answers(Extent::Possible),
                answers(Extent::Everyone),
                "seed {seed}"
            );
        }
        let without = [ask(KmsAction::CreateKey), ask(KmsAction::ListKeys)];
        let answers = |extent| {
            let found = analysis.who_can(&without, None, extent).unwrap();
            found.answers.iter().map(short).collect::<Vec<_>>()
        };
        assert_eq!(
            answers(Extent::Possible),
            answers(Extent::Everyone),
            "seed {seed}"
        );
    }
}

#[test]
fn who_can_says_of_each_principal_what_its_call_says() {
    let mut allowed = 0;
    let mut depends = 0;
    for (seed, given) in every_world() {
        let analysis = Analysis::new(&given.world);
        for key in can::keys(&given.world) {
            for action in on_key() {
                let found = analysis
                    .who_can(&[ask(action)], Some(key), Extent::Possible)
                    .unwrap();
                for principal in principals(&given.world) {
                    let mut own = call(&json!({"caller": "anonymous", "action": action.name()}));
                    of_key(&mut own, action, key, &principal);
                    own.context.set_rest_open();
                    let verdict = decide(&given.world, &own).unwrap().verdict;
                    let subject = Subject::Known(principal.clone());
                    let answer = found
                        .answers
                        .iter()
                        .find(|answer| answer.subject == subject);
                    let answered = answer.map(|answer| answer.decision.verdict);
                    match verdict {
                        Verdict::Allowed => allowed += 1,
                        Verdict::Depends => depends += 1,
                        Verdict::ImplicitDeny | Verdict::ExplicitDeny => {
                            assert_eq!(answered, None, "seed {seed}: {principal}, {action}");
                            continue;
                        }
                    }
                    assert_eq!(
                        answered,
                        Some(verdict),
                        "seed {seed}: {principal}, {action}"
                    );
                }
            }
        }
    }
    assert!(
        allowed > 100 && depends > 100,
        "{allowed} allowed, {depends} depend"
    );
}

#[test]
fn can_is_who_can_the_other_way_round() {
    for (seed, given) in every_world() {
        let analysis = Analysis::new(&given.world);
        let asks: Vec<Ask> = on_key().map(ask).collect();
        let keys = can::keys(&given.world);
        let own: Vec<Subject> = principals(&given.world)
            .into_iter()
            .map(Subject::Known)
            .collect();
        let mut others: Vec<Subject> = Vec::new();
        let (mut of_own, mut of_others) = (Vec::new(), Vec::new());
        for key in &keys {
            let found = analysis
                .who_can(&asks, Some(key), Extent::Possible)
                .unwrap();
            for answer in found.answers {
                let row = (key.arn.to_string(), short(&answer));
                match answer.subject {
                    subject if own.contains(&subject) => of_own.push(row),
                    subject @ (Subject::Known(_) | Subject::Named(_)) => {
                        others.push(subject);
                        of_others.push(row);
                    }
                    _ => {}
                }
            }
        }
        let backward = |subjects: &[Subject]| {
            let mut rows = Vec::new();
            for subject in subjects {
                let found = analysis
                    .can(subject, &asks, &keys, Extent::Possible)
                    .unwrap();
                let thorough = analysis
                    .can(subject, &asks, &keys, Extent::Everyone)
                    .unwrap();
                assert_eq!(found.len(), thorough.len(), "seed {seed}: {subject}");
                let found = found.iter();
                rows.extend(
                    found.map(|(key, answer)| (key.unwrap().arn.to_string(), short(answer))),
                );
            }
            rows
        };
        let none = Vec::<&(String, Short)>::new();
        let rows = backward(&own);
        assert_eq!(only(&of_own, &rows), none, "seed {seed}");
        assert_eq!(only(&rows, &of_own), none, "seed {seed}");
        // Of others a key's answers have those that it names; the rest is in "anyone".
        assert_eq!(only(&of_others, &backward(&others)), none, "seed {seed}");
    }
}

/// Requests with everything stated: `number` chooses what they bring along.
fn brings(call: &mut Call, action: KmsAction, key: &Key, number: usize) {
    let mut rest = number;
    for (name, values) in BROUGHT_ALONG {
        let choice = rest % (values.len() + 1);
        rest /= values.len() + 1;
        let is_possible = match name {
            "kms:RequestAlias" => !key.aliases.is_empty(),
            "kms:EncryptionContext:Department" => key.spec == KeySpec::SymmetricDefault,
            _ => true,
        };
        let comes_along = lookup(name).is_none_or(|info| info.applies_to(action));
        match values.get(choice).filter(|_| is_possible && comes_along) {
            Some(value) => call.context.set(name, *value),
            None => call.context.set_absent(name),
        }
    }
}

/// Whether a request with everything stated meets conditions: what must apply does, and nothing else.
fn is_met(only_if: &OnlyIf, checks: &[DecidedCheck<'_, Trace>]) -> bool {
    let parts: Vec<_> = checks
        .iter()
        .flat_map(|decided| parts(&decided.check.layers, &decided.record))
        .collect();
    assert!(parts.iter().all(|part| part.applies == Truth::Yes));
    let applies = |reference: &str| parts.iter().any(|part| part.reference == reference);
    only_if.alternatives.iter().any(|requirements| {
        let mut requirements = requirements.iter();
        requirements.all(|requirement| applies(&requirement.reference) == requirement.applies)
    })
}

#[test]
fn an_answer_holds_for_every_request() {
    let mut met = 0;
    for seed in 0..worlds() {
        let given = random(&seeded_world(seed));
        let analysis = Analysis::new(&given.world);
        for key in can::keys(&given.world) {
            for action in [KmsAction::Decrypt, KmsAction::DescribeKey] {
                let found = analysis
                    .who_can(&[ask(action)], Some(key), Extent::Possible)
                    .unwrap();
                for principal in principals(&given.world) {
                    let subject = Subject::Known(principal.clone());
                    let answer = found
                        .answers
                        .iter()
                        .find(|answer| answer.subject == subject);
                    for number in 0..40 {
                        let mut own =
                            call(&json!({"caller": "anonymous", "action": action.name()}));
                        of_key(&mut own, action, key, &principal);
                        brings(
                            &mut own,
                            action,
                            key,
                            number * 97 + usize::try_from(seed).unwrap(),
                        );
                        let decided = decide_traced(&given.world, &own).unwrap();
                        let verdict = decided.verdict;
                        let answered = answer.map(|answer| answer.decision.verdict);
                        if let Some(only_if) = answer.and_then(|answer| answer.only_if.as_ref()) {
                            let allowed = is_met(only_if, &decided.checks);
                            assert!(
                                only_if.is_exact && allowed == (verdict == Verdict::Allowed),
                                "seed {seed}: {principal}, {action}, {number}: {verdict}, {}",
                                only_if.text()
                            );
                        }
                        match answered {
                            Some(Verdict::Allowed) => assert_eq!(
                                verdict,
                                Verdict::Allowed,
                                "seed {seed}: {principal}, {action}, {number}"
                            ),
                            None => assert!(
                                matches!(verdict, Verdict::ImplicitDeny | Verdict::ExplicitDeny),
                                "seed {seed}: {principal}, {action}, {number}"
                            ),
                            Some(_) => met += usize::from(verdict == Verdict::Allowed),
                        }
                    }
                }
            }
        }
    }
    assert!(
        met > 100,
        "only {met} requests met the conditions of an answer"
    );
}
