using System.Text.RegularExpressions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.House;

/// <summary>The documents: short where one begins, and without dead ends.</summary>
public sealed partial class DocumentTests
{
    private const int LongestReadme = 1300;

    private static readonly string Root = FindRoot(new DirectoryInfo(TestContext.CurrentContext.TestDirectory));

    private static IEnumerable<string> Documents() => new[] { "README.md", ".github/CONTRIBUTING.md", "recipes/README.md" }
        .Concat(Directory.EnumerateFiles(Path.Combine(Root, "recipes", "guides"), "*.md").Select(file => Path.GetRelativePath(Root, file)));

    [Test]
    public void The_README_is_read_in_a_few_minutes() =>
        Assert.That(Word().Count(File.ReadAllText(Path.Combine(Root, "README.md"))), Is.AtMost(LongestReadme));

    [TestCaseSource(nameof(Documents))]
    public void What_a_document_links_to_exists(string document)
    {
        var file = Path.Combine(Root, document);
        var links = Link().Matches(File.ReadAllText(file)).Select(match => match.Groups["to"].Value)
            .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith('#'));
        Assert.That(links.Where(link => !Path.Exists(Path.Combine(Path.GetDirectoryName(file)!, link.Split('#')[0]))), Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void The_lines_of_a_document_are_read_without_scrolling(string document) => Assert.That(
        File.ReadLines(Path.Combine(Root, document)).Where(line => line.Length > 150 && !line.StartsWith('|') && !line.StartsWith('<')),
        Is.Empty);

    private static string FindRoot(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "Cake.MultiStage.sln")) ? folder.FullName : FindRoot(folder.Parent!);

    [GeneratedRegex(@"\]\((?<to>[^)]+)\)", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex(@"\S+", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
