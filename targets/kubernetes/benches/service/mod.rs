//! The objects of a usual service: some 340 nodes in seven objects.

use plat_model::{Field, Node, Origin, Value};

/// The objects of a usual service.
pub fn objects() -> Vec<Node<'static>> {
    Maker(0).service()
}

/// Counts origins, so that every node has its own as it has in a build.
struct Maker(u32);

impl Maker {
    fn node(&mut self, value: Value<'static>) -> Node<'static> {
        self.0 += 1;
        Node::new(
            value,
            Origin {
                body: 1,
                node: self.0,
            },
        )
    }

    fn record(&mut self, fields: Vec<(&'static str, Node<'static>)>) -> Node<'static> {
        let fields: Vec<_> = fields
            .into_iter()
            .map(|(key, node)| Field { key, node })
            .collect();
        self.node(Value::Record(fields.leak()))
    }

    fn list(&mut self, elements: Vec<Node<'static>>) -> Node<'static> {
        self.node(Value::List(elements.leak()))
    }

    fn text(&mut self, text: &'static str) -> Node<'static> {
        self.node(Value::Str(text))
    }

    fn texts(&mut self, pairs: &[(&'static str, &'static str)]) -> Node<'static> {
        let fields = pairs
            .iter()
            .map(|(key, text)| (*key, self.text(text)))
            .collect();
        self.record(fields)
    }

    fn int(&mut self, number: i64) -> Node<'static> {
        self.node(Value::Int(number))
    }

