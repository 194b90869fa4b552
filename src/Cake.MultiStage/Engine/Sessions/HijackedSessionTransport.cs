namespace Cake.MultiStage.Engine.Sessions;

/// <summary>The stream of <c>POST /session</c>: the connection itself, after the engine has switched it to HTTP/2 (<c>h2c</c>).</summary>
internal sealed class HijackedSessionTransport(EngineConnection connection) : ISessionTransport
{
    public async Task<Stream> OpenAsync(string id, string sharedKey, CancellationToken cancellationToken)
    {
        var response = await connection.SendAsync(
            HttpMethod.Post,
            "/session",
            content: null,
            "Opening a build session",
            cancellationToken,
            headers =>
            {
                headers.Connection.Add("Upgrade");
                headers.Upgrade.Add(new("h2c"));
                headers.Add("X-Docker-Expose-Session-Uuid", id);
                headers.Add("X-Docker-Expose-Session-Name", "cake-multistage");
                headers.Add("X-Docker-Expose-Session-Sharedkey", sharedKey);
                // The only method that the daemon looks for before it calls it; a second value would be joined to the first.
                headers.Add("X-Docker-Expose-Session-Grpc-Method", FileSyncService.Path);
            });
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }
}
