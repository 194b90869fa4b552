using Cake.MultiStage.Building;

namespace Cake.MultiStage.Engine;

/// <summary>The ways to the engines that a run has reached: each is kept, with its connections, until the run ends.</summary>
internal sealed class EngineRoutes : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<EngineEndpoint, EngineRoute> _routes = [];

    /// <summary>Gets the way to an engine.</summary>
    /// <exception cref="EngineException">The endpoint's TLS files can't be read.</exception>
    public EngineRoute To(EngineEndpoint endpoint)
    {
        lock (_lock)
        {
            return _routes.TryGetValue(endpoint, out var known) ? known : _routes[endpoint] = new EngineRoute(endpoint);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            foreach (var route in _routes.Values)
            {
                route.Dispose();
            }

            _routes.Clear();
        }
    }
}
