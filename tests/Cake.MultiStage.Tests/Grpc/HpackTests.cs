using System.Buffers;
using Cake.MultiStage.Engine.Grpc;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

[TestFixture]
internal sealed class HpackTests
{
    private const string Date1 = "Mon, 21 Oct 2013 20:13:21 GMT";
    private const string Date2 = "Mon, 21 Oct 2013 20:13:22 GMT";
    private const string Cookie = "foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1";

    private static readonly string[] Requests =
    [
        ":method: GET|:scheme: http|:path: /|:authority: www.example.com",
        ":method: GET|:scheme: http|:path: /|:authority: www.example.com|cache-control: no-cache",
        ":method: GET|:scheme: https|:path: /index.html|:authority: www.example.com|custom-key: custom-value",
    ];

    private static readonly string[] Responses =
    [
        $":status: 302|cache-control: private|date: {Date1}|location: https://www.example.com",
        $":status: 307|cache-control: private|date: {Date1}|location: https://www.example.com",
        $":status: 200|cache-control: private|date: {Date2}|location: https://www.example.com|content-encoding: gzip|set-cookie: {Cookie}",
    ];

    [TestCase(10, 5, "0A", TestName = "C.1.1: 10 with a prefix of five bits")]
    [TestCase(1337, 5, "1F9A0A", TestName = "C.1.2: 1337 with a prefix of five bits")]
    [TestCase(42, 8, "2A", TestName = "C.1.3: 42 at the start of an octet")]
    public void An_integer_is_coded_as_in_the_RFC(int value, int prefix, string hex)
    {
        var output = new ArrayBufferWriter<byte>();

        HpackInteger.Write(output, 0, prefix, value);

        ReadOnlySpan<byte> input = output.WrittenSpan;
        Assert.That(Convert.ToHexString(output.WrittenSpan), Is.EqualTo(hex));
        Assert.That(HpackInteger.Read(ref input, prefix), Is.EqualTo(value));
    }

    [TestCase("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key", "custom-header", HeaderIndexing.Incremental, 55,
        TestName = "C.2.1: literal with indexing")]
    [TestCase("040c2f73616d706c652f70617468", ":path", "/sample/path", HeaderIndexing.None, 0,
        TestName = "C.2.2: literal without indexing")]
    [TestCase("100870617373776f726406736563726574", "password", "secret", HeaderIndexing.Never, 0,
        TestName = "C.2.3: literal never indexed")]
    [TestCase("82", ":method", "GET", HeaderIndexing.Incremental, 0, TestName = "C.2.4: indexed")]
    public void A_field_is_coded_as_in_the_RFC(string hex, string name, string value, HeaderIndexing indexing, int tableSize)
    {
        var decoder = NewDecoder();
        var output = new ArrayBufferWriter<byte>();

        var fields = decoder.Decode(Convert.FromHexString(hex));
        new HpackEncoder(huffman: false).Encode(fields, output);

        Assert.That(fields, Is.EqualTo(new[] { new HeaderField(name, value, indexing) }));
        Assert.That(Convert.ToHexStringLower(output.WrittenSpan), Is.EqualTo(hex));
        Assert.That(decoder.Table.Size, Is.EqualTo(tableSize));
    }

    [TestCase(false, 4096,
        new[] { "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565" }, new[] { 57, 110, 164 },
                TestName = "C.3: requests without Huffman code")]
    [TestCase(true, 4096,
        new[] { "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf" },
        new[] { 57, 110, 164 }, TestName = "C.4: requests with Huffman code")]
    public void Requests_are_coded_as_in_the_RFC(bool huffman, int capacity, string[] blocks, int[] sizes) =>
        AssertSeries(huffman, capacity, blocks, Requests, sizes);

