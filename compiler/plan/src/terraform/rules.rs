//! What a changed attribute of a cloud resource does, as far as its name tells. Whether it replaces the resource, Terraform says.
//!
//! The names are those of the providers for AWS, Google and Azure. What no rule knows is *unknown*, never harmless.

use plat_model::change::{ChangeRules, Impact, ObjectRef, Path, Step, Verdict};
use plat_model::schema::{Schema, Shape};
use plat_model::tree::Tree;
use serde_json::Value;

/// Anything.
pub(super) static ANY: Schema = Schema {
    shape: Shape::Any,
    object: None,
};

/// The type that outputs of the root module go by.
pub(super) const OUTPUT: &str = "output";

/// Parts of the types of resources that hold data: deleting one loses it.
const STATEFUL: [&str; 27] = [
    "_bucket",
    "_db_instance",
    "_rds_cluster",
    "_docdb_cluster",
    "_neptune_cluster",
    "_redshift_cluster",
    "_dynamodb_table",
    "_ebs_volume",
    "_efs_file_system",
    "_fsx_",
    "_elasticache_",
    "_opensearch_domain",
    "_msk_cluster",
    "_sql_database",
    "_sql_server",
    "_mssql_",
    "_mysql_",
    "_postgresql_",
    "_spanner_",
    "_bigtable_",
    "_bigquery_dataset",
    "_bigquery_table",
    "_compute_disk",
    "_managed_disk",
    "_storage_account",
    "_cosmosdb_",
    "_kms_key",
];

/// Parts of the types of resources that say who may do what.
const AUTHORITY: [&str; 6] = [
    "_iam_",
    "_role_assignment",
    "_role_definition",
    "_bucket_policy",
    "_key_policy",
    "_access_policy",
];

/// Parts of the types of resources that say who may connect.
const GATES: [&str; 6] = [
    "_security_group",
    "_firewall",
    "_network_acl",
    "_public_access_block",
    "_network_security_",
    "_waf",
];

/// Attributes by what changing them does.
const ATTRIBUTES: [(Impact, &str, &[&str]); 5] = [
    (
        Impact::Metadata,
        "",
        &[
            "tags",
            "tags_all",
            "labels",
            "effective_labels",
            "terraform_labels",
            "description",
        ],
    ),
    (
        Impact::Exposure,
        "it can be reached from elsewhere than before",
        &[
            "publicly_accessible",
            "public_network_access_enabled",
            "public_access_prevention",
            "acl",
            "ingress",
            "cidr_blocks",
            "ipv6_cidr_blocks",
            "source_ranges",
            "security_groups",
            "vpc_security_group_ids",
            "ip_configuration",
            "load_balancing_scheme",
            "internal",
            "block_public_acls",
            "block_public_policy",
            "ignore_public_acls",
            "restrict_public_buckets",
        ],
    ),
    (
        Impact::Permission,
        "somebody may do something else than before",
        &[
            "policy",
            "assume_role_policy",
            "inline_policy",
            "managed_policy_arns",
            "iam_instance_profile",
            "role",
            "members",
            "member",
        ],
    ),
    (
        Impact::Scale,
        "",
        &[
            "desired_size",
            "min_size",
            "max_size",
            "desired_capacity",
            "desired_count",
            "instance_count",
            "node_count",
            "min_node_count",
            "max_node_count",
            "min_capacity",
            "max_capacity",
            "num_cache_nodes",
            "replica_count",
            "min_instance_count",
            "max_instance_count",
        ],
    ),
    (
        Impact::Restart,
        "it restarts with this",
        &[
            "instance_type",
            "instance_class",
            "node_type",
            "machine_type",
            "tier",
            "vm_size",
            "engine_version",
            "user_data",
            "image",
            "image_uri",
        ],
    ),
];

/// What a provider's plan says besides the values.
pub(super) struct Provider<'p> {
    /// The paths that make Terraform replace the resource.
    pub(super) replaced: &'p [Vec<Value>],
}

