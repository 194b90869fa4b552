"""Makes a Go module proxy of the sources that Debian's golang-*-dev packages hold: go.py FOLDER MODULE…

A module that Debian lacks, and a package that it leaves out of a module, is there as an empty package, so that `go mod tidy`
is content. Each go.mod names the versions at hand alone.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile

SOURCES = "/usr/share/gocode/src"
STUBS = os.path.join(tempfile.gettempdir(), "stubs")
HOSTS_OF_THREE_PARTS = ("github.com", "gitlab.com", "bitbucket.org", "golang.org")
IMPORT = re.compile(r'^\s*(?:import\s+)?(?:[\w.]+\s+)?"([a-z0-9.-]+\.[a-z]+/[^"\s]+)"\s*(?://.*)?$', re.M)
REQUIRE = re.compile(r"^\s*(?:require\s+)?([a-z0-9.-]+\.[a-z]+/\S+)\s+v\d\S*", re.M)


def read(file):
    with open(file, errors="replace") as stream:
        return stream.read()


def escaped(path):
    return re.sub("[A-Z]", lambda letter: "!" + letter[0].lower(), path)


def package_name(path):
    return re.sub(r"\W", "_", path.split("/")[-1])


def has_go(folder):
    return any(name.endswith(".go") for _, _, files in os.walk(folder) for name in files)


def source_files(folder):
    for path, _, files in os.walk(folder):
        if {"testdata", "vendor"} & set(path.split("/")):
            continue
        for name in files:
            if name.endswith(".go") and not name.endswith("_test.go"):
                yield os.path.join(path, name)


def is_inside_a_module(folder):
    while folder != SOURCES:
        if os.path.exists(folder + "/go.mod"):
            return True
        folder = os.path.dirname(folder)
    return False


def find_modules():
    """Modules by their go.mod; where there is none, by the number of parts that a path of its host has."""
    modules = {}
    for folder, _, files in os.walk(SOURCES):
        if "testdata" in folder.split("/"):
            continue
        if "go.mod" in files:
            named = re.search(r'^module\s+"?([^\s"]+)', read(folder + "/go.mod"), re.M)
            if named:
                modules[named[1]] = folder
        elif any(name.endswith(".go") for name in files) and not is_inside_a_module(folder):
            parts = os.path.relpath(folder, SOURCES).split("/")
            path = "/".join(parts[:3 if parts[0] in HOSTS_OF_THREE_PARTS else 2])
            modules.setdefault(path, os.path.join(SOURCES, path))
    return modules


def needs(folder):
    file = folder + "/go.mod"
    return set(REQUIRE.findall(read(file))) if os.path.exists(file) else set()


def major_of(path):
    found = re.search(r"[/.]v(\d+)$", path)
    return int(found[1]) if found else None


def version_of(path, folder):
    """Debian's upstream version, in the major version that the path says."""
    file = next((os.path.join(at, name) for at, _, names in os.walk(folder) for name in names), folder)
    package = subprocess.run(["dpkg", "-S", file], capture_output=True, text=True, check=False).stdout.split(":")[0]
    said = subprocess.run(["dpkg-query", "-W", "-f=${source:Upstream-Version}", package], capture_output=True, text=True, check=False).stdout
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", said)
    numbers = [int(part or 0) for part in found.groups()] if found else [0, 0, 0]
    major = major_of(path)
    if major is None:
        return "v1.999.0" if numbers[0] > 1 else "v{}.{}.{}".format(*numbers)
    return "v{}.{}.{}".format(*(numbers if numbers[0] == major else [major, 0, 0]))


def closure(modules, roots):
    """What the roots need, through all: those at hand, and those that Debian lacks."""
    wanted, missing, todo = set(), set(), list(roots)
    while todo:
        path = todo.pop()
        if path in wanted or path in missing:
            continue
        if path not in modules and has_go(os.path.join(SOURCES, path)):
            modules[path] = os.path.join(SOURCES, path)
        if path in modules:
            wanted.add(path)
            todo += needs(modules[path])
        else:
            missing.add(path)
    return wanted, missing