    [TestCase(
        false,
        new[]
        {
            "4803333032580770726976617465611d4d6f6e2c203231204f637420323031332032303a31333a323120474d546e1768747470733a2f2f77"
                + "77772e6578616d706c652e636f6d",
            "4803333037c1c0bf",
            "88c1611d4d6f6e2c203231204f637420323031332032303a31333a323220474d54c05a04677a69707738666f6f3d4153444a4b48514b425a"
                + "584f5157454f50495541585157454f49553b206d61782d6167653d333630303b2076657273696f6e3d31",
        },
        TestName = "C.5: responses without Huffman code")]
    [TestCase(
        true,
        new[]
        {
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f36"
                + "72c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        },
        TestName = "C.6: responses with Huffman code")]
    public void Responses_are_coded_as_in_the_RFC(bool huffman, string[] blocks) =>
        AssertSeries(huffman, 256, blocks, Responses, [222, 222, 215]);

    [Test]
    public void Huffman_code_brings_back_every_text() => Check.QuickThrowOnFailure(Prop.ForAll(Octets, octets =>
    {
        var text = string.Concat(octets.Select(octet => (char)octet));
        var output = new ArrayBufferWriter<byte>();
        HpackHuffman.Encode(text, output);
        return HpackHuffman.Decode(output.WrittenSpan) == text && output.WrittenCount == HpackHuffman.EncodedLength(text);
    }));

    [Test]
    public void Huffman_code_brings_back_every_octet()
    {
        var text = string.Concat(Enumerable.Range(0, 256).Select(octet => (char)octet));
        var output = new ArrayBufferWriter<byte>();

        HpackHuffman.Encode(text, output);

        Assert.That(HpackHuffman.Decode(output.WrittenSpan), Is.EqualTo(text));
    }

    [Test]
    public void Any_list_comes_back_through_any_table_sizes()
    {
        var sizes = Gen.Elements(0, 33, 64, 256, 4096, 100_000);
        var names = Gen.Elements("a", "b", ":status", "content-type", "x-long-name-of-a-field");
        var values = Gen.Elements("", "200", "v", "application/grpc", new string('z', 70), "\u00e9\u00ff");
        var field = names.Zip(values)
            .Zip(Gen.Elements(Enum.GetValues<HeaderIndexing>()))
            .Select(made => new HeaderField(made.Item1.Item1, made.Item1.Item2, made.Item2));
        var blocks = sizes.ListOf().Zip(field.ListOf()).ListOf();

        Check.QuickThrowOnFailure(Prop.ForAll(blocks.ToArbitrary(), made =>
        {
            var (encoder, decoder) = (new HpackEncoder(), NewDecoder());
            return made.All(block =>
            {
                var output = new ArrayBufferWriter<byte>();
                block.Item1.ToList().ForEach(encoder.Limit);
                encoder.Encode(block.Item2, output);
                return decoder.Decode(output.WrittenSpan)
                    .Select(one => (one.Name, one.Value))
                    .SequenceEqual(block.Item2.Select(one => (one.Name, one.Value)));
            });
        }));
    }

    [Test]
    public void No_octets_bring_the_decoder_out_of_step() => Check.QuickThrowOnFailure(Prop.ForAll(Octets, octets =>
    {
        try
        {
            _ = NewDecoder().Decode(octets);
        }
        catch (HpackException)
        {
            return;
        }
    }));

    [TestCase("80", TestName = "index 0")]
    [TestCase("ff80808080808001", TestName = "an integer of too many octets")]
    [TestCase("ffffffffff7f", TestName = "an integer beyond 32 bits")]
    [TestCase("be", TestName = "an index beyond the table")]
    [TestCase("ff", TestName = "an integer cut off")]
    [TestCase("40", TestName = "a name cut off")]
    [TestCase("400561", TestName = "a string cut off")]
    [TestCase("3fe21f", TestName = "a table size above the announced")]
    [TestCase("8220", TestName = "a table size after a field")]
    [TestCase("4081ff00", TestName = "Huffman padding of a whole octet")]
    [TestCase("40810000", TestName = "Huffman padding of zeros")]
    [TestCase("4085fffffffffc00", TestName = "the end-of-string symbol")]
    public void A_malformed_block_is_refused(string hex) =>
        Assert.That(() => NewDecoder().Decode(Convert.FromHexString(hex)), Throws.TypeOf<HpackException>());

    [Test]
    public void A_small_block_that_unfolds_to_a_huge_list_is_refused()
    {
        var value = new string('x', 4000);
        var output = new ArrayBufferWriter<byte>();
        new HpackEncoder().Encode(Enumerable.Repeat(new HeaderField("x", value), 1000), output);

        Assert.That(output.WrittenCount, Is.LessThan(6000));
        Assert.That(() => new HpackDecoder(4096, 64 * 1024, 10_000).Decode(output.WrittenSpan),
            Throws.TypeOf<HeaderListTooLargeException>());
    }

    [Test]
    public void A_field_larger_than_the_table_empties_it()
    {
        var table = new HpackTable(100);
        table.Add(new HeaderField("a", "b"));

        table.Add(new HeaderField("a", new string('b', 100)));

        Assert.That((table.Size, table.Count), Is.EqualTo((0, 0)));
    }

    private static Arbitrary<byte[]> Octets => ArbMap.Default.ArbFor<byte[]>();

    private static HpackDecoder NewDecoder(int capacity = 4096) => new(capacity, 1 << 20, 1 << 16);

    private static void AssertSeries(bool huffman, int capacity, string[] blocks, string[] lists, int[] sizes)
    {
        var (encoder, decoder) = (new HpackEncoder(capacity, huffman), NewDecoder(capacity));
        foreach (var (index, block) in blocks.Index())
        {
            var output = new ArrayBufferWriter<byte>();
            var fields = lists[index]
                .Split('|')
                .Select(line => line.Split(": ", 2))
                .Select(pair => new HeaderField(pair[0], pair[1]))
                .ToArray();

            var decoded = decoder.Decode(Convert.FromHexString(block));
            encoder.Encode(fields, output);

            Assert.That(decoded, Is.EqualTo(fields));
            Assert.That(decoder.Table.Size, Is.EqualTo(sizes[index]));
            Assert.That(Convert.ToHexStringLower(output.WrittenSpan), Is.EqualTo(block));
        }
    }
}
