using System.Text;
using System.Threading.Channels;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Builds;
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
internal sealed class FileSyncService(
    BuildContext context, string dockerfileName, string dockerfileText, ContextProgress progress,
    IReadOnlyDictionary<string, BuildContext>? named = null, DateTime? time = null)
{
    /// <summary>The method's path, which the session must announce: the daemon looks for it before it calls.</summary>
    public const string Path = "/moby.filesync.v1.FileSync/DiffCopy";

    private const int ChunkSize = 256 * 1024;

    public GrpcMethod Method => GrpcMethod.Duplex<Packet, Packet>(Path, ServeAsync);

    /// <summary>Gets the error that kept a file from being sent, or <see langword="null"/>.</summary>
    public MultiStageException? ReadError { get; private set; }

    private async Task ServeAsync(GrpcCall<Packet, Packet> call)
    {
        var entries = Entries(call.Metadata);
        var buffer = new byte[ChunkSize];
        var requests = Channel.CreateUnbounded<uint>();
        var reading = ReadRequestsAsync(call, requests.Writer);
        try
        {
            foreach (var entry in entries)
            {
                await call.AddAsync(new Packet { Type = PacketType.PacketStat, Stat = entry.Stat() });
                progress.Listed(entries.Count);
            }

            await call.WriteAsync(new Packet { Type = PacketType.PacketStat });
            while (await requests.Reader.WaitToReadAsync(call.CancellationToken))
            {
                while (requests.Reader.TryRead(out var id))
                {
                    var entry = id < entries.Count
                        ? entries[(int)id]
                        : throw new GrpcException(GrpcStatusCode.InvalidArgument, $"there is no file {id}");
                    await SendAsync(call, id, entry, buffer);
                }

                // The daemon waits for these before it asks for more.
                await call.FlushAsync();
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

    private async Task SendAsync(GrpcCall<Packet, Packet> call, uint id, Entry entry, byte[] buffer)
    {
        await using (var content = entry.Open())
        {
            while (await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, call.CancellationToken) is var count
                and > 0)
            {
                await call.AddAsync(
                    new Packet { Type = PacketType.PacketData, ID = id,
                        Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) });
                progress.Sent(count);
            }
        }

        await call.AddAsync(new Packet { Type = PacketType.PacketData, ID = id });
        progress.SentFile();
    }

    private IReadOnlyList<Entry> Entries(GrpcMetadata metadata)
    {
        var folder = metadata.First("dir-name");
        if (folder == "dockerfile")
        {
            var text = Encoding.UTF8.GetBytes(dockerfileText);
            // Its time is now: of the same size as the last one, it would otherwise be taken for that one.
            var stat = new Stat
            {
                Path = dockerfileName,
                Mode = GoFileMode.File(UnixFileMode.UserRead | UnixFileMode.UserWrite),
                Size = text.Length,
                ModTime = Nanoseconds(DateTime.UtcNow),
            };
            return [new Entry(() => stat, () => new MemoryStream(text))];
        }

        // The frontend looks for a .dockerignore to send back as patterns; it has been applied already.
        var paths = metadata.All("followpaths");
        return paths.Length > 0 && paths.All(path => path.EndsWith(".dockerignore", StringComparison.Ordinal))
            ? []
            : [.. (named?.GetValueOrDefault(folder ?? "") ?? context).Files.OrderBy(file => file.Path, WalkOrder.Instance)
                .Select(file => new Entry(() => StatOf(file), () => new ContextFileStream(file, _ => { })))];
    }

    // A checkout dates its files by the clock, or not at all: where the image is to be the same, all have the one time that is given.
    private Stat StatOf(ContextFile file) => new()
    {
        Path = file.Path,
        Mode = file.Kind switch
        {
            ContextFileKind.Directory => GoFileMode.Directory(file.Mode),
            ContextFileKind.SymbolicLink => GoFileMode.SymbolicLink(file.Mode),
            _ => GoFileMode.File(file.Mode),
        },
        Size = file.Kind == ContextFileKind.File ? file.Length : 0,
        ModTime = Nanoseconds(time ?? file.Told ?? file.Modified),
        Linkname = file.LinkTarget ?? "",
    };

    private static long Nanoseconds(DateTime time) => (time - DateTime.UnixEpoch).Ticks * 100;

    /// <summary>What is listed, made when it is needed: a context may have a hundred thousand.</summary>
    private readonly record struct Entry(Func<Stat> Stat, Func<Stream> Open);

    /// <summary>The order in which fsutil walks and the daemon insists on: folder by folder, names by their octets in UTF-8.</summary>
    private sealed class WalkOrder : IComparer<string>
    {
        public static WalkOrder Instance { get; } = new();

        public int Compare(string? x, string? y)
        {
            var (left, right) = (x ?? "", y ?? "");
            var same = left.AsSpan().CommonPrefixLength(right);
            return same == left.Length || same == right.Length ? left.Length - right.Length : Weight(left[same]) - Weight(right[same]);
        }

        // A slash that sorts before all else keeps a folder's files together; surrogates stand for what comes last in UTF-8.
        private static int Weight(char character) => character switch
        {
            '/' => 0,
            >= '\uE000' => character - 0x800,
            >= '\uD800' => character + 0x2000,
            _ => character,
        };
    }
}
