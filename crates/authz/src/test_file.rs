//! Files of tests: cases with their own layers, calls against a world, and tables of calls
//! (principals × actions × rows).
//!
//! Everything that `kmsim test` runs comes out as a list of [`Test`]s.

use std::sync::Arc;

use kmsim_policy::diagnostic::{Diagnostic, excerpt};
use kmsim_policy::fields::{Fields, wrong_type};
use kmsim_policy::json::{Member, Node, Value};
use kmsim_policy::source::Span;

use crate::call::{self, Call, Unresolved};
use crate::case::{Case, Expectation};
use crate::decide;
use crate::decision::Verdict;
use crate::reader::{Moment, Reader};
use crate::world::World;

/// The version of the file format that is read.
const SCHEMA: &str = "1";

/// One question with its expected answer.
#[derive(Clone, Debug)]
pub struct Test {
    /// The name. Of a table each combination has its own.
    pub name: Box<str>,
    /// What is asked.
    pub subject: Subject,
    /// What should come out.
    pub expectation: Option<Expectation>,
    /// Where the case, or the row of a table, stands.
    pub span: Span,
}

/// What a test asks.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A check with its own layers.
    Case(Box<Case>),
    /// A call against a world.
    Call {
        /// The world.
        world: Arc<World>,
        /// The call.
        call: Box<Call>,
    },
}

impl Test {
    /// The verdict. Fails if a call names something that its world does not have.
    pub fn verdict(&self) -> Result<Verdict, Unresolved> {
        match &self.subject {
            Subject::Case(case) => Ok(decide::decide(&case.layers.borrow(), &case.request).verdict),
            Subject::Call { world, call } => Ok(call::decide(world, call)?.verdict),
        }
    }
}

/// What holds for all cases of a file.
#[derive(Clone, Debug, Default)]
pub struct Setting {
    /// The world of cases that have none of their own.
    pub world: Option<Arc<World>>,
    /// The time of calls that tell none.
    pub now: Option<Moment>,
}

/// Fields of a table that are not fields of its calls.
const TABLE_FIELDS: [&str; 8] = [
    "name",
    "description",
    "world",
    "principals",
    "actions",
    "matrix",
    "expect",
    "because",
];

