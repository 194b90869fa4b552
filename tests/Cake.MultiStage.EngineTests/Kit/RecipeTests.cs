using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>
/// What holds for every recipe, with BuildKit and with the legacy builder: its own script builds and measures it, the
/// container does what it is for, as a user other than root; a changed line of source repeats no restore; and the image is
/// no larger than that of the Dockerfile which an expert wrote for it.
/// </summary>
/// <param name="recipe">The recipe's folder.</param>
/// <param name="buildKit"><c>1</c> for BuildKit, <c>0</c> for the legacy builder, as in <c>DOCKER_BUILDKIT</c>.</param>
[TestFixture("1")]
[TestFixture("0")]
public abstract class RecipeTests(string recipe, string buildKit)
{
    // The two builders tag the same image, so one waits for the other.
    private static readonly ConcurrentDictionary<string, SemaphoreSlim> Tags = new(StringComparer.Ordinal);

    private string _folder = null!;
    private JsonDocument _report = null!;

    /// <summary>Gets a file of the source whose change must not repeat the restore.</summary>
    protected abstract string SourceFile { get; }

    /// <summary>
    /// Gets a text in the name of the step that restores dependencies; <see langword="null"/> where there are none to restore.
    /// </summary>
    protected virtual string? RestoreStep => null;

    /// <summary>Gets a text in the name of the step that builds the program.</summary>
    protected abstract string BuildStep { get; }

    private protected TestEngine Engine { get; private set; } = null!;

    /// <summary>Gets the tag of the recipe's image.</summary>
    protected string Image => _report.RootElement.GetProperty("image").GetProperty("tags")[0].GetString()!;

    /// <summary>Gets the folder with the copy of the recipe that is built.</summary>
    protected string Folder => _folder;

    [OneTimeSetUp]
    public async Task Build_and_measure_it_by_its_own_script()
    {
        await Tags.GetOrAdd(recipe, _ => new SemaphoreSlim(1)).WaitAsync();
        Engine = new TestEngine(Environment.GetEnvironmentVariable("DOCKER_HOST")!);
        _folder = Directory.CreateTempSubdirectory("multistage-recipe-").FullName;
        await Shell.RunAsync("cp", ["-a", Repository.File("recipes", recipe) + "/.", _folder]);
        ChangeSource();
        _report = await RunAsync("Image-Measure");
    }

    [OneTimeTearDown]
    public async Task Clean()
    {
        try
        {
            await Engine.UntagAsync(Image);
            _report.Dispose();
            Engine.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
        finally
        {
            Tags[recipe].Release();
        }
    }

    [Test]
    public async Task It_runs_as_a_user_other_than_root()
    {
        var user = (await Engine.ConfigAsync(Image)).User!.Split(':')[0];
        Assert.That(int.Parse(user, NumberStyles.None, CultureInfo.InvariantCulture), Is.GreaterThan(0));
    }

    [Test]
    public Task The_container_does_what_it_is_for() => Use_the_image(Image);

    [Test]
    public async Task A_changed_line_of_source_repeats_no_restore()
    {
        ChangeSource();
        using var again = await RunAsync("Image-Measure");
        var steps = again.RootElement.GetProperty("build").GetProperty("steps").EnumerateArray()
            .Select(step => (Name: step.GetProperty("name").GetString()!, Cached: step.GetProperty("cached").GetBoolean())).ToList();
        Assert.That(steps.Where(step => step.Name.Contains(BuildStep, StringComparison.Ordinal) && !step.Cached), Is.Not.Empty,
            () => $"'{BuildStep}' must be built anew:\n{string.Join('\n', steps)}");
        if (RestoreStep is not null)
        {
            Assert.That(steps.Where(step => step.Name.Contains(RestoreStep, StringComparison.Ordinal)).Select(step => step.Cached),
                Is.Not.Empty.And.All.True, () => string.Join('\n', steps));
        }
    }

    [Test]
    public async Task The_image_is_no_larger_than_the_experts()
    {
        var expert = $"multistage-expert-{recipe}:1";
        await ExpertImage.BuildAsync(Engine.Host, _folder, "Dockerfile.expert", expert);
        try
        {
            await Use_the_image(expert);
            var (ours, theirs) = (await SizeAsync(Image), await SizeAsync(expert));
            Note(ours, theirs);
            Assert.That(ours, Is.LessThanOrEqualTo(theirs));
        }
        finally
        {
            await Engine.UntagAsync(expert);
        }
    }

    /// <summary>Runs a container of an image and looks whether it does what the recipe is for.</summary>
    protected abstract Task Use_the_image(string image);

    /// <summary>Gives the source a line that no build before had.</summary>
    protected void ChangeSource()
    {
        var unique = Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        var line = Path.GetExtension(SourceFile) switch
        {
            ".py" or ".rb" => $"# {unique}",
            ".html" or ".md" => $"<!-- {unique} -->",
            ".css" => $"/* {unique} */",
            _ => $"// {unique}",
        };
        File.AppendAllText(Path.Combine(_folder, SourceFile), line + "\n");
    }

    /// <summary>Runs a target of the recipe's script and reads the report that it leaves.</summary>
    private async Task<JsonDocument> RunAsync(string target)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
            { ["DOCKER_HOST"] = Engine.Host, ["DOCKER_BUILDKIT"] = buildKit };
        var reports = Path.Combine(_folder, "artifacts", "image");
        await CakeScript.RunAsync(Path.Combine(_folder, "build.cake"), [$"--target={target}", $"--report={reports}"], environment);
        return JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(reports, "report.json")));
    }

    /// <summary>Sums the files of an image's layers, as <c>tar</c> lists them.</summary>
    private async Task<long> SizeAsync(string image)
    {
        var folder = Directory.CreateTempSubdirectory("multistage-size-").FullName;
        try
        {
            var file = Path.Combine(folder, "image.tar");
            await Engine.SaveAsync(image, file);
            var sizes = await Task.WhenAll((await SavedImage.OpenAsync(file)).Select(SavedImage.ListAsync));
            return sizes.Sum(size => size.Bytes);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // For the table in the README, which the target Recipe-Table makes.
    private void Note(long ours, long theirs)
    {
        if (buildKit == "1")
        {
            var folder = Directory.CreateDirectory(Repository.File("artifacts", "recipes")).FullName;
            File.WriteAllText(Path.Combine(folder, recipe + ".json"),
                string.Create(CultureInfo.InvariantCulture, $"{{\"recipe\":\"{recipe}\",\"size\":{ours},\"expert\":{theirs}}}\n"));
        }
    }
}
