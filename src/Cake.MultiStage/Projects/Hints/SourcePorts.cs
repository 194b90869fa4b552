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

    /// <summary>The ports of databases, queues and the like: as the default of an option they are of what the program calls.</summary>
    private static readonly int[] Services = [25, 465, 587, 1025, 1433, 1521, 2181, 2379, 3306, 4222, 4317, 4318, 5432, 5672, 6379, 6650,
        7687, 8086, 8125, 8500, 9042, 9092, 9200, 11211, 15672, 26257, 27017];

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
            // An example in a comment listens nowhere.
            var text = CodeText.WithoutComments(source.Text);
            var calls = call.Matches(text).Select(match => (Match: match, IsCall: true));
            foreach (var (match, isCall) in calls.Concat(otherwise.Matches(text).Select(match => (Match: match, IsCall: false))))
            {
                if (int.TryParse(match.Groups["port"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                    && port is > 0 and <= ushort.MaxValue && (isCall || !Services.Contains(port)))
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

    [GeneratedRegex(@"(?<!\bUdpSocket::)\bbind(_auto_h2c|_rustls)?\(\s*&?\(?\s*""(?<host>[0-9A-Za-z.\[\]:]+?)(:|"",\s*)(?<port>[0-9]{2,5})"
        + @"(_?u16)?""?\s*\)?"
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
