using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Java;

/// <summary>The repositories beside the public ones that the files of Maven and Gradle name.</summary>
internal static partial class JavaFeeds
{
    private static readonly string[] Public =
    [
        "maven.org", "maven.apache.org", "repository.apache.org", "spring.io", "sonatype.org", "sonatype.com", "jitpack.io", "confluent.io",
        "jenkins-ci.org", "google.com", "gradle.org", "jcenter.bintray.com", "jboss.org", "redhat.com", "clojars.org", "jetbrains.space",
        "jetbrains.com", "osgeo.org", "java.net", "vaadin.com", "eclipse.org", "eclipse.dev", "kotlinlang.org", "mulesoft.org",
            "hibernate.org",
        "papermc.io", "mvnrepository.com", "aliyun.com",
    ];

    public static IEnumerable<PrivateFeed> Of(ProjectFolder folder, JavaProject project) => project.Tool switch
    {
        JavaBuildTool.Maven => project.Manifests.Where(file => file.EndsWith("pom.xml", StringComparison.Ordinal)).SelectMany(file =>
            OfPom(folder, file)),
        JavaBuildTool.Gradle => project.Manifests.Where(file => file.EndsWith(".gradle", StringComparison.Ordinal)
            || file.EndsWith(".kts", StringComparison.Ordinal)).SelectMany(file => OfScript(folder, file)),
        _ => [],
    };

    private static IEnumerable<PrivateFeed> OfPom(ProjectFolder folder, string file) =>
        Repository().Matches(Distribution().Replace(folder.ReadIfThere(file) ?? "", ""))
            .Select(match => (Id: Id().Match(match.Value).Groups["text"].Value, Url: Url().Match(match.Value).Groups["text"].Value))
            .Where(one => one.Url.StartsWith("http", StringComparison.Ordinal) && !PrivateFeed.IsPublic(one.Url, Public))
            .Select(one => PrivateFeed.Of(file, one.Url, _ => "java.Credentials = BuildSecret.FromValue(\"<settings><servers><server><id>"
                + $"{one.Id}</id><username>USER</username><password>\" + EnvironmentVariable(\"MAVEN_TOKEN\") + "
                + "\"</password></server></servers></settings>\");"));

    /// <summary>Takes those that a script gives a login from Gradle's properties, whose names only the script knows.</summary>
    private static IEnumerable<PrivateFeed> OfScript(ProjectFolder folder, string file)
    {
        foreach (var match in Credentials().Matches(folder.ReadIfThere(file) ?? "")
            .Where(match => !PrivateFeed.IsPublic(match.Groups["url"].Value, Public)))
        {
            string[] names = [.. Property().Matches(match.Groups["login"].Value).Select(one => one.Groups["name"].Value)
                .Distinct(StringComparer.Ordinal)];
            if (names.Length > 0)
            {
                yield return PrivateFeed.Of(file, match.Groups["url"].Value, _ => "java.Credentials = BuildSecret.FromValue(\""
                    + string.Concat(names.SkipLast(1).Select(name => name + "=USER\\n"))
                    + $"{names[^1]}=\" + EnvironmentVariable(\"MAVEN_TOKEN\") + \"\\n\");") with
                {
                    Login = "its login is to come from properties, which the build has not;",
                };
            }
        }
    }

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"<repository>[\s\S]*?</repository>", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Repository();

    [GeneratedRegex(@"<distributionManagement>[\s\S]*?</distributionManagement>|<!--[\s\S]*?-->", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Distribution();

    [GeneratedRegex(@"<id>\s*(?<text>[^<]*?)\s*</id>", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Id();

    [GeneratedRegex(@"<url>\s*(?<text>[^<$]*?)\s*</url>", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Url();

    [GeneratedRegex(
        @"\bmaven\s*\{[^}]*?\burl\s*(=|\()?\s*(uri\(\s*)?[""'](?<url>https?://[^""']+)[""'][^}]*?\bcredentials\s*\{(?<login>[^}]*)\}",
        Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Credentials();

    [GeneratedRegex(@"\b(findProperty|property|gradleProperty)\(\s*[""'](?<name>[\w.]+)[""']", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Property();
}
