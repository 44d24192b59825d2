//! Plans made by hand, one for each thing that a rendering must not get wrong.

use plat_model::change::{Impact, Path, Step, Verdict};
use plat_model::tree::{Tree, TreeValue};
use plat_plan::plan::{
    Action, Broken, Change, DeclarationChange, DeclarationEdit, Drift, FieldChange, ObjectName,
    Plan, Previous, Reached, StateName, Summary, Taken, Target, Unknown,
};
use plat_plan::state::{DeclarationName, Edge, Environment, Source, State, StateHash};

/// Text that must never be printed.
pub(crate) const SECRET: [u8; 16] = *b"hunter2hunter2!!";

/// A plan of changes; everything else follows from them.
#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) changes: Vec<Change>,
    pub(crate) declarations: Vec<DeclarationChange>,
    pub(crate) reached: Vec<Reached>,
    pub(crate) drift: Vec<Drift>,
    pub(crate) unknown: Vec<Unknown>,
    pub(crate) broken: Vec<Broken>,
}

impl Draft {
    /// The plan, with causes and numbers as the crate itself derives them.
    pub(crate) fn plan(self) -> Plan {
        let mut plan = Plan {
            base: state("main", 1),
            head: state("the working tree", 2),
            environments: vec![environment("prod", true), environment("staging", false)],
            changes: Vec::new(),
            declarations: self.declarations,
            causes: Vec::new(),
            reached: Vec::new(),
            drift: Vec::new(),
            unknown: Vec::new(),
            broken: self.broken,
            summary: Summary::default(),
        };
        let nothing = State::default();
        plan.take(
            &nothing,
            &nothing,
            Taken {
                changes: self.changes,
                drift: self.drift,
                unknown: self.unknown,
            },
        );
        plan.reached = self.reached;
        plan
    }
}

fn state(label: &str, byte: u8) -> StateName {
    StateName {
        label: label.to_owned(),
        hash: StateHash([byte; 32]),
    }
}

fn environment(name: &str, production: bool) -> Environment {
    Environment {
        name: name.into(),
        production,
    }
}

pub(crate) fn name(kind: &str, name: &str) -> DeclarationName {
    DeclarationName {
        kind: kind.into(),
        name: name.into(),
    }
}

pub(crate) fn source(path: &str, line: u32, kind: &str, declaration: &str) -> Source {
    Source {
        path: path.into(),
        line,
        declaration: name(kind, declaration),
        foreign: path.starts_with('<'),
    }
}

/// An object `kind` of a service that changes in place.
pub(crate) fn change(service: &str, environment: &str, kind: &str, impact: Impact) -> Change {
    Change {
        address: format!("{service}@{environment}/{}", kind.to_lowercase()),
        declaration: name("service", service),
        environment: environment.into(),
        production: environment == "prod",
        owner: Some("payments".into()),
        object: ObjectName {
            target: Target::Kubernetes,
            api_version: "apps/v1".into(),
            kind: kind.into(),
            namespace: "shop".into(),
            name: service.into(),
        },
        previous: None,
        action: Action::Update,
        reason: String::new(),
        impact,
        fields: Vec::new(),
        why: Vec::new(),
        source: Some(source(
            "<std>/workload/service.plat",
            40,
            "capability",
            "HttpService",
        )),
    }
}

/// `spec.template.spec.containers[name=app].image`: words after `#` are entries, in which `%` stands for `/`.
pub(crate) fn path(text: &str) -> Path {
    Path(
        text.split('/')
            .map(|step| match step.split_once('=') {
                Some((key, value)) => Step::Element([(key.into(), value.into())].into()),
                None if step.starts_with('#') => Step::Entry(step[1..].replace('%', "/").into()),
                None => Step::Field(step.into()),
            })
            .collect(),
    )
}

pub(crate) fn field(
    path_text: &str,
    before: Option<Tree>,
    after: Option<Tree>,
    verdict: Verdict,
    why: Source,
) -> FieldChange {
    FieldChange {
        path: path(path_text),
        before,
        after,
        equal: None,
        verdict,
        why: vec![why],
    }
}

pub(crate) fn int(value: i64) -> Option<Tree> {
    Some(Tree::new(TreeValue::Int(value)))
}

