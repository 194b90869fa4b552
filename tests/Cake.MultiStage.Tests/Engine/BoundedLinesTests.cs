using System.Text;
using Cake.MultiStage.Engine;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

[CancelAfter(60_000)]
public sealed class BoundedLinesTests
{
    [Test]
    public void Lines_are_those_of_the_text()
    {
        var texts = Gen.Elements("a", "ü", "\n", "", new string('x', 70_000)).ListOf().Select(string.Concat);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(200), Prop.ForAll(texts.ToArbitrary(), text =>
        {
            var expected = text.Split('\n').ToList();
            if (expected[^1].Length == 0)
            {
                expected.RemoveAt(expected.Count - 1);
            }

            return ReadAsync(text, int.MaxValue).GetAwaiter().GetResult().SequenceEqual(expected, StringComparer.Ordinal);
        }));
    }

    [Test]
    public async Task A_line_without_an_end_takes_no_memory()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var lines = new BoundedLines(new Endless(), 1024 * 1024);
        Assert.That(await lines.ReadAsync(CancellationToken.None), Has.Length.LessThan(2_000_000));
        Assert.That(lines.IsTooLong, Is.True);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(20_000_000));
    }

    private static async Task<List<string>> ReadAsync(string text, int longest)
    {
        var lines = new BoundedLines(new MemoryStream(Encoding.UTF8.GetBytes(text)), longest);
        var read = new List<string>();
        while (await lines.ReadAsync(CancellationToken.None) is { } line)
        {
            read.Add(Encoding.UTF8.GetString(line));
        }

        return read;
    }

    private sealed class Endless : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            buffer.Span.Fill((byte)'x');
            return ValueTask.FromResult(buffer.Length);
        }
    }
}
