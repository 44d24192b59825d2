//! What CI says of the branch that a change is to go into: it is taken, or there is no plan.

use plat_driver::plan::{Failure, Request, since_commit};
use plat_driver::{Arguments, Workspace};
use plat_tests::Scratch;

use super::{commit, git};

/// The commit that is compared with where CI has set these variables, or why there is none.
fn base(folder: &Scratch, variables: &[(&str, &str)]) -> Result<String, String> {
    let mut workspace = Workspace::load(folder.path(), &Arguments::default());
    let variable = |asked: &str| {
        let found = variables.iter().find(|(name, _)| *name == asked);
        found.map(|(_, value)| (*value).to_owned())
    };
    match since_commit(&mut workspace, &Request::default(), &variable) {
        Ok(states) => Ok(states.base.label.split(' ').next().unwrap_or("").to_owned()),
        Err(Failure::Finding(finding)) => Err(finding.message.clone()),
        Err(Failure::Errors(_)) => Err("errors".to_owned()),
    }
}

#[test]
fn what_ci_names_is_never_replaced_by_another_branch() {
    let folder = Scratch::new([
        (
            "plat.toml",
            "[package]\nname = \"acme\"\nversion = \"0.1.0\"\n",
        ),
        ("a.plat", "team web { chat = \"#web\" }\n"),
    ]);
    commit(folder.path());
    git(folder.path(), &["branch", "release"]);
    let missing = "1234567890123456789012345678901234567890";
    let github = "GITHUB_BASE_REF";
    let gitlab = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME";
    let commit = "CI_MERGE_REQUEST_DIFF_BASE_SHA";

    assert_eq!(base(&folder, &[]), Ok("main".to_owned()));
    assert_eq!(base(&folder, &[(github, "")]), Ok("main".to_owned()));
    for name in [github, gitlab] {
        assert_eq!(
            base(&folder, &[(name, "release")]),
            Ok("release".to_owned())
        );
        assert_eq!(
            base(&folder, &[(name, "gone")]),
            Err(format!(
                "this clone has no branch `gone`, which `{name}` names"
            ))
        );
    }
    assert_eq!(
        base(&folder, &[(commit, missing), (gitlab, "release")]),
        Err(format!(
            "this clone does not have {missing}, which `{commit}` names"
        ))
    );
}
