using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Rust;

/// <summary>Chooses the image with Rust: a channel of <c>rust-toolchain</c> takes precedence, then a pin; <c>rust-version</c> is a least version (the Cargo book; rustup's "Overrides").</summary>
internal sealed record RustVersion(string Image, VersionRequest? Asked, IReadOnlyList<Assumption> Assumptions)
{
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static RustVersion Choose(ProjectFolder folder, CargoProject cargo, PresetSettings settings, ToolchainTable table)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return new RustVersion(given switch { "stable" => Numbered("1"), "nightly" => Nightly, _ => Numbered(given) }, Asked: null, []);
        }

        var chooser = new VersionChooser(table, table["rust"], tag => table.Exists(Numbered(tag)));
        if (settings.BuilderImage is not null)
        {
            return new RustVersion(settings.BuilderImage, Asked: null, []);
        }

        VersionRequest? channel = cargo.Channel is { } text ? new VersionRequest(text, cargo.ChannelFile!, Range: null) : null;
        var least = cargo.RustVersion is { } version ? new VersionRequest($"{version} or newer", cargo.RustVersionFile!, VersionRange.AtLeast(VersionText.Parse(version) ?? new Version(1, 0, 0))) : null;
        VersionRequest[] pins = [.. channel is null ? [] : new[] { channel }, .. ToolPins.Of(folder, "rust")];
        if (pins is [var pin, ..] && VersionText.Parse(pin.Text) is null)
        {
            return pin.Text.Split('-')[0] == "nightly" && pin.Text.Count(character => character == '-') == 0 ? new RustVersion(Nightly, pin, [])
                : pin.Text is "stable" or "latest" ? new RustVersion(Numbered(chooser.Choose().Tag), pin, [])
                : new RustVersion(Numbered(chooser.Choose().Tag), pin, [new Assumption($"{pin.File} asks for the toolchain '{pin.Text}', of which there is no image: rustup downloads it while the image is built.")]);
        }

        var choice = chooser.Choose([.. pins, .. least is null ? [] : new[] { least }]);
        return new RustVersion(Numbered(choice.Tag), choice.Asked, choice.Assumptions);
    }

    private const string Nightly = "rustlang/rust:nightly";

    private static string Numbered(string tag) => $"rust:{tag}";
}
