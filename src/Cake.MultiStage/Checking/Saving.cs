using Cake.MultiStage.Images;

namespace Cake.MultiStage.Checking;

/// <summary>Something that would make an image smaller.</summary>
/// <param name="What">What takes the space, in words.</param>
/// <param name="Fix">What to do about it.</param>
/// <param name="Size">The bytes it takes, none of which counts for another; <see langword="null"/> where only trying tells.</param>
internal sealed record Saving(string What, string Fix, ByteSize? Size)
{
    /// <summary>Gets the instruction that brought it, as the image's history says; <see langword="null"/> where it is about none.</summary>
    public string? Instruction { get; init; }
}
