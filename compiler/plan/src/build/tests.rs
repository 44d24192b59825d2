//! Plans of states made by hand.

use std::sync::Arc;

use expect_test::{Expect, expect};
use plat_model::change::{ChangeRules, Impact, ObjectRef, Path, Verdict};
use plat_model::schema::{Schema, SchemaId, Schemas, VersionId};
use plat_model::tree::{SourceId, Tree, TreeValue};

use crate::diff::Comparison;
use crate::plan::{DeclarationEdit, Plan};
use crate::state::{Declaration, DeclarationName, Edge, Environment, Instance, ObjectState};
use crate::state::{Source, State};

/// No types: everything is compared by its own structure.
#[derive(Debug)]
struct Untyped;

impl Schemas for Untyped {
    fn root(&self) -> &str {
        "nothing"
    }
    fn versions(&self) -> &[String] {
        &[]
    }
    fn resolve(&self, _: VersionId, _: &str) -> Option<SchemaId> {
        None
    }
    fn paths(&self, _: VersionId) -> Vec<&str> {
        Vec::new()
    }
    fn schema(&self, _: SchemaId) -> &Schema {
        unreachable!("objects of these tests have no schema")
    }
    fn path(&self, _: SchemaId) -> Option<&str> {
        None
    }
}

/// `selector` cannot change, `replicas` scales, labels are metadata; claims hold data.
struct Rules;

impl ChangeRules for Rules {
    fn default_of(&self, _: ObjectRef<'_>, _: &Path) -> Option<Tree> {
        None
    }

    fn changed(
        &self,
        _: (ObjectRef<'_>, ObjectRef<'_>),
        path: &Path,
        _: Option<&Tree>,
        _: Option<&Tree>,
    ) -> Verdict {
        match path.fields().as_slice() {
            [.., "replicas"] => Verdict::new(Impact::Scale, ""),
            [.., "selector"] => Verdict::replace(Impact::Replace, "selectors cannot be changed"),
            ["metadata", ..] => Verdict::new(Impact::Metadata, ""),
            _ => Verdict::new(Impact::Restart, "pods are replaced"),
        }
    }

    fn created(&self, object: ObjectRef<'_>) -> Verdict {
        match object.kind {
            "NetworkPolicy" => Verdict::new(Impact::Exposure, "it says who may connect"),
            _ => Verdict::new(Impact::None, ""),
        }
    }

    fn accompanies(&self, object: ObjectRef<'_>) -> bool {
        object.kind == "NetworkPolicy"
    }

    fn deleted(&self, object: ObjectRef<'_>) -> Verdict {
        match object.kind {
            "PersistentVolumeClaim" => Verdict::new(Impact::DataLoss, "its volume is deleted"),
            _ => Verdict::new(Impact::Replace, "it stops running"),
        }
    }

    fn is_secret(&self, _: &str, _: &str, _: &Path) -> bool {
        false
    }
}

/// A state in the making.
struct Project(State);

fn project(label: &str) -> Project {
    Project(State {
        label: label.to_owned(),
        environments: ["prod", "staging"]
            .map(|name| Environment {
                name: name.into(),
                production: name == "prod",
            })
            .into(),
        ..State::default()
    })
}

fn name(kind: &str, name: &str) -> DeclarationName {
    DeclarationName {
        kind: kind.into(),
        name: name.into(),
    }
}

fn digest(text: &str) -> [u8; 16] {
    let hash = blake3::hash(text.as_bytes());
    hash.as_bytes()[..16].try_into().expect("a hash is longer")
}

impl Project {
    /// A declaration: its text, with the name as `$`, whom it calls, and who owns it.
    fn declares(mut self, kind: &str, own: &str, owner: &str, text: &str, calls: &[&str]) -> Self {
        let full = text.replace('$', own);
        self.0.declarations.push(Declaration {
            name: name(kind, own),
            source: Some(source(kind, own, 1)),
            owner: (!owner.is_empty()).then(|| owner.into()),
            system: None,
            capability: None,
            edges: calls
                .iter()
                .map(|target| Edge {
                    alias: (*target).into(),
                    kind: "calls".into(),
                    target: (*target).into(),
                    environments: Vec::new(),
                })
                .collect(),
            digest: digest(&full),
            nameless: digest(text),
            text: Some(Arc::from(full)),
        });
        self
    }