    fn labels(&mut self) -> Node<'static> {
        self.texts(&[
            ("app.kubernetes.io/managed-by", "platc"),
            ("app.kubernetes.io/name", "checkout"),
            ("app.kubernetes.io/part-of", "shop"),
            ("plat.dev/owner", "payments"),
            ("plat.dev/tier", "critical"),
        ])
    }

    fn object(
        &mut self,
        api_version: &'static str,
        kind: &'static str,
        rest: Vec<(&'static str, Node<'static>)>,
    ) -> Node<'static> {
        let labels = self.labels();
        let meta = vec![
            ("name", self.text("checkout")),
            ("namespace", self.text("shop")),
            ("labels", labels),
        ];
        let mut fields = vec![
            ("apiVersion", self.text(api_version)),
            ("kind", self.text(kind)),
            ("metadata", self.record(meta)),
        ];
        fields.extend(rest);
        self.record(fields)
    }

    fn probe(&mut self) -> Node<'static> {
        let get = vec![("path", self.text("/healthz")), ("port", self.text("http"))];
        let fields = vec![
            ("httpGet", self.record(get)),
            ("periodSeconds", self.int(10)),
            ("timeoutSeconds", self.int(2)),
            ("failureThreshold", self.int(3)),
        ];
        self.record(fields)
    }

    fn selector(&mut self) -> Node<'static> {
        let labels = self.texts(&[("app.kubernetes.io/name", "checkout")]);
        self.record(vec![("matchLabels", labels)])
    }

    fn deployment(&mut self) -> Node<'static> {
        let env = [
            ("LOG_LEVEL", "info"),
            ("REGION", "eu-central-1"),
            (
                "INVENTORY_URL",
                "http://inventory.shop.svc.cluster.local:8080",
            ),
            ("PORT", "8080"),
            ("FEATURES", "a,b,c"),
            ("JAVA_OPTS", "-Xmx128m -XX:+UseG1GC"),
        ]
        .map(|(name, value)| self.texts(&[("name", name), ("value", value)]));
        let port = vec![
            ("name", self.text("http")),
            ("containerPort", self.int(8080)),
        ];
        let port = self.record(port);
        let amounts = |maker: &mut Self| maker.texts(&[("cpu", "250m"), ("memory", "256Mi")]);
        let resources = vec![("requests", amounts(self)), ("limits", amounts(self))];
        let dropped = self.text("ALL");
        let dropped = self.list(vec![dropped]);
        let capabilities = self.record(vec![("drop", dropped)]);
        let security = vec![
            ("allowPrivilegeEscalation", self.node(Value::Bool(false))),
            ("capabilities", capabilities),
            ("readOnlyRootFilesystem", self.node(Value::Bool(true))),
        ];
        let mount = self.texts(&[("name", "files"), ("mountPath", "/etc/checkout")]);
        let container = vec![
            ("name", self.text("checkout")),
            ("image", self.text("ghcr.io/acme/checkout:1.42.0")),
            ("ports", self.list(vec![port])),
            ("env", self.list(env.to_vec())),
            ("resources", self.record(resources)),
            ("startupProbe", self.probe()),
            ("readinessProbe", self.probe()),
            ("livenessProbe", self.probe()),
            ("volumeMounts", self.list(vec![mount])),
            ("securityContext", self.record(security)),
        ];
        let container = self.record(container);
        let spread = vec![
            ("maxSkew", self.int(1)),
            ("topologyKey", self.text("topology.kubernetes.io/zone")),
            ("whenUnsatisfiable", self.text("ScheduleAnyway")),
            ("labelSelector", self.selector()),
        ];
        let spread = self.record(spread);
        let seccomp = self.texts(&[("type", "RuntimeDefault")]);
        let pod_security = vec![
            ("runAsNonRoot", self.node(Value::Bool(true))),
            ("seccompProfile", seccomp),
        ];
        let files = self.texts(&[("name", "checkout-files")]);
        let volume = vec![("name", self.text("files")), ("configMap", files)];
        let volume = self.record(volume);
        let pod = vec![
            ("serviceAccountName", self.text("checkout")),
            ("terminationGracePeriodSeconds", self.int(30)),
            ("securityContext", self.record(pod_security)),
            ("containers", self.list(vec![container])),
            ("volumes", self.list(vec![volume])),
            ("topologySpreadConstraints", self.list(vec![spread])),
        ];
        let annotations = self.texts(&[
            ("plat.dev/checksum", "0c1f9e3b5d7a"),
            ("prometheus.io/scrape", "true"),
        ]);
        let meta = vec![("labels", self.labels()), ("annotations", annotations)];
        let template = vec![("metadata", self.record(meta)), ("spec", self.record(pod))];
        let spec = vec![
            ("revisionHistoryLimit", self.int(5)),
            ("selector", self.selector()),
            ("template", self.record(template)),
        ];
        let spec = self.record(spec);
        self.object("apps/v1", "Deployment", vec![("spec", spec)])
    }

    /// The objects of a usual service.
    fn service(&mut self) -> Vec<Node<'static>> {
        let deployment = self.deployment();
        let port = vec![
            ("name", self.text("http")),
            ("port", self.int(8080)),
            ("targetPort", self.text("http")),
        ];
        let port = self.record(port);
        let spec = vec![
            (
                "selector",
                self.texts(&[("app.kubernetes.io/name", "checkout")]),
            ),
            ("ports", self.list(vec![port])),
        ];
        let spec = self.record(spec);
        let service = self.object("v1", "Service", vec![("spec", spec)]);
        let account = vec![(
            "automountServiceAccountToken",
            self.node(Value::Bool(false)),
        )];
        let account = self.object("v1", "ServiceAccount", account);
        let rules = "{\n  \"rules\": [\n    { \"country\": \"DE\", \"vat\": 19 },\n    { \"country\": \"FR\", \"vat\": 20 }\n  ]\n}\n";
        let data = self.texts(&[("rules.json", rules)]);
        let files = self.object("v1", "ConfigMap", vec![("data", data)]);
        let budget = vec![
            ("maxUnavailable", self.int(1)),
            ("selector", self.selector()),
        ];
        let budget = self.record(budget);
        let budget = self.object("policy/v1", "PodDisruptionBudget", vec![("spec", budget)]);
        let target = vec![
            ("type", self.text("Utilization")),
            ("averageUtilization", self.int(70)),
        ];
        let resource = vec![("name", self.text("cpu")), ("target", self.record(target))];
        let metric = vec![
            ("type", self.text("Resource")),
            ("resource", self.record(resource)),
        ];
        let metric = self.record(metric);
        let scaler = vec![
            (
                "scaleTargetRef",
                self.texts(&[
                    ("apiVersion", "apps/v1"),
                    ("kind", "Deployment"),
                    ("name", "checkout"),
                ]),
            ),
            ("minReplicas", self.int(2)),
            ("maxReplicas", self.int(10)),
            ("metrics", self.list(vec![metric])),
        ];
        let scaler = self.record(scaler);
        let scaler = self.object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            vec![("spec", scaler)],
        );
        let from = ["frontend", "basket"].map(|name| {
            let labels = self.texts(&[("app.kubernetes.io/name", name)]);
            let selector = self.record(vec![("matchLabels", labels)]);
            self.record(vec![("podSelector", selector)])
        });
        let allowed = self.texts(&[("protocol", "TCP"), ("port", "http")]);
        let ingress = vec![
            ("from", self.list(from.to_vec())),
            ("ports", self.list(vec![allowed])),
        ];
        let ingress = self.record(ingress);
        let types = ["Ingress", "Egress"].map(|kind| self.text(kind));
        let policy = vec![
            ("podSelector", self.selector()),
            ("policyTypes", self.list(types.to_vec())),
            ("ingress", self.list(vec![ingress])),
        ];
        let policy = self.record(policy);
        let policy = self.object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            vec![("spec", policy)],
        );
        vec![deployment, service, account, files, budget, scaler, policy]
    }
}
