using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects;

/// <summary>What the final stage starts from. This is the one place that decides it, and that knows what is in it.</summary>
/// <param name="Image">The image, stage or expression, as <c>FROM</c> names it.</param>
/// <param name="Flavor">Its kind; null for an image of the user's own of which nothing is known.</param>
/// <param name="Library">Its C library.</param>
/// <param name="IsGiven">Whether the settings name it, in place of the preset.</param>
internal sealed partial record ChosenBase(string Image, BaseFlavor? Flavor, CLibrary Library, bool IsGiven)
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>Gets a value indicating whether it lacks the libraries that nearly every program is linked to.</summary>
    public bool IsEmpty => Library == CLibrary.None;

    public bool HasMusl => Library == CLibrary.Musl;

    /// <summary>Gets a value indicating whether its name says nothing of what is in it, not even whether it has a shell.</summary>
    public bool IsUnknown => IsGiven && Library == CLibrary.Unknown;

    /// <summary>Takes the base that the settings name, or else the ecosystem's of the flavor they ask for.</summary>
    /// <param name="ecosystem">Its name, for the error.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="preferred">The flavor by default.</param>
    /// <param name="bases">The images there are, by flavor.</param>
    /// <exception cref="MultiStageException">There is none of that flavor.</exception>
    public static ChosenBase Of(
        string ecosystem, PresetSettings settings, BaseFlavor preferred, IReadOnlyDictionary<BaseFlavor, string> bases)
    {
        if (settings.FinalBase is { } given)
        {
            return Given(given, settings, settings.Flavor);
        }

        var flavor = settings.Flavor ?? (settings.RuntimePackages.Count > 0 && !HasManager(preferred) ? BaseFlavor.Slim : preferred);
        return bases.TryGetValue(flavor, out var image)
            ? new ChosenBase(image, flavor, LibraryOf(image, flavor), IsGiven: false)
            : throw new MultiStageException(
                $"{ecosystem} has no base of flavor {flavor}. There are: "
                + $"{string.Join(", ", bases.Select(pair => $"{pair.Key} ({pair.Value})"))}. For another image set FinalBase.");
    }

    /// <summary>Takes the base that the settings name: an image, a stage of theirs, or an expression.</summary>
    public static ChosenBase Given(string text, ImageProjectSettings settings, BaseFlavor? flavor = null)
    {
        var image = Origin(text, settings);
        var known = FlavorOf(image) ?? flavor;
        return new ChosenBase(text, known, LibraryOf(image, known), IsGiven: true);
    }

    /// <summary>Tells the C library of a builder's image, or of the image that its stage starts from.</summary>
    public static CLibrary LibraryOf(string text, ImageProjectSettings settings) => LibraryOf(Origin(text, settings));

    /// <summary>Tells it by the image's name, and where that does not say it by the flavor.</summary>
    private static CLibrary LibraryOf(string image, BaseFlavor? flavor = null) =>
        image == "scratch" || StaticImage().IsMatch(image) ? CLibrary.None
        : GlibcImage().IsMatch(image) ? CLibrary.Glibc
        : MuslImage().IsMatch(image) ? CLibrary.Musl
        : flavor switch
        {
            null => CLibrary.Unknown,
            BaseFlavor.Scratch => CLibrary.None,
            BaseFlavor.Alpine => CLibrary.Musl,
            _ => CLibrary.Glibc,
        };

    /// <summary>Tells whether bases of a flavor can install packages.</summary>
    public static bool HasManager(BaseFlavor? flavor) => flavor is not (BaseFlavor.Scratch or BaseFlavor.Distroless or BaseFlavor.Chiseled);

    private static BaseFlavor? FlavorOf(string image) =>
        image == "scratch" ? BaseFlavor.Scratch
        : image.Contains("distroless/", StringComparison.Ordinal) ? BaseFlavor.Distroless
        : image.Contains("-chiseled", StringComparison.Ordinal) ? BaseFlavor.Chiseled
        : MuslImage().IsMatch(image) ? BaseFlavor.Alpine
        : null;

    /// <summary>Follows the stages of the settings to the image that the first of them starts from.</summary>
    private static string Origin(string text, ImageProjectSettings settings)
    {
        for (var depth = 0; depth <= settings.Stages.Count; depth++)
        {
            if (settings.Stages.FirstOrDefault(stage =>
                string.Equals(stage.Name, text, StringComparison.OrdinalIgnoreCase)) is not { } stage)
            {
                break;
            }

            text = stage.Base.Text;
        }

        // A registry's name says nothing of what is in its images.
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash > 0 && text.AsSpan(0, slash).ContainsAny('.', ':') ? text[(slash + 1)..] : text;
    }

    [GeneratedRegex(@"(^|/)(distroless|chainguard)/static([-:@]|\z)", Options)]
    private static partial Regex StaticImage();

    [GeneratedRegex(@"(^|[/:_.-])(glibc|debian|ubuntu|noble|jammy|bookworm|trixie|bullseye|slim|distroless)([/:@_.0-9-]|\z)", Options)]
    private static partial Regex GlibcImage();

    [GeneratedRegex(@"(^|[/:_-])(alpine|musl)([:@_.0-9-]|\z)", Options)]
    private static partial Regex MuslImage();
}
