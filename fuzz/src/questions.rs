//! Questions to a whole world: who is asked does not change what is answered, and every answer can be
//! written for people.

use kmsim_analysis::ask::Ask;
use kmsim_analysis::can;
use kmsim_analysis::candidates::Extent;
use kmsim_analysis::human::{self, By};
use kmsim_analysis::view::AnswersView;
use kmsim_analysis::who_can::{Analysis, WhoCan};
use kmsim_authz::call::Call;
use kmsim_authz::reader::{NoFiles, Reader};
use kmsim_authz::world::World;
use kmsim_policy::document::parse_any;
use kmsim_policy::source::Sources;
use kmsim_types::KmsAction;

/// An action with encryption context, one of grants, one that stays in its account.
const ACTIONS: [KmsAction; 3] = [
    KmsAction::Decrypt,
    KmsAction::CreateGrant,
    KmsAction::PutKeyPolicy,
];

/// More keys take time and show nothing more.
const MOST_KEYS: usize = 3;

/// A world, JSON or YAML.
pub fn questions(text: &str) {
    let mut sources = Sources::new();
    let source = sources.add("world", text);
    let Some(node) = parse_any(text, source, "world", &mut Vec::new()) else {
        return;
    };
    let world = Reader::new(&mut sources, &NoFiles).world(&node);
    let Some(world) = world else { return };
    let asks: Vec<Ask> = ACTIONS.into_iter().filter_map(ask).collect();
    let analysis = Analysis::new(&world);
    for key in can::keys(&world).into_iter().take(MOST_KEYS) {
        let answers = |extent| {
            analysis
                .who_can(&asks, Some(key), extent)
                .unwrap_or_default()
        };
        let found = answers(Extent::Possible);
        assert_eq!(
            lines(&found),
            lines(&answers(Extent::Everyone)),
            "somebody was not asked"
        );
        let mut view = AnswersView::new(&world, ACTIONS.map(KmsAction::name).to_vec());
        for answer in &found.answers {
            view.push(answer, Some(key), &sources);
        }
        human::answers(&view, By::Principal);
        backwards(&world, &analysis, &asks, &found);
    }
}

/// What each answers for itself is what was told of it.
fn backwards(world: &World, analysis: &Analysis<'_>, asks: &[Ask], found: &WhoCan) {
    let keys = can::keys(world);
    for answer in found.answers.iter().take(8) {
        let subject = analysis.subject(answer.subject.principal());
        if subject != answer.subject {
            continue;
        }
        let own = analysis.can(&subject, asks, &keys, Extent::Possible);
        let mut own = own.into_iter().flatten();
        assert!(
            own.any(|(_, own)| own.action == answer.action && own.decision == answer.decision),
            "{subject} does not know of {}",
            answer.action
        );
    }
}

fn ask(action: KmsAction) -> Option<Ask> {
    let text = format!(r#"{{"caller": "anonymous", "action": "{action}"}}"#);
    let mut sources = Sources::new();
    let id = sources.add("call", text.as_str());
    let node = parse_any(&text, id, "call", &mut Vec::new())?;
    let call: Option<Call> = Reader::new(&mut sources, &NoFiles).call(&node);
    Some(Ask::new(action, call?))
}

fn lines(found: &WhoCan) -> Vec<String> {
    let answers = found.answers.iter();
    answers
        .map(|answer| format!("{} {} {:?}", answer.subject, answer.action, answer.decision))
        .collect()
}
