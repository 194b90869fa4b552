using Cake.Core;
using Cake.Core.IO;
using Cake.MultiStage.Aliases;
using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Projects;
using Moq;
using Path = System.IO.Path;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>What a test works with: a Cake context, a project folder, an engine. Folder and images are deleted with it.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    public const string Busybox = "busybox:1";

    private const string Mark = "org.cake-multistage.test";
    private readonly string _id = Guid.NewGuid().ToString("N");

    public Workspace(string? host = null)
    {
        Folder = Directory.CreateTempSubdirectory("multistage-test-").FullName;
        Engine = new TestEngine(host ?? Environment.GetEnvironmentVariable("DOCKER_HOST")!);
        var environment = new Mock<ICakeEnvironment>();
        environment.SetupProperty(cake => cake.WorkingDirectory, new DirectoryPath(Folder));
        environment.Setup(cake => cake.GetEnvironmentVariable(It.IsAny<string>()))
            .Returns<string>(name => name switch
            {
                "DOCKER_HOST" => Engine.Host,
                UserCache.Variable when CacheFolder is { } folder => folder,
                _ => Environment.GetEnvironmentVariable(name)!,
            });
        Cake = Mock.Of<ICakeContext>(
            cake => cake.FileSystem == new FileSystem()
                && cake.Log == Log
                && cake.Environment == environment.Object
                && cake.ProcessRunner == Mock.Of<IProcessRunner>());
    }

    public ICakeContext Cake { get; }

    /// <summary>Gets a value indicating whether images are left where they are, as with an engine that is dead by then.</summary>
    public bool LeavesImages { get; init; }

    /// <summary>Gets or sets the folder of what is known of earlier builds; the user's by default.</summary>
    public string? CacheFolder { get; set; }

    public RecordingLog Log { get; } = new();

    public TestEngine Engine { get; }

    /// <summary>Gets the folder of the project.</summary>
    public string Folder { get; }

    /// <summary>Gets a repository name that no other test has.</summary>
    public string Repository => "multistage-test-" + _id;

    /// <summary>Gets the tag that the projects of <see cref="Project"/> get.</summary>
    public string Tag => Repository + ":1";

    /// <summary>Gets the label that all images of this test carry, and the containers made of them: name and value.</summary>
    public (string Name, string Value) Label => (Mark, _id);

    /// <summary>Gets the ids of the images and containers that the projects of this test have put into the engine.</summary>
    public Task<IReadOnlySet<string>> InEngineAsync() => Engine.LabelledAsync($"{Mark}={_id}");

    public string Write(string path, string content)
    {
        var file = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
        return file;
    }

    /// <summary>
    /// Describes a project on busybox that takes nothing from its folder, with this test's tag. Its stages carry a label to be found by.
    /// </summary>
    public ImageProject Project(Action<ProjectSettings> configure)
    {
        var project = Cake.MultiStageProject(".", settings =>
        {
            settings.BuilderImage = Busybox;
            settings.Sources.Clear();
            settings.Tags.Add(Tag);
            settings.Labels[Mark] = _id;
            configure(settings);
        });
        return project with { Builder = Marked(project.Builder), Stages = [.. project.Stages.Select(Marked)] };
    }

    public Task<BuiltImage> BuildAsync(ImageProject project, BuilderKind builder, Action<MultiStageBuildSettings>? configure = null,
        CancellationToken cancellationToken = default)
    {
        var settings = new MultiStageBuildSettings { Builder = builder };
        configure?.Invoke(settings);
        return Cake.MultiStageBuildAsync(project, settings, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        if (!LeavesImages)
        {
            await Engine.CleanAsync(Repository, $"{Mark}={_id}");
        }

        Engine.Dispose();
    }

    private Stage Marked(Stage stage) => stage with { Instructions = [new LabelInstruction(Mark, _id), .. stage.Instructions] };
}
