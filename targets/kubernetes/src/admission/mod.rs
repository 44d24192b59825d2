//! Rules of a project as admission policies: what the compiler refuses, the cluster refuses, too, from whoever it comes.
//!
//! A rule becomes a `ValidatingAdmissionPolicy` whose expressions are CEL, and a binding for the namespaces of an environment.
//! Nothing in them depends on the date.

mod cel;
mod exempt;
mod resources;

use bumpalo::Bump;
use plat_model::rule::{Expr, Rule, Subject};
use plat_model::{Field, Node, Origin, Value};

pub use exempt::Exemption;

const GROUP: &str = "admissionregistration.k8s.io/v1";
/// The longest name of an object.
const LONGEST_NAME: usize = 253;

/// What an environment has to do with its rules.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// What the names of policies begin with: the project and the environment, since policies belong to a whole cluster.
    pub prefix: String,
    /// The namespaces in which the project has something, sorted.
    pub namespaces: Vec<String>,
    /// The kinds of which it has something, as API version and kind, sorted.
    pub kinds: Vec<(String, String)>,
}

/// A rule as a policy and its binding, in this order; `None` where there is nothing that it could speak of.
#[must_use]
pub fn policy<'a>(
    arena: &'a Bump,
    rule: &Rule,
    scope: &Scope,
    exemptions: &[Exemption],
) -> Option<[Node<'a>; 2]> {
    let make = Make(arena);
    let resources = resources::of(&rule.subject, &scope.kinds);
    if resources.is_empty() || scope.namespaces.is_empty() {
        return None;
    }
    let name = name(&scope.prefix, &rule.name);
    let metadata = make.record(&[
        ("name", make.text(&name)),
        (
            "labels",
            make.record(&[("app.kubernetes.io/managed-by", make.text("platc"))]),
        ),
        ("annotations", make.annotations(rule)),
    ]);
    let with_pods = matches!(rule.subject, Subject::Pods | Subject::Containers);
    let whole: Vec<&Exemption> = exemptions
        .iter()
        .filter(|one| one.container.is_none())
        .collect();
    let mut spec = vec![
        ("failurePolicy", make.text("Fail")),
        (
            "matchConstraints",
            make.record(&[("resourceRules", resources::rules(make, &resources))]),
        ),
    ];
    if !whole.is_empty() {
        let any = whole.iter().map(|one| one.condition(with_pods));
        let any: Vec<String> = any.collect();
        let condition = make.record(&[
            ("name", make.text("not-waived")),
            ("expression", make.text(&format!("!({})", any.join(" || ")))),
        ]);
        spec.push(("matchConditions", make.list(&[condition])));
    }
    let variables = variables(rule, exemptions);
    if !variables.is_empty() {
        let variables: Vec<Node<'a>> = variables
            .iter()
            .map(|(name, expression)| {
                make.record(&[
                    ("name", make.text(name)),
                    ("expression", make.text(expression)),
                ])
            })
            .collect();
        spec.push(("variables", make.list(&variables)));
    }
    spec.push(("validations", make.validations(rule)));
    let policy = make.object("ValidatingAdmissionPolicy", metadata, &spec);
    let binding = make.object(
        "ValidatingAdmissionPolicyBinding",
        metadata,
        &[
            ("policyName", make.text(&name)),
            (
                "validationActions",
                make.list(&[make.text(if rule.denies { "Deny" } else { "Warn" })]),
            ),
            ("matchResources", make.bound_to(scope, &resources)),
        ],
    );
    Some([policy, binding])
}

/// The name of the policy of a rule.
fn name(prefix: &str, rule: &str) -> String {
    let plain = format!("{prefix}.{rule}")
        .to_ascii_lowercase()
        .replace('_', "-");
    match plain.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => plain[..end].trim_end_matches(['.', '-']).to_owned(),
        None => plain,
    }
}

/// What the conditions of a rule refer to by `variables.`, each after what it needs itself.
fn variables(rule: &Rule, exemptions: &[Exemption]) -> Vec<(&'static str, String)> {
    let conditions = || {
        let all = rule.requirements.iter();
        let all = all.flat_map(|one| [Some(&one.condition), one.message.as_ref()]);
        all.flatten().chain(&rule.concerns)
    };
    let mentions = |wanted: &dyn Fn(&Expr) -> bool| {
        let mut found = false;
        for condition in conditions() {
            condition.walk(&mut |part, _| found |= wanted(part));
        }
        found
    };
    let of_containers = rule.subject == Subject::Containers;
    let init = mentions(&|part| matches!(part, Expr::IsInit(_)));
    let containers = of_containers || mentions(&|part| *part == Expr::Containers);
    let mut variables = Vec::new();
    if containers || init || mentions(&|part| *part == Expr::Pod) {
        variables.push((
            "pod",
            "object.kind == \"Pod\" ? object : \
             object.kind == \"CronJob\" ? object.spec.jobTemplate.spec.template : \
             object.kind == \"PodTemplate\" ? object.template : object.spec.template"
                .to_owned(),
        ));
    }
    if containers {
        variables.push((
            "containers",
            "variables.pod.spec.?initContainers.orValue([]) + variables.pod.spec.containers + \
             variables.pod.spec.?ephemeralContainers.orValue([])"
                .to_owned(),
        ));
    }
    if init {
        variables.push((
            "initNames",
            "variables.pod.spec.?initContainers.orValue([])\
             .filter(c, c.?restartPolicy.orValue(\"\") != \"Always\").map(c, c.name)"
                .to_owned(),
        ));
    }
    if of_containers {
        let mut conditions: Vec<String> = exemptions
            .iter()
            .filter_map(|one| {
                let name = cel::quoted(one.container.as_deref()?);
                let object = one.condition(true);
                Some(format!(
                    "!({object} && {}.name == {name})",
                    cel::CONTAINER_NAME
                ))
            })
            .collect();
        conditions.extend(rule.concerns.as_ref().map(|concerns| match concerns {
            Expr::Or(_) | Expr::If(..) if !conditions.is_empty() => {
                format!("({})", cel::condition(concerns))
            }
            _ => cel::condition(concerns),
        }));
        let expression = match conditions.as_slice() {
            [] => "variables.containers".to_owned(),
            all => format!(
                "variables.containers.filter({}, {})",
                cel::CONTAINER_NAME,
                all.join(" && ")
            ),
        };
        variables.push(("concerned", expression));
    } else if let Some(concerns) = &rule.concerns {
        variables.push(("concerned", cel::condition(concerns)));
    }
    variables
}

