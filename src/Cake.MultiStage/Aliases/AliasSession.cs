using System.Runtime.InteropServices;
using Cake.Core;
using Cake.Core.Diagnostics;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Registries;
using Cake.MultiStage.Reporting;
using Microsoft.Extensions.Logging;
using Spectre.Console;

namespace Cake.MultiStage.Aliases;

/// <summary>What an alias works with: Cake's log and environment, the engine, and a token that Ctrl+C cancels.</summary>
internal sealed class AliasSession(ICakeContext context)
{
    public ILogger Logger { get; } = new CakeLogger(context.Log);

    /// <summary>Runs something to its end; Ctrl+C cancels it, so that the engine's build stops before Cake does.</summary>
    public static T Run<T>(Func<CancellationToken, Task<T>> action)
    {
        using var cancellation = new CancellationTokenSource();
        void Cancel(PosixSignalContext signal)
        {
            signal.Cancel = true;
            cancellation.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        try
        {
            return action(cancellation.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException exception) when (cancellation.IsCancellationRequested)
        {
            throw new MultiStageException("Cancelled. The build was stopped in the engine; no tag was moved.", exception);
        }
    }

    private EndpointResolver Resolver => new(
        context.Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        OperatingSystem.IsWindows());

    public EngineEndpoint Endpoint(string? host) => Resolver.Resolve(host);

    public async Task<T> WithEngineAsync<T>(EngineEndpoint endpoint, Func<EngineConnection, Task<T>> action, CancellationToken cancellationToken, IDictionary<string, RegistryLogin>? logins = null)
    {
        var given = new Dictionary<string, RegistryLogin>(logins ?? new Dictionary<string, RegistryLogin>(StringComparer.Ordinal), StringComparer.Ordinal);
        using var connection = await EngineConnection.OpenAsync(endpoint, Logger, cancellationToken, logins: new RegistryLogins(Resolver.ConfigDirectory, given));
        Logger.LogDebug("{Engine}", $"Docker engine {connection.EngineVersion} at {endpoint}");
        return await action(connection);
    }

    /// <summary>Runs a build and shows it: live on a terminal at normal verbosity, else in the log.</summary>
    public Task<T> ShowAsync<T>(Func<IBuildObserver, Task<T>> build)
    {
        var console = AnsiConsole.Console;
        if (context.Log.Verbosity != Verbosity.Normal || Console.IsOutputRedirected || !console.Profile.Capabilities.Interactive)
        {
            return build(new BuildLog(Logger));
        }

        var view = new LiveBuildView(console);
        return view.ShowAsync(() => build(view));
    }
}
