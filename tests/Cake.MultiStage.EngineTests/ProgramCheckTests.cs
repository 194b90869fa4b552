using Cake.MultiStage.Checking;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>
/// What a program is going to need beyond its own file is seen in real images: modules, ICU, pages, folders, the program of a health check.
/// </summary>
public sealed class ProgramCheckTests : CheckFixture
{
    private const string Python = "python:3.13-slim";
    private const string Node = "node:26-slim";

    [TestCase(Python, "python3", "/app/main.py", "import json\\nimport flask\\n", "'/app/main.py' imports 'flask'")]
    [TestCase(Node, "node", "/app/main.js", "const fs = require(\"fs\");\\nconst e = require(\"express\");\\n",
        "'/app/main.js' imports 'express'")]
    public async Task A_module_that_is_not_installed_is_told(string image, string program, string file, string text, string message) =>
        Assert.That((await OneAsync("start-imports", settings => Script(settings, image, program, file, text))).Message,
            Does.Contain(message));

    [TestCase(Python, "python3", "/app/main.py",
        "import json, ssl, sqlite3\\nfrom http.server import HTTPServer\\ntry:\\n    import flask\\nexcept ImportError:\\n    pass\\n")]
    [TestCase(Node, "node", "/app/main.js", "const fs = require(\"node:fs\");\\ntry { require(\"express\"); } catch { }\\n")]
    public async Task A_module_of_the_interpreter_or_that_is_not_needed_has_no_finding(string image, string program, string file,
        string text) =>
        Assert.That(
            (await FindAsync(settings => Script(settings, image, program, file, text))).Where(finding => finding.Level > FindingLevel.Note),
            Is.Empty);

    [Test]
    public async Task A_health_check_without_its_program_is_told()
    {
        var found = await OneAsync("start-health",
            settings => Base(settings, Stage.From(Workspace.Busybox).Healthcheck("curl", "-f", "http://localhost/")));
        Assert.That(found.Message, Does.Contain("'curl' is not in the image, in none of"));
        Assert.That(
            (await FindAsync(
                settings => Base(settings, Stage.From(Workspace.Busybox).Healthcheck("wget", "-q", "http://localhost/")))).Select(
                    finding => finding.Rule), Has.None.EqualTo("start-health"));
    }

    [Test]
    public async Task A_script_with_the_line_endings_of_Windows_is_told()
    {
        var found = await OneAsync("start-interpreter", settings =>
        {
            settings.FinalBase = Debian;
            settings.Commands.Add("printf '#!/bin/sh\\r\\necho hello\\r\\n' > /bin/app && chmod 755 /bin/app");
        });
        Assert.That(found.Message, Does.Contain("CRLF"));
    }

    [Test]
    public async Task A_link_to_nothing_is_told_apart_from_a_missing_file()
    {
        var found = await OneAsync("start-program",
            settings => Base(settings, Stage.From(Workspace.Busybox).Run("ln -s ../lib/none /bin/linked"), "/bin/linked"));
        Assert.That(found.Message, Does.Contain("'/bin/linked' is a link to '../lib/none', and nothing is there"));
    }

    [Test]
    public async Task A_dotnet_program_that_knows_cultures_wants_ICU() =>
        Assert.That((await OneAsync("needs-icu", SeededImages.OlderDotNetRuntime)).Message,
            Does.Contain("'/srv/a.dll' knows cultures, and the image has no ICU"));

    [Test]
    public async Task The_page_of_the_base_in_place_of_the_sites_own_is_told()
    {
        var found = await OneAsync("start-site",
            settings => Base(settings,
                Stage.From("nginxinc/nginx-unprivileged:stable")
                    .User("0")
                    .Run("mkdir -p /usr/share/nginx/html/browser && echo own > /usr/share/nginx/html/browser/index.html"), "nginx", "-g",
                        "daemon off;"));
        Assert.That(found.Message, Does.Contain("/usr/share/nginx/html/browser/index.html"));
    }

    [Test]
    public async Task A_volume_that_the_user_may_not_write_to_is_told() =>
        Assert.That(
            (await OneAsync("needs-folder",
                settings => Base(settings, Stage.From(Workspace.Busybox).Run("mkdir /data").Volume("/data")))).Message,
                    Does.Contain("'/data' is a volume, and user '65532:65532' may not write to '/data'"));

    [Test]
    public async Task Natives_of_other_platforms_are_one_finding()
    {
        var found = await OneAsync("small-natives", settings =>
        {
            settings.Commands.Add(
                "for rid in win-x64 osx-arm64 linux-s390x; do mkdir -p /out/runtimes/$rid/native && dd if=/dev/urandom "
                    + "of=/out/runtimes/$rid/native/a.dll bs=1M count=1; done");
            settings.Artifacts.Add("/out", "/app");
        });
        Assert.That(found.Count, Is.EqualTo(3));
        Assert.That(found.Message, Does.Contain("2 more folders").And.Contain("3.15 MB"));
    }

    private static void Script(ProjectSettings settings, string image, string program, string file, string text)
    {
        settings.FinalBase = image;
        settings.Commands.Add($"mkdir -p /app && printf '{text}' > {file}");
        settings.Artifacts[0] = new Artifact(file, file);
        settings.Entrypoint = [program, file];
    }

    private static void Base(ProjectSettings settings, Stage stage, params string[] entrypoint)
    {
        settings.FinalBase = "prepared";
        settings.Stages.Add(stage.Named("prepared"));
        settings.Entrypoint = entrypoint.Length > 0 ? entrypoint : settings.Entrypoint;
    }
}