    /// An object: of `service` in `environment`, called `own`, with `replicas` made at `made` (declaration, line) and the rest by
    /// the compiler; made of what all declarations say.
    fn emits(
        mut self,
        (service, environment): (&str, &str),
        (path, kind, own): (&str, &str, &str),
        replicas: i64,
        made: (&str, &str, u32),
    ) -> Self {
        let id = SourceId(u32::try_from(self.0.sources.len()).expect("few sources"));
        self.0.sources.push(source(made.0, made.1, made.2));
        let spec = Tree::new(TreeValue::Map(vec![(
            "replicas".into(),
            Tree {
                value: TreeValue::Int(replicas),
                source: Some(id),
            },
        )]));
        let object = ObjectState {
            path: path.into(),
            api_version: "apps/v1".into(),
            kind: kind.into(),
            namespace: "shop".into(),
            name: own.into(),
            schema: None,
            body: Tree::new(TreeValue::Map(vec![("spec".into(), spec)])),
        };
        let of = |instance: &&mut Instance| {
            &*instance.declaration.name == service && &*instance.environment == environment
        };
        match self.0.instances.iter_mut().find(of) {
            Some(instance) => instance.objects.get_or_insert_default().push(object),
            None => self.0.instances.push(Instance {
                declaration: name("service", service),
                environment: environment.into(),
                digest: digest(&format!("{service}{environment}{replicas}")),
                objects: Some(vec![object]),
                reads: (0..u32::try_from(self.0.declarations.len()).expect("few")).collect(),
            }),
        }
        self
    }
}

fn source(kind: &str, own: &str, line: u32) -> Source {
    // What is renamed stays in its file.
    let file = if own == "basket" { "cart" } else { own };
    Source {
        path: format!("{file}.plat").into(),
        line,
        declaration: name(kind, own),
        foreign: false,
    }
}

fn between(base: &Project, head: &Project) -> Plan {
    let comparison = Comparison {
        schemas: &Untyped,
        rules: &Rules,
    };
    Plan::between(&base.0, &head.0, comparison)
}

fn place(source: &Source) -> String {
    format!("{}:{}", source.path, source.line)
}

fn places(sources: &[Source]) -> String {
    sources.iter().map(place).collect::<Vec<_>>().join(" ")
}

/// The plan, a line for each thing that it says.
fn text(plan: &Plan) -> String {
    let mut lines = Vec::new();
    for change in &plan.changes {
        lines.push(format!(
            "{} {} [{}] {} <- {}",
            change.action.name(),
            change.address,
            change.impact.name(),
            change.reason,
            places(&change.why),
        ));
        for field in &change.fields {
            lines.push(format!("  {} <- {}", field.path, places(&field.why)));
        }
    }
    for declaration in &plan.declarations {
        for edit in &declaration.edits {
            let what = match edit {
                DeclarationEdit::Added => "added".to_owned(),
                DeclarationEdit::Removed => "removed".to_owned(),
                DeclarationEdit::Renamed { from } => format!("renamed from {from}"),
                DeclarationEdit::Owner { before, after } => format!("owner {before:?} {after:?}"),
                DeclarationEdit::Capability { before, after } => {
                    format!("capability {before:?} {after:?}")
                }
                DeclarationEdit::EdgeAdded(edge) => format!("now {} {}", edge.kind, edge.target),
                DeclarationEdit::EdgeRemoved(edge) => {
                    format!("no longer {} {}", edge.kind, edge.target)
                }
            };
            lines.push(format!("declaration {}: {what}", declaration.name.name));
        }
    }
    for cause in &plan.causes {
        lines.push(format!(
            "cause {} [{}] reaches {} for {:?}",
            cause.source.as_ref().map_or("?".to_owned(), place),
            cause.impact.name(),
            cause.instances.len(),
            cause.owners,
        ));
        for effect in &cause.effects {
            let path = effect.path.as_ref().map(ToString::to_string);
            lines.push(format!(
                "  {} {} {} x{}, {} -> {}",
                effect.action.name(),
                effect.kind,
                path.unwrap_or_default(),
                effect.count,
                varying(&effect.before),
                varying(&effect.after),
            ));
        }
    }
    for reached in &plan.reached {
        lines.push(format!("reached {}", reached.through.join(" > ")));
    }
    lines.join("\n")
}

fn varying(value: &Result<Option<Tree>, usize>) -> String {
    match value {
        Ok(None) => "nothing".to_owned(),
        Ok(Some(tree)) => match tree.value {
            TreeValue::Int(number) => number.to_string(),
            _ => "something".to_owned(),
        },
        Err(different) => format!("{different} values"),
    }
}

