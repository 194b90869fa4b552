namespace Cake.MultiStage.Engine.Sessions;

/// <summary>The stream of <c>POST /session</c>: the connection itself, after the engine has switched it to HTTP/2 (<c>h2c</c>).</summary>
internal sealed class HijackedSessionTransport(EngineConnection connection) : ISessionTransport
{
    public async Task<Stream> OpenAsync(string id, CancellationToken cancellationToken)
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
            });
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }
}
