using Cake.MultiStage.Checking.Programs;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Measuring;

namespace Cake.MultiStage.Checking.Testing;

/// <summary>A test of an image that its user wrote.</summary>
/// <param name="Name">What it says of the image, as a sentence without its end.</param>
/// <param name="RunAsync">Finds out whether it holds: returns what is otherwise, or <see langword="null"/>.</param>
internal sealed record ImageTest(string Name, Func<TestedImage, CancellationToken, Task<string?>> RunAsync)
{
    public static ImageTest Of(string name, Func<TestedImage, string?> run) => new(name, (image, _) => Task.FromResult(run(image)));
}

/// <summary>What tests look at.</summary>
/// <param name="Measured">The measurement.</param>
/// <param name="Settings">How the image is run.</param>
/// <param name="Reader">Reads files.</param>
/// <param name="Connection">The engine that runs commands; <see langword="null"/> where the image lies elsewhere.</param>
internal sealed record TestedImage(MeasuredImage Measured, ImageSettings Settings, ProgramReader Reader, EngineConnection? Connection);
