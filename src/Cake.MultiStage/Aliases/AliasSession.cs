using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Daemons;
using Cake.MultiStage.Engine.Leftovers;
using Cake.MultiStage.Engine.Nodes;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Images;
using Cake.MultiStage.Registries;
using Cake.MultiStage.Progress;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Cake.MultiStage.Aliases;

/// <summary>What an alias does, which its synchronous and its awaited form share.</summary>
/// <param name="Name">What is done, as messages begin: <c>Pushing 'shop/web:1.0'</c>.</param>
/// <param name="Body">Does it.</param>
internal sealed record AliasWork<T>(string Name, Func<AliasSession, Task<T>> Body)
{
    /// <summary>Gets what holds after a stop, for its message: <c>No tag was moved.</c></summary>
    public string AfterStop { get; init; } = "";
}

/// <summary>What an alias works with: Cake's log and environment, the engine, and a token that Ctrl+C cancels.</summary>
internal sealed class AliasSession
{
    private readonly ICakeContext _context;
    private readonly Operation _operation;

    private AliasSession(ICakeContext context, Operation operation)
    {
        _context = context;
        _operation = operation;
    }

    public ILogger Logger => _operation.Logger;

    /// <summary>
    /// Gets the token of the alias's work: cancelled by the caller's own, by Ctrl+C and SIGTERM, and when the engine has fallen silent.
    /// </summary>
    public CancellationToken Token => _operation.Token;

    private EndpointResolver Resolver => new(
        _context.Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        OperatingSystem.IsWindows());

    /// <summary>Does an alias's work and waits for its end.</summary>
    public static T Run<T>(ICakeContext context, AliasWork<T> work)
    {
        var session = Begin(context, work, CancellationToken.None);
        return RunningOperations.OfProcess.Run(session._operation, () => work.Body(session));
    }

    /// <summary>Does an alias's work, to be awaited by the script.</summary>
    public static Task<T> RunAsync<T>(ICakeContext context, AliasWork<T> work, CancellationToken? cancellationToken)
    {
        var session = Begin(context, work, cancellationToken ?? CancellationToken.None);
        return RunningOperations.OfProcess.RunAsync(session._operation, () => work.Body(session));
    }

    public EngineEndpoint Endpoint(string? host) => Resolver.Resolve(host);

    /// <summary>Finds registry credentials: those given, then those that Docker keeps.</summary>
    public RegistryKeyring Keyring(IDictionary<string, RegistryCredentials>? given) => new(
        Resolver.ConfigDirectory,
        (given ?? new Dictionary<string, RegistryCredentials>(StringComparer.Ordinal)).ToDictionary(StringComparer.Ordinal),
        _context.Environment.GetEnvironmentVariable);

