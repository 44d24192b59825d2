//! Where a repository has its CODEOWNERS, and which forge reads it.

use std::path::{Path, PathBuf};

use super::Forge;
use crate::project::slashed;

const NAME: &str = "CODEOWNERS";

/// The repository around a project.
#[derive(Clone, Debug)]
pub(super) struct Repository {
    /// Its top folder; without a repository, the project's.
    pub(super) root: PathBuf,
    /// The project below it, with `/`; empty for the top.
    pub(super) project: String,
}

impl Repository {
    /// The repository that a project lies in.
    pub(super) fn around(project: &Path) -> Self {
        let project = project
            .canonicalize()
            .unwrap_or_else(|_| project.to_path_buf());
        // In a work tree and in a submodule, `.git` is a file.
        let root = project
            .ancestors()
            .find(|folder| folder.join(".git").exists())
            .unwrap_or(&project);
        Self {
            root: root.to_path_buf(),
            project: project
                .strip_prefix(root)
                .ok()
                .and_then(slashed)
                .unwrap_or_default(),
        }
    }

    /// A path below the top folder, with `/`; nothing if it lies elsewhere.
    pub(super) fn below(&self, path: &Path) -> Option<String> {
        let real = path.canonicalize().or_else(|_| std::path::absolute(path));
        slashed(real.ok()?.strip_prefix(&self.root).ok()?)
    }

    /// Which forge reads the repository, as far as its files tell; GitHub if they do not.
    pub(super) fn forge(&self) -> Forge {
        let has = |path: &str| self.root.join(path).exists();
        let signs = [
            (".github/CODEOWNERS", Forge::GitHub),
            (".gitlab/CODEOWNERS", Forge::GitLab),
            (".github", Forge::GitHub),
            (".gitlab", Forge::GitLab),
            (".gitlab-ci.yml", Forge::GitLab),
        ];
        let sign = signs.into_iter().find(|(path, _)| has(path));
        sign.map_or(Forge::GitHub, |(_, forge)| forge)
    }

    /// The file that the forge reads: the first of its places that has one.
    pub(super) fn owners_file(&self, forge: Forge) -> Option<PathBuf> {
        let places = places(forge).into_iter();
        places
            .map(|folder| self.root.join(folder).join(NAME))
            .find(|path| path.is_file())
    }

    /// Where the file belongs if there is none yet.
    pub(super) fn new_file(&self, forge: Forge) -> PathBuf {
        let folder = match forge {
            Forge::GitHub => ".github",
            Forge::GitLab => ".gitlab",
        };
        self.root.join(folder).join(NAME)
    }
}

/// The folders in which a forge looks, in its order.
fn places(forge: Forge) -> [&'static str; 3] {
    match forge {
        Forge::GitHub => [".github", "", "docs"],
        Forge::GitLab => ["", "docs", ".gitlab"],
    }
}

/// The forge that reads a file, as far as its folder tells.
pub(super) fn forge_of(path: &Path) -> Option<Forge> {
    match path.parent()?.file_name()?.to_str()? {
        ".github" => Some(Forge::GitHub),
        ".gitlab" => Some(Forge::GitLab),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_forge_has_its_own_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("it is there");
        let make = |path: &str| {
            let path = root.join(path);
            std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            std::fs::write(path, "").expect("written");
        };
        make("shop/plat.toml");
        make(".git");
        let repository = Repository::around(&root.join("shop"));
        assert_eq!((&repository.root, &*repository.project), (&root, "shop"));
        let found = |forge| {
            let file = repository.owners_file(forge)?;
            repository.below(&file)
        };
        assert_eq!(
            (repository.forge(), found(Forge::GitHub)),
            (Forge::GitHub, None)
        );
        make(".gitlab-ci.yml");
        make("docs/CODEOWNERS");
        assert_eq!(repository.forge(), Forge::GitLab);
        assert_eq!(found(Forge::GitLab).as_deref(), Some("docs/CODEOWNERS"));
        make(".gitlab/CODEOWNERS");
        make("CODEOWNERS");
        assert_eq!(found(Forge::GitLab).as_deref(), Some("CODEOWNERS"));
        assert_eq!(found(Forge::GitHub).as_deref(), Some("CODEOWNERS"));
        make(".github/CODEOWNERS");
        assert_eq!(repository.forge(), Forge::GitHub);
        assert_eq!(found(Forge::GitHub).as_deref(), Some(".github/CODEOWNERS"));
    }

    #[test]
    fn without_a_repository_the_project_is_the_top() {
        let folder = tempfile::tempdir().expect("a folder");
        let repository = Repository::around(folder.path());
        assert_eq!(repository.project, "");
        assert_eq!(
            repository.below(&repository.root.join("a/b")).as_deref(),
            Some("a/b")
        );
        assert_eq!(repository.below(Path::new("/elsewhere")), None);
    }
}
