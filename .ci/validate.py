"""Validates the YAML manifests below the folders given, strictly, for the version that each environment names.

Custom resources have no schema in the validator: they are counted and skipped.
"""
import json
import pathlib
import subprocess
import sys

import kubernetes_validate
import yaml


def version_of(project: pathlib.Path, environment: str) -> str:
    """The Kubernetes version of an environment, as the compiler explains it."""
    command = [platc, "explain", f"{environment}:kubernetes", "--project", str(project), "--format", "json"]
    values = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return json.loads(values["explanation"][0]["value"])


platc, root = sys.argv[1:]
checked = skipped = 0
failed = []
for folder in sorted(pathlib.Path(root).glob("*/out/kubernetes/*")):
    version = version_of(folder.parent.parent.parent, folder.name)
    for path in sorted(folder.glob("**/*.yaml")):
        if path.name == "kustomization.yaml":
            continue
        for document in yaml.safe_load_all(path.read_text()):
            if document is None:
                continue
            try:
                kubernetes_validate.validate(document, version, strict=True)
                checked += 1
            except kubernetes_validate.SchemaNotFoundError:
                skipped += 1
            except kubernetes_validate.ValidationError as error:
                where = ".".join(str(part) for part in error.path)
                failed.append(f"{path}: {document['kind']}/{document['metadata']['name']}: {where}: {error.message}")

for line in failed:
    print(line)
print(f"{checked} passed, {len(failed)} failed, {skipped} skipped")
sys.exit(1 if failed or not checked else 0)
