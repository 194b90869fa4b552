using System.Globalization;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Containers;

namespace Cake.MultiStage.Checking.Starting;

/// <summary>
/// Sees when a TCP port is listened on in a container that has no network and perhaps no shell: a second container, of an image with a
/// shell, reads the kernel's list of sockets. It is started first, and the container that is looked at shares its network: the
/// loopback device alone.
/// </summary>
/// <remarks>
/// The list is <c>/proc/net/tcp</c> and <c>/proc/net/tcp6</c> (man page proc_pid_net(5)): addresses and ports in hexadecimal digits; the
/// state <c>0A</c> is LISTEN.
/// </remarks>
internal sealed class PortProbe : IAsyncDisposable
{
    private const string Looking = "looking";

    // 127.0.0.1 and ::1, as processors of either byte order write them; IPv4 addresses in IPv6 end alike.
    private static readonly string[] Loopback = ["0100007F", "7F000001", "00000000000000000000000001000000",
        "00000000000000000000000000000001"];

    private readonly StartedContainer _container;

    private PortProbe(StartedContainer container) => _container = container;

    /// <summary>Gets the container whose network is looked at.</summary>
    public string Network => _container.Id;

    /// <summary>Begins to look.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="images">The images that may have a shell, the likeliest first.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="MultiStageException">No image has what it takes.</exception>
    public static async Task<PortProbe> OpenAsync(EngineConnection connection, IReadOnlyList<string> images, int port,
        CancellationToken cancellationToken)
    {
        var script = string.Create(CultureInfo.InvariantCulture,
            $"grep -q address /proc/net/tcp && sleep 0.05 && echo {Looking} || exit 1; until grep -hs ':{port:X4} [0-9A-F]*:0000 0A ' "
                + $"/proc/net/tcp /proc/net/tcp6; do sleep 0.05; done");
        foreach (var image in images)
        {
            if (await TryAsync(connection,
                new ContainerDescription(image) { Purpose = "port-probe", Entrypoint = ["sh", "-c"], Arguments = [script] },
                cancellationToken) is { } container)
            {
                return new PortProbe(container);
            }
        }

        throw new MultiStageException(
            "To see a port in a container without a network, a second container reads the kernel's list of its sockets, which takes an "
                + $"image with a shell, grep and sleep (of fractions of a second). None of these has it: {string.Join(", ", images)}. Name "
                + "one that the engine has, as in ProbeImage = \"busybox:1\", or wait for the image's HEALTHCHECK.");
    }

    /// <summary>Waits until the port is listened on.</summary>
    /// <returns>Whether that is on the loopback address alone.</returns>
    /// <exception cref="MultiStageException">Somebody has stopped the container that looks.</exception>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (await _container.WaitAsync(cancellationToken) is not 0 and var code)
        {
            throw new MultiStageException(
                $"The container that looks for the port was ended from outside, with exit code {code}. Run the check again.");
        }

        return _container.Output.ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Skip(1)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].Split(':')[0])
            .All(address => Loopback.Any(loopback => address.EndsWith(loopback, StringComparison.Ordinal)));
    }

    public ValueTask DisposeAsync() => _container.DisposeAsync();

    private static async Task<StartedContainer?> TryAsync(EngineConnection connection, ContainerDescription description,
        CancellationToken cancellationToken)
    {
        StartedContainer container;
        try
        {
            container = await StartedContainer.StartAsync(connection, description, cancellationToken);
        }
        catch (EngineException exception) when (exception.Refusal is not null)
        {
            // It doesn't exist, has no shell, or is for another platform.
            return null;
        }

        try
        {
            await container.Output.First.WaitAsync(cancellationToken);
            if (container.Output.ToString().StartsWith(Looking, StringComparison.Ordinal))
            {
                return container;
            }
        }
        catch
        {
            await container.DisposeAsync();
            throw;
        }

        await container.DisposeAsync();
        return null;
    }
}
