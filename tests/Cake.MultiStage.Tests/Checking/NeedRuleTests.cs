using Cake.MultiStage.Checking;
using Cake.MultiStage.Checking.Rules;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Checking;

/// <summary>What programs are going to want, and what they do without.</summary>
public sealed class NeedRuleTests
{
    [TestCase("10.0.0", "Minor", "10.0.5", true)]
    [TestCase("10.0.0", "Minor", "10.1.0", true)]
    [TestCase("10.0.6", "Minor", "10.0.5", false)]
    [TestCase("10.1.0", "Minor", "10.0.5", false)]
    [TestCase("9.0.0", "Minor", "10.0.5", false)]
    [TestCase("9.0.0", "Major", "10.0.5", true)]
    [TestCase("9.0.0", "LatestMajor", "10.0.5", true)]
    [TestCase("10.0.0", "LatestPatch", "10.1.0", false)]
    [TestCase("10.0.0", "LatestMinor", "10.1.0", true)]
    [TestCase("10.0.0", "Disable", "10.0.0", true)]
    [TestCase("10.0.0", "Disable", "10.0.1", false)]
    [TestCase("11.0.0", "Minor", "11.0.0-rc.1.25451.107", false)]
    [TestCase("11.0.0-preview.1", "Minor", "11.0.0-rc.1.25451.107", true)]
    [TestCase("odd", "Minor", "10.0.0", true)]
    [TestCase("10.0.0", "Minor", "odd", false)]
    public void A_framework_rolls_forward_as_it_is_told(string wanted, string rollForward, string there, bool will) =>
        Assert.That(FrameworkVersion.WillDo(new DotNetFramework("Microsoft.NETCore.App", wanted, rollForward), there), Is.EqualTo(will));

    [Test]
    public async Task The_host_of_an_assembly_looks_for_its_framework_where_dotnet_is_installed()
    {
        var image = Host("10.0.3");
        Assert.That(await FindAsync(new DotNetRuntimeExists(), image),
            Is.EqualTo(["'/app/web.dll' runs on Microsoft.NETCore.App 10.0.3, and the image has none."]));
        Assert.That(
            await FindAsync(new DotNetRuntimeExists(), Host("10.0.3").File("/usr/lib/dotnet/shared/Microsoft.NETCore.App/10.0.2/x")),
            Has.Count.EqualTo(1).And.All.EndsWith("the image has 10.0.2."));
        Assert.That(
            await FindAsync(new DotNetRuntimeExists(), Host("10.0.3").File("/usr/lib/dotnet/shared/Microsoft.NETCore.App/10.0.3/x")),
            Is.Empty);
    }

    [TestCase(null, null, FindingLevel.Error)]
    [TestCase("false", "true", FindingLevel.Error)]
    [TestCase("true", null, null)]
    [TestCase(null, "1", FindingLevel.Note)]
    public async Task Cultures_are_wanted_unless_they_are_switched_off(string? property, string? variable, FindingLevel? level)
    {
        var image = Host("10.0.3", property);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        if (variable is not null)
        {
            environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = variable;
        }

        image = image with { Settings = image.Settings with { Environment = environment } };
        Assert.That(new IcuExists().Check(await image.LookAsync()).Select(finding => (FindingLevel?)finding.Level).FirstOrDefault(),
            Is.EqualTo(level));
        Assert.That(await FindAsync(new IcuExists(), image.File("/usr/lib/libicuuc.so.76")), Is.Empty);
    }

