//! The objects of one instance, written out by hand.

use bumpalo::Bump;
use plat_model::Value;
use sha2::{Digest as _, Sha256};

use super::OBJECTS;
use super::build::{Builder, bool, int, str};
use crate::fleet::{Environment, Fleet, Service, system_name, team_name};

/// The objects of a service in an environment. `callers` are the numbers of the services that call it.
pub(super) fn objects<'a>(
    fleet: &Fleet,
    callers: &[usize],
    service: &Service,
    environment: &Environment,
    arena: &'a Bump,
) -> [Value<'a>; OBJECTS] {
    let build = Builder::new(arena);
    let instance = Instance {
        build,
        fleet,
        service,
        environment,
        name: build.text(&service.name()),
        namespace: build.text(&system_name(service.team)),
        team: build.text(&team_name(service.team)),
    };
    [
        instance.deployment(),
        instance.address(),
        instance.account(),
        instance.config(),
        instance.autoscaler(),
        instance.budget(),
        instance.network_policy(callers),
    ]
}

struct Instance<'a, 'f> {
    build: Builder<'a>,
    fleet: &'f Fleet,
    service: &'f Service,
    environment: &'f Environment,
    name: &'a str,
    namespace: &'a str,
    team: &'a str,
}

const NAME_LABEL: &str = "app.kubernetes.io/name";

