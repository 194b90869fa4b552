"""Makes wheels of what Debian has in dist-packages, and an index of them as PEP 503 has it: python.py FOLDER"""

import base64
import csv
import glob
import hashlib
import html
import io
import os
import pathlib
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import PathDistribution

from packaging.requirements import InvalidRequirement, Requirement
from packaging.specifiers import SpecifierSet

PACKAGES = "/usr/lib/python3/dist-packages"

# What upstream carries within, and Debian takes out into packages of its own.
UNBUNDLED = {"pdm-backend": ["packaging", "pyproject-metadata", "tomli-w", "license-expression", "editables"]}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def owner_of(file):
    return output("dpkg", "-S", file).split(": ")[0].split(",")[0]


class Distribution:
    """A project as Debian installed it."""

    def __init__(self, info):
        self.info = info
        self.package = owner_of(info)
        self.distribution = PathDistribution(pathlib.Path(info))
        self.name = self.distribution.metadata["Name"]
        self.version = self.distribution.version

    def files(self, shares_its_package):
        listed = output("dpkg", "-L", self.package).split("\n")
        files = [file for file in listed if file.startswith(PACKAGES + "/") and os.path.isfile(file)]
        if shares_its_package:
            tops = set((self.distribution.read_text("top_level.txt") or normal(self.name).replace("-", "_")).split())
            files = [file for file in files if os.path.relpath(file, PACKAGES).split("/")[0].split(".")[0] in tops]
        return sorted(file for file in files if "-info" not in os.path.relpath(file, PACKAGES).split("/")[0])

    def metadata(self, names_by_package, versions):
        file = self.info
        if os.path.isdir(file):
            file += "/METADATA" if file.endswith(".dist-info") else "/PKG-INFO"
        with open(file, errors="replace") as stream:
            head, separator, tail = stream.read().partition("\n\n")
        head = re.sub(r"^Metadata-Version: 1\.\d", "Metadata-Version: 2.1", head, flags=re.M)
        lines = head.split("\n")
        if not any(line.startswith("Requires-Dist:") for line in lines):
            lines += self.requirements_of_old()
        lines = [re.sub(r"^(Requires-Dist: [\w.-]+(?:\[.*?\])?) *@ [^;\s]+", r"\1", line) for line in lines if holds_here(line)]
        lines = [met_here(line, versions) for line in lines]
        named = {normal(re.match(r"[\w.-]+", line[14:].strip())[0]) for line in lines if line.startswith("Requires-Dist:") and "extra" not in line}
        depends = output("dpkg-query", "-W", "-f=${Depends}", self.package)
        others = [name for package in re.findall(r"(python3-[\w.+-]+)", depends) if package != self.package for name in names_by_package.get(package, [])]
        lines += [f"Requires-Dist: {name}" for name in [*UNBUNDLED.get(normal(self.name), []), *others] if normal(name) not in {*named, "setuptools", "pip"}]
        return "\n".join(lines) + separator + tail

    def requirements_of_old(self):
        """An egg's requires.txt in the words of today's metadata."""
        condition = ""
        for line in (self.distribution.read_text("requires.txt") or "").split("\n"):
            line = line.strip()
            if line.startswith("["):
                extra, _, marker = line[1:-1].partition(":")
                condition = " and ".join(part for part in (marker and f"({marker})", extra and f'extra == "{extra}"') if part)
                if extra:
                    yield f"Provides-Extra: {extra}"
            elif line:
                yield f"Requires-Dist: {line}" + (f"; {condition}" if condition else "")


def holds_here(line):
    """Tools that lock look at other systems' requirements too, which Debian does not have."""
    if not line.startswith("Requires-Dist:"):
        return True
    try:
        marker = Requirement(line[14:].strip()).marker
    except InvalidRequirement:
        return True
    return marker is None or "extra" in str(marker) or marker.evaluate()


def met_here(line, versions):
    """Debian has one version of each project, and has made the others work with it, whatever range they ask for."""
    if not line.startswith("Requires-Dist:"):
        return line
    try:
        wanted = Requirement(line[14:].strip())
    except InvalidRequirement:
        return line
    version = versions.get(normal(wanted.name))
    if version is None or wanted.specifier.contains(version, prereleases=True):
        return line
    wanted.specifier = SpecifierSet()
    return f"Requires-Dist: {wanted}"


