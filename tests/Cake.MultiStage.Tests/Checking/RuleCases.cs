using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Dockerfiles.Reading;
using Cake.MultiStage.Images;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>For each rule an image that has what it looks for, and one close by that has not.</summary>
internal static class RuleCases
{
    private const string Loader = "/lib64/ld-linux-x86-64.so.2";
    private const string Runtime =
        """{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "10.0.2" }, "configProperties": """
            + """{ "System.Globalization.Invariant": INVARIANT } } }""";

    private static async Task<CheckedImage> WithTagsAsync(params string[] tags) => await TestImage.Sound.LookAsync() with
    {
        BaseTags = new BaseTags(ImageReference.Parse("python:3.13.1-slim"), tags),
    };

    private static readonly byte[] Megabytes = [.. Enumerable.Range(0, 2_000_000).Select(index => (byte)(index * 7))];

    /// <summary>Gets the cases by the rules' ids.</summary>
    public static IReadOnlyDictionary<string, (Func<Task<CheckedImage>> Bad,
        Func<Task<CheckedImage>> Good)> All { get; } = new Dictionary<string, (Func<Task<CheckedImage>>,
            Func<Task<CheckedImage>>)>(StringComparer.Ordinal)
    {
        ["start-program"] = Of(TestImage.Sound.Runs("/bin/other"), TestImage.Sound),
        ["start-executable"] = Of(new TestImage().File("/bin/app", TestElf.Make(), 0b110_100_100), TestImage.Sound),
        ["start-platform"] = Of(new TestImage().File("/bin/app", TestElf.Make(machine: 183), TestImage.Executable), TestImage.Sound),
        ["start-loader"] = Of(Dynamic(), Dynamic().File(Loader, TestElf.Make(), TestImage.Executable)),
        ["start-libraries"] = Of(Dynamic("libx.so.1").File(Loader, TestElf.Make()),
            Dynamic("libx.so.1").File(Loader, TestElf.Make()).File("/lib/libx.so.1", TestElf.Make())),
        ["start-interpreter"] = Of(Script("#!/bin/sh\n"), Script("#!/bin/sh\n").File("/bin/sh", TestElf.Make(), TestImage.Executable)),
        ["start-argument"] = Of(Interpreter("/usr/bin/python3", "/app/a.py"),
            Interpreter("/usr/bin/python3", "/app/a.py").File("/app/a.py")),
        ["start-readable"] = Of(Interpreter("/usr/bin/python3", "/app/a.py").File("/app/a.py", "", 0b110_000_000),
            Interpreter("/usr/bin/python3", "/app/a.py").File("/app/a.py")),
        ["start-dotnet"] = Of(DotNet("9.0.1"), DotNet("10.0.5")),
        ["start-java"] = Of(Interpreter("/opt/jre/bin/java", "-version"),
            Interpreter("/opt/jre/bin/java", "-version").File("/opt/jre/lib/server/libjvm.so").File("/opt/jre/lib/modules")),
        ["start-user"] = Of(TestImage.Sound with { Settings = TestImage.Sound.Settings with { User = "app" } }, TestImage.Sound),
        ["start-folder"] = Of(Working("/bin/app"), Working("/bin")),
        ["start-health"] = Of(Healthy("CMD", "curl", "localhost"), Healthy("CMD", "/bin/app", "--health")),
        ["start-imports"] = Of(
            Python().File("/app/a.py", "import flask\n"),
            Python().File("/app/a.py", "import flask\n").File("/usr/lib/python3/dist-packages/flask/__init__.py")),
        ["start-site"] = Of(Site().File("/usr/share/nginx/html/browser/index.html"), Site().File("/usr/share/nginx/html/index.html", "own"),
            baseLayers: 1),
        ["needs-folder"] = Of(Volume(0), Volume(65532)),
        ["needs-library"] = Of(DotNet("10.0.5").File("/app/SkiaSharp.dll").File("/lib/libssl.so.3"),
            DotNet("10.0.5").File("/app/SkiaSharp.dll").File("/app/libSkiaSharp.so").File("/lib/libssl.so.3")),
        ["base-support"] = (() => BasedOnAsync("debian:bullseye-slim"), () => BasedOnAsync("debian:trixie-slim")),
        ["base-newer"] = (() => WithTagsAsync("3.13.9-slim"), () => WithTagsAsync("3.14.0-slim", "3.13.9", "3.13.9-alpine", "3.13.0-slim")),
        ["small-natives"] = Of(TestImage.Sound.File("/app/runtimes/win-x64/native/a.dll", Megabytes),
            TestImage.Sound.File("/app/runtimes/linux-x64/native/liba.so", Megabytes)),
        ["needs-icu"] = Of(DotNet("10.0.5", "false"), DotNet("10.0.5", "false").File("/usr/lib/libicuuc.so.76")),
        ["needs-certificates"] = Of(Go("\0net/http.(*Transport).dialConn\0"),
            Go("\0net/http.(*Transport).dialConn\0").File("/etc/ssl/certs/ca-certificates.crt")),
        ["needs-zones"] = Of(Go("\0time.LoadLocation\0"), Go("\0time.LoadLocation\0").Folder("/usr/share/zoneinfo")),
        ["needs-resolver"] = Of(Resolver("2.31"), Resolver("2.36")),
        ["needs-tmp"] = Of(Go("\0os.CreateTemp\0"), Go("\0os.CreateTemp\0").Folder("/tmp", 0b1_111_111_111)),
        ["license-denied"] = (() => LicensedAsync("AGPL-3.0-only", "pkg"), () => LicensedAsync("MIT OR AGPL-3.0-only", "pkg")),
        ["license-unknown"] = (() => LicensedAsync(null, "pkg"), () => LicensedAsync("ISC", "pkg")),
        ["safe-secret"] = Of(TestImage.Sound.File("/app/.env", "DB_PASSWORD=correct-horse"),
            TestImage.Sound.File("/app/.env", "DB_PASSWORD=$PASSWORD")),
        ["safe-history"] = Of(History("RUN curl -H ghp_0123456789abcdefghijABCDEFGHIJ012345 a"), History("RUN curl a")),
        ["safe-environment"] = (() => VariableAsync("correct-horse"), () => VariableAsync("/run/secrets/db")),
        ["safe-user"] = Of(TestImage.Sound with { Settings = TestImage.Sound.Settings with { User = "" } }, TestImage.Sound),
        ["safe-setuid"] = Of(TestImage.Sound.File("/bin/su", "x", 0b100_111_101_101),
            TestImage.Sound.File("/bin/su", "x", TestImage.Executable)),
        ["safe-writable"] = Of(TestImage.Sound.Folder("/data", 0b111_111_111), TestImage.Sound.Folder("/tmp", 0b001_111_111_111)),
        ["safe-shell"] = Of(TestImage.Sound.File("/bin/sh", "x", TestImage.Executable), TestImage.Sound),
        ["small-waste"] = Of(TestImage.Sound.File("/a", Megabytes).Layer().Entry(Whiteout("/a")),
            TestImage.Sound.File("/a", Megabytes).Layer().Entry(Whiteout("/b"))),
        ["small-metadata"] = Of(TestImage.Sound.File("/a", Megabytes).Layer().File("/a", Megabytes, 0b111_000_000),
            TestImage.Sound.File("/a", Megabytes).Layer().File("/a", [1])),
        ["small-leftovers"] = Of(TestImage.Sound.File("/var/lib/apt/lists/x", Megabytes),
            TestImage.Sound.File("/var/lib/apt/x", Megabytes)),
        ["small-toolchain"] = Of(TestImage.Sound.File("/usr/bin/gcc", "x"), TestImage.Sound.File("/usr/bin/gcov", "x")),
        ["small-duplicates"] = Of(TestImage.Sound.File("/a", Megabytes).File("/b", Megabytes),
            TestImage.Sound.File("/a", Megabytes).File("/b", Megabytes[1..])),
        ["check-limits"] = Of(TestImage.Sound.File("/var/lib/dpkg/status", new byte[17 << 20]),
            TestImage.Sound.File("/var/lib/dpkg/status", new byte[15 << 20])),
        ["dockerfile-json-args"] = Of(Final().With(new CmdInstruction(new ShellCommand("run"))), Final().Cmd("run")),
        ["dockerfile-multiple-instructions"] = Of(Final().Cmd("a").Cmd("b"), Final().Cmd("a").Entrypoint("b")),
        ["dockerfile-secrets-in-arg-or-env"] = Of(Final().Arg("NPM_TOKEN"), Final().Arg("TOKENIZER")),
        ["dockerfile-undefined-var"] = Of(Final().Workdir("/$APP"), Final().Arg("APP").Workdir("/$APP")),
        ["dockerfile-base-tag"] = Of(Stage.From("debian:latest"), Final()),
        ["dockerfile-invalid-default-arg-in-from"] = (() => ArgumentAsync(new ArgInstruction("TAG")),
            () => ArgumentAsync(new ArgInstruction("TAG", "1"))),
        ["dockerfile-redundant-target-platform"] = Of(Final().OnPlatform("$TARGETPLATFORM"), Final().OnPlatform("$BUILDPLATFORM")),
        ["dockerfile-from-platform-flag-const"] = Of(Final().OnPlatform("linux/amd64"), Final().OnPlatform("$BUILDPLATFORM")),
        ["dockerfile-stage-name-casing"] = Texts("FROM debian:13 AS Web\n", "FROM debian:13 AS web\n"),
        ["dockerfile-from-as-casing"] = Texts("from debian:13 AS web\n", "from debian:13 as web\n"),
        ["dockerfile-consistent-instruction-casing"] = Texts("FROM debian:13\nUSER 1\nworkdir /a\n",
            "from debian:13\nuser 1\nworkdir /a\n"),
        ["dockerfile-no-empty-continuation"] = Texts("FROM debian:13\nRUN a \\\n\n  b\n", "FROM debian:13\nRUN a \\\n # c\n  b\n"),
        ["dockerfile-duplicate-stage-name"] = Texts("FROM debian:13 AS a\nFROM debian:13 AS A\n",
            "FROM debian:13 AS a\nFROM debian:13 AS b\n"),
        ["dockerfile-reserved-stage-name"] = Texts("FROM debian:13 AS scratch\n", "FROM scratch AS debian\n"),
        ["dockerfile-undefined-arg-in-from"] = Texts("FROM --platform=$BUILDPLATFORM debian:${V:-13}\nARG V\n",
            "ARG V\nFROM --platform=$BUILDPLATFORM debian:${V:-13}\n"),
        ["dockerfile-workdir-relative-path"] = Texts("FROM debian:13\nWORKDIR a\n", "FROM debian:13 AS b\nWORKDIR /a\nFROM b\nWORKDIR c\n"),
        ["dockerfile-legacy-key-value-format"] = Texts("FROM debian:13\nENV a b=c\n", "FROM debian:13\nENV a=b\n"),
        ["dockerfile-expose-proto-casing"] = Texts("FROM debian:13\nEXPOSE 80/TCP\n",
            "FROM debian:13\nEXPOSE 80/tcp $X/tcp ${X:-80/TCP}\n"),
        ["dockerfile-expose-invalid-format"] = Texts("FROM debian:13\nEXPOSE 80:80\n", "FROM debian:13\nEXPOSE 80 ${X:-80}\n"),
        ["dockerfile-maintainer-deprecated"] = Of(Final().With(new MaintainerInstruction("a")),
            Final().Label("org.opencontainers.image.authors", "a")),
    };

