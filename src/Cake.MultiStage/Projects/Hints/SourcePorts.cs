using System.Globalization;
using System.Text.RegularExpressions;

namespace Cake.MultiStage.Projects.Hints;

/// <summary>
/// Where the sources of a compiled program have it listen: the numbers that stand in the calls of servers, and the defaults of options
/// and settings that are called so.
/// </summary>
internal static partial class SourcePorts
{
    // More of them are no ports of one program.
    private const int Most = 3;

    public static IReadOnlyList<Listening> OfGo(IEnumerable<SourceFile> sources) => Of(sources, GoCall(), GoDefault(),
        "have it listen on all addresses, as \":8080\" does.");

    public static IReadOnlyList<Listening> OfRust(IEnumerable<SourceFile> sources) => Of(sources, RustCall(), RustDefault(),
        "have it listen on 0.0.0.0.");

    public static IReadOnlyList<Listening> OfJava(IEnumerable<SourceFile> sources) => Of(sources, JavaCall(), JavaDefault(),
        "have it listen on 0.0.0.0.");

    private static List<Listening> Of(IEnumerable<SourceFile> sources, Regex call, Regex otherwise, string loopback)
    {
        List<Listening> found = [];
        foreach (var source in sources)
        {
            foreach (var match in call.Matches(source.Text).Concat(otherwise.Matches(source.Text)))
            {
                if (int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                    && port is > 0 and <= ushort.MaxValue)
                {
                    found.Add(new Listening(source.Path, port.ToString(CultureInfo.InvariantCulture))
                    {
                        Loopback = Listening.IsLoopback(Host(match.Groups["host"].Value)) ? loopback : null,
                    });
                }
            }
        }

        return found.DistinctBy(one => one.Port, StringComparer.Ordinal).Count() > Most ? [] : found;
    }

    // Rust writes an address as a list of numbers, too.
    private static string Host(string text) => text.Replace(", ", ".", StringComparison.Ordinal).Replace(",", ".",
        StringComparison.Ordinal);

    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture;

    [GeneratedRegex(@"(\bListenAndServe(TLS)?|\.Run|\.RunTLS|\.Start|\.Listen|\bnet\.Listen)\(\s*(""tcp[46]?"",\s*)?"
        + @"""(?<host>[A-Za-z0-9.\[\]:]*):(?<port>[0-9]{2,5})""|\bAddr:\s*""(?<host>[A-Za-z0-9.]*):(?<port>[0-9]{2,5})""", Options,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoCall();

    // Options of the command line, fields with a default in their tag, and what a variable called PORT is without a value.
    [GeneratedRegex(
        @"\.(String|Int|Uint|Uint16)(Var)?P?\([^)\n]*""[\w.-]*(addr|address|listen|bind|port)""[^)\n]*?"
            + @"(""(?<host>[A-Za-z0-9.]*):(?<port>[0-9]{2,5})""|,\s*""?(?<port>[0-9]{4,5})""?\s*,)"
        + @"|\b\w*(Port|Addr|Address|Listen)\s+\w+"
        + @"\s+`[^`\n]*\b(default|envDefault|env-default):""((?<host>[A-Za-z0-9.]*):)?(?<port>[0-9]{2,5})"""
        + @"|\bport\s*:?=\s*""(?<port>[0-9]{4,5})""", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex GoDefault();

    [GeneratedRegex(@"\bbind(_auto_h2c|_rustls)?\(\s*&?\(?\s*""(?<host>[0-9A-Za-z.\[\]:]+?)(:|"",\s*)(?<port>[0-9]{2,5})(_?u16)?""?\s*\)?"
        + @"|\bSocketAddr::from\(\(\s*\[(?<host>[0-9, ]+)\],\s*(?<port>[0-9]{2,5})\s*\)\)"
        + @"|""(?<host>0\.0\.0\.0|127\.0\.0\.1|\[::1?\]):(?<port>[0-9]{2,5})""\s*\.parse", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RustCall();

    [GeneratedRegex(
        @"#\[(arg|clap|structopt)\([^\]]*\bdefault_value(_t)?\s*=\s*""?(?<port>[0-9]{2,5})""?[^\]]*\)\]\s*(pub(\([a-z]+\))?"
            + @"\s+)?\w*port\s*:",
        Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RustDefault();

    // Javalin, Vert.x, Ktor, the JDK's own server, gRPC, Spark.
    [GeneratedRegex(@"\bJavalin\b[\s\S]{0,4000}?\.start\(\s*(""(?<host>[^""]+)"",\s*)?(?<port>[0-9]{2,5})\s*\)"
        + @"|\bcreateHttpServer\b[\s\S]{0,4000}?\.listen\(\s*(?<port>[0-9]{2,5})\b"
        + @"|\bembeddedServer\(\s*\w+,\s*(port\s*=\s*)?(?<port>[0-9]{2,5})\b"
        + @"|\bHttpServer\.create\(\s*(new\s+)?InetSocketAddress\(\s*(""(?<host>[^""]+)"",\s*)?(?<port>[0-9]{2,5})\s*\)"
        + @"|\bforPort\(\s*(?<port>[0-9]{2,5})\s*\)", Options, matchTimeoutMilliseconds: 1000)]
    private static partial Regex JavaCall();

    [GeneratedRegex(@"\b(PORT|port|DEFAULT_PORT|HTTP_PORT)\s*(:\s*Int\s*)?=\s*(?<port>[0-9]{4,5})\s*;?\s*$",
        Options | RegexOptions.Multiline,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex JavaDefault();
}
