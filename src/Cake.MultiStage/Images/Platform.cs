namespace Cake.MultiStage.Images;

/// <summary>The operating system and processor an image is for, such as <c>linux/amd64</c> or <c>linux/arm/v7</c>.</summary>
/// <param name="OperatingSystem">The operating system in Go's spelling, such as <c>linux</c>.</param>
/// <param name="Architecture">The processor architecture in Go's spelling, such as <c>amd64</c>.</param>
/// <param name="Variant">The processor variant, such as <c>v7</c>, or <see langword="null"/>.</param>
public sealed record Platform(string OperatingSystem, string Architecture, string? Variant = null)
{
    /// <summary>Reads a platform.</summary>
    /// <param name="text">The text, such as <c>linux/amd64</c>.</param>
    /// <returns>The platform.</returns>
    /// <exception cref="MultiStageException">The text is not a valid platform.</exception>
    public static Platform Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split('/');
        return parts.Length is 2 or 3
            && parts.All(part => part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.'))
            ? new Platform(parts[0], parts[1], parts.Length == 3 ? parts[2] : null)
            : throw new MultiStageException(
                $"'{text}' is not a valid platform: expected an operating system and an architecture, such as 'linux/amd64' or "
                    + "'linux/arm/v7'.");
    }

    /// <summary>Gets whether an image for a platform runs on this one: one for an older ARM does (containerd, "platforms").</summary>
    internal bool IsServedBy(Platform image) =>
        OperatingSystem == image.OperatingSystem && Architecture == image.Architecture
            && (Variant is null || image.Variant is null || Variant == image.Variant
                || (Architecture == "arm" && string.CompareOrdinal(image.Variant, Variant) < 0));

    /// <summary>Returns the text form, such as <c>linux/arm/v7</c>.</summary>
    /// <returns>The text form.</returns>
    public override string ToString() =>
        Variant is null ? $"{OperatingSystem}/{Architecture}" : $"{OperatingSystem}/{Architecture}/{Variant}";
}