fn check(base: &Project, head: &Project, expected: &Expect) {
    expected.assert_eq(&text(&between(base, head)));
}

/// A shop of three services on one capability, whose default number of replicas is given.
fn shop(label: &str, default: i64) -> Project {
    let capability = format!("capability $ {{\n  in replicas: int = {default}\n}}\n");
    ["prod", "staging"].into_iter().fold(
        project(label)
            .declares("capability", "Http", "platform", &capability, &[])
            .declares("service", "cart", "shop", "service $ { a = 1 }\n", &[])
            .declares(
                "service",
                "checkout",
                "shop",
                "service $ { b = 1 }\n",
                &["cart"],
            )
            .declares(
                "service",
                "web",
                "front",
                "service $ { c = 1 }\n",
                &["checkout"],
            ),
        |project, environment| {
            let http = ("capability", "Http", 2);
            let deployment = |own| ("deployment", "Deployment", own);
            project
                .emits(
                    ("cart", environment),
                    deployment("cart"),
                    5,
                    ("service", "cart", 1),
                )
                .emits(
                    ("checkout", environment),
                    deployment("checkout"),
                    default,
                    http,
                )
                .emits(("web", environment), deployment("web"), default, http)
        },
    )
}

#[test]
fn equal_states_have_an_empty_plan() {
    let plan = between(&shop("a", 2), &shop("b", 2));
    assert!(plan.is_empty());
    assert!(plan.changes.is_empty() && plan.causes.is_empty() && plan.reached.is_empty());
    assert_eq!(plan.base.hash, plan.head.hash);
}