    private static async Task<CheckedImage> LicensedAsync(string? license, string name)
    {
        var manifest = license is null ? $$"""{ "name": "{{name}}", "version": "1.0.0" }"""
            : $$"""{ "name": "{{name}}", "version": "1.0.0", "license": "{{license}}" }""";
        return await TestImage.Sound.File($"/app/node_modules/{name}/package.json", manifest).LookAsync() with
        {
            Licenses = new LicensePolicy([], ["AGPL-3.0-only"]),
        };
    }

    /// <summary>Images of Dockerfiles that were read.</summary>
    private static (Func<Task<CheckedImage>> Bad, Func<Task<CheckedImage>> Good) Texts(string bad, string good) =>
        (() => ReadAsync(bad), () => ReadAsync(good));

    private static async Task<CheckedImage> ReadAsync(string text)
    {
        var image = await TestImage.Sound.LookAsync();
        return image with { Measured = TestImage.WithDockerfile(image.Measured, DockerfileReader.Read(text)) };
    }

    private static (Func<Task<CheckedImage>> Bad, Func<Task<CheckedImage>> Good) Of(TestImage bad, TestImage good, int baseLayers = 0) =>
        (() => bad.LookAsync(baseLayers), () => good.LookAsync(baseLayers));

    private static (Func<Task<CheckedImage>> Bad, Func<Task<CheckedImage>> Good) Of(Stage bad, Stage good) =>
        (() => BuiltAsync([], bad), () => BuiltAsync([], good));

