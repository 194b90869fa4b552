using Cake.MultiStage.Images;

namespace Cake.MultiStage.Dockerfiles;

/// <summary>What a stage starts from.</summary>
public abstract record StageBase
{
    private protected StageBase(string text) => Text = text;

    /// <summary>Gets the empty base.</summary>
    public static StageBase Scratch => new ScratchBase();

    /// <summary>Gets the base as <c>FROM</c> writes it.</summary>
    public string Text { get; }

    /// <summary>Starts from an image.</summary>
    /// <param name="reference">The image, such as <c>golang:1.21</c>; <c>scratch</c> and texts with variables are understood too.</param>
    /// <returns>The base.</returns>
    public static StageBase Image(string reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return reference == "scratch" ? Scratch
            : reference.Contains('$', StringComparison.Ordinal) ? new ArgumentBase(reference)
            : new ImageBase(reference);
    }

    /// <summary>Starts from an image.</summary>
    /// <param name="reference">The image.</param>
    /// <returns>The base.</returns>
    public static StageBase Image(ImageReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return new ImageBase(reference.ToString());
    }

    /// <summary>Starts from an earlier stage.</summary>
    /// <param name="name">The stage's name.</param>
    /// <returns>The base.</returns>
    public static StageBase Stage(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new NamedStageBase(name);
    }

    /// <summary>Starts from the stage or image that global arguments choose.</summary>
    /// <param name="expression">The expression, such as <c>build-${VARIANT}</c> or <c>${BASE}</c>.</param>
    /// <returns>The base.</returns>
    public static StageBase Argument(string expression)
    {
        ArgumentNullException.ThrowIfNull(expression);
        return new ArgumentBase(expression);
    }

    /// <summary>Returns the base as <c>FROM</c> writes it.</summary>
    /// <returns>The text.</returns>
    public sealed override string ToString() => Text;
}

internal sealed record ScratchBase() : StageBase("scratch");

internal sealed record ImageBase(string Reference) : StageBase(Reference);

internal sealed record NamedStageBase(string StageName) : StageBase(StageName);

internal sealed record ArgumentBase(string Expression) : StageBase(Expression);