impl Reader<'_, '_, '_> {
    /// Reads a file of tests: an object with `cases`, a list of cases, or one case.
    pub fn tests(&mut self, node: &Node<'_>) -> Vec<Test> {
        let (setting, cases) = self.setting(node);
        let mut tests = Vec::new();
        for (index, node) in cases.iter().enumerate() {
            tests.extend(self.tests_of_case(node, &setting, index));
        }
        tests
    }

    /// Reads what holds for all cases of a file, and gives the cases, which
    /// [`Self::tests_of_case`] reads. There are none if their world cannot be read.
    pub fn setting<'n, 'a>(&mut self, node: &'n Node<'a>) -> (Setting, &'n [Node<'a>]) {
        let (Some(_), Some(fields)) = (
            node.member("cases"),
            Fields::of(node, "a test file", &mut Vec::new()),
        ) else {
            return (Setting::default(), node.as_list());
        };
        for unused in ["$schema", "description", "name"] {
            fields.get(unused);
        }
        self.check_schema(fields.get("schema"));
        let now = self.moment(fields.get("now"), "now");
        let (world, parts) = (fields.get("world"), fields.get("parts"));
        if let (Some(_), Some(second)) = (world, parts) {
            let message = "a test file has a `world` or `parts`, not both";
            self.error("duplicate-field", second.span, message);
        }
        let before = self.diagnostics.len();
        let world = match world {
            Some(node) => self.world_reference(node),
            None => parts.and_then(|node| self.world(node).map(Arc::new)),
        };
        let is_broken = world.is_none() && self.diagnostics.len() > before;
        let cases = fields.get("cases").map_or(&[][..], Node::as_list);
        fields.finish(&mut self.diagnostics);
        // Every case would complain about the world once more.
        let cases = if is_broken { &[] } else { cases };
        (Setting { world, now }, cases)
    }

    fn check_schema(&mut self, node: Option<&Node<'_>>) {
        let Some(node) = node else { return };
        let Some(version) = self.scalar(node, "schema") else {
            return;
        };
        if &*version != SCHEMA {
            let message = format!("version {} of test files is not known", excerpt(&version));
            self.diagnostics
                .push(Diagnostic::error("schema", node.span, message).help("this is version 1"));
        }
    }

    /// Reads one case; `index` names it if it has no name.
    pub fn tests_of_case(&mut self, node: &Node<'_>, setting: &Setting, index: usize) -> Vec<Test> {
        let has = |name| node.member(name).is_some();
        let of_world = ["world", "call", "caller", "principals", "actions", "matrix"];
        let asks_world = setting.world.is_some() || of_world.into_iter().any(has);
        if has("request") && !has("world") || node.as_object().is_some() && !asks_world {
            return self.layered_case(node, index).into_iter().collect();
        }
        if node.as_object().is_none() {
            self.diagnostics.push(wrong_type(node, "cases", "objects"));
            return Vec::new();
        }
        let before = self.diagnostics.len();
        let tests = if has("call") || has("request") {
            self.call_case(node, setting, index).into_iter().collect()
        } else {
            self.table(node, setting, index)
        };
        // The same mistake stands in every combination of a table.
        for found in self.diagnostics.split_off(before) {
            let mut own = self.diagnostics.iter().skip(before);
            if !own.any(|known| *known == found) {
                self.diagnostics.push(found);
            }
        }
        tests
    }

    fn layered_case(&mut self, node: &Node<'_>, index: usize) -> Option<Test> {
        let mut case = self.case(node)?;
        Some(Test {
            name: case.name.clone().unwrap_or_else(|| numbered(index)),
            expectation: case.expectation.take(),
            span: case.span,
            subject: Subject::Case(Box::new(case)),
        })
    }

    /// A case with a `call`; the form with layers calls that its `request`.
    fn call_case(&mut self, node: &Node<'_>, setting: &Setting, index: usize) -> Option<Test> {
        let fields = Fields::of(node, "a case", &mut self.diagnostics)?;
        fields.get("description");
        let name = fields.string("name", &mut self.diagnostics);
        let world = fields.get("world");
        let expectation = self.expectation(&fields);
        let call = self.either(&fields, "call", "request");
        fields.finish(&mut self.diagnostics);
        let world = self.world_of(world, setting, node.span)?;
        let call = self.call(call?)?;
        Some(Test {
            name: name.map_or_else(|| numbered(index), |(name, _)| name.into()),
            subject: against(world, call, setting, expectation.as_ref()),
            expectation,
            span: node.span,
        })
    }

    fn world_of(
        &mut self,
        own: Option<&Node<'_>>,
        setting: &Setting,
        span: Span,
    ) -> Option<Arc<World>> {
        let world = match own {
            Some(node) => return self.world_reference(node),
            None => setting.world.clone(),
        };
        if world.is_none() {
            self.diagnostics.push(
                Diagnostic::error("missing-field", span, "this case has no world to ask").help(
                    "give the file or the case a `world`, or the case a `request` with `policies`",
                ),
            );
        }
        world
    }

    /// A table: every principal with every action in every row. Fields of calls may stand beside
    /// the rows, which win.
    fn table(&mut self, node: &Node<'_>, setting: &Setting, index: usize) -> Vec<Test> {
        // What is not known here is a field of a call, and reported as such.
        let Some(fields) = Fields::of(node, "a case", &mut self.diagnostics) else {
            return Vec::new();
        };
        let name = fields.string("name", &mut self.diagnostics);
        let name = name.map_or_else(|| numbered(index), |(name, _)| name.into());
        let Some(world) = self.world_of(fields.get("world"), setting, node.span) else {
            return Vec::new();
        };
        let callers = match (fields.get("principals"), node.member("caller")) {
            (Some(principals), _) => self.callers(principals, &world),
            (None, Some(caller)) => vec![caller.clone()],
            (None, None) => {
                fields.require("principals", &mut self.diagnostics);
                return Vec::new();
            }
        };
        let actions = match fields.get("actions") {
            Some(actions) => self.action_members(actions),
            // One call, written without a table.
            None if node.member("operation").or(node.member("action")).is_some() => vec![None],
            None => {
                fields.require("actions", &mut self.diagnostics);
                return Vec::new();
            }
        };
        let (expectation, because) = (self.expectation(&fields), fields.has("because"));
        let rows = fields.list("matrix", &mut self.diagnostics);
        let is_table = fields.has("matrix");
        let rows: Vec<_> = if is_table {
            rows.iter().map(Some).collect()
        } else {
            vec![None]
        };
        if is_table && because {
            let message = "with a `matrix`, `because` belongs to the rows";
            self.error("wrong-place", node.span, message);
        }
        let single = callers.len() == 1 && actions.len() == 1;
        let mut tests = Vec::with_capacity(callers.len() * actions.len() * rows.len());
        for (number, row) in rows.iter().enumerate() {
            let own = row.and_then(|row| self.row_expectation(row));
            for caller in &callers {
                for action in &actions {
                    let merged = merged(node, *row, caller, action.as_ref());
                    let Some(call) = self.call(&merged) else {
                        continue;
                    };
                    let mut name = name.to_string();
                    if is_table {
                        let row = row
                            .and_then(|row| row.member("name"))
                            .and_then(Node::as_str);
                        let row = row.map_or_else(|| format!("row {}", number + 1), str::to_owned);
                        name = format!("{name}: {row}");
                    }
                    if !single {
                        name = format!("{name} [{}, {}]", call.caller, call.asks.name());
                    }
                    let expectation = own.clone().or_else(|| expectation.clone());
                    tests.push(Test {
                        name: name.into(),
                        subject: against(world.clone(), call, setting, expectation.as_ref()),
                        expectation,
                        span: row.map_or(node.span, |row| row.span),
                    });
                }
            }
        }
        tests
    }

    fn row_expectation(&mut self, row: &Node<'_>) -> Option<Expectation> {
        let fields = Fields::of(row, "a row", &mut self.diagnostics)?;
        self.expectation(&fields)
    }

    /// ARNs, or `{"account": id}` for everyone whom the world has in an account, and its root
    /// user.
    fn callers<'a>(&mut self, node: &Node<'a>, world: &World) -> Vec<Node<'a>> {
        let mut callers = Vec::new();
        for item in node.as_list() {
            if item.as_object().is_none() {
                callers.push(item.clone());
                continue;
            }
            let what = "the principals of an account";
            let Some(fields) = Fields::of(item, what, &mut self.diagnostics) else {
                continue;
            };
            let except = fields.strings("except", &mut self.diagnostics);
            let id = fields.require("account", &mut self.diagnostics);
            fields.finish(&mut self.diagnostics);
            let Some(account) = id.and_then(|node| self.account_id(node)) else {
                continue;
            };
            let identities: Vec<_> = world.identities_of(account).collect();
            let partition = identities.first().map_or("aws", |one| one.arn.partition());
            let root = format!("arn:{partition}:iam::{account}:root");
            let arns = identities.iter().map(|identity| identity.arn.to_string());
            let arns: Vec<_> = arns.chain([root]).collect();
            for (text, span) in &except {
                if !arns.iter().any(|arn| arn == text) {
                    let message =
                        format!("`{}` is no principal of account {account}", excerpt(text));
                    self.error("unknown-principal", *span, message);
                }
            }
            let meant = arns
                .into_iter()
                .filter(|arn| !except.iter().any(|(text, _)| text == arn));
            callers.extend(meant.map(|arn| Node {
                value: Value::String(arn.into()),
                span: item.span,
            }));
        }
        callers
    }

    /// The actions of a table as fields of calls: operations by their names, actions with their
    /// service.
    fn action_members<'a>(&mut self, node: &Node<'a>) -> Vec<Option<Member<'a>>> {
        let mut members = Vec::new();
        for item in node.as_list() {
            let Some(text) = item.as_str() else {
                self.diagnostics
                    .push(wrong_type(item, "actions", "names of actions"));
                continue;
            };
            let key = if text.contains(':') {
                "action"
            } else {
                "operation"
            };
            members.push(Some(Member {
                key: key.into(),
                key_span: item.span,
                value: item.clone(),
            }));
        }
        members
    }
}

