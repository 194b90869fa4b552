using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Node;
using Cake.MultiStage.Projects.Python;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>What a preset learns from the Dockerfile that the project has itself.</summary>
public sealed class OwnDockerfileTests : FolderFixture
{
    [SetUp]
    public void Fill() => _folder.File("go.mod", "module example.com/team/shop\n\ngo 1.24\n")
        .File("main.go", "package main\n\nfunc main() {}\n");

    private ImageProject Go(string dockerfile, Action<GoProjectSettings>? configure = null, string path = "Dockerfile")
    {
        _folder.File(path, dockerfile);
        var settings = new GoProjectSettings();
        configure?.Invoke(settings);
        return GoPreset.Describe(_folder.Path, settings);
    }

    private static string Final(ImageProject project) => project.ToDockerfile().ToString().Split(" AS final\n")[1];

    private static string Whole(ImageProject project) => project.ToDockerfile().ToString();

    private static string[] Told(ImageProject project) => [.. project.Assumptions.Select(one => one.Text)];

    [TestCase("Dockerfile")]
    [TestCase("docker/Dockerfile")]
    [TestCase("Containerfile")]
    public void Ports_volumes_and_values_are_taken_over_and_told(string path)
    {
        var project =
            Go("FROM golang:1.24 AS build\nEXPOSE 1\nFROM alpine:3\nENV MODE=prod DATA=/data CACHE=/opt/shop/cache\nVOLUME /data\n"
            + "EXPOSE 80/tcp 443\nCMD [\"/shop\"]\n", path: path);
        Assert.That(Whole(project), Does.Contain("EXPOSE 80\nEXPOSE 443\nVOLUME /data\n").And.Contain("ENV DATA=/data\nENV MODE=prod\n")
            .And.Contain("chown 65532:65532 /system-files/data").And.Not.Contain("CACHE"));
        Assert.That(Told(project), Is.EqualTo(new[]
        {
            $"{path} exposes 80, 443: so does this image. Set Ports for others.",
            $"{path} keeps /data beyond the container: so does this image. Set Volumes for others.",
            $"{path} sets DATA=/data, MODE=prod: so does this image. Environment sets others.",
            $"{path} sets CACHE to what fits its own layout, this image does not. Environment sets them.",
        }));
    }

    [TestCase("ARG PORT=8080\nENV PORT=$PORT\nEXPOSE $PORT 9229", "8080")]
    [TestCase("EXPOSE ${PORT:-3000}\nEXPOSE 2345", "3000")]
    [TestCase("EXPOSE $UNKNOWN 80", "80")]
    [TestCase("EXPOSE 9229", "9229")]
    public void Ports_by_variables_are_known_and_those_of_debuggers_are_left_out(string lines, string port) => Assert.That(
        Go($"FROM alpine:3\n{lines}\nCMD [\"/shop\"]\n").Ports, Is.EqualTo(new[] { port }));

    [TestCase("FROM alpine:3 AS release\nEXPOSE 80\nCMD [\"/shop\"]\nFROM alpine:3 AS pr-test\nEXPOSE 81\nCMD [\"/check\"]\n", "80")]
    [TestCase("FROM alpine:3 AS prod\nEXPOSE 80\nCMD [\"/shop\"]\nFROM alpine:3 AS dev\nEXPOSE 81\nCMD [\"/watch\"]\n", "80")]
    [TestCase("FROM alpine:3 AS tests\nEXPOSE 81\nCMD [\"/check\"]\n", "81")]
    [TestCase("FROM alpine:3 AS other\nEXPOSE 80\nCMD [\"/a\"]\nFROM alpine:3 AS latest\nEXPOSE 81\nCMD [\"/b\"]\n", "81")]
    public void A_stage_for_tests_or_development_is_not_what_ships(string dockerfile, string port) =>
        Assert.That(Go(dockerfile).Ports, Is.EqualTo(new[] { port }));

