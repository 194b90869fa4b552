using Cake.MultiStage.Engine.Grpc;
using Google.Protobuf.WellKnownTypes;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Grpc;

/// <summary>Calls that end in an error, and what the caller is told.</summary>
[TestFixture]
[CancelAfter(30_000)]
internal sealed class GrpcStatusTests
{
    private const string EchoPath = "/test.Service/Echo";
    private static readonly GrpcMethod Echo = OctetMethod.Unary(EchoPath, (message, _) => Task.FromResult(message));

    [Test]
    public async Task A_message_that_is_no_protobuf_is_an_internal_error()
    {
        await using var client =
            new GrpcTestClient([GrpcMethod.Unary<StringValue, StringValue>("/p", (request, _) => Task.FromResult(request))]);

        var (status, _, _) = await client.CallAsync("/p", GrpcTestClient.Frame([0x0A, 200]));

        Assert.That(status, Is.EqualTo("13"));
    }

    [TestCase("5")]
    [TestCase("m")]
    [TestCase("123456789m")]
    [TestCase("-1m")]
    [TestCase("1x")]
    public async Task A_malformed_timeout_is_an_internal_error(string timeout)
    {
        await using var client = new GrpcTestClient([Echo]);

        var (status, _, _) = await client.CallAsync(EchoPath, GrpcTestClient.Frame([]), default, ("grpc-timeout", timeout));

        Assert.That(status, Is.EqualTo("13"));
    }

    [Test]
    public async Task An_unknown_method_is_unimplemented()
    {
        await using var client = new GrpcTestClient([Echo]);

        var (status, message, _) = await client.CallAsync("/no/such", GrpcTestClient.Frame([]));

        Assert.That((status, message), Is.EqualTo(("12", "there is no method /no/such")));
    }

    [Test]
    public async Task An_error_of_the_handler_is_percent_encoded()
    {
        await using var client =
            new GrpcTestClient([OctetMethod.Unary("/e", (_, _) => throw new GrpcException(GrpcStatusCode.NotFound, "100% weg: é\n"))]);

        var (status, message, _) = await client.CallAsync("/e", GrpcTestClient.Frame([]));

        Assert.That((status, message), Is.EqualTo(("5", "100%25 weg: %C3%A9%0A")));
    }

    [Test]
    public async Task A_failure_of_the_handler_is_unknown_and_tells_no_secrets()
    {
        await using var client = new GrpcTestClient([OctetMethod.Unary("/e", (_, _) => throw new InvalidOperationException("secret"))]);

        var (status, message, _) = await client.CallAsync("/e", GrpcTestClient.Frame([]));

        Assert.That(status, Is.EqualTo("2"));
        Assert.That(message, Does.Not.Contain("secret"));
    }

    [TestCase(null, "13")]
    [TestCase("identity", "13")]
    [TestCase("gzip", "12")]
    public async Task A_compressed_message_is_refused(string? encoding, string expected)
    {
        await using var client = new GrpcTestClient([Echo]);
        (string, string)[] metadata = encoding is null ? [] : [("grpc-encoding", encoding)];

        var (status, _, _) = await client.CallAsync(EchoPath, GrpcTestClient.Frame([1], flag: 1), default, metadata);

        Assert.That(status, Is.EqualTo(expected));
    }

    [Test]
    public async Task A_message_above_the_limit_exhausts_resources()
    {
        await using var client = new GrpcTestClient([Echo], new GrpcServerLimits { MaxMessageSize = 10 });

        Assert.That((await client.CallAsync(EchoPath, GrpcTestClient.Frame(new byte[11]))).Status, Is.EqualTo("8"));
        Assert.That((await client.CallAsync(EchoPath, GrpcTestClient.Frame(new byte[10]))).Status, Is.EqualTo("0"));
    }

    [TestCase(new byte[0], TestName = "No message at all is an internal error")]
    [TestCase(new byte[] { 0, 0, 0 }, TestName = "A prefix cut off is an internal error")]
    [TestCase(new byte[] { 0, 0, 0, 0, 2, 1 }, TestName = "A message cut off is an internal error")]
    [TestCase(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, TestName = "Two messages in a unary call are an internal error")]
    public async Task A_request_of_not_one_message_is_an_internal_error(byte[] body)
    {
        await using var client = new GrpcTestClient([Echo]);

        Assert.That((await client.CallAsync(EchoPath, body)).Status, Is.EqualTo("13"));
    }
}
