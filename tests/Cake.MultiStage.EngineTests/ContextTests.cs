using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>What travels to the engine.</summary>
[NonParallelizable]
[TestFixture(BuilderKind.BuildKit)]
[TestFixture(BuilderKind.Legacy)]
public sealed class ContextTests(BuilderKind builder) : WorkspaceFixture
{
    [Test]
    public async Task A_large_file_travels_at_flat_memory()
    {
        const int Size = 200_000_000;
        await using (var file = File.Create(Path.Combine(_work.Folder, "large")))
        {
            file.SetLength(Size);
        }

        var (before, peak) = (Environment.WorkingSet, 0L);
        await using (new Timer(_ => peak = Math.Max(peak, Environment.WorkingSet), state: null, dueTime: 0, period: 20))
        {
            await _work.BuildAsync(Copying("wc -c < /src/large > /out"), builder);
        }

        Assert.That(peak - before, Is.LessThan(64_000_000));
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo($"{Size}\n"));
    }

    [Test]
    public async Task Dockerignore_keeps_files_at_home()
    {
        _work.Write("main.txt", "main");
        _work.Write("secret.env", "secret");
        _work.Write("bin/output.bin", "output");
        _work.Write("docs/readme.md", "read me");
        _work.Write("docs/draft.md", "draft");
        _work.Write(".dockerignore", "# what stays\n*.env\nbin/\n.dockerignore\ndocs/*\n!docs/readme.md\n");
        await _work.BuildAsync(Copying("find /src -type f | sort > /out"), builder);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("/src/docs/readme.md\n/src/main.txt\n"));
    }

    [Test]
    public async Task Links_and_executable_bits_stay()
    {
        await Shell.RunAsync("chmod", ["+x", _work.Write("run.sh", "#!/bin/sh\necho runs\n")]);
        _work.Write("plain.txt", "plain");
        File.CreateSymbolicLink(Path.Combine(_work.Folder, "link"), "plain.txt");
        await _work.BuildAsync(Copying("(./run.sh; readlink link; cat link; [ -x plain.txt ] || echo ' not executable') > /out"), builder);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("runs\nplain.txt\nplain not executable\n"));
    }

    [Test]
    public async Task Names_beyond_ASCII_and_long_paths_arrive()
    {
        var path = string.Join('/', Enumerable.Repeat("a folder with a rather long name", 8)) + "/Привет 你好.txt";
        _work.Write(path, "arrived");
        await _work.BuildAsync(Copying("find . -name '*.txt' > /out; find . -name '*.txt' -exec cat {} + >> /out"), builder);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo($"./{path}\narrived"));
    }

    [Test]
    public async Task A_changed_file_is_built_anew()
    {
        _work.Write("text", "old");
        await _work.BuildAsync(Copying("cp text /out"), builder);
        _work.Write("text", "new");
        await _work.BuildAsync(Copying("cp text /out"), builder);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_report_and_what_tools_write_leave_the_cache_as_it_is()
    {
        _work.Write("text", "content");
        await _work.BuildAsync(Copying("cp text /out"), builder);
        _work.Write("artifacts/image/report.html", Guid.NewGuid().ToString());
        _work.Write("build.cake", Guid.NewGuid().ToString());
        _work.Write("tools/Addins/Addin.dll", Guid.NewGuid().ToString());
        _work.Write(".env", Guid.NewGuid().ToString());
        var image = await _work.BuildAsync(Copying("cp text /out"), builder);
        Assert.That(image.Steps.Where(step => step.Name.Contains(" COPY . ", StringComparison.Ordinal)).Select(step => step.Cached),
            Is.EqualTo([true]));
    }

    [Test]
    public async Task Without_the_cache_a_file_of_the_same_size_and_time_is_sent_anew()
    {
        var file = _work.Write("text", "old");
        var time = File.GetLastWriteTimeUtc(file);
        await _work.BuildAsync(Copying("cp text /out"), builder);
        _work.Write("text", "new");
        File.SetLastWriteTimeUtc(file, time);
        await _work.BuildAsync(Copying("cp text /out"), builder, build => build.NoCache = true);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("new"));
    }

    [Test]
    public async Task A_pattern_that_matches_nothing_is_optional_beside_another_source()
    {
        _work.Write("package.json", "{}");
        var project = _work.Project(settings =>
        {
            settings.Sources = ["package.json", "yarn.lock*"];
            settings.Commands.Add("ls > /out");
            settings.Artifacts.Add("/out");
        });
        await _work.BuildAsync(project, builder);
        Assert.That(await _work.Engine.ReadFileAsync(_work.Tag, "/out"), Is.EqualTo("package.json\n"));
    }

    [Test]
    public async Task Odd_names_that_were_read_from_the_disk_arrive()
    {
        foreach (var name in (string[])["a[1].go", "b*.go", "App$1.go", "c?d.go"])
        {
            _work.Write(name, "package main\n");
        }

        var project = _work.Cake.MultiStageGo(".", go => (go.Name, go.BuilderImage, go.FinalBase) = ("x", Workspace.Busybox, "builder"));
        var copies = project.Builder.Instructions.Where(instruction => instruction is not RunInstruction);
        var copied = project with
        {
            Builder = project.Builder with { Instructions = [.. copies] },
            Artifacts = [],
            Entrypoint = [],
            Tags = _work.Project(_ => { }).Tags,
        };
        await _work.BuildAsync(copied, builder);
        Assert.That((await _work.Engine.RunAsync(_work.Tag, "ls", "/src")).Output, Is.EqualTo("App$1.go\na[1].go\nb*.go\nc?d.go\n"));
    }

    [Test]
    public async Task A_changed_description_leaves_the_copied_files_in_the_cache()
    {
        _work.Write("text", "content");
        await _work.BuildAsync(Copying("cp text /out"), builder);
        var image = await _work.BuildAsync(Copying("cp text /out") with { Workdir = "/elsewhere" }, builder);
        Assert.That(
            image.Steps.Where(
                step => step.Name.Contains(" COPY . ", StringComparison.Ordinal) || step.Name.Contains(" RUN ", StringComparison.Ordinal))
                    .Select(step => step.Cached), Is.EqualTo([true, true]));
    }

    private ImageProject Copying(string command) => _work.Project(settings =>
    {
        settings.Sources.Add(".");
        settings.Commands.Add(command);
        settings.Artifacts.Add("/out");
    });
}
