using Cake.MultiStage.Building;
using Cake.MultiStage.Dockerfiles;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>A fake daemon, a build context and a recorder for each test.</summary>
public abstract class EngineFixture
{
    private protected FakeDaemon Daemon { get; private set; } = null!;

    private protected TemporaryFolder Context { get; private set; } = null!;

    private protected Recorder Observer { get; private set; } = null!;

    [SetUp]
    public void StartDaemon() =>
        (Daemon, Context, Observer) = (FakeDaemon.OnSocket(), new TemporaryFolder().File("hello.txt"), new Recorder());

    [TearDown]
    public async Task StopDaemon()
    {
        await Daemon.DisposeAsync();
        Context.Dispose();
    }

    private protected Task<EngineConnection> ConnectAsync(EngineLimits? limits = null, Operation? operation = null) =>
        EngineConnection.OpenAsync(Daemon.Endpoint, operation ?? new Operation("The test", NullLogger.Instance, CancellationToken.None),
            limits);

    private protected BuildRequest Request(Dockerfile? dockerfile = null, BuilderKind? builder = null) => new()
    {
        Dockerfile = dockerfile ?? Recorded.TwoStages,
        ContextDirectory = Context.Path,
        Builder = builder,
    };

    private protected async Task<BuiltImage> BuildAsync(Dockerfile? dockerfile = null, BuilderKind? builder = null,
        CancellationToken cancellationToken = default)
    {
        using var connection = await ConnectAsync();
        return await new ImageBuildService(connection).BuildAsync(Request(dockerfile, builder), Observer, cancellationToken);
    }

    /// <summary>Runs a build that must end in an error of the engine, which must name the endpoint.</summary>
    private protected async Task<EngineException> BuildErrorAsync(BuilderKind? builder = null)
    {
        try
        {
            await BuildAsync(builder: builder);
        }
        catch (EngineException exception)
        {
            Assert.That(exception.Message, Does.Contain(Daemon.Endpoint.ToString()));
            return exception;
        }

        throw new AssertionException("The build succeeded.");
    }
}
