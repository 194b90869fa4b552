using System.IO.Compression;
using System.Text;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Measuring.Packages;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Measuring;

/// <summary>What files tell of packages, each as its tool leaves it.</summary>
public sealed class PackageScanTests
{
    private const int Executable = 0b111_101_101;

    [TestCase("/app/node_modules/pino/package.json", """{ "name": "pino", "version": "9.1.0", "license": "MIT" }""", "npm pino 9.1.0 MIT")]
    [TestCase("/app/node_modules/@nestjs/core/package.json",
        """{ "name": "@nestjs/core", "version": "11.0.0", "license": { "type": "MIT" } }""", "npm @nestjs/core 11.0.0 MIT")]
    [TestCase("/app/node_modules/.pnpm/a@1.0.0/node_modules/a/package.json",
        """{ "name": "a", "version": "1.0.0", "licenses": [{ "type": "MIT" }, { "type": "ISC" }] }""", "npm a 1.0.0 MIT,ISC")]
    [TestCase("/app/node_modules/a/esm/package.json", """{ "name": "esm", "version": "1.0.0" }""", "")]
    [TestCase("/app/node_modules/a/package.json", """{ "type": "module" }""", "")]
    [TestCase("/app/node_modules/a/package.json", "{ not json", "")]
    [TestCase("/app/node_modules/a/package.json", """{ "name": 1, "version": [] }""", "")]
    [TestCase("/app/package.json", """{ "name": "own", "version": "1.0.0" }""", "")]
    [TestCase("/usr/lib/python3/dist-packages/flask-3.1.0.dist-info/METADATA",
        "Metadata-Version: 2.4\nName: Flask\nVersion: 3.1.0\nLicense-Expression: BSD-3-Clause\n\nName: no\n",
        "pypi Flask 3.1.0 BSD-3-Clause")]
    [TestCase("/usr/lib/python3/dist-packages/six-1.17.0.dist-info/METADATA",
        "Name: six\r\nVersion: 1.17.0\r\nLicense: MIT\r\nClassifier: License :: OSI Approved :: MIT License\r\n",
        "pypi six 1.17.0 MIT License")]
    [TestCase("/usr/lib/python3/dist-packages/old.egg-info/PKG-INFO", "Name: old\nVersion: 1\nLicense: UNKNOWN\n", "pypi old 1 ")]
    [TestCase("/usr/lib/python3/dist-packages/older.egg-info", "Name: older\nVersion: 2\nLicense: BSD\n", "pypi older 2 BSD")]
    [TestCase("/app/Web.deps.json", """
        { "libraries": { "Web/1.0.0": { "type": "project" }, "Dapper/2.1.66": { "type": "package" },
          "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/10.0.2": { "type": "runtimepack" } } }
        """, "nuget Dapper 2.1.66 |nuget Microsoft.NETCore.App.Runtime.linux-x64 10.0.2 ")]
    [TestCase("/app/Web.deps.json", "[]", "")]
    [TestCase("/app/vendor/composer/installed.json",
        """{ "packages": [{ "name": "monolog/monolog", "version": "3.9.0", "license": ["MIT"] }] }""",
        "composer monolog/monolog 3.9.0 MIT")]
    [TestCase("/app/vendor/composer/installed.json", """[{ "name": "a/b", "version": "v1" }]""", "composer a/b v1 ")]
    [TestCase("/usr/local/bundle/specifications/rack-3.1.8.gemspec",
        "Gem::Specification.new do |s|\n  s.licenses = [\"MIT\".freeze, \"Ruby\".freeze]\nend\n", "gem rack 3.1.8 MIT,Ruby")]
    [TestCase("/usr/local/bundle/specifications/nokogiri-1.18.1-x86_64-linux-gnu.gemspec", "", "")]
    [TestCase("/usr/local/bundle/specifications/nokogiri-1.18.1-x86_64-linux-gnu.gemspec", "s.name\n", "gem nokogiri 1.18.1 ")]
    [TestCase("/usr/share/doc/bash/copyright",
        "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nLicense: GPL-3+\n\nLicense: Expat\n",
        "copyright bash  GPL-3+,Expat")]
    [TestCase("/usr/share/doc/old/copyright", "see /usr/share/common-licenses/GPL-2.\nand `/usr/share/common-licenses/LGPL-2.1'\n",
        "copyright old  GPL-2,LGPL-2.1")]
    [TestCase("/usr/share/doc/a/b/copyright", "License: MIT\n", "")]
    public void A_manifest_names_its_package(string path, string content, string expected) =>
        Assert.That(Told(path, Encoding.UTF8.GetBytes(content)), Is.EqualTo(expected));

