using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Aliases;

/// <summary>The Dockerfile that is written, and what <c>docker build</c> leaves out beside it.</summary>
public sealed class WriteDockerfileTests : CakeFixture
{
    [SetUp]
    public void Fill() => _folder.File("main.go", "package main\n");

    [Test]
    public void What_builds_here_leave_out_docker_build_leaves_out_too()
    {
        _folder.File(".dockerignore", "notes\n!notes/kept.go\n");
        var file = Write(go => go.Include.Add("tools"));
        Assert.That(File.ReadAllText(file.FullPath), Does.StartWith("FROM golang:"));
        var lines = File.ReadAllLines(file.FullPath + ".dockerignore");
        Assert.That(lines[0], Does.StartWith(IgnoreFile.Mark));
        Assert.That(lines,
            Has.Some.EqualTo("notes").And.Some.EqualTo("!notes/kept.go").And.Some.EqualTo("**/*.test").And.Some.EqualTo("!tools"));
        Assert.That(Array.IndexOf(lines, "!tools"), Is.GreaterThan(Array.IndexOf(lines, "tools")));
    }

    [Test]
    public async Task The_lines_leave_out_exactly_what_a_build_does()
    {
        _folder.File(".dockerignore", "notes\n!.env\n");
        var project = Cake().MultiStageGo(".");
        var file = Cake().MultiStageWriteDockerfile(project);
        string[] sources = [.. project.ToDockerfile().ContextSources().Select(source => source.Pattern)];
        var here = (await IgnoreFile.LoadAsync(_folder.Path, "Dockerfile", CancellationToken.None)).WithDefaults(project.Ignored, sources,
            []);
        var there = IgnoreFile.Parse(await File.ReadAllTextAsync(file.FullPath + ".dockerignore"));
        string[] paths = ["main.go", "notes", "notes/a", ".env", "a/.env", ".git/config", "id_rsa", "a.test", "build.cake", "a/b.pem",
            "sub/main.go"];
        Assert.That(paths.Select(there.IsIgnored), Is.EqualTo(paths.Select(here.IsIgnored)));
        Assert.That(there.IsIgnored("notes/a"), Is.True, "builds here still read .dockerignore");
    }

    [Test]
    public void An_ignore_file_that_was_not_written_here_is_kept()
    {
        _folder.File("Dockerfile.dockerignore", "mine\n");
        Write();
        Assert.That(File.ReadAllText(_folder["Dockerfile.dockerignore"]), Is.EqualTo("mine\n"));
        Assert.That(_log.Written.Select(line => line.Text), Has.Some.Contains("is kept: it was not written here."));
    }

    [Test]
    public void Where_it_cannot_be_written_the_error_says_what_and_where()
    {
        var file = new FilePath(_folder["main.go"] + "/Dockerfile");
        Assert.That(() => Cake().MultiStageWriteDockerfile(Cake().MultiStageGo("."), file),
            Throws.InstanceOf<MultiStageException>().With.Message.StartsWith($"The Dockerfile can't be written to '{file.FullPath}': "));
    }

    [Test]
    public void What_is_not_a_Dockerfile_is_never_overwritten_and_another_Dockerfile_not_in_silence()
    {
        Assert.That(() => Cake().MultiStageWriteDockerfile(Cake().MultiStageGo("."), new FilePath(_folder["main.go"])),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("main.go' is not a Dockerfile and is kept."));
        Assert.That(File.ReadAllText(_folder["main.go"]), Is.EqualTo("package main\n"));

        Write();
        Write();
        Assert.That(_log.Written.Select(line => line.Text), Has.None.Contains("which is replaced"));
        _folder.File("Dockerfile", "FROM alpine:3.20\n");
        Write();
        Assert.That(_log.Written.Select(line => line.Text), Has.Some.Contains("Dockerfile' held another Dockerfile, which is replaced."));
        Assert.That(File.ReadAllText(_folder["Dockerfile"]), Does.StartWith("FROM golang:"));
    }

    private FilePath Write(Action<MultiStage.Projects.GoProjectSettings>? configure = null) =>
        Cake().MultiStageWriteDockerfile(Cake().MultiStageGo(".", configure ?? (_ => { })));
}
