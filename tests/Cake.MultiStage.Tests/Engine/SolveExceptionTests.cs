using Cake.MultiStage.Engine.BuildKit;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using NUnit.Framework;
using Status = Grpc.Core.Status;

namespace Cake.MultiStage.Tests.Engine;

public sealed class SolveExceptionTests
{
    [Test]
    public void Details_name_the_step_the_line_and_the_exit_code()
    {
        var error = Read(
            ("github.com/moby/buildkit/util/stack.Stack+json", """{"frames":[]}"""),
            ("github.com/moby/buildkit/errdefs.Vertex+json", """{"digest":"sha256:ab"}"""),
            ("github.com/moby/buildkit/errdefs.Source+json",
                """{"info":{"filename":"Dockerfile"},"ranges":[{"start":{"line":7}},{"start":{"line":6}}]}"""),
            ("github.com/moby/buildkit/frontend/gateway/pb.ExitMessage+json", """{"Code":7}"""));
        Assert.That((error.Message, error.Step, error.Line, error.ExitCode), Is.EqualTo(("it failed", "sha256:ab", 6, 7)));
    }

    [TestCase("errdefs.Source+json", "no JSON")]
    [TestCase("errdefs.Source+json", "[]")]
    [TestCase("errdefs.Source+json", """{"ranges":{}}""")]
    [TestCase("errdefs.Source+json", """{"ranges":[1,{},{"start":1},{"start":{"line":"x"}}]}""")]
    [TestCase("errdefs.Vertex+json", """{"digest":1}""")]
    [TestCase("pb.ExitMessage+json", """{"Code":1e99}""")]
    [TestCase("something.New+json", "{}")]
    [TestCase("google.rpc.DebugInfo", "x")]
    public void Details_of_another_form_tell_nothing(string kind, string json)
    {
        var error = Read((kind, json));
        Assert.That((error.Message, error.Step, error.Line, error.ExitCode),
            Is.EqualTo(("it failed", (string?)null, (int?)null, (int?)null)));
    }

    [Test]
    public void Damaged_details_leave_the_message()
    {
        var trailers = new Metadata { { "grpc-status-details-bin", new byte[] { 0xff, 0xff } } };
        Assert.That(SolveException.Of(new RpcException(new Status(StatusCode.Unknown, "it failed"), trailers)).Message,
            Is.EqualTo("it failed"));
    }

    private static SolveException Read(params (string Kind, string Json)[] details)
    {
        var status = new RpcStatus { Details = { details.Select(
            detail => new Any { TypeUrl = detail.Kind, Value = ByteString.CopyFromUtf8(detail.Json) }) } };
        return SolveException.Of(
            new RpcException(new Status(StatusCode.Unknown, "it failed"),
                new Metadata { { "grpc-status-details-bin", status.ToByteArray() } }));
    }
}
