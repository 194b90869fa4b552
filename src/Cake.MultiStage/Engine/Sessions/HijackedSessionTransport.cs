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
                foreach (var (name, value) in SessionHeaders.Of(id, sharedKey))
                {
                    headers.Add(name, value);
                }
            });
        return await response.Content.ReadAsStreamAsync(cancellationToken);
    }
}