    [TestCase("fly.toml", "[build]\n  dockerfile = \"/other/Shop.Dockerfile\"\n", true)]
    [TestCase("compose.yaml", "services:\n  shop:\n    build:\n      context: .\n      dockerfile: ./other/Shop.Dockerfile\n", true)]
    [TestCase("compose.yaml", "services:\n  shop:\n    build:\n      dockerfile: other/dev.Dockerfile\n", false)]
    [TestCase("compose.yaml", "x: { dockerfile: other/Shop.Dockerfile }\n", false)]
    public void A_host_or_Compose_may_name_the_file(string file, string text, bool found)
    {
        _folder.File(file, text).File("other/dev.Dockerfile", "FROM alpine:3\nEXPOSE 81\nCMD [\"/shop\"]\n");
        Assert.That(Go("FROM alpine:3\nEXPOSE 80\nCMD [\"/shop\"]\n", path: "other/Shop.Dockerfile").Ports,
            Is.EqualTo(found ? new[] { "80" } : []));
    }

    [TestCase("FROM team/shop-base:2\nCMD [\"/shop\"]\n", "team/shop-base:2")]
    [TestCase("ARG BASE=ghcr.io/team/base\nFROM $BASE AS base\nFROM base\nCMD [\"/shop\"]\n", "ghcr.io/team/base")]
    [TestCase("FROM gcr.io/distroless/static\nCMD [\"/shop\"]\n", "")]
    [TestCase("FROM debian:13\nCMD [\"/shop\"]\n", "")]
    [TestCase("FROM scratch\nCMD [\"/shop\"]\n", "")]
    public void A_base_of_the_projects_own_is_told(string dockerfile, string image) => Assert.That(
        Go(dockerfile).Assumptions.Where(one => one.Doubtful).Select(one => one.Text), image.Length == 0 ? Is.Empty
            : Has.One.StartsWith($"Dockerfile starts its image from {image}, which may have programs of its own"));

    [Test]
    public void Settings_take_precedence_and_can_refuse_it()
    {
        const string Text = "FROM alpine:3\nENV MODE=prod\nVOLUME /data\nEXPOSE 80\nCMD [\"/shop\", \"serve\"]\n";
        var project = Go(Text, go =>
        {
            go.Ports.Add("8080");
            go.Volumes.Add("/state");
            go.Environment["MODE"] = "test";
            go.Cmd.Add("run");
        });
        Assert.That(Final(project), Does.Contain("EXPOSE 8080\nVOLUME /state\n").And.Contain("ENV MODE=test\n").And.Contain("CMD [\"run\"]")
            .And.Not.Contain("EXPOSE 80\n").And.Not.Contain("/data"));
        Assert.That(project.Assumptions, Is.Empty);
        var refused = Go(Text, go => go.ReadDockerfile = false);
        Assert.That(Final(refused), Does.Not.Contain("EXPOSE").And.Not.Contain("CMD"));
        Assert.That(refused.Assumptions, Is.Empty);
    }

    [Test]
    public void Files_of_the_project_ship_where_they_have_them_and_the_program_gets_its_arguments()
    {
        _folder.File("probe.yml").File("web/page.html").File("migrations/1.sql").File("start.sh").File("LICENSE");
        var project =
            Go("FROM golang:1.24 AS build\nWORKDIR /go/shop\nCOPY . .\nRUN go build -o /out/shop .\nFROM debian:13\nWORKDIR /srv/app\n"
            + "COPY --from=build /out/shop /bin/shop\nCOPY --from=build /go/shop/web ./web\nCOPY LICENSE ./\nCOPY probe.yml "
            + "/etc/shop/config.yml\n"
            + "COPY migrations migrations\nENTRYPOINT [\"/bin/shop\"]\nCMD [\"--config\", \"/etc/shop/config.yml\"]\n");
        Assert.That(Final(project), Does.Contain("WORKDIR /app\n").And.Contain("COPY --from=builder /src/web/ /app/web/\n")
            .And.Contain("COPY --from=builder /src/probe.yml /etc/shop/config.yml\n")
            .And.Contain("COPY --from=builder /src/migrations/ /app/migrations/\n")
            .And.Contain("CMD [\"--config\", \"/etc/shop/config.yml\"]").And.Not.Contain("LICENSE"));
        Assert.That(project.Assumptions.Where(one => one.Doubtful), Is.Empty);
    }