/// One call of a table: caller and action, the row's fields, and the case's where the row has none.
fn merged<'a>(
    case: &Node<'a>,
    row: Option<&Node<'a>>,
    caller: &Node<'a>,
    action: Option<&Member<'a>>,
) -> Node<'a> {
    let own = |node: &Node<'a>| {
        let members = node.as_object().unwrap_or_default().iter();
        let members = members.filter(|member| !TABLE_FIELDS.contains(&&*member.key));
        members.cloned().collect::<Vec<_>>()
    };
    let mut members = vec![Member {
        key: "caller".into(),
        key_span: caller.span,
        value: caller.clone(),
    }];
    members.extend(action.cloned());
    for member in row.map_or_else(Vec::new, own).into_iter().chain(own(case)) {
        let same = |known: &Member<'_>| means(&known.key) == means(&member.key);
        if !members.iter().any(same) {
            members.push(member);
        }
    }
    Node {
        value: Value::Object(members),
        span: row.map_or(case.span, |row| row.span),
    }
}

/// The field of a call that a field says something about: a row's `keyId` stands before the
/// case's `key`.
fn means(field: &str) -> &str {
    match field {
        "key" | "KeyId" => "keyId",
        "EncryptionContext" => "encryptionContext",
        "GrantTokens" => "grantTokens",
        other => other,
    }
}

fn against(
    world: Arc<World>,
    mut call: Call,
    setting: &Setting,
    expectation: Option<&Expectation>,
) -> Subject {
    if expectation.is_some_and(|expected| expected.outcome.is_of_every_request()) {
        call.context.set_rest_open();
    }
    if call.now.is_none() {
        call.now.clone_from(&setting.now);
    }
    let call = Box::new(call);
    Subject::Call { world, call }
}

fn numbered(index: usize) -> Box<str> {
    format!("case {}", index + 1).into()
}