def imports_of(modules, paths):
    return {name for path in paths for file in source_files(modules[path]) for name in IMPORT.findall(read(file))}


def add_stubs(modules, versions, missing, imported):
    """Makes empty modules of what is imported and lacking."""
    for path in sorted(missing):
        packages = [name for name in imported if name == path or name.startswith(path + "/")]
        if not packages:
            continue
        for name in packages:
            os.makedirs(os.path.join(STUBS, name), exist_ok=True)
            with open(os.path.join(STUBS, name, "stub.go"), "w") as stream:
                stream.write(f"package {package_name(name)}\n")
        modules[path] = os.path.join(STUBS, path)
        os.makedirs(modules[path], exist_ok=True)
        versions[path] = f"v{major_of(path) or 0}.999.0"


def holes_of(modules, versions, imported):
    """Packages of modules at hand that Debian leaves out: other systems' ones."""
    holes = {}
    for name in imported:
        owner = max((path for path in versions if name == path or name.startswith(path + "/")), key=len, default=None)
        if owner and not os.path.isdir(modules[owner] + name[len(owner):]):
            holes.setdefault(owner, set()).add(name[len(owner) + 1:])
    return holes


def module_file(path, folder, versions):
    said = re.search(r"^go\s+(\S+)", read(folder + "/go.mod"), re.M) if os.path.exists(folder + "/go.mod") else None
    # Debian builds in the way of old, so that older lines than this would not build as modules.
    line = said[1] if said and tuple(map(int, said[1].split(".")[:2])) >= (1, 21) else "1.21"
    required = "".join(f"\nrequire {need} {versions[need]}\n" for need in sorted(needs(folder)) if need in versions and need != path)
    return f"module {path}\n\ngo {line}\n{required}"


def write_module(out, path, folder, versions, holes):
    version = versions[path]
    at = os.path.join(out, escaped(path), "@v")
    os.makedirs(at, exist_ok=True)
    text = module_file(path, folder, versions)
    for name, content in (("list", version + "\n"), (version + ".mod", text), (version + ".info", json.dumps({"Version": version, "Time": "2025-01-01T00:00:00Z"}))):
        with open(os.path.join(at, name), "w") as stream:
            stream.write(content)
    with zipfile.ZipFile(os.path.join(at, version + ".zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        prefix = f"{path}@{version}"
        archive.writestr(f"{prefix}/go.mod", text)
        for hole in sorted(holes.get(path, ())):
            archive.writestr(f"{prefix}/{hole}/stub.go", f"package {package_name(hole)}\n")
        for current, folders, files in os.walk(folder):
            folders[:] = sorted(name for name in folders if name not in ("vendor", "testdata")
                                and os.path.relpath(os.path.join(current, name), SOURCES) not in versions
                                and not os.path.exists(os.path.join(current, name, "go.mod")))
            for name in sorted(files):
                file = os.path.join(current, name)
                relative = os.path.relpath(file, folder)
                if relative == "go.mod" or os.path.islink(file) or name.endswith("_test.go"):
                    continue
                entry = zipfile.ZipInfo(f"{prefix}/{relative}", (2025, 1, 1, 0, 0, 0))
                entry.external_attr, entry.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                with open(file, "rb") as stream:
                    archive.writestr(entry, stream.read())


def main(out, roots):
    modules = find_modules()
    wanted, missing = closure(modules, roots)
    versions = {path: version_of(path, modules[path]) for path in wanted}
    add_stubs(modules, versions, missing, imports_of(modules, wanted))
    holes = holes_of(modules, versions, imports_of(modules, versions))
    for path in sorted(versions):
        write_module(out, path, modules[path], versions, holes)
    print(len(versions), "modules;", ", ".join(f"{path} {versions.get(path)}" for path in roots))


main(sys.argv[1], sys.argv[2:])
