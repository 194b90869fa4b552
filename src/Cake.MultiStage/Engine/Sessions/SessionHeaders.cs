using Grpc.Core;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>What a session says of itself when it is opened: headers of <c>/session</c>, metadata of the gRPC call.</summary>
internal static class SessionHeaders
{
    /// <summary>
    /// The name of the header that announces a method. BuildKit looks only for those of files before it calls them: of files to read, and
    /// of files to write. It takes one value a line.
    /// </summary>
    public const string Method = "X-Docker-Expose-Session-Grpc-Method";

    public static IEnumerable<KeyValuePair<string, string>> Of(string id, string sharedKey) =>
    [
        new("X-Docker-Expose-Session-Uuid", id),
        new("X-Docker-Expose-Session-Name", "cake-multistage"),
        new("X-Docker-Expose-Session-Sharedkey", sharedKey),
    ];

    public static Metadata Metadata(string id, string sharedKey, string method)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in Of(id, sharedKey))
        {
            metadata.Add(name, value);
        }

        metadata.Add(Method, method);

        return metadata;
    }
}
