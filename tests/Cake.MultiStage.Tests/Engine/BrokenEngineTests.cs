using System.Diagnostics;
using System.Net.Sockets;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Operations;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

[Category("Fault")]
public sealed class BrokenEngineTests : EngineFixture
{
    private static readonly BuilderKind[] Builders = [BuilderKind.BuildKit, BuilderKind.Legacy];

    private static string Beginning => Recorded.Stream("legacy-two-stages").Cut(lines: 5);

    [Test]
    public async Task A_connection_cut_in_mid_stream_is_told()
    {
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.StreamAsync(Beginning);
        });
        Assert.That((await BuildErrorAsync(BuilderKind.Legacy)).Message,
            Does.Contain("closed the connection").And.Contain("look at the engine's log"));
    }

    [Test]
    public async Task A_link_cut_in_mid_solve_is_told()
    {
        Daemon.On("/v1.41/grpc", async exchange =>
        {
            Daemon.BuildKit.Outcome = async (_, _) =>
            {
                exchange.Reset();
                await Task.Delay(Timeout.Infinite, CancellationToken.None);
                return new SolveResponse();
            };
            await exchange.UpgradeAsync(Daemon.BuildKit.Methods);
        });
        Assert.That((await BuildErrorAsync()).Message, Does.Contain("closed the connection").And.Contain("look at the engine's log"));
    }

    [Test]
    public async Task A_session_that_ends_in_mid_solve_ends_the_solve()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Daemon.On("/v1.41/session", async exchange =>
        {
            _ = exchange.UpgradeAsync();
            while (Daemon.BuildKit.Solves.IsEmpty)
            {
                await Task.Delay(10);
            }

            exchange.Reset();
        });
        Daemon.BuildKit.Outcome = async (_, call) =>
        {
            await using var ended = call.CancellationToken.Register(cancelled.SetResult);
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return new SolveResponse();
        };
        Assert.That((await BuildErrorAsync()).Message, Does.Contain("the session of the build ended").And.Contain("run the build again"));
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Test]
    public async Task Where_the_session_ends_with_the_solve_the_solve_tells_why()
    {
        Daemon.On("/v1.41/session", async exchange =>
        {
            _ = exchange.UpgradeAsync();
            while (Daemon.BuildKit.Solves.IsEmpty)
            {
                await Task.Delay(10);
            }

            exchange.Reset();
        });
        Daemon.Builds(Recorded.Stream("buildkit-failing-run"));
        var outcome = Daemon.BuildKit.Outcome;
        Daemon.BuildKit.Outcome = async (request, call) =>
        {
            await Task.Delay(100, call.CancellationToken);
            return await outcome(request, call);
        };
        Assert.That(() => BuildAsync(Recorded.Failing), Throws.InstanceOf<BuildFailedException>().With.Message.Contains("exit code: 3"));
    }

    [Test]
    public async Task Where_the_engine_says_no_more_than_that_the_session_is_gone_that_is_told()
    {
        Daemon.On("/v1.41/session", async exchange =>
        {
            _ = exchange.UpgradeAsync();
            while (Daemon.BuildKit.Solves.IsEmpty)
            {
                await Task.Delay(10);
            }

            exchange.Reset();
        });
        Daemon.BuildKit.Outcome = async (_, call) =>
        {
            await Task.Delay(100, call.CancellationToken);
            throw new Cake.MultiStage.Engine.Grpc.GrpcException(
                Cake.MultiStage.Engine.Grpc.GrpcStatusCode.Unknown, "no active session for abc");
        };
        Assert.That((await BuildErrorAsync()).Message, Does.Contain("the session of the build ended (no active session for abc)"));
    }

    [TestCaseSource(nameof(Builders))]
    public async Task An_answer_without_an_image_is_told(BuilderKind builder)
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages").Cut(lines: 5));
        Assert.That((await BuildErrorAsync(builder)).Message,
            Does.Contain("ended its answer without an image").And.Contain("look at its log"));
    }

    [Test]
    public async Task A_connection_closed_before_any_answer_is_told()
    {
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            exchange.Reset();
        });
        Daemon.On("/v1.41/grpc", exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });
        foreach (var builder in Builders)
        {
            Assert.That((await BuildErrorAsync(builder)).Message, Does.Contain("closed the connection").And.Contain("run the build again"));
        }
    }

    [TestCase("""{"id":"moby.buildkit.trace","aux":"Cn0K""")]
    [TestCase("<html>no JSON</html>")]
    [TestCase("[1,2]")]
    public async Task A_damaged_line_is_told(string line)
    {
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.StreamAsync(line);
            await exchange.EndAsync();
        });
        Assert.That((await BuildErrorAsync(BuilderKind.Legacy)).Message,
            Does.Contain("broke off or is damaged").And.Contain("look at its log"));
    }

    [Test]
    public async Task An_engine_that_speaks_no_gRPC_is_told_with_the_way_out()
    {
        Daemon.On("/v1.41/grpc", exchange => exchange.AnswerAsync(404, "404 page not found")).ServesGrpc();
        Assert.That((await BuildErrorAsync()).Message, Does.Contain("neither").And.Contain("/grpc").And.Contain("BuilderKind.Legacy"));
    }

    [TestCase(400, "dockerfile parse error")]
    [TestCase(401, "unauthorized")]
    [TestCase(403, "authorization denied by plugin")]
    [TestCase(500, "no space left on device")]
    public async Task The_daemons_message_is_told_with_its_status(int status, string message)
    {
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync(status, $$"""{"message":"{{message}}"}""");
        });
        Daemon.On("/v1.41/grpc", exchange => exchange.AnswerAsync(status, $$"""{"message":"{{message}}"}"""));
        foreach (var builder in Builders)
        {
            Assert.That((await BuildErrorAsync(builder)).Message, Does.Contain($"answered {status}: {message}"));
        }
    }

    [Test]
    public async Task The_daemons_message_is_not_lost_when_it_reads_none_of_a_large_body()
    {
        Context.File("hello.txt", new string('x', 30_000_000));
        Daemon.On("/v1.41/build", exchange => exchange.AnswerAsync(400, """{"message":"invalid platform"}"""));
        Assert.That((await BuildErrorAsync(BuilderKind.Legacy)).Message, Does.Contain("answered 400: invalid platform"));
    }

    [TestCase("", "(no message)")]
    [TestCase("plain text\n", "plain text")]
    [TestCase("[]", "[]")]
    public async Task An_answer_that_is_no_JSON_is_told_as_it_is(string body, string message)
    {
        Daemon.On("/v1.41/build", exchange => exchange.AnswerAsync(500, body));
        Assert.That((await BuildErrorAsync(BuilderKind.Legacy)).Message, Does.EndWith($"answered 500: {message}"));
    }

    [Test]
    public async Task An_image_that_vanished_after_the_build_is_told()
    {
        Daemon.Builds(Recorded.Stream("buildkit-two-stages"))
            .On("/v1.41/images/sha256:1bc99", exchange => exchange.AnswerAsync(404, """{"message":"No such image"}"""));
        Assert.That((await BuildErrorAsync()).Message, Does.Contain("does not have it").And.Contain("run the build again"));
    }

    [Test]
    public async Task A_build_cancelled_while_it_stalls_is_stopped_in_the_engine_too()
    {
        using var cancellation = new CancellationTokenSource();
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = 0L;
        Daemon.BuildKit.Outcome = async (_, call) =>
        {
            await using var ended = call.CancellationToken.Register(stopped.SetResult);
            cancelled = Stopwatch.GetTimestamp();
            await cancellation.CancelAsync();
            await Task.Delay(Timeout.Infinite, call.CancellationToken);
            return new SolveResponse();
        };
        Assert.That(() => BuildAsync(cancellationToken: cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Stopwatch.GetElapsedTime(cancelled), Is.LessThan(TimeSpan.FromSeconds(3)));
        await stopped.Task.WaitAsync(TimeSpan.FromSeconds(3));
    }

    [Test]
    public void A_legacy_build_cancelled_while_it_stalls_ends_at_once()
    {
        using var cancellation = new CancellationTokenSource();
        Daemon.On("/v1.41/build", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.StreamAsync(Beginning);
            await cancellation.CancelAsync();
            await exchange.StallAsync();
        });
        Assert.That(() => BuildAsync(builder: BuilderKind.Legacy, cancellationToken: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void An_engine_that_stalls_is_given_up_in_time()
    {
        Daemon.On("/_ping", exchange => exchange.StallAsync());
        Assert.That(() => ConnectAsync(new EngineLimits { FirstAnswer = TimeSpan.FromSeconds(0.2) }),
            Told("gave no answer within 0.2 seconds", "restart it, or set DOCKER_HOST"));
    }

    [Test]
    public void An_engine_that_answers_the_ping_and_then_stalls_is_given_up_in_time()
    {
        Daemon.On("/v1.41/version", exchange => exchange.StallAsync());
        Assert.That(() => ConnectAsync(new EngineLimits { FirstAnswer = TimeSpan.FromSeconds(0.2) }),
            Told("gave no answer within 0.2 seconds", "restart it"));
    }

    [Test]
    public void Cancelling_while_the_engine_stalls_is_no_error_of_the_engine()
    {
        using var cancellation = new CancellationTokenSource(TimeSpan.FromSeconds(0.1));
        Daemon.On("/_ping", exchange => exchange.StallAsync());
        Assert.That(() => EngineConnection.OpenAsync(Daemon.Endpoint, new Operation("The test", NullLogger.Instance, cancellation.Token)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase(401)]
    [TestCase(403)]
    [TestCase(503)]
    public void A_ping_that_is_refused_is_told(int status)
    {
        Daemon.On("/_ping", exchange => exchange.AnswerAsync(status, """{"message":"go away"}"""));
        Assert.That(() => ConnectAsync(), Told("is not a Docker engine, or not ready", $"{status}: go away"));
    }

    [Test]
    public void A_web_server_is_no_engine()
    {
        Daemon.On("/v1.41/version", exchange => exchange.AnswerAsync(200, "<html>"));
        Assert.That(() => ConnectAsync(), Told("is not a Docker engine", "Set DOCKER_HOST"));
    }

    [Test]
    public void Something_that_does_not_speak_HTTP_is_told()
    {
        Daemon.On("/_ping", exchange =>
        {
            exchange.Reset();
            return Task.CompletedTask;
        });
        Assert.That(() => ConnectAsync(), Told("closed the connection", "look at the engine's log"));
    }

    [Test]
    public void A_socket_that_is_not_there_is_told()
    {
        var endpoint = new EngineEndpoint(new Uri("unix://" + Context["missing.sock"]), "DOCKER_HOST");
        Assert.That(() => EngineConnection.OpenAsync(endpoint, new Operation("The test", NullLogger.Instance, CancellationToken.None)),
            Throws.InstanceOf<EngineException>()
            .With.Message.Contains($"no Docker engine answers at unix://{Context["missing.sock"]} (from DOCKER_HOST)")
                .And.Message.Contains("Start Docker, or set DOCKER_HOST, or choose a docker context"));
    }

    [Test]
    public void A_socket_where_nobody_listens_is_told()
    {
        using var nobody = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        nobody.Bind(new UnixDomainSocketEndPoint(Context["dead.sock"]));
        Assert.That(
            () => EngineConnection.OpenAsync(Daemon.Endpoint with { Address = new Uri("unix://" + Context["dead.sock"]) },
                new Operation("The test", NullLogger.Instance, CancellationToken.None)),
            Throws.InstanceOf<EngineException>().With.Message.Contains("no Docker engine answers").And.Message.Contains("Start Docker"));
    }

    [Test]
    public async Task A_socket_that_may_not_be_opened_is_told()
    {
        using var connection = await ConnectAsync();
        var error = connection.Unreachable("Pinging",
            new HttpRequestException("outer", new SocketException((int)SocketError.AccessDenied)));
        Assert.That(error.Message,
            Does.Contain($"access to the Docker engine at {Daemon.Endpoint} was denied").And.Contain("group 'docker'"));
    }

    [Test]
    public async Task An_engine_says_its_version_and_builders()
    {
        using var connection = await ConnectAsync();
        Assert.That((connection.EngineVersion, connection.HasBuildKit), Is.EqualTo(("20.10.24", true)));
    }

    [Test]
    public void BuildKit_asked_of_an_engine_without_it_is_told()
    {
        Daemon.On("/_ping", exchange => exchange.AnswerAsync(200, "OK"))
            .On("/v1.41/version", exchange => exchange.AnswerAsync(200, """{"Version":"5.0","Os":"windows"}"""));
        Assert.That(() => BuildAsync(builder: BuilderKind.BuildKit),
            Told("ask for BuildKit, which the engine 5.0", "Leave the builder unset"));
    }

    [Test]
    public async Task An_engine_without_BuildKit_builds_by_the_legacy_builder()
    {
        Daemon.On("/_ping", exchange => exchange.AnswerAsync(200, "OK"))
            .On("/v1.41/version", exchange => exchange.AnswerAsync(200, """{"Version":"5.0","Os":"linux"}"""))
            .Builds(Recorded.Stream("legacy-two-stages"));
        await BuildAsync();
        Assert.That(Daemon.Requests, Has.Some.StartsWith("POST /v1.41/build?version=1&"));
    }

    private NUnit.Framework.Constraints.ContainsConstraint Told(string what, string todo) =>
        Throws.InstanceOf<EngineException>().With.Message.Contains(Daemon.Endpoint.ToString())
            .And.Message.Contains(what).And.Message.Contains(todo);
}
