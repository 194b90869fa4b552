using Grpc.Core;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>What a session says of itself when it is opened: headers of <c>/session</c>, metadata of the gRPC call.</summary>
internal static class SessionHeaders
{
    public static IEnumerable<KeyValuePair<string, string>> Of(string id, string sharedKey) =>
    [
        new("X-Docker-Expose-Session-Uuid", id),
        new("X-Docker-Expose-Session-Name", "cake-multistage"),
        new("X-Docker-Expose-Session-Sharedkey", sharedKey),
        // The only method that the daemon looks for before it calls it; a second value would be joined to the first.
        new("X-Docker-Expose-Session-Grpc-Method", FileSyncService.Path),
    ];

    public static Metadata Metadata(string id, string sharedKey)
    {
        var metadata = new Metadata();
        foreach (var (name, value) in Of(id, sharedKey))
        {
            metadata.Add(name, value);
        }

        return metadata;
    }
}
