//! Guardrails, where they are in force, waivers, tests, migrations and pipelines.

use rowan::ast::{AstChildren, AstNode};

use super::{
    Environments, Expr, Fields, Keypath, Path, Paths, Str,
    support::{
        child, child_after, children, choices, expr_after_word, expr_before_word, nodes, token,
    },
};
use crate::{SyntaxKind::*, SyntaxToken};

nodes! {
    /// `guardrail redundancy { … }`
    Guardrail = GUARDRAIL;
    /// The body of a guardrail.
    GuardrailBody = GUARDRAIL_BODY;
    /// `enforce std.guardrails.images in prod { … }`
    Enforce = ENFORCE;
    /// `waiver legacy { … }`
    Waiver = WAIVER;
    /// `test "…" { … }`
    Test = TEST;
    /// The body of a test.
    TestBody = TEST_BODY;
    /// `expect c only in e else "…"`
    Expect = EXPECT;
    /// `migration v2 for HttpService { … }`
    Migration = MIGRATION;
    /// The body of a migration.
    MigrationBody = MIGRATION_BODY;
    /// `rename a to b`, `move a to b`, `drop a`, `set a = e`
    MigrationStep = MIGRATION_STEP;
    /// `pipeline release { … }`
    Pipeline = PIPELINE;
    /// The body of a pipeline, stage, step or slot.
    PipeBody = PIPE_BODY;
    /// `stage`, `step` or `slot`.
    Stage = STAGE;
}

choices! {
    /// An entry of a guardrail.
    RuleEntry = Field | Spread | Input | Let | ForClause | Require;
    /// An entry of a test.
    TestEntry = Let | Service | Resource | External | Environment | Fact | Enforce | Expect;
    /// An entry of a migration.
    MigrationEntry = Field | Spread | MigrationStep;
    /// An entry of a pipeline, stage, step or slot.
    PipelineEntry = Field | Spread | Stage;
}

/// What a [`MigrationStep`] does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MigrationOp {
    /// `rename a to b`
    Rename,
    /// `move a to b`
    Move,
    /// `drop a`
    Drop,
    /// `set a = e`
    Set,
}

/// Which part of a pipeline a [`Stage`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StageKind {
    /// `stage`
    Stage,
    /// `step`
    Step,
    /// `slot`
    Slot,
}

impl Guardrail {
    /// The body.
    pub fn body(&self) -> Option<GuardrailBody> {
        child(self.syntax())
    }
}

impl GuardrailBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<RuleEntry> {
        children(self.syntax())
    }
}

impl Enforce {
    /// The guardrail, or the folder of guardrails.
    pub fn target(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The environments after `in`; nothing means everywhere.
    pub fn environments(&self) -> Option<Environments> {
        Some(child::<Paths>(self.syntax())?.iter())
    }

    /// The block.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl Waiver {
    /// The body.
    pub fn body(&self) -> Option<Fields> {
        child(self.syntax())
    }
}

impl Test {
    /// What is tested.
    pub fn title(&self) -> Option<Str> {
        child(self.syntax())
    }

    /// The body.
    pub fn body(&self) -> Option<TestBody> {
        child(self.syntax())
    }
}

impl TestBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<TestEntry> {
        children(self.syntax())
    }
}

impl Expect {
    /// The word `expect`.
    pub fn keyword(&self) -> Option<SyntaxToken> {
        token(self.syntax(), KEYWORD)
    }

    /// What must hold.
    pub fn condition(&self) -> Option<Expr> {
        expr_before_word(self.syntax(), "else")
    }

    /// The message after `else`.
    pub fn message(&self) -> Option<Expr> {
        expr_after_word(self.syntax(), "else")
    }
}

impl Migration {
    /// The capability after `for`.
    pub fn capability(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The body.
    pub fn body(&self) -> Option<MigrationBody> {
        child(self.syntax())
    }
}

impl MigrationBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<MigrationEntry> {
        children(self.syntax())
    }
}

impl MigrationStep {
    /// What the step does.
    pub fn op(&self) -> Option<MigrationOp> {
        match token(self.syntax(), KEYWORD)?.text() {
            "rename" => Some(MigrationOp::Rename),
            "move" => Some(MigrationOp::Move),
            "drop" => Some(MigrationOp::Drop),
            "set" => Some(MigrationOp::Set),
            _ => None,
        }
    }

    /// What it is done to.
    pub fn path(&self) -> Option<Keypath> {
        child(self.syntax())
    }

    /// The path after `to`.
    pub fn target(&self) -> Option<Keypath> {
        child_after(self.syntax(), |token| {
            token.kind() == KEYWORD && token.text() == "to"
        })
    }

    /// The value of a `set`.
    pub fn value(&self) -> Option<Expr> {
        child(self.syntax())
    }
}

impl Pipeline {
    /// The capability after `:`.
    pub fn capability(&self) -> Option<Path> {
        child(self.syntax())
    }

    /// The body.
    pub fn body(&self) -> Option<PipeBody> {
        child(self.syntax())
    }
}

impl PipeBody {
    /// All entries, in order.
    pub fn all(&self) -> AstChildren<PipelineEntry> {
        children(self.syntax())
    }
}

impl Stage {
    /// Which part it is.
    pub fn kind(&self) -> Option<StageKind> {
        match token(self.syntax(), KEYWORD)?.text() {
            "stage" => Some(StageKind::Stage),
            "step" => Some(StageKind::Step),
            "slot" => Some(StageKind::Slot),
            _ => None,
        }
    }

    /// The body.
    pub fn body(&self) -> Option<PipeBody> {
        child(self.syntax())
    }
}