    [Test]
    public async Task A_client_of_SQL_Server_does_not_do_without_cultures()
    {
        var image = Host("10.0.3").File("/app/Microsoft.Data.SqlClient.dll");
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "true" };
        var found = new IcuExists()
            .Check(await (image with { Settings = image.Settings with { Environment = environment } }).LookAsync())
            .Single();
        Assert.That((found.Level, found.Message),
            Is.EqualTo((FindingLevel.Error,
                "The environment switches cultures off (DOTNET_SYSTEM_GLOBALIZATION_INVARIANT), and '/app/Microsoft.Data.SqlClient.dll' "
                    + "does not work without.")));
    }

    [TestCase("System.Private.CoreLib\0__modules\0libicuuc.so", 1)]
    [TestCase("System.Private.CoreLib\0__modules\0", 0)]
    [TestCase("System.Private.CoreLib includedFrameworks libicuuc.so", 1)]
    [TestCase("System.Private.CoreLib includedFrameworks libicuuc.so \"System.Globalization.Invariant\": true", 0)]
    [TestCase("libicuuc.so", 0)]
    public async Task A_program_in_one_file_that_knows_cultures_is_known_by_what_it_loads(string text, int count) =>
        Assert.That(
            await FindAsync(new IcuExists(), new TestImage().File("/bin/app", TestElf.Make(text: "\0" + text), TestImage.Executable)),
            Has.Count.EqualTo(count));

    [Test]
    public async Task An_assembly_that_looks_time_zones_up_wants_some()
    {
        var image = Host("10.0.3").File("/app/web.dll", "MZ \0FindSystemTimeZoneById\0");
        Assert.That(await FindAsync(new TimeZonesExist(), image), Has.Count.EqualTo(1).And.All.Contain("'/app/web.dll'"));
        Assert.That(await FindAsync(new TimeZonesExist(), image.Folder("/usr/share/zoneinfo")), Is.Empty);
    }

    [TestCase("/app/runtimes/win/lib/net8.0/a.dll", "/app/runtimes/win")]
    [TestCase("/app/runtimes/linux-arm64/native/liba.so", "/app/runtimes/linux-arm64")]
    [TestCase("/app/runtimes/linux-musl-x64/native/liba.so", "/app/runtimes/linux-musl-x64")]
    [TestCase("/app/runtimes/osx-arm64/native/liba.dylib", "/app/runtimes/osx-arm64")]
    [TestCase("/app/node_modules/a/prebuilds/darwin-x64+arm64/a.node", "/app/node_modules/a/prebuilds/darwin-x64+arm64")]
    [TestCase("/app/node_modules/@img/sharp-linux-arm64/lib/a.node", "/app/node_modules/@img/sharp-linux-arm64")]
    [TestCase("/app/node_modules/@esbuild/win32-x64/esbuild.exe", "/app/node_modules/@esbuild/win32-x64")]
    [TestCase("/app/runtimes/linux-x64/native/liba.so", null)]
    [TestCase("/app/runtimes/linux/native/liba.so", null)]
    [TestCase("/app/runtimes/unix/lib/net8.0/a.dll", null)]
    [TestCase("/app/runtimes/any/a.dll", null)]
    [TestCase("/app/node_modules/@img/sharp-linux-x64/lib/a.node", null)]
    [TestCase("/app/node_modules/win-release/index.js", null)]
    [TestCase("/app/node_modules/linux-arm/index.js", "/app/node_modules/linux-arm")]
    [TestCase("/app/win32-x64/a.dll", null)]
    public void A_native_of_another_platform_is_known_by_its_folder(string path, string? folder) =>
        Assert.That(new NativePlatform("amd64", isMusl: false).ForeignFolder(path), Is.EqualTo(folder));

    [Test]
    public void On_musl_the_natives_for_glibc_are_the_foreign_ones()
    {
        var musl = new NativePlatform("amd64", isMusl: true);
        Assert.That(musl.ForeignFolder("/app/runtimes/linux-x64/native/liba.so"), Is.Not.Null);
        Assert.That(musl.ForeignFolder("/app/runtimes/linux-musl-x64/native/liba.so"), Is.Null);
    }

    [Test]
    public async Task A_native_extension_that_needs_what_is_nowhere_is_told_and_one_for_another_platform_is_not()
    {
        var image = Host("10.0.3").File("/lib/libssl.so.3")
            .File("/app/libSkiaSharp.so", TestElf.Make(needed: ["libfontconfig.so.1", "libc.so.6", "ld-linux-x86-64.so.2"]))
            .File("/lib/libc.so.6")
            .File("/app/runtimes/osx/native/libx.so", TestElf.Make(needed: ["libnone.so"]))
            .File("/app/libarm.so", TestElf.Make(needed: ["libnone.so"], machine: 183));
        Assert.That(await FindAsync(new NamedLibrariesExist(), image),
            Is.EqualTo(["'/app/libSkiaSharp.so' needs the library 'libfontconfig.so.1', which is nowhere in the image."]));
        Assert.That(await FindAsync(new NamedLibrariesExist(), image.File("/usr/lib/libfontconfig.so.1")), Is.Empty);
    }

    [TestCase("/usr/share/nginx/html/browser/index.html",
        "'/usr/share/nginx/html/index.html' is the base's own page: the image's own is '/usr/share/nginx/html/browser/index.html'.")]
    [TestCase("/usr/share/nginx/html/main.js",
        "'/usr/share/nginx/html/index.html' is the base's own page, and the image brings none: '/usr/share/nginx/html/main.js' is of its "
            + "own.")]
    [TestCase("/usr/share/nginx/html/index.html", null)]
    [TestCase("/srv/other/index.html", null)]
    public async Task The_page_of_a_base_is_told_apart_from_the_sites_own(string path, string? message) =>
        Assert.That((await FindAsync(new SiteIsItsOwn(), Nginx().File(path, "own"), 1)).SingleOrDefault(), Is.EqualTo(message));

    [TestCase("server { root /site; }", "/site/index.html", 0)]
    [TestCase("server {\n    root /site;\n}", "/site/dist/index.html", 1)]
    [TestCase("server {\n    root /site;\n    location / { proxy_pass http://app; }\n}", "/site/dist/index.html", 0)]
    [TestCase("server {\n    root /site;\n    autoindex on;\n}", "/site/a.txt", 0)]
    public async Task What_the_servers_settings_say_is_what_is_served(string settings, string path, int count) =>
        Assert.That(await FindAsync(new SiteIsItsOwn(), Nginx().File("/etc/nginx/conf.d/default.conf", settings).File(path, "own"), 1),
            Has.Count.EqualTo(count));

    [TestCase("{ \"ConnectionStrings\": { \"A\": \"Data Source=/data/app.db\" } }", 0, "/data")]
    [TestCase("{ \"ConnectionStrings\": { \"A\": \"Data Source=app.db\" } }", 0, "/app")]
    [TestCase("{ \"ConnectionStrings\": { \"A\": \"Data Source=/data/app.db\" } }", 65532, null)]
    [TestCase("{ \"ConnectionStrings\": { \"A\": \"Data Source=:memory:\" } }", 0, null)]
    [TestCase("{ \"ConnectionStrings\": { \"A\": \"Data Source=db.example.com;Initial Catalog=a\" } }", 0, null)]
    public async Task A_database_in_a_file_wants_a_folder_that_is_writable(string settings, long owner, string? folder)
    {
        var image = Host("10.0.3").File("/app/appsettings.json", settings).Folder("/data", user: owner).Folder("/app");
        image = image with { Settings = image.Settings with { WorkingDirectory = "/app" } };
        Assert.That(new WritableFoldersAreWritable().Check(await image.LookAsync()).SingleOrDefault()?.Path, Is.EqualTo(folder));
    }

    [Test]
    public async Task A_base_past_its_end_of_life_is_told_with_its_date_and_what_comes_next()
    {
        var image = await TestImage.Sound.Layer().LookAsync(1);
        image =
            image with { Measured =
                image.Measured with { Base = image.Measured.Base! with { Name = "mcr.microsoft.com/dotnet/aspnet:8.0" } } };
        var found = new BaseIsSupported(() => new DateOnly(2026, 11, 29)).Check(image).Single();
        Assert.That(found.Message, Does.Contain("8.0").And.Contain("2026-11-10"));
        Assert.That(found.Fix, Does.Contain("10.0"));
        Assert.That(new BaseIsSupported(() => new DateOnly(2026, 11, 1)).Check(image), Is.Empty);
    }

    private static TestImage Host(string version, string? invariant = null) => new TestImage()
        .File("/app/web", TestElf.Make(), TestImage.Executable).File("/app/web.dll").Runs("/app/web")
        .File("/app/web.runtimeconfig.json",
            $$"""{ "runtimeOptions": { "framework": { "name": "Microsoft.NETCore.App", "version": "{{version}}" }"""
                + (invariant is null ? "" : $$""", "configProperties": { "System.Globalization.Invariant": {{invariant}} }""")
                + " } }");

    private static TestImage Nginx() =>
        new TestImage().File("/usr/sbin/nginx", TestElf.Make(), TestImage.Executable).Runs("nginx", "-g", "daemon off;")
        .File("/usr/share/nginx/html/index.html", "Welcome").Layer();

    private static async Task<IReadOnlyList<string>> FindAsync(CheckRule rule, TestImage image, int baseLayers = 0) =>
        [.. rule.Check(await image.LookAsync(baseLayers)).Select(finding => finding.Message)];
}
