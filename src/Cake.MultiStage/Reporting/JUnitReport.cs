using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Cake.MultiStage.Reporting.Document;

namespace Cake.MultiStage.Reporting;

/// <summary>The tests of an image as JUnit writes results, which all CI providers read (https://llg.cubic.org/docs/junit/).</summary>
internal static class JUnitReport
{
    public static async Task WriteAsync(ImageReport report, Stream stream, CancellationToken cancellationToken)
    {
        var (tests, image) = (report.Tests ?? [], Text(report.Image.Name));
        var suite = new XElement("testsuite",
            new XAttribute("name", image),
            new XAttribute("tests", tests.Count),
            new XAttribute("failures", tests.Count(test => !test.Passed)),
            new XAttribute("errors", 0),
            new XAttribute("time", Seconds(tests.Sum(test => test.Seconds))),
            tests.Select(test => new XElement("testcase",
                new XAttribute("classname", image),
                new XAttribute("name", Text(test.Name)),
                new XAttribute("time", Seconds(test.Seconds)),
                test.Failure is { } failure ? new XElement("failure", new XAttribute("message", Text(failure))) : null)));
        var settings = new XmlWriterSettings { Async = true, Indent = true, NewLineChars = "\n", Encoding = new UTF8Encoding(false) };
        await using var xml = XmlWriter.Create(stream, settings);
        await new XDocument(new XElement("testsuites", suite)).SaveAsync(xml, cancellationToken);
    }

    private static string Seconds(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>Leaves out what XML has no form for.</summary>
    private static string Text(string text) => string.Concat(text.EnumerateRunes().Where(IsXml).Select(rune => rune.ToString()));

    private static bool IsXml(Rune rune) => rune.Value is '\t' or '\n' or '\r' or (>= 0x20 and < 0xfffe) or > 0xffff;
}