    [Test]
    public void A_java_archive_tells_what_is_in_it()
    {
        var inner = Zip(("META-INF/MANIFEST.MF", [.. "Bundle-SymbolicName: org.slf4j.api;x=1\nBundle-Version: 2.0.16\n"u8,
            .. "Bundle-License: https://ope\n nsource.org/MIT\n"u8]));
        var archive = Zip(
            ("META-INF/maven/g/app/pom.properties", "#x\ngroupId=g\nartifactId=app\nversion=1.2\n"u8.ToArray()),
            ("META-INF/maven/g/app/pom.xml",
                "<project><licenses><license>\n<name>Apache-2.0</name></license></licenses></project>"u8.ToArray()),
            ("BOOT-INF/lib/slf4j-api-2.0.16.jar", inner),
            ("BOOT-INF/lib/damaged-1.0-rc.1.jar", [1, 2, 3]),
            ("BOOT-INF/lib/plain-3.jar", Zip(("a.class", [1]))));
        Assert.That(Told("/app/app.jar", archive), Is.EqualTo(
            "maven g:app 1.2 Apache-2.0|maven org.slf4j.api 2.0.16 https://opensource.org/MIT|maven damaged 1.0-rc.1 |maven plain 3 "));
        Assert.That(Told("/app/app.jar", [.. archive.Take(100)]), Is.Empty);
    }

    [Test]
    public void Each_library_of_a_java_archive_has_the_licenses_of_its_own_pom()
    {
        var archive = Zip(
            ("META-INF/MANIFEST.MF", [.. "Bundle-License: ISC\nX: "u8, .. new byte[2 << 20]]),
            ("META-INF/maven/g/a/pom.properties", "groupId=g\nartifactId=a\nversion=1\n"u8.ToArray()),
            ("META-INF/maven/g/a/pom.xml", "<license><name>MIT</name></license>"u8.ToArray()),
            ("META-INF/maven/g/b/pom.properties", "groupId=g\nartifactId=b\nversion=2\n"u8.ToArray()),
            ("META-INF/maven/g/b/pom.xml", "<license><name>GPL-3.0-only</name></license>"u8.ToArray()),
            ("META-INF/maven/g/c/pom.properties", "groupId=g\nartifactId=c\nversion=3\n"u8.ToArray()));
        Assert.That(Told("/app/all.jar", archive), Is.EqualTo("maven g:a 1 MIT|maven g:b 2 GPL-3.0-only|maven g:c 3 "));
        Assert.That(Told("/app/damaged-1.2.jar", [.. archive.Take(100)]), Is.EqualTo("maven damaged 1.2 "));
    }

    [Test]
    public void A_go_program_tells_its_modules_wherever_a_piece_ends([Values(64, 99, 512, 4096, 1 << 20)] int piece)
    {
        const string Modules = "path\texample.com/app\nmod\texample.com/app\t(devel)\t\n"
            + "dep\tgithub.com/a/B\tv1.0.0\th1:x\ndep\tgithub.com/c\tv2.0.0\n"
            + "=>\tgithub.com/fork/c\tv2.0.1\th1:y\nbuild\t-compiler=gc\n";
        byte[] program = [.. "\u007fELF"u8, .. new byte[70_000], .. Magic, .. "in a text of the program"u8, .. new byte[100],
            .. Info("go1.26.1 X:a", Modules), .. new byte[50]];
        Assert.That(Told("/app/app", program, Executable, piece), Is.EqualTo(
            "golang stdlib v1.26.1 |golang example.com/app  |golang github.com/a/B v1.0.0 |golang github.com/fork/c v2.0.1 "));
        Assert.That(Told("/app/app", program, 0b110_100_100, piece), Is.Empty, "not executable");
    }