    [Test]
    public void What_it_installs_is_told_with_the_line_that_installs_it_here()
    {
        const string Text = "FROM golang:1.24 AS build\nRUN apt-get install -y libssl-dev\nFROM debian:13\n"
            + "RUN apt-get update && \\\n    # what it calls\n    apt-get install -y --no-install-recommends \\\n    git=1:2.* ffmpeg "
            + "ca-certificates \\\n"
            + "    curl && rm -rf /var/lib/apt/lists/*\nCOPY --from=build /shop /shop\nCMD [\"/shop\"]\n";
        var project = Go(Text);
        Assert.That(project.Assumptions.Where(one => one.Doubtful).Select(one => one.Text), Is.EqualTo(new[]
        {
            "Dockerfile installs git, ffmpeg in its image, which this one lacks: where the program calls them, set RuntimePackages = "
            + "[\"git\", \"ffmpeg\"];",
        }));
        Assert.That(Whole(project), Does.Contain("ca-certificates.crt"), "its image has them, so does this");
        var given = Go(Text, go => go.RuntimePackages = ["git", "ffmpeg"]);
        Assert.That(Whole(given), Does.Contain("FROM debian:trixie-slim AS runtime\n").And.Contain("--no-install-recommends git ffmpeg;")
            .And.Contain("FROM runtime AS final\n"));
        Assert.That(given.Assumptions.Where(one => one.Doubtful), Is.Empty);
        Assert.That(Told(Go(Text.Replace("apt-get install -y --no-install-recommends", "apk add", StringComparison.Ordinal))),
            Has.One.Contains("set Flavor = BaseFlavor.Alpine; RuntimePackages = [\"git\", \"ffmpeg\"];"));
    }

    [TestCase(BaseFlavor.Scratch)]
    [TestCase(BaseFlavor.Distroless)]
    public void Packages_need_a_base_with_a_manager(BaseFlavor flavor) => Assert.That(
        () => Go("FROM alpine:3\n", go => (go.Flavor, go.RuntimePackages) = (flavor, ["git"])),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("has no package manager"));

    [Test]
    public void Packages_come_onto_the_bases_of_interpreters()
    {
        using var node = new TemporaryFolder().File("package.json", "{\"name\":\"shop\",\"main\":\"server.js\"}").File("server.js");
        Assert.That(Whole(NodePreset.Describe(node.Path, new NodeProjectSettings { RuntimePackages = ["git"] })),
            Does.Contain("AS runtime\n").And.Contain("--no-install-recommends git;").And.Contain("FROM runtime AS final\n"));
        using var python = new TemporaryFolder().File("requirements.txt", "psycopg2==2.9\n").File("main.py", "print()\n");
        Assert.That(Whole(PythonPreset.Describe(python.Path, new PythonProjectSettings { RuntimePackages = ["git"] })),
            Does.Contain("-slim AS runtime\n").And.Contain("--no-install-recommends libpq5;").And.Contain("--no-install-recommends git;")
                .And.Contain("FROM runtime AS final\n"));
    }

    [Test]
    public void A_script_that_starts_and_a_health_check_are_told()
    {
        Assert.That(
            Told(Go("FROM alpine:3\nHEALTHCHECK CMD wget -q http://localhost/ || exit 1\nENTRYPOINT [\"/start.sh\"]\nCMD [\"shop\"]\n")),
            Is.EqualTo(new[]
            {
                "Dockerfile starts /start.sh, this image /bin/shop: what the script prepares, such as migrations or values of settings, is "
                    + "not "
                + "done. Set Entrypoint where it is needed.",
                "Dockerfile says at '/' whether the program is well, and no file says its port: set Ports.",
            }));
    }

    [Test]
    public void The_stage_that_starts_something_is_the_one_that_ships() => Assert.That(
        Final(Go("FROM alpine:3 AS release\nEXPOSE 80\nCMD [\"/shop\"]\nFROM alpine:3 AS upload\nRUN upload\nEXPOSE 9\n")),
        Does.Contain("EXPOSE 80\n").And.Not.Contain("EXPOSE 9"));

    [TestCase("# Written by Cake.MultiStage for docker build\n.git\n")]
    public void One_that_was_written_here_is_no_hint(string mark)
    {
        _folder.File("Dockerfile.dockerignore", mark);
        Assert.That(Final(Go("FROM alpine:3\nEXPOSE 80\nCMD [\"/shop\"]\n")), Does.Not.Contain("EXPOSE"));
    }