/// Makes values in an arena.
#[derive(Clone, Copy)]
struct Make<'a>(&'a Bump);

impl<'a> Make<'a> {
    fn text(self, text: &str) -> Node<'a> {
        Node::new(Value::Str(self.0.alloc_str(text)), Origin::COMPILER)
    }

    fn list(self, items: &[Node<'a>]) -> Node<'a> {
        let items = self.0.alloc_slice_copy(items);
        Node::new(Value::List(items), Origin::COMPILER)
    }

    fn texts(self, texts: impl IntoIterator<Item = impl AsRef<str>>) -> Node<'a> {
        let texts: Vec<Node<'a>> = texts
            .into_iter()
            .map(|text| self.text(text.as_ref()))
            .collect();
        self.list(&texts)
    }

    fn record(self, fields: &[(&'static str, Node<'a>)]) -> Node<'a> {
        let fields = fields.iter().map(|(key, node)| Field { key, node: *node });
        let fields: Vec<Field<'a>> = fields.collect();
        Node::new(
            Value::Record(self.0.alloc_slice_copy(&fields)),
            Origin::COMPILER,
        )
    }

    fn object(self, kind: &str, metadata: Node<'a>, spec: &[(&'static str, Node<'a>)]) -> Node<'a> {
        self.record(&[
            ("apiVersion", self.text(GROUP)),
            ("kind", self.text(kind)),
            ("metadata", metadata),
            ("spec", self.record(spec)),
        ])
    }

    /// Who stands behind a rule, and why.
    fn annotations(self, rule: &Rule) -> Node<'a> {
        let mut notes = vec![
            ("plat.dev/because", self.text(&rule.because)),
            ("plat.dev/guardrail", self.text(&rule.name)),
        ];
        notes.extend(
            rule.docs
                .as_ref()
                .map(|docs| ("plat.dev/docs", self.text(docs))),
        );
        let sponsor = rule.sponsor.as_ref();
        notes.extend(sponsor.map(|sponsor| ("plat.dev/sponsor", self.text(sponsor))));
        notes.sort_by_key(|(key, _)| *key);
        self.record(&notes)
    }

    fn validations(self, rule: &Rule) -> Node<'a> {
        let validations: Vec<Node<'a>> = rule
            .requirements
            .iter()
            .map(|requirement| {
                let condition = cel::condition(&requirement.condition);
                let expression = match (&rule.subject, &rule.concerns) {
                    (Subject::Containers, _) => {
                        format!("variables.concerned.all({}, {condition})", cel::CONTAINER_NAME)
                    }
                    (_, None) => condition.clone(),
                    (_, Some(_)) => match &requirement.condition {
                        Expr::If(..) => format!("!variables.concerned || ({condition})"),
                        _ => format!("!variables.concerned || {condition}"),
                    },
                };
                let message = requirement.message.as_ref().map(|message| {
                    let message = cel::text(message);
                    match rule.subject {
                        Subject::Containers => {
                            let broken = Expr::not(requirement.condition.clone());
                            format!(
                                "variables.concerned.filter({0}, {1}).map({0}, {message}).join(\"; \")",
                                cel::CONTAINER_NAME,
                                cel::condition(&broken),
                            )
                        }
                        _ => message,
                    }
                });
                let mut fields = vec![
                    ("expression", self.text(&expression)),
                    ("message", self.text(&rule.because)),
                ];
                fields.extend(message.map(|message| ("messageExpression", self.text(&message))));
                self.record(&fields)
            })
            .collect();
        self.list(&validations)
    }

    /// The namespaces of an environment. Roles that Kubernetes itself makes are no project's.
    fn bound_to(self, scope: &Scope, resources: &[resources::Resource]) -> Node<'a> {
        let of_namespaces = self.record(&[
            ("key", self.text("kubernetes.io/metadata.name")),
            ("operator", self.text("In")),
            ("values", self.texts(&scope.namespaces)),
        ]);
        let mut fields = vec![(
            "namespaceSelector",
            self.record(&[("matchExpressions", self.list(&[of_namespaces]))]),
        )];
        if resources
            .iter()
            .any(|one| one.group == "rbac.authorization.k8s.io")
        {
            let of_others = self.record(&[
                ("key", self.text("kubernetes.io/bootstrapping")),
                ("operator", self.text("DoesNotExist")),
            ]);
            fields.push((
                "objectSelector",
                self.record(&[("matchExpressions", self.list(&[of_others]))]),
            ));
        }
        self.record(&fields)
    }
}
