using System.Net;
using System.Net.Sockets;
using Cake.MultiStage.Engine;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class KeepAliveTests
{
    [Test]
    public async Task The_system_probes_a_TCP_connection_that_is_silent()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        await using var stream = await EngineTransport.ConnectTcpAsync(
            new DnsEndPoint("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port), CancellationToken.None);
        int Tcp(SocketOptionName name) => (int)stream.Socket.GetSocketOption(SocketOptionLevel.Tcp, name)!;
        Assert.That((int)stream.Socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!, Is.Not.Zero);
        Assert.That(
            Tcp(SocketOptionName.TcpKeepAliveTime)
                + (Tcp(SocketOptionName.TcpKeepAliveInterval) * Tcp(SocketOptionName.TcpKeepAliveRetryCount)),
            Is.EqualTo(30));
    }
}