    [Test]
    public void One_that_can_not_be_read_is_no_hint_and_told()
    {
        var project = Go("FROM\nnonsense");
        Assert.That(Told(project), Has.Length.EqualTo(1));
        Assert.That(Told(project)[0], Does.StartWith("Dockerfile can't be read, so nothing of it is taken over. Set Ports, Volumes, "
            + "Environment and HealthCheck as it has them."));
        Assert.That(project.Assumptions[0].Doubtful, Is.True);
    }

    [Test]
    public void The_line_that_builds_says_which_program_and_which_tags()
    {
        _folder.File("cmd/shop/main.go", "package main\n\nfunc main() {}\n").File("cmd/tool/main.go", "package main\n\nfunc main() {}\n")
            .File("web/prod.go", "//go:build prod && !debug\n\npackage web\n");
        var project = Go("FROM golang:1.24 AS b\nRUN go build -tags \"netgo prod\" -o /shop ./cmd/tool\nFROM alpine:3\n"
            + "COPY --from=b /shop /shop\nCMD [\"/shop\"]\n");
        Assert.That(Whole(project), Does.Contain("-tags=prod ").And.Contain(" ./cmd/tool\n"));
        Assert.That(Told(project), Has.One.Contains("Dockerfile builds ./cmd/tool of").And.One.Contains("builds with the tags prod"));
        File.Delete(_folder["Dockerfile"]);
        _folder.File("Makefile", "shop:\n\tgo build -tags prod .\n");
        var told = GoPreset.Describe(_folder.Path, new GoProjectSettings());
        Assert.That(Whole(told), Does.Not.Contain("-tags"));
        Assert.That(Told(told), Has.One.Contains("Makefile has lines that build with the tags prod"));
    }

    [TestCase("{\"scripts\":{\"build\":\"vite build\"},\"devDependencies\":{\"vite\":\"8.0.0\"}}", "web/dist", "dist")]
    [TestCase("{\"scripts\":{\"build\":\"vite build\",\"release\":\"vite build --outDir=../server/pages\"},"
        + "\"devDependencies\":{\"vite\":\"8.0.0\"}}", "server/pages", "../server/pages")]
    public void Pages_that_the_program_embeds_are_made_by_their_own_tools(string package, string embedded, string output)
    {
        var inside = embedded[(embedded.IndexOf('/', StringComparison.Ordinal) + 1)..];
        _folder.File("web/package.json", package).File("web/package-lock.json", "{}").File("web/index.html").File(embedded + "/.gitkeep")
            .File(embedded[..embedded.IndexOf('/', StringComparison.Ordinal)] + "/pages.go",
                $"package pages\n\n//go:embed {inside}/*\nvar Files embed.FS\n");
        var project = GoPreset.Describe(_folder.Path, new GoProjectSettings());
        Assert.That(Whole(project), Does.Contain("-slim AS pages\nWORKDIR /app/web\n").And.Contain($"find {output} -name")
            .And.Contain($"COPY --from=pages /app/{embedded}/ /src/{embedded}/\n"));
        Assert.That(project.Findings, Has.Member($"web makes the pages in {embedded}, which the program embeds"));
        Assert.That(project.Assumptions.Where(one => one.Doubtful), Is.Empty);
        Directory.Delete(_folder["web"], recursive: true);
        _folder.File(embedded + "/.gitkeep").File("pages.go", $"package main\n\n//go:embed {embedded}/*\nvar files embed.FS\n");
        Assert.That(GoPreset.Describe(_folder.Path, new GoProjectSettings()).Assumptions, Has.One.Property("Doubtful").True
            .And.One.Property("Text").Contains($"embeds '{embedded}', which holds nothing but its place"));
    }

    [Test]
    public void A_submodule_that_is_not_there_is_told()
    {
        _folder.File(".gitmodules", "[submodule \"x\"]\n\tpath = modules/x\n\turl = https://example.com/x\n");
        Assert.That(GoPreset.Describe(_folder.Path, new GoProjectSettings()).Assumptions, Has.One.Property("Doubtful").True
            .And.One.Property("Text").Contains("modules/x is a submodule that is not checked out"));
        _folder.File("modules/x/file");
        Assert.That(GoPreset.Describe(_folder.Path, new GoProjectSettings()).Assumptions, Is.Empty);
    }
}