pub(crate) fn text(value: &str) -> Option<Tree> {
    Some(Tree::text(value))
}

pub(crate) fn secret(byte: u8) -> Option<Tree> {
    let mut digest = SECRET;
    digest[15] = byte;
    Some(Tree::new(TreeValue::Secret(digest)))
}

pub(crate) const RESTART: Verdict = Verdict::new(Impact::Restart, "the pod template changes");

pub(crate) fn empty() -> Plan {
    Draft::default().plan()
}

/// One service gets another image in one environment.
pub(crate) fn image_bump() -> Plan {
    let mut deployment = change("checkout", "prod", "Deployment", Impact::Restart);
    deployment.fields.push(field(
        "spec/template/spec/containers/name=checkout/image",
        text("registry.example.com/shop/checkout:1.4.2"),
        text("registry.example.com/shop/checkout:1.5.0"),
        RESTART,
        source("payments/checkout.plat", 12, "service", "checkout"),
    ));
    Draft {
        changes: vec![deployment],
        reached: vec![Reached {
            name: name("service", "web"),
            owner: Some("frontend".into()),
            through: vec!["web".into(), "checkout".into()],
            impact: Impact::Restart,
        }],
        ..Draft::default()
    }
    .plan()
}

/// A default of a capability that four hundred services have.
pub(crate) fn capability_default() -> Plan {
    let why = source("platform/http.plat", 12, "capability", "HttpService");
    let mut changes = Vec::new();
    for number in 0..400 {
        for environment in ["prod", "staging"] {
            let service = format!("service-{number:03}");
            let mut deployment = change(&service, environment, "Deployment", Impact::Restart);
            deployment.owner = Some(format!("team-{:02}", number % 23).into());
            deployment.fields.push(field(
                &format!("spec/template/spec/containers/name={service}/env/name=TIMEOUT/value"),
                text("30s"),
                text("60s"),
                RESTART,
                why.clone(),
            ));
            changes.push(deployment);
        }
    }
    Draft {
        changes,
        ..Draft::default()
    }
    .plan()
}

/// A shrunk volume among harmless changes, and a service that becomes public.
pub(crate) fn data_loss() -> Plan {
    let own = |line| source("payments/checkout.plat", line, "service", "checkout");
    let mut claim = change(
        "checkout/orders",
        "prod",
        "PersistentVolumeClaim",
        Impact::DataLoss,
    );
    claim.action = Action::Replace;
    claim.reason = "a claim cannot shrink".to_owned();
    claim.fields.push(field(
        "spec/resources/requests/storage",
        text("20Gi"),
        text("10Gi"),
        Verdict::replace(
            Impact::DataLoss,
            "a claim cannot shrink: it is deleted with its volume",
        ),
        own(21),
    ));
    let mut route = change("checkout", "prod", "HTTPRoute", Impact::Exposure);
    route.action = Action::Create;
    route.reason = "it becomes reachable from outside of the cluster".to_owned();
    route.why = vec![own(9)];
    let mut replicas = change("checkout", "prod", "Deployment", Impact::Scale);
    replicas.fields.push(field(
        "spec/replicas",
        int(2),
        int(3),
        Verdict::new(Impact::Scale, ""),
        own(14),
    ));
    let mut labels = change("checkout", "staging", "Service", Impact::Metadata);
    labels.fields.push(field(
        "metadata/labels/#app.kubernetes.io%part-of",
        None,
        text("shop"),
        Verdict::new(Impact::Metadata, ""),
        source("payments/teams.plat", 3, "system", "shop"),
    ));
    let mut quantity = change("checkout", "staging", "Deployment", Impact::None);
    quantity.action = Action::NoOp;
    quantity.fields.push(FieldChange {
        equal: Some("1000m is 1".to_owned()),
        ..field(
            "spec/template/spec/containers/name=checkout/resources/requests/cpu",
            text("1000m"),
            int(1),
            Verdict::new(Impact::None, ""),
            own(17),
        )
    });
    Draft {
        changes: vec![labels, replicas, route, claim, quantity],
        ..Draft::default()
    }
    .plan()
}

