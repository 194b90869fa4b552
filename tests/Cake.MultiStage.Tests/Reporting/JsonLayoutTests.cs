using System.Text;
using Cake.MultiStage.Reporting.Document;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Reporting;

public sealed class JsonLayoutTests
{
    private const string Compact =
        """{"a":1,"empty":{},"none":[],"o":{"b":"x,{}[]:\"\\","c":null},"list":[{"d":[1,2],"e":{"f":true}},"t",[],{}],"last":"ü\\\""}""";

    private const string LaidOut =
        """
        {
          "a": 1,
          "empty": {},
          "none": [],
          "o": {
            "b": "x,{}[]:\"\\",
            "c": null
          },
          "list": [
            {"d":[1,2],"e":{"f":true}},
            "t",
            [],
            {}
          ],
          "last": "ü\\\""
        }
        """;

    [Test]
    public async Task A_member_has_a_line_and_so_has_an_entry_of_a_list_wherever_the_text_is_cut([Range(1, 20)] int length)
    {
        var bytes = Encoding.UTF8.GetBytes(Compact);
        using var written = new MemoryStream();
        await using (var layout = new JsonLayout(written))
        {
            for (var at = 0; at < bytes.Length; at += length)
            {
                await layout.WriteAsync(bytes.AsMemory(at, Math.Min(length, bytes.Length - at)));
            }
        }

        Assert.That(Encoding.UTF8.GetString(written.ToArray()), Is.EqualTo(LaidOut.ReplaceLineEndings("\n")));
    }

    [Test]
    public void A_text_longer_than_the_room_for_a_line_is_laid_out_too()
    {
        var text = new string('x', 1_000_000);
        using var written = new MemoryStream();
        using (var layout = new JsonLayout(written))
        {
            layout.Write(Encoding.UTF8.GetBytes($$"""{"a":["{{text}}"]}"""));
        }

        Assert.That(Encoding.UTF8.GetString(written.ToArray()), Is.EqualTo($"{{\n  \"a\": [\n    \"{text}\"\n  ]\n}}"));
    }
}
