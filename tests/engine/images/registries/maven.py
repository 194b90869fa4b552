"""Makes a remote Maven repository of Debian's local one, as links, with the metadata that it lacks: maven.py FOLDER"""

import os
import re
import sys
import zipfile

SOURCE = "/usr/share/maven-repo"
PLUGINS = "org/apache/maven/plugins"

# What Maven 3.9.9 asks for where a project says no version, and the nearest that Debian has.
PINNED = [("maven-dependency-plugin", "3.7.0", "3.8.1"), ("maven-deploy-plugin", "3.1.2", "3.1.4")]

# A plugin that every life cycle names and no build of ours runs.
UNUSED = ("maven-site-plugin", "3.12.1")


def write(file, text):
    with open(file, "w", encoding="utf-8") as stream:
        stream.write(text)


def link_all(out):
    """Links every file, and returns the versions of each artifact and the prefix of each plugin."""
    versions, prefixes = {}, {}
    for folder, _, files in os.walk(SOURCE, followlinks=True):
        target = os.path.join(out, os.path.relpath(folder, SOURCE))
        os.makedirs(target, exist_ok=True)
        for name in files:
            file = os.path.realpath(os.path.join(folder, name))
            if not os.path.isfile(file):
                continue
            os.symlink(file, os.path.join(target, name))
            if not name.endswith(".pom"):
                continue
            artifact_folder, version = os.path.split(folder)
            group_folder, artifact = os.path.split(artifact_folder)
            group = os.path.relpath(group_folder, SOURCE).replace("/", ".")
            versions.setdefault((group, artifact), set()).add(version)
            prefix = plugin_prefix(os.path.join(folder, name[:-4] + ".jar"))
            if prefix:
                prefixes.setdefault(group, {})[artifact] = prefix
    return versions, prefixes


def plugin_prefix(jar):
    try:
        with zipfile.ZipFile(jar) as archive:
            found = re.search("<goalPrefix>(.*?)</goalPrefix>", archive.read("META-INF/maven/plugin.xml").decode())
            return found and found[1]
    except (KeyError, OSError, zipfile.BadZipFile):
        return None


def copy_as(out, artifact, wanted, had):
    """Offers a plugin under another version: its pom and its own description name it."""
    folder = f"{out}/{PLUGINS}/{artifact}"
    if not os.path.isdir(f"{folder}/{had}") or os.path.exists(f"{folder}/{wanted}"):
        return
    os.makedirs(f"{folder}/{wanted}")
    old, new = f"<version>{had}</version>", f"<version>{wanted}</version>"
    with open(f"{folder}/{had}/{artifact}-{had}.pom", encoding="utf-8") as stream:
        write(f"{folder}/{wanted}/{artifact}-{wanted}.pom", stream.read().replace(old, new, 1))
    with zipfile.ZipFile(f"{folder}/{had}/{artifact}-{had}.jar") as source, \
            zipfile.ZipFile(f"{folder}/{wanted}/{artifact}-{wanted}.jar", "w", zipfile.ZIP_DEFLATED) as copy:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename == "META-INF/maven/plugin.xml":
                content = content.replace(old.encode(), new.encode(), 1)
            copy.writestr(entry, content)


def empty_plugin(out, artifact, version):
    folder = f"{out}/{PLUGINS}/{artifact}/{version}"
    os.makedirs(folder, exist_ok=True)
    coordinates = f"<groupId>org.apache.maven.plugins</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
    write(f"{folder}/{artifact}-{version}.pom",
          f"<project><modelVersion>4.0.0</modelVersion>{coordinates}<packaging>maven-plugin</packaging></project>")
    with zipfile.ZipFile(f"{folder}/{artifact}-{version}.jar", "w") as archive:
        archive.writestr("META-INF/maven/plugin.xml", f"<plugin>{coordinates}<goalPrefix>site</goalPrefix><mojos/></plugin>")


def order(version):
    return [int(part) if part.isdigit() else -1 for part in re.split("[.-]", version)]


def write_metadata(out, versions, prefixes):
    for (group, artifact), found in versions.items():
        numbered = sorted((version for version in found if version[0].isdigit() and not version.endswith("x")), key=order) or sorted(found)
        listed = "".join(f"<version>{version}</version>" for version in numbered)
        write(os.path.join(out, group.replace(".", "/"), artifact, "maven-metadata.xml"),
              f"<metadata><groupId>{group}</groupId><artifactId>{artifact}</artifactId><versioning><latest>{numbered[-1]}</latest>"
              f"<release>{numbered[-1]}</release><versions>{listed}</versions><lastUpdated>20250101000000</lastUpdated></versioning></metadata>")
    for group, plugins in prefixes.items():
        listed = "".join(f"<plugin><name>{artifact}</name><prefix>{prefix}</prefix><artifactId>{artifact}</artifactId></plugin>"
                         for artifact, prefix in plugins.items())
        write(os.path.join(out, group.replace(".", "/"), "maven-metadata.xml"), f"<metadata><plugins>{listed}</plugins></metadata>")


def main(out):
    versions, prefixes = link_all(out)
    for artifact, wanted, had in PINNED:
        copy_as(out, artifact, wanted, had)
    empty_plugin(out, *UNUSED)
    write_metadata(out, versions, prefixes)
    print(len(versions), "artifacts,", sum(map(len, prefixes.values())), "plugins")


main(sys.argv[1])
