using System.Text;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Measuring.Packages;

/// <summary>
/// Reads what RubyGems keeps of an installed gem: the file is named <c>NAME-VERSION[-PLATFORM].gemspec</c>, and is Ruby with one assignment
/// per line (RubyGems, <c>Gem::Specification#to_ruby</c>).
/// </summary>
internal static partial class GemSpecification
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    public static IEnumerable<ContainedPackage?> Read(string fileName, ReadOnlyMemory<byte> content)
    {
        if (FileName().Match(fileName) is not { Success: true } named)
        {
            return [];
        }

        var licenses = Licenses().Match(Encoding.UTF8.GetString(content.Span)) is { Success: true } list
            ? Quoted().Matches(list.Groups["list"].Value).Select(license => license.Groups["license"].Value)
            : [];
        return [ContainedPackage.Of(ContainedPackage.Ruby, named.Groups["name"].Value, named.Groups["version"].Value, licenses)];
    }

    [GeneratedRegex(@"\A(?<name>.+?)-(?<version>[0-9][0-9A-Za-z.]*)(-.+)?\.gemspec\z", Options)]
    private static partial Regex FileName();

    [GeneratedRegex(@"\.licenses = \[(?<list>[^\]\n]*)\]", Options)]
    private static partial Regex Licenses();

    [GeneratedRegex("\"(?<license>[^\"\n]*)\"", Options)]
    private static partial Regex Quoted();
}