    private static async Task<CheckedImage> BuiltAsync(IReadOnlyList<ArgInstruction> arguments, Stage stage)
    {
        var image = await TestImage.Sound.LookAsync();
        return image with { Measured = TestImage.WithDockerfile(image.Measured, arguments,
            new Dictionary<string, string>(StringComparer.Ordinal) { ["TAG"] = "1" }, stage) };
    }

    private static Task<CheckedImage> ArgumentAsync(ArgInstruction argument) => BuiltAsync([argument], Stage.From("busybox:$TAG"));

    private static async Task<CheckedImage> BasedOnAsync(string name)
    {
        var image = await TestImage.Sound.Layer().LookAsync(1);
        return image with { Measured = image.Measured with { Base = image.Measured.Base! with { Name = name } } };
    }

    private static TestImage Python() =>
        Interpreter("/usr/bin/python3", "/app/a.py").File("/usr/lib/python3.13/os.py").File("/usr/lib/python3/dist-packages/six.py");

    private static TestImage Site() =>
        new TestImage().File("/usr/sbin/nginx", TestElf.Make(), TestImage.Executable).Runs("nginx", "-g", "daemon off;")
        .File("/usr/share/nginx/html/index.html", "Welcome").Layer();

    private static TestImage Volume(long owner) =>
        TestImage.Sound.Folder("/data", user: owner) with { Settings = TestImage.Sound.Settings with { Volumes = ["/data"] } };

