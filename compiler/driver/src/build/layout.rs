//! Where artifacts lie: a folder per environment that Argo CD (as a directory or with Kustomize) and Flux can sync as it is.
//!
//! ```text
//! out/kubernetes/prod/checkout.yaml            the service `checkout`
//! out/kubernetes/prod/shop.system.yaml         other facts say what they are
//! out/kubernetes/prod/no-latest.guardrail.yaml the policy that keeps a guardrail, if the project lets clusters keep them
//! out/kubernetes/prod/kustomization.yaml       all of the above
//! out/source-maps/kubernetes/prod/…            on request: what made each line
//! out/.platc/files                             what was written, with hashes
//! ```
//!
//! The name of a service's file depends on its own name only, so that adding something never moves another file.

use plat_semantics::items::ItemKind;

use super::ArtifactFormat;

/// The folder of the Kubernetes target below the output folder.
pub const KUBERNETES: &str = "kubernetes";

/// The folder of source maps below the output folder; below it, the paths of the artifacts that they belong to.
pub const SOURCE_MAPS: &str = "source-maps";

/// What the compiler remembers of the files that it wrote, below the output folder.
pub const INDEX: &str = ".platc/files";

/// The file that lists the others of an environment.
const KUSTOMIZATION: &str = "kustomization";

/// The paths of artifacts in one format.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The format of the objects.
    pub format: ArtifactFormat,
}

impl Layout {
    /// The file of a declaration within its environment's folder.
    #[must_use]
    pub fn file(self, kind: ItemKind, name: &str) -> String {
        let extension = self.format.extension();
        if kind == ItemKind::Service && name != KUSTOMIZATION {
            format!("{name}.{extension}")
        } else {
            format!("{name}.{}.{extension}", kind.word())
        }
    }

    /// The file of the policy that keeps a guardrail, by its full name.
    #[must_use]
    pub fn policy(self, guardrail: &str) -> String {
        format!("{guardrail}.guardrail.{}", self.format.extension())
    }

    /// The folder of an environment, with the final `/`.
    #[must_use]
    pub fn folder(self, environment: &str) -> String {
        format!("{KUBERNETES}/{environment}/")
    }

    /// The file that lists the others of an environment.
    #[must_use]
    pub fn kustomization(self, environment: &str) -> String {
        format!("{}{KUSTOMIZATION}.yaml", self.folder(environment))
    }

    /// The environment, kind and name of the declaration whose file lies at a path below the output folder.
    #[must_use]
    pub fn owner(path: &str) -> Option<(&str, ItemKind, &str)> {
        let (environment, file) = path
            .strip_prefix(KUBERNETES)?
            .strip_prefix('/')?
            .split_once('/')?;
        let mut parts = file.split('.');
        let name = parts.next()?;
        let (kind, extension) = match (parts.next()?, parts.next()) {
            (extension, None) => (ItemKind::Service, extension),
            (word, Some(extension)) => (
                ItemKind::FACTS
                    .into_iter()
                    .find(|kind| kind.word() == word)?,
                extension,
            ),
        };
        let known = ArtifactFormat::ALL
            .iter()
            .any(|(_, format)| format.extension() == extension);
        (known && parts.next().is_none() && !name.is_empty() && !name.contains('/')).then_some((
            environment,
            kind,
            name,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_whose_they_are() {
        let layout = Layout {
            format: ArtifactFormat::Yaml,
        };
        for (kind, name, file) in [
            (ItemKind::Service, "checkout", "checkout.yaml"),
            (ItemKind::System, "shop", "shop.system.yaml"),
            (
                ItemKind::Service,
                "kustomization",
                "kustomization.service.yaml",
            ),
        ] {
            assert_eq!(layout.file(kind, name), file);
            let path = format!("{}{file}", layout.folder("prod"));
            assert_eq!(Layout::owner(&path), Some(("prod", kind, name)));
        }
        for other in [
            "kubernetes/prod",
            "kubernetes/prod/a/b.yaml",
            "kubernetes/prod/a.txt",
            "kubernetes/prod/a.guardrail.yaml",
            "kubernetes/prod/std.team.a.guardrail.yaml",
            "x/prod/a.yaml",
            "",
        ] {
            assert_eq!(Layout::owner(other), None, "{other}");
        }
    }
}
