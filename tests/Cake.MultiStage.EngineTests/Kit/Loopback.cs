using System.Net;
using System.Net.Sockets;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>Ports of this host's loopback address.</summary>
internal static class Loopback
{
    /// <summary>Finds a port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits until something listens on a port.</summary>
    public static Task ListensAsync(int port, string what) => HostProcesses.UntilAsync(() => Listens(port), TimeSpan.FromSeconds(30), what);

    private static bool Listens(int port)
    {
        try
        {
            using var client = new TcpClient();
            client.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
