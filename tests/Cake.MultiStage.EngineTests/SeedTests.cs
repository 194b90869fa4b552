using System.Formats.Tar;
using System.Text.Json;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.EngineTests.Kit;
using Cake.MultiStage.Measuring;
using Cake.MultiStage.Projects;

namespace Cake.MultiStage.EngineTests;

/// <summary>The sample of the guides: a Go program on scratch.</summary>
[NonParallelizable]
public sealed class SeedTests
{
    private Workspace _work = null!;
    private ImageProject _hello = null!;
    private BuiltImage _image = null!;
    private MeasuredImage _measured = null!;
    private IReadOnlySet<string> _before = null!;
    private IReadOnlySet<string> _after = null!;

    [OneTimeSetUp]
    public async Task Build_and_measure_the_sample()
    {
        _work = new Workspace();
        _work.Write("hello/main.go", await File.ReadAllTextAsync(Repository.File("recipes", "go-scratch", "main.go")));
        _hello = _work.Cake.MultiStageGo("./hello", go =>
        {
            go.BuilderImage = "golang:1.21";
            go.Tags.Add(_work.Tag);
        });
        _image = Build();
        _before = await _work.Engine.ImageIdsAsync();
        _measured = Measure();
        _after = await _work.Engine.ImageIdsAsync();
    }

    [OneTimeTearDown]
    public async Task Clean() => await _work.DisposeAsync();

    [Test]
    public async Task The_Dockerfile_is_that_of_the_guide()
    {
        var guide = (await File.ReadAllTextAsync(Repository.File("recipes", "guides", "stages.md"))).ReplaceLineEndings("\n");
        var text = _work.Cake.MultiStageDockerfile(_hello).ToString();
        Assert.That(guide, Does.Contain($"```dockerfile\n{text}```"));
    }

    [Test]
    public async Task A_container_of_the_tag_prints_the_greeting()
    {
        var (exitCode, output) = await _work.Engine.RunAsync(_work.Tag);
        Assert.That((exitCode, output), Is.EqualTo((0L, "Hello from a multi-stage build!\n")));
    }

    [Test]
    public async Task The_tag_names_the_image_and_the_image_has_one_layer()
    {
        var inspected = await _work.Engine.InspectAsync(_work.Tag);
        Assert.That(inspected.ID, Is.EqualTo(_image.Id.ToString()));
        Assert.That(inspected.RootFS.Layers, Has.Count.EqualTo(1));
        Assert.That(inspected.Config!.User, Is.EqualTo("65532:65532"));
    }

    [Test]
    public async Task The_only_layer_measures_what_the_program_does()
    {
        var program = await ProgramSizeAsync();
        Assert.That(_measured.Layers.Select(layer => layer.Size.Bytes), Is.EqualTo([program]));
        Assert.That(_measured.Layers[0].Files, Is.EqualTo(1));
        Assert.That(_measured.Layers[0].CreatedBy, Does.StartWith("COPY /bin/hello /bin/hello"));
        Assert.That(_measured.Size.Bytes, Is.EqualTo(program));
    }

    [Test]
    public void What_was_saved_is_the_builder_less_the_image()
    {
        Assert.That(_measured.Stages.Select(stage => (stage.Name, stage.Base)),
            Is.EqualTo([("builder", "golang:1.21"), ("final", "scratch")]));
        Assert.That(_measured.Stages[0].Size.Bytes, Is.GreaterThan(100_000_000));
        Assert.That(_measured.Stages[1].Size, Is.EqualTo(_measured.Size));
        Assert.That(_measured.Saved.Bytes, Is.EqualTo(_measured.Stages[0].Size.Bytes - _measured.Size.Bytes));
        Assert.That(_measured.SavedPercent, Is.InRange(98, 100));
    }

    [Test]
    public void Measuring_leaves_no_image_behind() => Assert.That(_after.Except(_before, StringComparer.Ordinal), Is.Empty);

    [Test]
    public async Task The_report_has_every_field()
    {
        _work.Cake.MultiStageReport(_measured, settings => settings.Directory = "./report");
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "report", "report.json")));
        var (image, build) = (report.RootElement.GetProperty("image"), report.RootElement.GetProperty("build"));
        Assert.That(image.GetProperty("id").GetString(), Is.EqualTo(_image.Id.ToString()));
        Assert.That(image.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()), Is.EqualTo([_image.Tags[0].ToString()]));
        Assert.That(image.GetProperty("size").GetInt64(), Is.EqualTo(_measured.Size.Bytes));
        Assert.That(image.GetProperty("layers")[0].GetProperty("size").GetInt64(), Is.EqualTo(_measured.Size.Bytes));
        Assert.That(image.GetProperty("layers")[0].GetProperty("createdBy").GetString(), Does.StartWith("COPY "));
        Assert.That(build.GetProperty("seconds").GetDouble(), Is.GreaterThan(0));
        Assert.That(build.GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("name").GetString()),
            Has.Some.Contains("go build"));
    }

    [Test]
    public async Task The_report_tells_stages_and_savings()
    {
        _work.Cake.MultiStageReport(_measured, settings => settings.Directory = "./savings");
        using var report = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_work.Folder, "savings", "report.json")));
        var (stages, saved) = (report.RootElement.GetProperty("stages"), report.RootElement.GetProperty("saved"));
        Assert.That(stages.EnumerateArray().Select(stage => stage.GetProperty("name").GetString()), Is.EqualTo(["builder", "final"]));
        Assert.That(stages.EnumerateArray().Select(stage => stage.GetProperty("base").GetString()), Is.EqualTo(["golang:1.21", "scratch"]));
        Assert.That(stages.EnumerateArray().Select(stage => stage.GetProperty("size").GetInt64()),
            Is.EqualTo(_measured.Stages.Select(stage => stage.Size.Bytes)));
        Assert.That(saved.GetProperty("bytes").GetInt64(), Is.EqualTo(_measured.Saved.Bytes));
        Assert.That(saved.GetProperty("percent").GetDouble(), Is.EqualTo(_measured.SavedPercent).Within(0.01));
    }

    [Test]
    public void A_second_build_takes_every_instruction_from_the_cache()
    {
        var again = _work.Cake.MultiStageBuild(_hello);
        var instructions = again.Steps.Where(step => step.Stage is not null && !step.Name.Contains("] FROM ", StringComparison.Ordinal))
            .ToList();
        Assert.That(instructions, Has.Count.EqualTo(4));
        Assert.That(instructions.Where(step => !step.Cached), Is.Empty);
        Assert.That(again.Id, Is.EqualTo(_image.Id));
    }

    private BuiltImage Build() => _work.Cake.MultiStageBuild(_hello);

    private MeasuredImage Measure() => _work.Cake.MultiStageMeasure(_image);

    private async Task<long> ProgramSizeAsync()
    {
        var file = Path.Combine(_work.Folder, "hello.tar");
        await _work.Engine.SaveAsync(_work.Tag, file);
        var layer = (await SavedImage.OpenAsync(file)).Single();
        await using var tar = new TarReader(File.OpenRead(layer));
        while (await tar.GetNextEntryAsync() is { } entry)
        {
            if (entry.Name == "bin/hello")
            {
                return entry.Length;
            }
        }

        throw new InvalidOperationException("The layer has no bin/hello.");
    }
}