    [Test]
    public void A_rust_program_tells_its_crates()
    {
        byte[] named = [.. "\u007fELF"u8, .. new byte[70_000],
            .. "/usr/local/cargo/registry/src/index.crates.io-6f17d22bba15001f/tokio-1.44.0/src/lib.rs"u8,
            .. "/root/.cargo/registry/src/github.com-1ecc6299db9ec823/serde-derive-1.0.0-rc.1+b/src/a.rs"u8];
        Assert.That(Told("/app", named, Executable), Is.EqualTo("cargo serde-derive 1.0.0-rc.1+b |cargo tokio 1.44.0 "));
        var audited = Elf(".dep-v0", ZLib("""
            { "packages": [{ "name": "app", "version": "0.1.0", "source": "local", "root": true },
              { "name": "cc", "version": "1.0.0", "source": "crates.io", "kind": "build" },
              { "name": "log", "version": "0.4.27", "source": "crates.io" }] }
            """));
        Assert.That(Told("/app", audited, Executable), Is.EqualTo("cargo app 0.1.0 |cargo log 0.4.27 "));
    }

    [Test]
    public void A_dotnet_program_of_one_file_tells_its_packages([Values(64, 99, 4096, 1 << 20)] int piece)
    {
        var program = Bundle("""{ "libraries": { "Dapper/2.1.66": { "type": "package" } } }""");
        Assert.That(Told("/app/web", program, Executable, piece), Is.EqualTo("nuget Dapper 2.1.66 "));
        Assert.That(Told("/app/web", [.. program.Take(program.Length - 8)], Executable, piece), Is.Empty, "cut off");
        Assert.That(Told("/app/web", Bundle("{}", version: 1), Executable, piece), Is.Empty, "its header says no place");
        Assert.That(Told("/app/web", Bundle("{}", at: 0), Executable, piece), Is.Empty, "a host that nothing was put into");
    }

    [Test]
    public void A_dotnet_program_of_one_file_that_is_too_large_to_be_held_is_told()
    {
        var scan = PackageScans.Of("/app/web", 1L << 30, Executable)!;
        scan.Add(Bundle("{}", at: 1 << 29));
        Assert.That(scan.Finish().Single().Kind, Is.EqualTo(ContainedPackage.Unread));
    }

    [Test]
    public void A_dotnet_program_compiled_ahead_of_time_is_told_from_others() => Assert.That(
        (Told("/app/web", Elf("__managedcode\0__modules", []), Executable), Told("/app/web", Elf("__managedcode", []), Executable)),
        Is.EqualTo(("native-aot .NET  ", "")));

    [Test]
    public void Packages_past_what_a_file_may_name_are_counted()
    {
        var libraries = string.Join(',', Enumerable.Range(0, 100_003).Select(index => $$"""
            "P{{index}}/1": { "type": "package" }
            """));
        var found = Scan("/app/a.deps.json", Encoding.UTF8.GetBytes($$"""{ "libraries": { {{libraries}} } }"""), 0b110_100_100);
        Assert.That((found.Count, found[^1].IsPackage, found[^1].Number), Is.EqualTo((100_001, false, 3)));
        var image = AnalysisTests.Image([new ImageFile { Path = "/app/a.deps.json", Contained = [.. found.TakeLast(3)] }]);
        Assert.That((image.Packages.Count, image.UnlistedPackages), Is.EqualTo((2, 3)));
    }

    [TestCase("rpmdb.sqlite.gz", "/var/lib/rpm/rpmdb.sqlite")]
    [TestCase("rpmdb.sqlite.gz", "/usr/lib/sysimage/rpm/rpmdb.sqlite")]
    [TestCase("Packages.gz", "/var/lib/rpm/Packages")]
    public void A_database_of_rpm_tells_its_packages(string file, string path) => Assert.That(
        Told(path, Database(file)).Split('|').Order(StringComparer.Ordinal),
        Is.EqualTo(["rpm alpha 1.2-3 ASL 2.0", "rpm beta 4:1.2-3 MIT AND (GPL-2.0-or-later OR Apache-2.0)"]));

    /// <summary>No rpm of Debian's writes this form: its pages are laid down as rpm's source says, around a real header.</summary>
    [Test]
    public void A_database_of_suse_tells_its_packages()
    {
        var header = new SqliteTable(Database("rpmdb.sqlite.gz")).Blobs("Packages").MinBy(blob => blob.Length).ToArray();
        var database = new byte[3 * 4096];
        "RpmP"u8.CopyTo(database);
        database[12] = 1;
        "Slot"u8.CopyTo(database.AsSpan(32));
        (database[36], database[40]) = (1, 0);
        BitConverter.TryWriteBytes(database.AsSpan(40), 4096 / 16);
        "BlbS"u8.CopyTo(database.AsSpan(4096));
        BitConverter.TryWriteBytes(database.AsSpan(4096 + 12), header.Length);
        header.CopyTo(database, 4096 + 16);
        Assert.That(Told("/usr/lib/sysimage/rpm/Packages.db", database), Is.EqualTo("rpm alpha 1.2-3 ASL 2.0"));
    }

