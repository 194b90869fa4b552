using Cake.MultiStage.Building;
using Cake.MultiStage.Engine.Daemons;

namespace Cake.MultiStage.Engine;

/// <summary>The ways to the engines and builders that a run has reached: each is kept, with its connections, until the run ends.</summary>
internal sealed class EngineRoutes : IDisposable
{
    private readonly Lock _lock = new();
    // A Uri compares without its user and without the case of its host; users of ssh and containers have engines of their own.
    private readonly Dictionary<(string Address, string Source, EngineTls? Tls), EngineRoute> _routes = [];
    private readonly Dictionary<(string Address, string Source, EngineTls? Tls), DaemonRoute> _daemons = [];

    /// <summary>Gets the way to an engine.</summary>
    /// <exception cref="EngineException">The endpoint's TLS files can't be read.</exception>
    public EngineRoute To(EngineEndpoint endpoint)
    {
        lock (_lock)
        {
            return _routes.TryGetValue(Key(endpoint), out var known) ? known : _routes[Key(endpoint)] = new EngineRoute(endpoint);
        }
    }

    /// <summary>Gets the way to a BuildKit of its own.</summary>
    /// <exception cref="EngineException">The endpoint's TLS files can't be read.</exception>
    public DaemonRoute ToDaemon(EngineEndpoint endpoint)
    {
        lock (_lock)
        {
            return _daemons.TryGetValue(Key(endpoint), out var known) ? known : _daemons[Key(endpoint)] = new DaemonRoute(endpoint);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var route in _routes.Values.Concat<IDisposable>(_daemons.Values))
            {
                route.Dispose();
            }

            _routes.Clear();
            _daemons.Clear();
        }
    }

    private static (string Address, string Source, EngineTls? Tls) Key(EngineEndpoint endpoint) =>
        (endpoint.Address.OriginalString, endpoint.Source, endpoint.Tls);
}
