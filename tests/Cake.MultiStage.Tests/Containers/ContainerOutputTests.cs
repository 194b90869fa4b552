using System.Buffers.Binary;
using System.Text;
using Cake.MultiStage.Engine.Containers;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Containers;

public sealed class ContainerOutputTests
{
    private static byte[] Frame(byte stream, string text)
    {
        var content = Encoding.UTF8.GetBytes(text);
        byte[] frame = [stream, 0, 0, 0, 0, 0, 0, 0, .. content];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), content.Length);
        return frame;
    }

    private static async Task<ContainerOutput> ReadAsync(params byte[][] frames)
    {
        var output = new ContainerOutput();
        using var stream = new MemoryStream([.. frames.SelectMany(frame => frame)]);
        await output.ReadAsync(stream, CancellationToken.None);
        Assert.That(output.First.IsCompletedSuccessfully);
        return output;
    }

    [Test]
    public async Task Both_streams_come_in_their_order()
    {
        var output = await ReadAsync(Frame(1, "one "), Frame(2, "two "), Frame(1, ""), Frame(1, "größer\n"));
        Assert.That(output.ToString(), Is.EqualTo("one two größer\n"));
        Assert.That(output.FirstAt, Is.Not.Null);
    }

    [Test]
    public async Task A_program_that_writes_nothing_has_no_first_output() =>
        Assert.That((await ReadAsync()).FirstAt, Is.Null);

    [Test]
    public async Task A_stream_that_is_cut_keeps_what_came() =>
        Assert.That((await ReadAsync(Frame(1, "whole"), Frame(1, "half")[..10])).ToString(), Does.StartWith("whole"));

    [Test]
    public async Task A_letter_across_the_boundary_between_beginning_and_end_stays_whole()
    {
        var text = "a" + new string('é', ContainerOutput.Kept / 2);
        Assert.That((await ReadAsync(Frame(1, text))).ToString(), Is.EqualTo(text));
    }

    [TestCase(2, 0)]
    [TestCase(3, 1)]
    [TestCase(9, 7)]
    public async Task Of_much_output_the_beginning_and_the_end_are_kept(int pieces, int left)
    {
        string[] texts = [.. Enumerable.Range(0, pieces).Select(piece => new string((char)('0' + piece), ContainerOutput.Kept))];
        var output = (await ReadAsync([.. texts.Select(text => Frame(1, text))])).ToString();
        Assert.That(output, Is.EqualTo(texts[0] + (left > 0 ? $"\n… {left * ContainerOutput.Kept} bytes left out …\n" : "") + texts[^1]));
    }

    [TestCase("exec /app: no such file or directory\n", "exec /app: no such file or directory")]
    [TestCase("exec /bin/app: exec format error", "exec /bin/app: exec format error")]
    [TestCase("standard_init_linux.go:228: exec user process caused: permission denied\n", "exec user process caused: permission denied")]
    [TestCase("exec /app: no such file or directory\nand more\n", null)]
    [TestCase("sh: exec: line 1: /app: not found\n", null)]
    [TestCase("", null)]
    public void The_words_of_the_runtime_are_told_from_those_of_a_program(string output, string? words) =>
        Assert.That(RuntimeRefusal.In(output), Is.EqualTo(words));
}
