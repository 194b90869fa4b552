using System.Text;
using System.Threading.Channels;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions.Messages;
using Google.Protobuf;
using PacketType = Cake.MultiStage.Engine.Sessions.Messages.Packet.Types.PacketType;

namespace Cake.MultiStage.Engine.Sessions;

/// <summary>
/// Gives the daemon the files of a build, as it asks for them: the build context, and apart from it the Dockerfile, so
/// that no <c>COPY</c> can see the Dockerfile and a change of it leaves what was copied in the cache.
/// </summary>
/// <remarks>
/// The protocol is tonistiigi/fsutil's: this side lists all files, the daemon asks for those it does not have from the
/// build before (by size, mode and time), this side sends their contents, and each says FIN.
/// </remarks>
internal sealed class FileSyncService(BuildContext context, string dockerfileName, string dockerfileText, IProgress<long> progress)
{
    /// <summary>The method's path, which the session must announce: the daemon looks for it before it calls.</summary>
    public const string Path = "/moby.filesync.v1.FileSync/DiffCopy";

    private const int ChunkSize = 256 * 1024;

    private long _sent;

    public GrpcMethod Method => GrpcMethod.Duplex<Packet, Packet>(Path, ServeAsync);

    /// <summary>Gets the error that kept a file from being sent, or <see langword="null"/>.</summary>
    public MultiStageException? ReadError { get; private set; }

    private async Task ServeAsync(GrpcCall<Packet, Packet> call)
    {
        var entries = Entries(call.Metadata);
        var requests = Channel.CreateUnbounded<uint>();
        var reading = ReadRequestsAsync(call, requests.Writer);
        try
        {
            foreach (var entry in entries)
            {
                await call.WriteAsync(new Packet { Type = PacketType.PacketStat, Stat = entry.Stat });
            }

            await call.WriteAsync(new Packet { Type = PacketType.PacketStat });
            await foreach (var id in requests.Reader.ReadAllAsync(call.CancellationToken))
            {
                await SendAsync(call, id, id < entries.Count ? entries[(int)id] : throw new GrpcException(GrpcStatusCode.InvalidArgument, $"there is no file {id}"));
            }

            await reading;
            await call.WriteAsync(new Packet { Type = PacketType.PacketFin });
        }
        catch (MultiStageException exception)
        {
            ReadError = exception;
            await call.WriteAsync(new Packet { Type = PacketType.PacketErr, Data = ByteString.CopyFromUtf8(exception.Message) });
        }
    }

    /// <summary>Reads requests while the list is still being written, so that neither side waits for the other.</summary>
    private static async Task ReadRequestsAsync(GrpcCall<Packet, Packet> call, ChannelWriter<uint> requests)
    {
        try
        {
            await foreach (var packet in call.Requests)
            {
                switch (packet.Type)
                {
                    case PacketType.PacketReq:
                        requests.TryWrite(packet.ID);
                        break;
                    case PacketType.PacketFin:
                        requests.TryComplete();
                        return;
                    case PacketType.PacketErr:
                        throw new GrpcException(GrpcStatusCode.Aborted, packet.Data.ToStringUtf8());
                    default:
                        break;
                }
            }

            throw new GrpcException(GrpcStatusCode.Aborted, "the daemon ended the transfer before its end");
        }
        catch (Exception exception)
        {
            requests.TryComplete(exception);
            throw;
        }
    }

    private async Task SendAsync(GrpcCall<Packet, Packet> call, uint id, Entry entry)
    {
        await using (var content = entry.Open())
        {
            var buffer = new byte[ChunkSize];
            while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, call.CancellationToken) is var count and > 0)
            {
                await call.WriteAsync(new Packet { Type = PacketType.PacketData, ID = id, Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) });
                _sent += count;
                progress.Report(_sent);
            }
        }

        await call.WriteAsync(new Packet { Type = PacketType.PacketData, ID = id });
    }

    private IReadOnlyList<Entry> Entries(GrpcMetadata metadata)
    {
        if (metadata.First("dir-name") == "dockerfile")
        {
            var text = Encoding.UTF8.GetBytes(dockerfileText);
            // Its time is now: of the same size as the last one, it would otherwise be taken for that one.
            return [new Entry(new Stat { Path = dockerfileName, Mode = GoFileMode.File(UnixFileMode.UserRead | UnixFileMode.UserWrite), Size = text.Length, ModTime = Nanoseconds(DateTime.UtcNow) }, () => new MemoryStream(text))];
        }

        // The frontend looks for a .dockerignore to send back as patterns; it has been applied already.
        var paths = metadata.All("followpaths");
        return paths.Length > 0 && paths.All(path => path.EndsWith(".dockerignore", StringComparison.Ordinal))
            ? []
            : [.. context.Files.OrderBy(file => file.Path, WalkOrder.Instance).Select(Listed)];
    }

    private static Entry Listed(ContextFile file) => new(
        new Stat
        {
            Path = file.Path,
            Mode = file.Kind switch
            {
                ContextFileKind.Directory => GoFileMode.Directory(file.Mode),
                ContextFileKind.SymbolicLink => GoFileMode.SymbolicLink(file.Mode),
                _ => GoFileMode.File(file.Mode),
            },
            Size = file.Kind == ContextFileKind.File ? file.Length : 0,
            ModTime = Nanoseconds(file.Modified),
            Linkname = file.LinkTarget ?? "",
        },
        () => new ContextFileStream(file, _ => { }));

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    private sealed record Entry(Stat Stat, Func<Stream> Open);

    /// <summary>The order in which fsutil walks and the daemon insists on: folder by folder, names by their octets.</summary>
    private sealed class WalkOrder : IComparer<string>
    {
        public static WalkOrder Instance { get; } = new();

        public int Compare(string? x, string? y) => Key(x).AsSpan().SequenceCompareTo(Key(y));

        // A slash that sorts before all else keeps a folder's files together.
        private static byte[] Key(string? path) => Encoding.UTF8.GetBytes((path ?? "").Replace('/', '\0'));
    }
}