/// A service goes, another gets a new name.
pub(crate) fn delete_and_rename() -> Plan {
    let mut deleted = change("legacy", "prod", "Deployment", Impact::Replace);
    deleted.action = Action::Delete;
    deleted.reason = "nothing declares it any more".to_owned();
    deleted.owner = None;
    deleted.why = vec![source("shop/legacy.plat", 1, "service", "legacy")];
    let mut moved = change("basket", "prod", "Deployment", Impact::Replace);
    moved.action = Action::Move;
    moved.reason = "the service was called cart".to_owned();
    moved.why = vec![source("shop/basket.plat", 1, "service", "basket")];
    moved.previous = Some(Previous {
        address: "cart@prod/deployment".to_owned(),
        object: ObjectName {
            name: "cart".into(),
            ..moved.object.clone()
        },
    });
    let edge = |target: &str| Edge {
        alias: target.into(),
        kind: "calls".into(),
        target: target.into(),
        environments: Vec::new(),
    };
    Draft {
        changes: vec![deleted, moved],
        declarations: vec![
            DeclarationChange {
                name: name("service", "basket"),
                owner: Some("payments".into()),
                source: Some(source("shop/basket.plat", 1, "service", "basket")),
                edits: vec![
                    DeclarationEdit::Renamed {
                        from: "cart".into(),
                    },
                    DeclarationEdit::EdgeAdded(edge("stock")),
                    DeclarationEdit::EdgeRemoved(edge("legacy")),
                ],
            },
            DeclarationChange {
                name: name("service", "legacy"),
                owner: None,
                source: Some(source("shop/legacy.plat", 1, "service", "legacy")),
                edits: vec![DeclarationEdit::Removed],
            },
        ],
        reached: vec![
            Reached {
                name: name("service", "web"),
                owner: Some("frontend".into()),
                through: vec!["web".into(), "basket".into()],
                impact: Impact::Replace,
            },
            Reached {
                name: name("service", "mobile"),
                owner: None,
                through: vec!["mobile".into(), "web".into(), "basket".into()],
                impact: Impact::Replace,
            },
        ],
        ..Draft::default()
    }
    .plan()
}

/// What cannot be known, and what must not be shown.
pub(crate) fn unknown_and_secret() -> Plan {
    let own = |line| source("payments/checkout.plat", line, "service", "checkout");
    let mut config = change("checkout", "prod", "Secret", Impact::Unknown);
    config.fields.push(field(
        "data/#password",
        secret(b'1'),
        secret(b'2'),
        RESTART,
        own(30),
    ));
    config
        .fields
        .push(field("data/#token", None, secret(b'3'), RESTART, own(31)));
    config.fields.push(field(
        "data/#host",
        text("db.internal"),
        Some(Tree::new(TreeValue::Unknown(
            "the database is not made yet".into(),
        ))),
        Verdict::new(
            Impact::Unknown,
            "the value is not known before it is applied",
        ),
        own(32),
    ));
    let mut nested = change("checkout", "prod", "ConfigMap", Impact::None);
    nested.impact = Impact::Restart;
    nested.fields.push(field(
        "data/#login",
        None,
        Some(Tree::new(TreeValue::Map(vec![
            ("user".into(), Tree::text("app")),
            ("password".into(), secret(b'4').unwrap()),
        ]))),
        RESTART,
        own(33),
    ));
    Draft {
        changes: vec![config, nested],
        drift: vec![Drift {
            address: "checkout@prod/deployment".to_owned(),
            object: change("checkout", "prod", "Deployment", Impact::None).object,
            path: Some(path("spec/replicas")),
            expected: int(2),
            actual: int(5),
            by: Some("kube-controller-manager".to_owned()),
        }],
        broken: vec![
            Broken {
                denied: true,
                message: "this plan deletes orders@prod/claim".to_owned(),
                subjects: vec!["orders@prod/claim".to_owned()],
                place: Some("platform/guardrails.plat:16".to_owned()),
                notes: vec!["why: INC-7".to_owned(), "sponsor: sre".to_owned()],
            },
            Broken {
                denied: false,
                message: "`<b>` runs 1 copy".to_owned(),
                subjects: (0..9).map(|place| format!("shop-{place}@prod")).collect(),
                place: None,
                notes: Vec::new(),
            },
        ],
        unknown: vec![Unknown {
            what: "environment dr".to_owned(),
            because: "the output folder of main does not have it".to_owned(),
        }],
        ..Draft::default()
    }
    .plan()
}

