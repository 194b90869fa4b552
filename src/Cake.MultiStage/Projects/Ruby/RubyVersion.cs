using Cake.MultiStage.Projects.Toolchains;

namespace Cake.MultiStage.Projects.Ruby;

/// <summary>
/// Chooses the version of Ruby: <c>.ruby-version</c> and the like pin it, then the Gemfile says a version or a range, then the gemspec;
/// what the lock was made with is the last resort (RubyGems' guides, "Patterns", for the ranges).
/// </summary>
internal static class RubyVersion
{
    /// <exception cref="MultiStageException">There is no such version.</exception>
    public static VersionChoice Choose(ProjectFolder folder, GemFiles gems, PresetSettings settings, ToolchainTable table)
    {
        if (settings.ToolchainVersion is { } given)
        {
            return VersionChoice.Given(given, table["ruby"]);
        }

        var chooser = new VersionChooser(table, table["ruby"], tag => table.Exists(Image(tag, "-slim")));
        if (settings.BuilderImage is not null)
        {
            return chooser.Choose();
        }

        var pins = new[] { ToolPins.FirstLine(folder, ".ruby-version") }.OfType<VersionRequest>().Concat(ToolPins.Of(folder, "ruby"))
            .Select(
                pin => pin with { Text = pin.Text.StartsWith("ruby-", StringComparison.Ordinal) ? pin.Text["ruby-".Length..] : pin.Text })
            .Where(pin => VersionText.Parse(pin.Text) is not null);
        VersionRequest[] requests = [.. pins, .. Ranged(gems.RubyRange, gems.Gemfile), .. Ranged(gems.RubyRequired, gems.Gemspec)];
        return chooser.Choose(requests.Length > 0 || gems.RubyLocked is null ? requests
            : [new VersionRequest(gems.RubyLocked, gems.Lock!, Range($"~> {gems.RubyLocked}"))]);
    }

    public static string Image(string tag, string variant) => $"ruby:{tag}{variant}";

    /// <summary>Reads what RubyGems takes, as <c>~&gt; 3.3, != 3.3.1</c>; null where it is something else.</summary>
    public static VersionRange? Range(string text) => PythonRange.Specifiers(string.Join(',', text.Split(',').Select(part => part.Trim())
        .Select(part => part.StartsWith("~>", StringComparison.Ordinal) ? Pessimistic(part[2..].Trim())
            : part.StartsWith('=') ? "==" + part.TrimStart('=').Trim() : char.IsAsciiDigit(part.FirstOrDefault()) ? "==" + part : part)));

    // '~> 3' lets the second number grow, as '~> 3.0' does.
    private static string Pessimistic(string version) =>
        "~=" + (version.Contains('.', StringComparison.Ordinal) ? version : version + ".0");

    private static IEnumerable<VersionRequest> Ranged(string? text, string? file)
    {
        if (text is null || file is null)
        {
            yield break;
        }

        // One version alone is a pin, whose patch an image has.
        var isPin = text.Length > 0 && text.All(character => char.IsAsciiDigit(character) || character == '.');
        if (isPin)
        {
            yield return new VersionRequest(text, file, Range: null);
        }
        else if (Range(text) is { } range)
        {
            yield return new VersionRequest(text, file, range);
        }
    }
}
