using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>
/// Chooses the image with Rust: a channel of <c>rust-toolchain</c> takes precedence, then a pin; <c>rust-version</c> is a least version
/// (the Cargo book; rustup's "Overrides").
/// </summary>
internal sealed record RustVersion(string Image, VersionRequest? Asked, IReadOnlyList<Assumption> Assumptions)
{
    private const string Nightly = "rustlang/rust:nightly";

    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static RustVersion Choose(ProjectFolder folder, CargoProject cargo, PresetSettings settings, ToolchainTable table)
    {
        if (settings.BuilderImage is { } image)
        {
            return new RustVersion(image, Asked: null, []);
        }

        var chooser = new VersionChooser(table, table["rust"], tag => table.Exists(Numbered(tag)));
        if (settings.ToolchainVersion is { } given)
        {
            return new RustVersion(
                given switch { "stable" => Numbered(chooser.Choose().Tag), "nightly" => Nightly, _ => Numbered(given) }, Asked: null, []);
        }

        IEnumerable<VersionRequest> pins =
        [
            .. cargo.Channel is { } channel
                ? [new VersionRequest(channel, cargo.ChannelFile!, Range: null)] : Array.Empty<VersionRequest>(),
            .. ToolPins.Of(folder, "rust"),
        ];
        if (pins.FirstOrDefault() is { } pin && VersionText.Parse(pin.Text) is null)
        {
            return Named(pin, Numbered(chooser.Choose().Tag));
        }

        var choice = chooser.Choose([.. pins, .. Least(cargo) is { } least ? [least] : Array.Empty<VersionRequest>()]);
        return new RustVersion(Numbered(choice.Tag), choice.Asked, choice.Assumptions);
    }

    /// <summary>Takes the image of a channel that is not a number; where there is none the newest image's rustup brings the
    /// channel.</summary>
    private static RustVersion Named(VersionRequest pin, string newest) => pin.Text switch
    {
        "nightly" => new RustVersion(Nightly, pin, []),
        "stable" or "latest" => new RustVersion(newest, pin, []),
        _ => new RustVersion(newest, pin,
        [
            new Assumption(
                $"{pin.File} asks for the toolchain '{pin.Text}', of which there is no image: "
                + "rustup downloads it while the image is built."),
        ]),
    };

    private static VersionRequest? Least(CargoProject cargo) => cargo.RustVersion is { } text && VersionText.Parse(text) is { } version
        ? new VersionRequest($"{text} or newer", cargo.RustVersionFile!, VersionRange.AtLeast(version)) : null;

    private static string Numbered(string tag) => $"rust:{tag}";
}
