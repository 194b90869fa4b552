using System.Formats.Tar;
using System.Text.Json;

namespace Cake.MultiStage.EngineTests.Kit;

/// <summary>A Dockerfile written by hand, built by BuildKit without the addin: a plain tar over the Engine API.</summary>
internal static class ExpertImage
{
    public static async Task BuildAsync(string host, string folder, string dockerfile, string tag)
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream,
                    System.Net.Sockets.ProtocolType.Unspecified);
                await socket.ConnectAsync(new System.Net.Sockets.UnixDomainSocketEndPoint(new Uri(host).LocalPath), token);
                return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
            },
        })
        { Timeout = Timeout.InfiniteTimeSpan };
        using var content = new StreamContent(await ContextAsync(folder));
        content.Headers.ContentType = new("application/x-tar");
        using var request = new HttpRequestMessage(HttpMethod.Post,
            $"http://docker/v1.41/build?version=2&networkmode=host&dockerfile={dockerfile}&t={tag}") { Content = content };
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, answer);
        foreach (var line in answer.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var message = JsonDocument.Parse(line);
            Assert.That(message.RootElement.TryGetProperty("errorDetail", out var error) ? error.ToString() : null, Is.Null);
        }
    }

    // The engine takes a tar whose first entry is in the ustar format; PAX would be read as a Dockerfile.
    private static async Task<MemoryStream> ContextAsync(string folder)
    {
        var stream = new MemoryStream();
        await using (var tar = new TarWriter(stream, TarEntryFormat.Gnu, leaveOpen: true))
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                await tar.WriteEntryAsync(path, Path.GetRelativePath(folder, path));
            }
        }

        stream.Position = 0;
        return stream;
    }
}
