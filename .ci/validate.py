"""Validates the YAML manifests below the folders given, strictly, for the version that each environment names.

Custom resources have no schema in the validator: they are counted and skipped.
"""
import json
import pathlib
import sys

import kubernetes_validate
import yaml


def version_of(folder: pathlib.Path) -> str:
    """The Kubernetes version of the environment whose folder this is, from the index that the compiler writes."""
    for parent in [folder, *folder.parents]:
        index = parent / ".platc" / "index.json"
        if index.is_file():
            versions = json.loads(index.read_text()).get("kubernetes", {})
            for name in folder.parts:
                if name in versions:
                    return versions[name]
    return "1.37"


checked = skipped = 0
failed = []
for root in sys.argv[1:]:
    for path in sorted(pathlib.Path(root).glob("*/out/**/*.yaml")):
        if path.name == "kustomization.yaml":
            continue
        version = version_of(path.parent)
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
