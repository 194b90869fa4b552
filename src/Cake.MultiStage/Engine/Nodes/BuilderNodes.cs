using System.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Daemons;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Engine.Pushing;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;

namespace Cake.MultiStage.Engine.Nodes;

/// <summary>A builder as it was named.</summary>
/// <param name="Endpoint">Where it is.</param>
/// <param name="IsEngine">Whether it is a Docker engine, or else a BuildKit of its own.</param>
/// <param name="Platforms">The platforms that are built there before anywhere else.</param>
internal sealed record NamedBuilder(EngineEndpoint Endpoint, bool IsEngine, IReadOnlyList<Platform> Platforms);

/// <summary>
/// Several builders, each of which builds the platforms that are its. The parts are pushed by their digests, one index is put together of
/// them in the registry, and the tags move last: where a part fails, none has moved.
/// </summary>
internal sealed class BuilderNodes : IDisposable
{
    private readonly IReadOnlyList<BuilderNode> _nodes;
    private readonly RegistryKeyring _keyring;

    private BuilderNodes(IReadOnlyList<BuilderNode> nodes, RegistryKeyring keyring) => (_nodes, _keyring) = (nodes, keyring);

    /// <summary>Reaches those that answer; the others are passed over, and told.</summary>
    /// <param name="builders">The builders.</param>
    /// <param name="operation">What they are for.</param>
    /// <param name="keyring">The credentials to registries.</param>
    /// <param name="routes">The ways that outlive the connections.</param>
    /// <param name="observer">Is told of those that are passed over.</param>
    /// <param name="limits">How long one may be silent.</param>
    /// <exception cref="EngineException">None answers.</exception>
    public static async Task<BuilderNodes> OpenAsync(
        IReadOnlyList<NamedBuilder> builders, Operation operation, RegistryKeyring keyring, EngineRoutes? routes, IBuildObserver observer,
        EngineLimits? limits = null)
    {
        var opened = await Task.WhenAll(builders.Select(builder => TryOpenAsync(builder, operation, keyring, routes, limits)));
        List<BuilderNode> nodes = [.. opened.Select(one => one.Node).OfType<BuilderNode>()];
        List<EngineException> errors = [.. opened.Select(one => one.Error).OfType<EngineException>()];
        operation.Token.ThrowIfCancellationRequested();
        if (nodes.Count == 0)
        {
            throw new EngineException(
                $"The build was not begun: of {builders.Count} builders none answers.\n"
                    + string.Join('\n', errors.Select(error => error.Message)),
                builders[0].Endpoint, errors[0]);
        }

        foreach (var (builder, (_, error)) in builders.Zip(opened).Where(pair => pair.Second.Error is not null))
        {
            observer.On(new BuildWarning($"The builder {builder.Endpoint.Address.OriginalString} is passed over: {error!.Message}"));
        }

        return new BuilderNodes(nodes, keyring);
    }

    /// <summary>Has a request built, and its tags moved to the index of all parts.</summary>
    /// <param name="request">What is built, with its platforms and tags.</param>
    /// <param name="observers">Gives who is told of the part for some platforms.</param>
    /// <param name="observer">Is told of the whole.</param>
    /// <param name="cancellationToken">Stops all parts.</param>
    /// <exception cref="MultiStageException">A part failed: the others are stopped.</exception>
    public async Task<BuiltImage> BuildAsync(
        BuildRequest request, Func<string, IBuildObserver> observers, IBuildObserver observer, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var shares = BuilderShare.Of(request, _nodes);
        foreach (var share in shares)
        {
            observer.On(new BuildNote($"{string.Join(", ", share.Platforms)} is built by {share.Node.Name}."));
        }

        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var client = new RegistryClient(_keyring);
        var repository = request.Tags[0].WithoutTag();
        var parts = (await Task.WhenAll(shares.Select(async share =>
        {
            try
            {
                return await PartAsync(share, request, repository, client, observers(string.Join(", ", share.Platforms)), stopping.Token);
            }
            catch
            {
                // Whatever it is: the others would go on to an end that nobody wants.
                await stopping.CancelAsync();
                throw;
            }
        }))).SelectMany(images => images).ToList();
        var index = await new ImageIndexer(client, observer).IndexAsync(
            [.. parts.Select(part => repository.WithDigest(part.Digest!))], request.Tags, cancellationToken);
        return parts[0] with
        {
            Id = index.Digest,
            Digest = index.Digest,
            Tags = request.Tags,
            Duration = Stopwatch.GetElapsedTime(started),
            Steps = [.. parts.SelectMany(part => part.Steps)],
            Platforms = request.Platforms,
            Engine = null,
            Place = $"{BuiltImage.RegistryScheme}{request.Tags[0].WithDigest(index.Digest)}",
        };
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            (node.Connection as IDisposable)?.Dispose();
        }
    }

    private static async Task<(BuilderNode? Node, EngineException? Error)> TryOpenAsync(
        NamedBuilder builder, Operation operation, RegistryKeyring keyring, EngineRoutes? routes, EngineLimits? limits)
    {
        IBuilderConnection? connection = null;
        try
        {
            connection = builder.IsEngine ? await EngineConnection.OpenAsync(builder.Endpoint, operation, limits, keyring, routes)
                : await DaemonConnection.OpenAsync(builder.Endpoint, operation, limits, keyring, routes);
            if (connection is EngineConnection { HasBuildKit: false })
            {
                return (new BuilderNode(connection, builder.Platforms, [connection.Platform]), null);
            }

            var facts = await new BuildKitClient(connection).FactsAsync(operation.Token);
            return (new BuilderNode(connection, builder.Platforms, facts.Platforms)
            {
                PushesByDigest = facts.Store != ImageStore.Graphdriver,
            }, null);
        }
        catch (EngineException exception)
        {
            (connection as IDisposable)?.Dispose();
            return (null, exception);
        }
        catch (SolveException exception)
        {
            (connection as IDisposable)?.Dispose();
            return (null, new EngineException(
                $"The builder at {builder.Endpoint} refuses to say what it can do: {LogText.Clean(exception.Message)}. Look at its log.",
                builder.Endpoint, exception));
        }
    }

    private static async Task<IReadOnlyList<BuiltImage>> PartAsync(
        BuilderShare share, BuildRequest request, ImageReference repository, RegistryClient client, IBuildObserver observer,
        CancellationToken cancellationToken)
    {
        var builds = new ImageBuildService(share.Node.Connection);
        if (share.Node is { PushesByDigest: true } && builds.KindFor(request) == BuilderKind.BuildKit)
        {
            return
            [
                await builds.BuildAsync(
                    request with { Platforms = share.Platforms, Tags = [], Outputs = [new DigestOutput(repository)] }, observer,
                    cancellationToken),
            ];
        }

        List<BuiltImage> images = [];
        var engine = (EngineConnection)share.Node.Connection;
        foreach (var platform in share.Platforms)
        {
            var image = await builds.BuildAsync(
                request with { Platforms = [platform], Tags = [], Outputs = [] }, observer, cancellationToken);
            try
            {
                var digest = await new ImageUpload(engine, client).PushAsync(image.Id, repository, cancellationToken);
                images.Add(image with { Digest = digest });
            }
            finally
            {
                await new EngineImages(engine).CleanUpAsync(image.Id);
            }
        }

        return images;
    }
}