def write_wheel(out, distribution, files, metadata):
    native = any(file.endswith(".so") for file in files)
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    tag = f"{python}-{python}-{re.sub('[-.]', '_', sysconfig.get_platform())}" if native else "py3-none-any"
    stem = f"{re.sub(r'[-_.]+', '_', distribution.name)}-{distribution.version.replace('-', '_')}"
    folder = os.path.join(out, normal(distribution.name))
    os.makedirs(folder, exist_ok=True)
    path, rows = os.path.join(folder, f"{stem}-{tag}.whl"), []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        def put(name, content):
            entry = zipfile.ZipInfo(name, (2025, 1, 1, 0, 0, 0))
            entry.external_attr, entry.compress_type = 0o100644 << 16, zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
            rows.append((name, "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode(), len(content)))

        for file in files:
            with open(file, "rb") as stream:
                put(os.path.relpath(file, PACKAGES), stream.read())
        put(f"{stem}.dist-info/METADATA", metadata.encode())
        entry_points = distribution.distribution.read_text("entry_points.txt") if os.path.isdir(distribution.info) else None
        if entry_points:
            put(f"{stem}.dist-info/entry_points.txt", entry_points.encode())
        put(f"{stem}.dist-info/WHEEL", f"Wheel-Version: 1.0\nGenerator: debian\nRoot-Is-Purelib: {str(not native).lower()}\nTag: {tag}\n".encode())
        record = io.StringIO()
        csv.writer(record, lineterminator="\n").writerows([*rows, (f"{stem}.dist-info/RECORD", "", "")])
        put(f"{stem}.dist-info/RECORD", record.getvalue().encode())
    with open(path + ".metadata", "w") as stream:
        stream.write(metadata)


def digest(file):
    with open(file, "rb") as stream:
        return hashlib.sha256(stream.read()).hexdigest()


def anchor(wheel):
    name, metadata = os.path.basename(wheel), wheel + ".metadata"
    attributes = ""
    if os.path.exists(metadata):
        attributes = f' data-core-metadata="sha256={digest(metadata)}"'
        with open(metadata, errors="replace") as stream:
            needed = next((line[16:].strip() for line in stream if line.startswith("Requires-Python:")), "")
        attributes += f' data-requires-python="{html.escape(needed)}"' if needed else ""
    return f'<a href="{name}#sha256={digest(wheel)}"{attributes}>{name}</a><br>\n'


def write_index(out):
    projects = sorted(os.listdir(out))
    for project in projects:
        wheels = sorted(glob.glob(f"{out}/{project}/*.whl"))
        with open(f"{out}/{project}/index.html", "w") as stream:
            stream.write("<!DOCTYPE html><html><body>\n" + "".join(map(anchor, wheels)) + "</body></html>\n")
    with open(out + "/index.html", "w") as stream:
        stream.write("<!DOCTYPE html><html><body>\n" + "".join(f'<a href="{project}/">{project}</a><br>\n' for project in projects) + "</body></html>\n")
    return len(projects)


def take_whole_wheels(out):
    """What builds packages: Debian's installed setuptools lacks what upstream's carries within, its wheel does not."""
    for wheel in glob.glob("/usr/share/python-wheels/*.whl"):
        name = os.path.basename(wheel)
        folder = os.path.join(out, normal(name.split("-")[0]))
        if os.path.isdir(folder) and not folder.endswith("/packaging"):
            shutil.rmtree(folder)
            os.mkdir(folder)
            shutil.copy(wheel, folder)


def main(out):
    os.makedirs(out)
    infos = sorted(glob.glob(PACKAGES + "/*.dist-info") + glob.glob(PACKAGES + "/*.egg-info"))
    all_found = [found for found in map(Distribution, infos) if found.package]
    names = {}
    versions = {normal(found.name): found.version for found in all_found}
    for found in all_found:
        names.setdefault(found.package, []).append(found.name)
    for found in all_found:
        files = found.files(len(names[found.package]) > 1)
        if files:
            write_wheel(out, found, files, found.metadata(names, versions))
    take_whole_wheels(out)
    print(write_index(out), "projects")


main(sys.argv[1])