impl<'a> Instance<'a, '_> {
    fn object(
        &self,
        api_version: &'static str,
        kind: &'static str,
        name: &'a str,
        rest: (&'a str, Value<'a>),
    ) -> Value<'a> {
        let head = [
            ("apiVersion", str(api_version)),
            ("kind", str(kind)),
            ("metadata", self.metadata(name)),
            rest,
        ];
        self.build.record(&head)
    }

    fn metadata(&self, name: &'a str) -> Value<'a> {
        let chat = self.build.format(format_args!("#{}", self.team));
        self.build.record(&[
            ("name", str(name)),
            ("namespace", str(self.namespace)),
            ("labels", self.labels()),
            (
                "annotations",
                self.build.record(&[("plat.dev/chat", str(chat))]),
            ),
        ])
    }

    fn labels(&self) -> Value<'a> {
        self.build.record(&[
            ("app.kubernetes.io/managed-by", str("platc")),
            (NAME_LABEL, str(self.name)),
            ("app.kubernetes.io/part-of", str(self.namespace)),
            ("plat.dev/owner", str(self.team)),
            ("plat.dev/tier", str(self.service.tier)),
        ])
    }

    fn selector(&self) -> Value<'a> {
        self.build.record(&[(NAME_LABEL, str(self.name))])
    }

    fn match_labels(&self) -> Value<'a> {
        self.build.record(&[("matchLabels", self.selector())])
    }

    fn port(&self) -> Value<'a> {
        int(self.service.port)
    }

    fn config_name(&self) -> &'a str {
        self.build.format(format_args!("{}-files", self.name))
    }

    fn deployment(&self) -> Value<'a> {
        let b = self.build;
        let rolling = b.record(&[("maxSurge", str("25%")), ("maxUnavailable", str("0%"))]);
        let spec = b.record(&[
            (
                "strategy",
                b.record(&[("type", str("RollingUpdate")), ("rollingUpdate", rolling)]),
            ),
            ("selector", self.match_labels()),
            ("template", self.pod_template()),
        ]);
        self.object("apps/v1", "Deployment", self.name, ("spec", spec))
    }

    fn pod_template(&self) -> Value<'a> {
        let b = self.build;
        let files = [("plat.dev/files", str(self.checksum()))];
        b.record(&[
            (
                "metadata",
                b.record(&[("labels", self.labels()), ("annotations", b.record(&files))]),
            ),
            ("spec", self.pod()),
        ])
    }

    fn pod(&self) -> Value<'a> {
        let b = self.build;
        let security = b.record(&[
            ("fsGroup", int(1000)),
            ("runAsGroup", int(1000)),
            ("runAsNonRoot", bool(true)),
            ("runAsUser", int(1000)),
            (
                "seccompProfile",
                b.record(&[("type", str("RuntimeDefault"))]),
            ),
        ]);
        let config = b.record(&[
            ("name", str(self.config_name())),
            ("defaultMode", int(0o444)),
        ]);
        b.record(&[
            ("restartPolicy", str("Always")),
            ("serviceAccountName", str(self.name)),
            ("automountServiceAccountToken", bool(false)),
            ("terminationGracePeriodSeconds", int(30)),
            ("securityContext", security),
            ("containers", b.list(&[self.container()])),
            (
                "volumes",
                b.list(&[b.record(&[("name", str("files")), ("configMap", config)])]),
            ),
            (
                "topologySpreadConstraints",
                b.list(&[
                    self.spread("topology.kubernetes.io/zone"),
                    self.spread("kubernetes.io/hostname"),
                ]),
            ),
        ])
    }

    fn spread(&self, key: &'static str) -> Value<'a> {
        self.build.record(&[
            ("maxSkew", int(1)),
            ("topologyKey", str(key)),
            ("whenUnsatisfiable", str("ScheduleAnyway")),
            ("labelSelector", self.match_labels()),
        ])
    }

    fn container(&self) -> Value<'a> {
        let b = self.build;
        let port = b.record(&[("name", str("http")), ("containerPort", self.port())]);
        let memory = str(b.format(format_args!("{}Mi", self.service.mebibytes)));
        let cpu = self.service.millicpu;
        let cpu = if cpu.is_multiple_of(1000) {
            int(cpu / 1000)
        } else {
            str(b.format(format_args!("{cpu}m")))
        };
        let resources = b.record(&[
            ("requests", b.record(&[("cpu", cpu), ("memory", memory)])),
            ("limits", b.record(&[("memory", memory)])),
        ]);
        let get = b.record(&[("path", str("/healthz")), ("port", self.port())]);
        let probe = b.record(&[("httpGet", get)]);
        let mount = b.record(&[
            ("name", str("files")),
            ("mountPath", str("/etc/app/settings.yaml")),
            ("subPath", str("_etc_app_settings.yaml")),
            ("readOnly", bool(true)),
        ]);
        let security = b.record(&[
            ("allowPrivilegeEscalation", bool(false)),
            ("capabilities", b.record(&[("drop", b.list(&[str("ALL")]))])),
            ("privileged", bool(false)),
            ("readOnlyRootFilesystem", bool(true)),
        ]);
        b.record(&[
            ("name", str(self.name)),
            ("image", str(b.text(&self.service.image()))),
            ("ports", b.list(&[port])),
            ("env", self.env()),
            ("resources", resources),
            ("readinessProbe", probe),
            ("livenessProbe", probe),
            ("volumeMounts", b.list(&[mount])),
            ("securityContext", security),
        ])
    }

    fn env(&self) -> Value<'a> {
        let b = self.build;
        let variable = |name, value| b.record(&[("name", str(name)), ("value", str(value))]);
        let field = b.record(&[("fieldRef", b.record(&[("fieldPath", str("status.podIP"))]))]);
        let mut variables = vec![
            b.record(&[("name", str("POD_IP")), ("valueFrom", field)]),
            variable("LOG_LEVEL", self.service.log_level_in(self.environment)),
            variable("REGION", self.environment.region),
        ];
        for (number, called) in self.called().into_iter().enumerate() {
            let (name, namespace, port) = (called.name(), system_name(called.team), called.port);
            let url = b.format(format_args!(
                "http://{name}.{namespace}.svc.cluster.local:{port}"
            ));
            variables.push(variable(b.format(format_args!("UPSTREAM_{number}")), url));
        }
        b.list(&variables)
    }

    fn called(&self) -> Vec<Service> {
        let called = self.fleet.called_by(self.service.index);
        called
            .into_iter()
            .map(|index| self.fleet.service(index))
            .collect()
    }

    /// The text that changes when the configuration does: the digest of its files as JSON.
    fn checksum(&self) -> &'a str {
        let settings = self.service.settings().replace('\n', "\\n");
        let digest = Sha256::digest(format!(
            "{{\n  \"/etc/app/settings.yaml\": \"{settings}\"\n}}"
        ));
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        self.build.text(&hex)
    }

    fn address(&self) -> Value<'a> {
        let b = self.build;
        let port = b.record(&[
            ("name", str("http")),
            ("port", self.port()),
            ("targetPort", self.port()),
        ]);
        let spec = b.record(&[
            ("type", str("ClusterIP")),
            ("selector", self.selector()),
            ("ports", b.list(&[port])),
        ]);
        self.object("v1", "Service", self.name, ("spec", spec))
    }

    fn account(&self) -> Value<'a> {
        self.object("v1", "ServiceAccount", self.name, ("spec", Value::None))
    }

    fn config(&self) -> Value<'a> {
        let settings = str(self.build.text(&self.service.settings()));
        let data = self.build.record(&[("_etc_app_settings.yaml", settings)]);
        self.object("v1", "ConfigMap", self.config_name(), ("data", data))
    }

    fn autoscaler(&self) -> Value<'a> {
        let b = self.build;
        let target = b.record(&[
            ("type", str("Utilization")),
            ("averageUtilization", int(70)),
        ]);
        let cpu = b.record(&[("name", str("cpu")), ("target", target)]);
        let scaled = b.record(&[
            ("apiVersion", str("apps/v1")),
            ("kind", str("Deployment")),
            ("name", str(self.name)),
        ]);
        let spec = b.record(&[
            ("scaleTargetRef", scaled),
            ("minReplicas", int(self.service.min_in(self.environment))),
            ("maxReplicas", int(self.service.max)),
            (
                "metrics",
                b.list(&[b.record(&[("type", str("Resource")), ("resource", cpu)])]),
            ),
        ]);
        self.object(
            "autoscaling/v2",
            "HorizontalPodAutoscaler",
            self.name,
            ("spec", spec),
        )
    }

    fn budget(&self) -> Value<'a> {
        let spec = self.build.record(&[
            ("maxUnavailable", int(1)),
            ("selector", self.match_labels()),
        ]);
        self.object(
            "policy/v1",
            "PodDisruptionBudget",
            self.name,
            ("spec", spec),
        )
    }

    fn network_policy(&self, callers: &[usize]) -> Value<'a> {
        let b = self.build;
        let mut ingress = Vec::new();
        if !callers.is_empty() {
            let peers: Vec<Value<'a>> = callers
                .iter()
                .map(|caller| self.peer(&self.fleet.service(*caller)))
                .collect();
            let ports = [self.open_port("TCP", self.service.port)];
            ingress.push(b.record(&[("from", b.list(&peers)), ("ports", b.list(&ports))]));
        }
        let names = [self.open_port("UDP", 53), self.open_port("TCP", 53)];
        let names = b.record(&[
            ("to", b.list(&[self.namespace("kube-system")])),
            ("ports", b.list(&names)),
        ]);
        let mut egress = vec![names];
        for called in self.called() {
            let ports = [self.open_port("TCP", called.port)];
            egress.push(b.record(&[
                ("to", b.list(&[self.peer(&called)])),
                ("ports", b.list(&ports)),
            ]));
        }
        let spec = b.record(&[
            ("podSelector", self.match_labels()),
            ("policyTypes", b.list(&[str("Ingress"), str("Egress")])),
            ("ingress", b.list(&ingress)),
            ("egress", b.list(&egress)),
        ]);
        self.object(
            "networking.k8s.io/v1",
            "NetworkPolicy",
            self.name,
            ("spec", spec),
        )
    }

    fn open_port(&self, protocol: &'static str, port: u16) -> Value<'a> {
        self.build
            .record(&[("protocol", str(protocol)), ("port", int(port))])
    }

    fn namespace(&self, name: &'a str) -> Value<'a> {
        let labels = self
            .build
            .record(&[("kubernetes.io/metadata.name", str(name))]);
        self.build.record(&[(
            "namespaceSelector",
            self.build.record(&[("matchLabels", labels)]),
        )])
    }

    /// The pods of another service, named with their namespace where it is another one.
    fn peer(&self, other: &Service) -> Value<'a> {
        let b = self.build;
        let pods = b.record(&[(NAME_LABEL, str(b.text(&other.name())))]);
        let pods = b.record(&[("matchLabels", pods)]);
        let elsewhere = other.team != self.service.team;
        let namespace = if elsewhere {
            let labels = [(
                "kubernetes.io/metadata.name",
                str(b.text(&system_name(other.team))),
            )];
            b.record(&[("matchLabels", b.record(&labels))])
        } else {
            Value::None
        };
        b.record(&[("namespaceSelector", namespace), ("podSelector", pods)])
    }
}