impl Provider<'_> {
    /// Whether a changed path lies at, above or below one that replaces the resource.
    fn replaces(&self, path: &Path) -> bool {
        self.replaced.iter().any(|wanted| {
            wanted
                .iter()
                .zip(&path.0)
                .all(|(wanted, step)| match (wanted, step) {
                    (Value::String(wanted), Step::Field(name) | Step::Entry(name)) => {
                        *wanted == **name
                    }
                    (Value::Number(wanted), Step::Index(index)) => {
                        wanted.as_u64() == u64::try_from(*index).ok()
                    }
                    // Elements of sets and keyed lists have no number here: the attribute decides.
                    (Value::Number(_), Step::Element(_) | Step::Member(_)) => true,
                    _ => false,
                })
        })
    }
}

impl ChangeRules for Provider<'_> {
    fn default_of(&self, _object: ObjectRef<'_>, _path: &Path) -> Option<Tree> {
        None
    }

    fn changed(
        &self,
        (before, _): (ObjectRef<'_>, ObjectRef<'_>),
        path: &Path,
        _before: Option<&Tree>,
        _after: Option<&Tree>,
    ) -> Verdict {
        if before.kind == OUTPUT {
            return Verdict::new(
                Impact::Metadata,
                "what reads this output sees another value",
            );
        }
        let fields = path.fields();
        let by_name = ATTRIBUTES
            .iter()
            .find(|(_, _, names)| fields.iter().any(|field| names.contains(field)));
        let mut verdict = match by_name {
            Some((impact, reason, _)) => Verdict::new(*impact, reason),
            None if is_one_of(&AUTHORITY, before.kind) => Verdict::new(
                Impact::Permission,
                "somebody may do something else than before",
            ),
            None if is_one_of(&GATES, before.kind) => Verdict::new(
                Impact::Exposure,
                "it can be reached from elsewhere than before",
            ),
            None => Verdict::new(Impact::Unknown, "only the provider knows what this does"),
        };
        if self.replaces(path) {
            verdict = Verdict::replace(
                verdict.impact.max(Impact::Replace),
                "the provider cannot change it in place",
            );
        }
        verdict
    }

    fn created(&self, object: ObjectRef<'_>) -> Verdict {
        if is_one_of(&AUTHORITY, object.kind) {
            Verdict::new(Impact::Permission, "somebody may do more than before")
        } else if is_one_of(&GATES, object.kind) {
            Verdict::new(Impact::Exposure, "it says who may connect")
        } else {
            Verdict::new(Impact::None, "")
        }
    }

    fn deleted(&self, object: ObjectRef<'_>) -> Verdict {
        if is_one_of(&STATEFUL, object.kind) {
            Verdict::new(Impact::DataLoss, "what it stores is deleted with it")
        } else if is_one_of(&AUTHORITY, object.kind) {
            Verdict::new(Impact::Permission, "somebody may do less than before")
        } else if is_one_of(&GATES, object.kind) {
            Verdict::new(Impact::Exposure, "it said who may connect")
        } else if object.kind == OUTPUT {
            Verdict::new(Impact::Unknown, "what reads this output fails")
        } else {
            Verdict::new(Impact::Replace, "")
        }
    }

    fn is_secret(&self, _api_version: &str, _kind: &str, _path: &Path) -> bool {
        // Terraform marks what is sensitive.
        false
    }
}

fn is_one_of(parts: &[&str], kind: &str) -> bool {
    // Of `aws_db_instance_automated_backups_replication` the resource itself holds nothing, but a warning too many costs less than
    // a lost database.
    parts.iter().any(|part| kind.contains(part))
}

/// What a resource's tags say: every resource that the compiler writes names its service, environment and owner.
pub(super) fn says_tag<'t>(body: &'t Tree, name: &str) -> Option<&'t str> {
    ["tags_all", "tags", "effective_labels", "labels"]
        .into_iter()
        .find_map(|attribute| body.get(attribute)?.get(name)?.as_text())
}