#[test]
fn a_default_of_a_capability_is_one_cause() {
    check(
        &shop("base", 2),
        &shop("head", 3),
        &expect![[r#"
            update checkout@prod/deployment [scale]  <- 
              spec.replicas <- Http.plat:2
            update web@prod/deployment [scale]  <- 
              spec.replicas <- Http.plat:2
            update checkout@staging/deployment [scale]  <- 
              spec.replicas <- Http.plat:2
            update web@staging/deployment [scale]  <- 
              spec.replicas <- Http.plat:2
            cause Http.plat:2 [scale] reaches 4 for ["front", "shop"]
              update Deployment spec.replicas x4, 2 -> 3"#]],
    );
}

#[test]
fn who_depends_on_a_change_is_reached() {
    let mut head = shop("head", 2);
    let cart = head
        .0
        .declarations
        .iter_mut()
        .find(|declaration| &*declaration.name.name == "cart")
        .expect("it is declared");
    cart.digest = digest("other");
    cart.text = Some(Arc::from("service cart { a = 2 }\n"));
    for instance in &mut head.0.instances {
        if &*instance.declaration.name == "cart" && &*instance.environment == "prod" {
            let objects = instance.objects.as_mut().expect("it has objects");
            objects[0].body =
                Tree::new(TreeValue::Map(vec![("image".into(), Tree::text("cart:2"))]));
        }
    }
    check(
        &shop("base", 2),
        &head,
        &expect![[r#"
            update cart@prod/deployment [restart]  <- 
              spec <- cart.plat:1
              image <- cart.plat:1
            cause cart.plat:1 [restart] reaches 1 for ["shop"]
              update Deployment image x1, nothing -> something
              update Deployment spec x1, something -> nothing
            reached checkout > cart
            reached web > checkout > cart"#]],
    );
}

#[test]
fn a_renamed_service_is_a_move() {
    let base = project("base")
        .declares("service", "cart", "shop", "service $ { a = 1 }\n", &[])
        .declares("service", "web", "shop", "service $ { }\n", &["cart"])
        .emits(
            ("cart", "prod"),
            ("deployment", "Deployment", "cart"),
            2,
            ("service", "cart", 1),
        )
        .emits(
            ("cart", "prod"),
            ("data", "PersistentVolumeClaim", "cart-data"),
            1,
            ("service", "cart", 1),
        );
    let head = project("head")
        .declares("service", "basket", "shop", "service $ { a = 1 }\n", &[])
        .declares("service", "web", "shop", "service $ { }\n", &["basket"])
        .emits(
            ("basket", "prod"),
            ("deployment", "Deployment", "basket"),
            2,
            ("service", "basket", 1),
        )
        .emits(
            ("basket", "prod"),
            ("data", "PersistentVolumeClaim", "basket-data"),
            1,
            ("service", "basket", 1),
        );
    check(
        &base,
        &head,
        &expect![[r#"
            move basket@prod/data [data-loss] it was called `cart-data`; its volume is deleted <- cart.plat:1
            move basket@prod/deployment [replace] it was called `cart`; it stops running <- cart.plat:1
            declaration basket: renamed from cart
            cause cart.plat:1 [data-loss] reaches 1 for ["shop"]
              move PersistentVolumeClaim  x1, nothing -> nothing
              move Deployment  x1, nothing -> nothing
            reached web > basket"#]],
    );
}

#[test]
fn an_object_that_only_moved_within_the_sources_does_nothing() {
    let base = shop("base", 2);
    let mut head = shop("head", 2);
    for instance in &mut head.0.instances {
        for object in instance.objects.iter_mut().flatten() {
            object.path = format!("inner/{}", object.path).into();
        }
    }
    let plan = between(&base, &head);
    assert!(plan.is_empty());
    assert_eq!(plan.changes.len(), 6);
    assert_eq!(plan.summary.unaffected, 6);
    assert_eq!(
        plan.changes[0].reason,
        "only its address changed, from `cart@prod/deployment`"
    );
}

#[test]
fn a_deleted_service_is_gone_because_its_declaration_is() {
    let base = shop("base", 2);
    let mut head = shop("head", 2);
    let gone = |name: &DeclarationName| &*name.name == "checkout";
    head.0.declarations.retain(|d| !gone(&d.name));
    head.0.instances.retain(|i| !gone(&i.declaration));
    check(
        &base,
        &head,
        &expect![[r#"
        delete checkout@prod/deployment [replace] it stops running <- checkout.plat:1
        delete checkout@staging/deployment [replace] it stops running <- checkout.plat:1
        declaration checkout: removed
        cause checkout.plat:1 [replace] reaches 2 for ["shop"]
          delete Deployment  x2, nothing -> nothing
        reached web > checkout"#]],
    );
}

#[test]
fn several_alike_are_not_taken_for_renamed() {
    let base = project("base")
        .declares("service", "a", "", "service $ { }\n", &[])
        .declares("service", "b", "", "service $ { }\n", &[]);
    let head = project("head").declares("service", "c", "", "service $ { }\n", &[]);
    check(
        &base,
        &head,
        &expect![[r#"
        declaration a: removed
        declaration b: removed
        declaration c: added"#]],
    );
}

#[test]
fn what_comes_with_all_that_it_is_about_is_no_risk() {
    let web = |label| project(label).declares("service", "web", "shop", "service $ { }\n", &[]);
    let made = ("service", "web", 1);
    let policy = ("policy", "NetworkPolicy", "web");
    let deployment = ("deployment", "Deployment", "web");
    let bare = || web("base").emits(("web", "prod"), deployment, 1, made);
    let whole = || bare().emits(("web", "prod"), policy, 1, made);
    check(
        &web("base"),
        &whole(),
        &expect![[r#"
        create web@prod/deployment [none]  <- 
        create web@prod/policy [none] it comes with all that it is about <- 
        cause ? [none] reaches 1 for ["shop"]
          create Deployment  x1, nothing -> nothing
          create NetworkPolicy  x1, nothing -> nothing"#]],
    );
    check(
        &bare(),
        &whole(),
        &expect![[r#"
        create web@prod/policy [exposure] it says who may connect <- 
        cause ? [exposure] reaches 1 for ["shop"]
          create NetworkPolicy  x1, nothing -> nothing"#]],
    );
}

#[test]
fn a_service_that_was_renamed_and_changed_is_a_move() {
    let text = |image: &str| format!("service $ {{\n  a = 1\n  b = 2\n  image = {image}\n}}\n");
    let made = |own| ("service", own, 1);
    let base = project("base")
        .declares("service", "cart", "shop", &text("1"), &[])
        .emits(
            ("cart", "prod"),
            ("deployment", "Deployment", "cart"),
            1,
            made("cart"),
        );
    let head = project("head")
        .declares("service", "basket", "shop", &text("2"), &[])
        .emits(
            ("basket", "prod"),
            ("deployment", "Deployment", "basket"),
            2,
            made("basket"),
        );
    check(
        &base,
        &head,
        &expect![[r#"
        move basket@prod/deployment [replace] it was called `cart`; it stops running <- cart.plat:1
          spec.replicas <- cart.plat:1
        declaration basket: renamed from cart
        cause cart.plat:1 [replace] reaches 1 for ["shop"]
          move Deployment  x1, nothing -> nothing"#]],
    );
}
