"""Makes a sparse index of crates, and their files, of what Debian keeps in its cargo registry: rust.py FOLDER"""

import gzip
import hashlib
import io
import json
import os
import sys
import tarfile
import tomllib

SOURCES = "/usr/share/cargo/registry"


def index_path(name):
    name = name.lower()
    if len(name) < 3:
        return f"{len(name)}/{name}"
    return f"3/{name[0]}/{name}" if len(name) == 3 else f"{name[:2]}/{name[2:4]}/{name}"


def dependencies(manifest):
    """The normal and build dependencies of all systems; Debian has none of those for development alone."""
    for table, kind in (("dependencies", "normal"), ("build-dependencies", "build")):
        tables = [(None, manifest.get(table, {}))]
        tables += [(target, entry.get(table, {})) for target, entry in manifest.get("target", {}).items()]
        for target, entries in tables:
            for alias, value in entries.items():
                value = {"version": value} if isinstance(value, str) else value
                package = value.get("package", alias)
                yield {
                    "name": alias,
                    "req": value.get("version", "*"),
                    "features": value.get("features", []),
                    "optional": value.get("optional", False),
                    "default_features": value.get("default-features", True),
                    "target": target,
                    "kind": kind,
                    "registry": None,
                    "package": package if package != alias else None,
                }


def crate_file(folder, prefix):
    """The crate as a gzipped tar whose bytes are the same each time."""
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", filename="", mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive:
            for path, folders, files in os.walk(folder):
                folders[:] = sorted(name for name in folders if name != "debian")
                for name in sorted(files):
                    file = os.path.join(path, name)
                    if name == ".cargo-checksum.json" or not os.path.isfile(file):
                        continue
                    with open(file, "rb") as stream:
                        content = stream.read()
                    entry = tarfile.TarInfo(f"{prefix}/{os.path.relpath(file, folder)}")
                    entry.size, entry.mode, entry.mtime = len(content), 0o644, 1735689600
                    archive.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


def index_line(manifest, content):
    package, features = manifest["package"], manifest.get("features", {})
    newer = {name: parts for name, parts in features.items() if any(part.startswith("dep:") or "?/" in part for part in parts)}
    return json.dumps({
        "name": package["name"],
        "vers": package["version"],
        "deps": list(dependencies(manifest)),
        "cksum": hashlib.sha256(content).hexdigest(),
        "features": {name: parts for name, parts in features.items() if name not in newer},
        "features2": newer,
        "yanked": False,
        "links": package.get("links"),
        "v": 2,
        "rust_version": package.get("rust-version"),
    })


def main(out):
    os.makedirs(f"{out}/files")
    lines = {}
    for crate in sorted(os.listdir(SOURCES)):
        folder = os.path.join(SOURCES, crate)
        with open(f"{folder}/Cargo.toml", "rb") as stream:
            manifest = tomllib.load(stream)
        name, version = manifest["package"]["name"], manifest["package"]["version"]
        content = crate_file(folder, f"{name}-{version}")
        with open(f"{out}/files/{name}-{version}.crate", "wb") as stream:
            stream.write(content)
        lines.setdefault(name, []).append(index_line(manifest, content))
    for name, entries in lines.items():
        file = os.path.join(out, index_path(name))
        os.makedirs(os.path.dirname(file), exist_ok=True)
        with open(file, "w", encoding="utf-8") as stream:
            stream.write("\n".join(entries) + "\n")
    print(len(lines), "crates")


main(sys.argv[1])
