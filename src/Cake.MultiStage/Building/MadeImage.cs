using Cake.MultiStage.Images;

namespace Cake.MultiStage.Building;

/// <summary>An image that was made, or found to be up to date, earlier in the same run.</summary>
/// <param name="Fingerprint">What tells what it was made of from anything else; <see langword="null"/> where that isn't known.</param>
/// <param name="InRegistry">Where it lies, with its digest; <see langword="null"/> where the engine that builds has it.</param>
internal sealed record MadeImage(Digest? Fingerprint, ImageReference? InRegistry);
