//! Parts of a world that other tools write: exports, plans, templates.
//!
//! What they look like is the business of whoever implements [`Tools`]. A world only says where they are.

use kmsim_policy::diagnostic::Diagnostic;
use kmsim_policy::json::Node;

use super::Reader;

/// Makes world documents of what other tools write.
pub trait Tools {
    /// The world document of a part: `node` is the value of its field. `None` if it cannot be read;
    /// then there is a diagnostic.
    fn world<'a>(
        &self,
        reader: &mut Reader<'_, 'a, '_>,
        part: Part,
        node: &Node<'_>,
    ) -> Option<Node<'a>>;
}

/// A part of a world that another tool writes, by the field that names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `from`: exports of whatever kind.
    Exports,
    /// `terraformPlan`
    TerraformPlan,
    /// `cloudformation`
    CloudFormation,
}

impl Part {
    /// All parts.
    pub const ALL: [Self; 3] = [Self::Exports, Self::TerraformPlan, Self::CloudFormation];

    /// The field's name.
    pub fn field(self) -> &'static str {
        match self {
            Self::Exports => "from",
            Self::TerraformPlan => "terraformPlan",
            Self::CloudFormation => "cloudformation",
        }
    }
}

impl<'a> Reader<'_, 'a, '_> {
    /// The world document of a part that another tool writes.
    pub(crate) fn foreign(&mut self, part: Part, node: &Node<'_>) -> Option<Node<'a>> {
        let files = self.files;
        let Some(tools) = files.tools() else {
            let message = format!("`{}` cannot be read here", part.field());
            self.diagnostics.push(
                Diagnostic::error("not-supported", node.span, message)
                    .help("give keys, iam and organization as AWS exports them"),
            );
            return None;
        };
        tools.world(self, part, node)
    }
}