/// Everything that could break out of a document: Markdown, HTML, mentions, escape sequences, letters of all kinds.
pub(crate) fn hostile() -> Plan {
    let own = |line| source("ünï`cödé/@all.plat", line, "service", "che`ckout");
    let mut config = change("che`ckout", "prod", "ConfigMap", Impact::Restart);
    config.owner = Some("@everyone <b>".into());
    config.reason = "a | b <!-- c --> </details> @admin #12 [x](javascript:1)".to_owned();
    let values = [
        "`one` ``two`` ```three```",
        "<!-- platc-plan --> </script><script>alert(1)</script>",
        "@someone please | look </summary></details>",
        "\u{1b}[31mred\u{1b}[0m \u{202e}reversed",
        "日本語 🦀 العربية e\u{301}",
        "[link](javascript:alert(1)) ![x](https://example.com/x.png) $x^2$ :tada:",
        "/close",
        "&lt; &amp; \\ \\`",
    ];
    for (index, value) in values.iter().enumerate() {
        config.fields.push(field(
            &format!("data/#key-{index}`|<x>"),
            text("plain"),
            text(value),
            RESTART,
            own(u32::try_from(index).unwrap() + 1),
        ));
    }
    config.fields.push(field(
        "data/#nginx.conf",
        text("server {\n  listen 80;\n  ```\n  # @ops\n  root /srv;\n  a;\n  b;\n}\n"),
        text("server {\n  listen 8080;\n  ```\n  </script><!-- x -->\n  root /srv;\n  a;\n  b;\n}"),
        RESTART,
        own(20),
    ));
    let long: String = (0..4000).map(|number| format!("{number} ")).collect();
    config.fields.push(field(
        "data/#long",
        text(&long),
        text(&long.replace("7 ", "8 ")),
        RESTART,
        own(21),
    ));
    Draft {
        changes: vec![config],
        unknown: vec![Unknown {
            what: "a `file` | <i>".to_owned(),
            because: "@nobody\nknows <!-- it".to_owned(),
        }],
        ..Draft::default()
    }
    .plan()
}

/// Services in three environments, each with seven changed objects of three: 70,000 for 10,000 services.
pub(crate) fn huge(services: usize) -> Plan {
    let capability = source("platform/http.plat", 12, "capability", "HttpService");
    let mut changes = Vec::new();
    for number in 0..services {
        let service = format!("service-{number:05}");
        for (at, environment) in ["prod", "staging", "dev"].into_iter().enumerate() {
            let own = source(
                &format!("team-{:03}/{service}.plat", number % 150),
                7,
                "service",
                &service,
            );
            let owned = |kind: &str, impact| {
                let mut change = change(&service, environment, kind, impact);
                change.owner = Some(format!("team-{:03}", number % 150).into());
                change
            };
            let mut deployment = owned("Deployment", Impact::Restart);
            deployment.fields.push(field(
                &format!("spec/template/spec/containers/name={service}/image"),
                text(&format!("registry.example.com/{service}:1.{number}")),
                text(&format!("registry.example.com/{service}:2.{number}")),
                RESTART,
                own,
            ));
            changes.push(deployment);
            let mut config = owned("ConfigMap", Impact::Restart);
            config.fields.push(field(
                "data/#timeout",
                text("30s"),
                text("60s"),
                RESTART,
                capability.clone(),
            ));
            changes.push(config);
            if at == 0 {
                let mut labels = owned("Service", Impact::Metadata);
                labels.fields.push(field(
                    "metadata/labels/#tier",
                    None,
                    text("backend"),
                    Verdict::new(Impact::Metadata, ""),
                    capability.clone(),
                ));
                changes.push(labels);
                if number % 97 == 0 {
                    let mut claim = owned("PersistentVolumeClaim", Impact::DataLoss);
                    claim.action = Action::Delete;
                    claim.why = vec![capability.clone()];
                    changes.push(claim);
                }
            }
        }
    }
    Draft {
        changes,
        ..Draft::default()
    }
    .plan()
}