    [TestCase("/var/lib/rpm/rpmdb.sqlite")]
    [TestCase("/var/lib/rpm/Packages")]
    [TestCase("/app/app.jar")]
    [TestCase("/app/a.deps.json")]
    [TestCase("/bin/app")]
    [TestCase("/bin/one-file")]
    public void What_is_damaged_tells_nothing_and_ends(string path)
    {
        var seed = path switch
        {
            "/var/lib/rpm/Packages" => Database("Packages.gz"),
            "/app/app.jar" => Zip(
                ("META-INF/maven/g/app/pom.properties", "groupId=g\nartifactId=app\n"u8.ToArray()), ("a.jar", Zip(("b", [1])))),
            "/app/a.deps.json" => """{ "libraries": { "Dapper/2.1.66": { "type": "package" } } }"""u8.ToArray(),
            "/bin/app" => [.. Elf(".dep-v0", ZLib("{}")), .. Info("go1.26.1", "dep\ta\tb\n")],
            "/bin/one-file" => Bundle("""{ "libraries": { "Dapper/2.1.66": { "type": "package" } } }"""),
            _ => Database("rpmdb.sqlite.gz"),
        };
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var bytes = seed.ToArray();
            for (var change = 0; change < 1 + (round % 20); change++)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Assert.That(() => Told(path, round % 3 == 0 ? bytes[..random.Next(1, bytes.Length)] : bytes, Executable), Throws.Nothing);
        }
    }

    [Test]
    public void The_packages_of_an_image_have_their_urls_licenses_and_layers()
    {
        var image = AnalysisTests.Image(
            [Scanned("/etc/os-release", "ID=debian\nVERSION_ID=\"13\"\nPRETTY_NAME=\"Debian 13\"\n"),
                Scanned("/var/lib/dpkg/status", "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2-1+b1\n"),
                Scanned("/usr/share/doc/bash/copyright", "Format: x\nLicense: GPL-3+\n")],
            [Scanned("/app/node_modules/@a/b/package.json", """{ "name": "@a/b", "version": "1.0.0+x", "license": "(MIT OR GPL-2.0)" }"""),
                Scanned("/app/node_modules/c/node_modules/@a/b/package.json",
                    """{ "name": "@a/b", "version": "1.0.0+x", "license": "MIT" }"""),
                Scanned("/py/Zope.Interface-1.dist-info/METADATA", "Name: Zope.Interface\nVersion: 1\nLicense: Own terms\n")]);
        Assert.That(image.System, Is.EqualTo(new OperatingSystemRelease("debian", "13") { Name = "Debian 13" }));
        var told = image.Packages.Select(package =>
            $"{package.Url} {string.Join(',', package.Licenses)} {package.Path} {package.Layer} {package.CreatedBy}");
        Assert.That(told.Order(StringComparer.Ordinal),
            Is.EqualTo([
                "pkg:deb/debian/bash@5.2-1%2Bb1?arch=amd64&distro=debian-13 GPL-3.0-or-later  -1 ",
                "pkg:npm/%40a/b@1.0.0%2Bx MIT OR GPL-2.0-only /app/node_modules/@a/b/package.json 1 RUN 1",
                "pkg:pypi/zope-interface@1 Own terms /py/Zope.Interface-1.dist-info/METADATA 1 RUN 1",
            ]));
    }

    [TestCase("golang", "github.com/A/b", "v1", "pkg:golang/github.com/a/b@v1")]
    [TestCase("maven", "org.a:b", "1", "pkg:maven/org.a/b@1")]
    [TestCase("maven", "b", "", "pkg:maven/b")]
    [TestCase("nuget", "A.B", "1.0", "pkg:nuget/A.B@1.0")]
    [TestCase("apk", "musl", "1.2-r0", "pkg:apk/alpine/musl@1.2-r0")]
    [TestCase("rpm", "a", "1:2-3", "pkg:rpm/redhat/a@2-3?epoch=1")]
    [TestCase("dpkg", "a", "1:2-3", "pkg:deb/debian/a@1:2-3")]
    [TestCase("composer", "A/B", "1", "pkg:composer/a/b@1")]
    public void A_package_has_a_url(string kind, string name, string version, string url) =>
        Assert.That(new PackageUrl(new OperatingSystemRelease("", "")).Of(kind, name, version), Is.EqualTo(url));

    internal static IReadOnlyList<ContainedPackage> Scan(string path, ReadOnlyMemory<byte> content, int mode, int piece = 50_000)
    {
        if (PackageScans.Of(path, content.Length, mode) is not { } scan)
        {
            return [];
        }

        for (var at = 0; at < content.Length; at += piece)
        {
            scan.Add(content.Span[at..Math.Min(content.Length, at + piece)]);
        }

        return scan.Finish();
    }

    private static ImageFile Scanned(string path, string text) =>
        AnalysisTests.Text(path, text) with { Contained = Scan(path, Encoding.UTF8.GetBytes(text), 0b110_100_100) };

    private static string Told(string path, byte[] content, int mode = 0b110_100_100, int piece = 50_000) => string.Join('|',
        Scan(path, content, mode, piece).Select(found => $"{found.Kind} {found.Name} {found.Version} {string.Join(',', found.Licenses)}"));

    private static byte[] Magic => [0xff, .. " Go buildinf:"u8];

    private static byte[] Info(string version, string modules)
    {
        byte[] framed = [.. new byte[16], .. Encoding.UTF8.GetBytes(modules), .. new byte[16]];
        return [.. Magic, 8, 2, .. new byte[16], (byte)version.Length, .. Encoding.UTF8.GetBytes(version),
            (byte)(framed.Length & 0x7f | 0x80), (byte)(framed.Length >> 7), .. framed];
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    private static byte[] ZLib(string text)
    {
        using var stream = new MemoryStream();
        using (var packed = new ZLibStream(stream, CompressionLevel.Optimal, leaveOpen: true))
        {
            packed.Write(Encoding.UTF8.GetBytes(text));
        }

        return stream.ToArray();
    }

    /// <summary>Makes a .NET program of one file: its host, a list of packages, and the header that says where the list is.</summary>
    private static byte[] Bundle(string dependencies, int version = 6, int? at = null)
    {
        var list = Encoding.UTF8.GetBytes(dependencies);
        const int Mark = 70_000, List = 80_000;
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("\u007fELF"u8);
        stream.Position = Mark - 8;
        writer.Write((long)(at ?? List + list.Length));
        writer.Write(Convert.FromHexString("8b1202b96a612038727b930214d7a03213f5b9e6efae3318ee3b2dce24b36aae"));
        stream.Position = List;
        writer.Write(list);
        writer.Write(version);
        writer.Write(0);
        writer.Write(2);
        writer.Write("an id");
        writer.Write((long)List);
        writer.Write((long)list.Length);
        return stream.ToArray();
    }

    /// <summary>Makes a program of a section, or of several without content, large enough to be looked at.</summary>
    private static byte[] Elf(string section, byte[] content)
    {
        const int Names = 70_000, Content = 70_100;
        var names = section.Split('\0');
        var table = (Content + content.Length + 7) & ~7;
        var elf = new byte[table + ((2 + names.Length) * 64)];
        "\u007fELF\u0002\u0001"u8.CopyTo(elf);
        BitConverter.TryWriteBytes(elf.AsSpan(0x28), (long)table);
        (elf[0x3c], elf[0x3e]) = ((byte)(2 + names.Length), 1);
        Encoding.ASCII.GetBytes(section).CopyTo(elf, Names + 1);
        content.CopyTo(elf, Content);
        Header(1, 0, Names, 64);
        var place = 1;
        foreach (var (index, name) in names.Index())
        {
            Header(2 + index, place, Content, content.Length);
            place += name.Length + 1;
        }

        return elf;

        void Header(int index, int name, long offset, long size)
        {
            var header = elf.AsSpan(table + (index * 64), 64);
            BitConverter.TryWriteBytes(header, name);
            BitConverter.TryWriteBytes(header[24..], offset);
            BitConverter.TryWriteBytes(header[32..], size);
        }
    }

    private static byte[] Database(string name)
    {
        var file = Path.Combine(TestContext.CurrentContext.TestDirectory, "Measuring", "Databases", name);
        using var packed = new GZipStream(File.OpenRead(file), CompressionMode.Decompress);
        using var content = new MemoryStream();
        packed.CopyTo(content);
        return content.ToArray();
    }
}
