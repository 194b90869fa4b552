using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Images;
using Cake.MultiStage.Projects;
using Cake.MultiStage.Tests.Contexts;
using Moq;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>Projects that have their Dockerfile.</summary>
public sealed class DockerfileProjectTests : FolderFixture
{
    private const string Text =
        "ARG V=1\nFROM  golang:$V AS Build\nRUN   go build\n\nFROM debian:stable AS tests\nFROM scratch\nCOPY --from=Build /x /x\n";

    private ICakeContext Cake()
    {
        var environment = Mock.Of<ICakeEnvironment>(fake => fake.WorkingDirectory == new DirectoryPath(_folder.Path));
        return Mock.Of<ICakeContext>(
            fake => fake.Environment == environment
                && fake.FileSystem == new FileSystem()
                && fake.ProcessRunner == Mock.Of<IProcessRunner>()
                && fake.Log == Mock.Of<ICakeLog>());
    }

    private ImageProject Project(Action<DockerfileProjectSettings>? configure = null)
    {
        _folder.File("Dockerfile", Text);
        return Cake().MultiStageFromDockerfile("./Dockerfile", configure ?? (_ => { }));
    }

    private BuildRequest Request(ImageProject project, Action<MultiStageBuildSettings>? configure = null)
    {
        var settings = new MultiStageBuildSettings();
        configure?.Invoke(settings);
        return ProjectRequest.Of(project, settings, Cake().Environment);
    }

    [Test]
    public void The_file_stands_as_it_is() => Assert.That(Cake().MultiStageDockerfile(Project()).ToString(), Is.EqualTo(Text));

    [Test]
    public void Written_to_its_own_place_it_is_left_alone_and_elsewhere_it_brings_its_ignore_file()
    {
        _folder.File(".dockerignore", "left\n");
        var project = Project();
        Assert.That(Cake().MultiStageWriteDockerfile(project).FullPath, Does.EndWith("/Dockerfile"));
        Assert.That(File.Exists(System.IO.Path.Combine(_folder.Path, "Dockerfile.dockerignore")), Is.False);
        Cake().MultiStageWriteDockerfile(project, "./copy.Dockerfile");
        Assert.That(File.ReadAllText(System.IO.Path.Combine(_folder.Path, "copy.Dockerfile")), Is.EqualTo(Text));
        Assert.That(File.ReadAllLines(System.IO.Path.Combine(_folder.Path, "copy.Dockerfile.dockerignore")), Does.Contain("left"));
    }

    [Test]
    public void Stages_with_names_are_variants_and_the_last_is_production()
    {
        var project = Project(settings => settings.Tags.Add("a:1"));
        Assert.That(project.Variants.Select(variant => variant.Name), Is.EqualTo(new[] { "Build", "tests", Variant.Production }));
        Assert.That(Request(project, build => build.Variant = "production").Target, Is.Null);
        Assert.That(Request(project, build => build.Variant = "tests"),
            Has.Property("Target").EqualTo("tests").And.Property("Tags").EqualTo(new[] { ImageReference.Parse("a:1-tests") }));
        _folder.File("Dockerfile", "FROM a AS production\nFROM b AS other\n");
        Assert.That(Cake().MultiStageFromDockerfile(".").Variants.Select(variant => (variant.Name, variant.Target)),
            Is.EqualTo(new[] { ("production", "production"), ("other", "other") }));
    }