    /// <summary>Works with an engine, by the token of this session.</summary>
    public async Task<T> WithEngineAsync<T>(
        EngineEndpoint endpoint, Func<EngineConnection, Task<T>> action, IDictionary<string, RegistryCredentials>? credentials = null)
    {
        using var connection = await EngineConnection.OpenAsync(
            endpoint, _operation, keyring: Keyring(credentials), routes: RunningOperations.OfProcess.Routes);
        Logger.LogDebug("{Engine}", $"Docker engine {connection.EngineVersion} at {endpoint}");
#pragma warning disable CA2025 // it is awaited below, before the connection is closed
        var tidying = RunningOperations.OfProcess.IsFirstUse(endpoint.Address)
            ? new LeftoverRemoval(new HostProcesses(), TimeProvider.System).RemoveAsync(connection, Token)
            : Task.CompletedTask;
#pragma warning restore CA2025
        try
        {
            return await action(connection);
        }
        finally
        {
            await tidying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Works with what builds, by the token of this session: a BuildKit of its own, where the settings or the environment name one, or an
    /// engine.
    /// </summary>
    public async Task<T> WithBuilderAsync<T>(
        MultiStageBuildSettings settings, Func<IBuilderConnection, Task<T>> action,
        IDictionary<string, RegistryCredentials>? credentials = null)
    {
        credentials ??= settings.RegistryCredentials;
        if (settings.Builders.Count > 0)
        {
            throw new MultiStageException(
                "Builders shares the platforms of one MultiStageBuild among several builders. Here one works: name it by build.Builder.");
        }

        if (Daemon(settings) is not { } daemon)
        {
            return await WithEngineAsync(Endpoint(HostOf(settings)), connection => action(connection), credentials);
        }

        using var connection = await DaemonConnection.OpenAsync(
            daemon, _operation, keyring: Keyring(credentials), routes: RunningOperations.OfProcess.Routes);
        Logger.LogDebug("{BuildKit}", $"BuildKit {connection.Version} at {daemon}");
        return await action(connection);
    }

    /// <summary>Finds the engines that outputs name.</summary>
    public BuildRequest WithEngines(BuildRequest request, MultiStageBuildSettings settings) => request with
    {
        Outputs =
        [
            .. request.Outputs.Select(output => output switch
            {
                EngineOutput { Host: null } own when Daemon(settings) is not null => own with { Endpoint = Endpoint(HostOf(settings)) },
                EngineOutput { Host: { } host } other when Daemon(settings) is not null
                    || !IsSame(Endpoint(host).Address, Endpoint(HostOf(settings)).Address) => other with { Endpoint = Endpoint(host) },
                _ => output,
            }),
        ],
    };

    // Addresses are compared without their users, each of whom may have an engine of their own.
    private static bool IsSame(Uri one, Uri other) => one == other && one.UserInfo == other.UserInfo;

    private static string? HostOf(MultiStageBuildSettings settings) => settings.Builder?.Host ?? settings.Host;

    /// <summary>Reaches several builders; those that don't answer are passed over.</summary>
    /// <exception cref="MultiStageException">One has no address, or an address that is none; or none answers.</exception>
    public Task<BuilderNodes> NodesAsync(MultiStageBuildSettings settings, IBuildObserver observer) => BuilderNodes.OpenAsync(
        [.. settings.Builders.Select(builder => Named(builder))], _operation, Keyring(settings.RegistryCredentials),
        RunningOperations.OfProcess.Routes, observer);

    private NamedBuilder Named(Builder builder)
    {
        List<Platform> platforms = [.. builder.Platforms.Select(Platform.Parse)];
        return builder.Host is { } host ? new NamedBuilder(Endpoint(host), IsEngine: true, platforms)
            : Daemon(builder) is { } daemon ? new NamedBuilder(daemon, IsEngine: false, platforms)
            : throw new MultiStageException(
                "One of Builders has no address. Name each, as in build.Builders.Add(Builder.Engine(\"ssh://me@build\")) or "
                    + "build.Builders.Add(Builder.At(\"tcp://build:1234\")).");
    }

    private EngineEndpoint? Daemon(MultiStageBuildSettings settings) => Daemon(settings.Builder);

    private EngineEndpoint? Daemon(Builder? builder) => DaemonAddress.Resolve(
        builder, _context.Environment.GetEnvironmentVariable,
        path => System.IO.Path.GetFullPath(path, _context.Environment.WorkingDirectory.FullPath));

    /// <summary>Runs a build and shows it: live on a terminal at normal verbosity, else in the log.</summary>
    public async Task<T> ShowAsync<T>(Func<IBuildObserver, Task<T>> build)
    {
        if (!IsLive)
        {
            using var log = new BuildLog(Logger);
            return await build(log);
        }

        var view = new LiveBuildView(AnsiConsole.Console);
        return await view.ShowAsync(() => build(new CleanObserver(view)));
    }

    /// <summary>Runs many builds and shows them: live on a terminal at normal verbosity, else each in the log, with no view.</summary>
    public Task<T> ShowAllAsync<T>(IEnumerable<string> names, Func<LivePlanView?, Task<T>> build)
    {
        if (!IsLive)
        {
            return build(null);
        }

        var view = new LivePlanView(AnsiConsole.Console, names);
        return view.ShowAsync(() => build(view));
    }

    private bool IsLive => _context.Log.Verbosity == Verbosity.Normal && !Console.IsOutputRedirected
        && AnsiConsole.Console.Profile.Capabilities.Interactive;

    private static AliasSession Begin<T>(ICakeContext context, AliasWork<T> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new AliasSession(context,
            new Operation(work.Name, new CakeLogger(context.Log), cancellationToken) { AfterStop = work.AfterStop });
    }
}