    private static Stage Final() => Stage.From("debian:13").Named("final");

    private static TestImage Dynamic(params string[] needed) =>
        new TestImage().File("/bin/app", TestElf.Make(Loader, needed.Length == 0 ? null : needed), TestImage.Executable);

    private static TestImage Script(string text) => new TestImage().File("/bin/app", text, TestImage.Executable);

    private static TestImage Interpreter(params string[] command) =>
        new TestImage().File(command[0], TestElf.Make(), TestImage.Executable).Runs(command);

    private static TestImage DotNet(string version, string invariant = "true") => Interpreter("/usr/share/dotnet/dotnet", "/app/a.dll")
        .File("/app/a.dll").File("/app/a.runtimeconfig.json", Runtime.Replace("INVARIANT", invariant, StringComparison.Ordinal))
        .File($"/usr/share/dotnet/shared/Microsoft.NETCore.App/{version}/x");

    private static TestImage Working(string folder) =>
        TestImage.Sound with { Settings = TestImage.Sound.Settings with { WorkingDirectory = folder } };

    private static TestImage Healthy(params string[] check) =>
        TestImage.Sound with { Settings = TestImage.Sound.Settings with { HealthCheck = check } };

    private static TestImage History(string step) => TestImage.Sound with { Settings = TestImage.Sound.Settings with { History = [step] } };

    private static async Task<CheckedImage> VariableAsync(string value)
    {
        var image = await BuiltAsync([], Final().Env("DB_PASSWORD", value));
        return image with { Settings = image.Settings with { Environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["DB_PASSWORD"] = value } } };
    }

    private static TestImage Go(string text) =>
        new TestImage().File("/bin/app", TestElf.Make(text: " Go buildinf:" + text), TestImage.Executable);

    private static TestImage Resolver(string version) => new TestImage()
        .File("/bin/app", TestElf.Make(Loader, ["libc.so.6"], text: "\0getaddrinfo\0"), TestImage.Executable)
        .File(Loader, TestElf.Make())
        .File("/lib/libc.so.6", TestElf.Make(text: $"GNU C Library stable release version {version}.\n"));

    private static ImageFile Whiteout(string path) => new() { Path = path, Type = ImageFileType.Whiteout };
}