    [Test]
    public void What_is_not_in_the_file_travels_beside_it()
    {
        var project = Project(settings =>
        {
            settings.Name = "shop";
            settings.Tags.Add("shop:1");
            settings.Labels["a"] = "b";
            settings.BuildArguments["V"] = "2";
            settings.Secrets["token"] = BuildSecret.FromValue("secret");
            settings.SshAgents["default"] = SshAgent.Running();
            settings.Target = "build";
        });
        var request = Request(project);
        Assert.That((project.Name, request.Dockerfile.ToString(), request.Target), Is.EqualTo(("shop", Text, "build")));
        Assert.That(request.Labels, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal)
            { ["a"] = "b", [BuildRequest.ProjectLabel] = project.Name }));
        Assert.That(request.BuildArguments, Is.EqualTo(new Dictionary<string, string>(StringComparer.Ordinal) { ["V"] = "2" }));
        Assert.That((request.Secrets.Keys.Single(), request.SshAgents.Keys.Single(), request.Tags.Single().ToString()),
            Is.EqualTo(("token", "default", "shop:1")));
    }

    [Test]
    public async Task Labels_of_the_settings_stand_over_those_of_the_origin()
    {
        const string title = "org.opencontainers.image.title";
        var request = Request(Project(settings => settings.Labels[title] = "mine"));
        var log = Mock.Of<Microsoft.Extensions.Logging.ILogger>();
        var labelled = await RequestOrigin.AddAsync(request, "theirs", Cake(), log, CancellationToken.None);
        Assert.That(labelled.Labels[title], Is.EqualTo("mine"));
    }

    [Test]
    public void A_policy_changes_the_bases_alone() => Assert.That(
        Request(Project(), build => build.BaseImages = new BaseImagePolicy { Registry = "mirror.test" }).Dockerfile.ToString(),
        Is.EqualTo(Text.Replace("FROM  golang:$V AS Build", "FROM mirror.test/library/golang:1 AS Build", StringComparison.Ordinal)
            .Replace("FROM debian:stable", "FROM mirror.test/library/debian:stable", StringComparison.Ordinal)));

    [Test]
    public async Task The_ignore_file_is_the_one_that_Docker_takes()
    {
        _folder.File("docker/web.Dockerfile", "FROM scratch\nCOPY . /\n")
            .File("a", "")
            .File("b", "")
            .File("c", "")
            .File(".dockerignore", "a\n");
        var project = Cake().MultiStageFromDockerfile("./docker/web.Dockerfile", settings => settings.Context = ".");
        var context = await Request(project).CollectContextAsync(CancellationToken.None);
        Assert.That(context.Files.Select(file => file.Path),
            Is.EqualTo(new[] { ".dockerignore", "b", "c", "docker", "docker/web.Dockerfile" }));
        _folder.File("docker/web.Dockerfile.dockerignore", "b\ndocker\n");
        context = await Request(project).CollectContextAsync(CancellationToken.None);
        Assert.That(context.Files.Select(file => file.Path), Is.EqualTo(new[] { ".dockerignore", "a", "c" }));
    }

    [Test]
    public async Task Everything_can_travel_as_a_base_may_have_triggers()
    {
        _folder.File("Dockerfile", "FROM scratch AS other\nCOPY missing /\nFROM onbuild\n").File(".env", "x");
        var context = await Request(Cake().MultiStageFromDockerfile(".")).CollectContextAsync(CancellationToken.None);
        Assert.That(context.Files.Select(file => file.Path), Is.EqualTo(new[] { ".env", "Dockerfile" }));
    }

    [Test]
    public void What_is_set_in_vain_is_an_error() => Assert.That(
        Assert.Throws<DockerfileException>(
            () => (Project() with { User = "1", Comments = true, Stages = [Stage.From("a")] }).ToDockerfile())!.Problems,
        Is.EqualTo(
            new[] { "Stages", "User",
                "Comments" }.Select(name => $"{name} is set, and the Dockerfile 'Dockerfile' is built as it stands: change it there")));

    [Test]
    public void A_target_that_does_not_exist_is_an_error_and_a_number_is_one_that_does()
    {
        Assert.That(Assert.Throws<DockerfileException>(() => Project(settings => settings.Target = "no").ToDockerfile())!.Message,
            Does.Contain("the target 'no' is not a stage. The stages are: Build, tests, 2."));
        Assert.That(Project(settings => settings.Target = "2").ToDockerfile().ToString(), Is.EqualTo(Text));
    }

    [Test]
    public void What_is_no_Dockerfile_is_told_with_its_place()
    {
        _folder.File("bad", "FROM a\nENV x");
        Assert.That(Assert.Throws<DockerfileException>(() => Cake().MultiStageFromDockerfile("./bad"))!.Message,
            Does.Contain(System.IO.Path.Combine(_folder.Path, "bad") + ", line 2, column 1: ENV x has no value"));
        Assert.That(Assert.Throws<MultiStageException>(() => Cake().MultiStageFromDockerfile("./none"))!.Message,
            Does.Contain("none' does not exist. Name the file, or the folder that holds it."));
        Assert.That(Assert.Throws<MultiStageException>(() => Project(settings => settings.Context = "./none"))!.Message,
            Does.Contain("none' does not exist"));
        Assert.That(Assert.Throws<MultiStageException>(() => Project(settings => settings.Tags.Add("A B")))!.Message, Does.Contain("A B"));
    }
}
