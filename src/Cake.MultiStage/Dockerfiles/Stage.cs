namespace Cake.MultiStage.Dockerfiles;

/// <summary>One stage of a Dockerfile: a <c>FROM</c> and what follows it.</summary>
/// <example><code>
/// var builder = Stage.From("golang:1.21").Named("builder").Workdir("/src").Copy(".", ".").Run("go build -o /hello .");
/// var final = Stage.From(StageBase.Scratch).CopyFrom("builder", "/hello", "/hello").Entrypoint("/hello");
/// </code></example>
public sealed partial record Stage
{
    /// <summary>Gets the name other stages and <c>--target</c> use; <see langword="null"/> for none.</summary>
    public string? Name { get; init; }

    /// <summary>Gets what the stage starts from.</summary>
    public required StageBase Base { get; init; }

    /// <summary>Gets the platform of the base, such as <c>linux/amd64</c> or <c>$BUILDPLATFORM</c>.</summary>
    public string? Platform { get; init; }

    /// <summary>Gets the instructions, in order.</summary>
    public IReadOnlyList<Instruction> Instructions { get; init; } = [];

    /// <summary>Gets a comment, written above <c>FROM</c>.</summary>
    public string? Comment { get; init; }

    /// <summary>Gets why the stage is there, in a line; <see langword="null"/> for what its base tells.</summary>
    public string? Reason { get; init; }

    /// <summary>Starts a stage.</summary>
    /// <param name="stageBase">What it starts from.</param>
    /// <returns>The stage.</returns>
    public static Stage From(StageBase stageBase) => new() { Base = stageBase };

    /// <summary>Starts a stage from an image.</summary>
    /// <param name="image">The image; <c>scratch</c> and texts with variables are understood too.</param>
    /// <returns>The stage.</returns>
    public static Stage From(string image) => From(StageBase.Image(image));

    /// <summary>Names the stage.</summary>
    /// <param name="name">The name: a lower-case letter, then letters, digits, <c>-</c>, <c>_</c>, <c>.</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage Named(string name) => this with { Name = name };

    /// <summary>Takes the base for a platform.</summary>
    /// <param name="platform">The platform, such as <c>linux/arm64</c> or <c>$BUILDPLATFORM</c>.</param>
    /// <returns>The new stage.</returns>
    public Stage OnPlatform(string platform) => this with { Platform = platform };

    /// <summary>Comments the stage.</summary>
    /// <param name="text">The text, of any number of lines.</param>
    /// <returns>The new stage.</returns>
    public Stage Commented(string text) => this with { Comment = text };

    /// <summary>Adds an instruction.</summary>
    /// <param name="instruction">The instruction.</param>
    /// <returns>The new stage.</returns>
    public Stage With(Instruction instruction) => this with { Instructions = [.. Instructions, instruction] };

    /// <summary>Says why the last instruction is there, or the stage itself where it has none yet. <c>Explain()</c> shows it.</summary>
    /// <param name="reason">The reason, in a line.</param>
    /// <returns>The new stage.</returns>
    public Stage Because(string reason) => Instructions.Count == 0
        ? this with { Reason = reason }
        : this with { Instructions = [.. Instructions.SkipLast(1), Instructions[^1] with { Reason = reason }] };

    /// <summary>Returns the <c>FROM</c> line, for logs.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"FROM {Base.Text}{(Name is null ? "" : " AS " + Name)}";
}
