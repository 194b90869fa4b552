using System.Globalization;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Engine.Sessions.Messages;
using Google.Protobuf;
using PacketType = Cake.MultiStage.Engine.Sessions.Messages.Packet.Types.PacketType;

namespace Cake.MultiStage.Engine.Exports;

/// <summary>
/// Takes files of a stage from BuildKit's <c>local</c> exporter, which calls this side within the session: it lists all that the
/// stage holds, and sends the content of what is asked for alone. Neither an image nor a container is made.
/// </summary>
/// <remarks>
/// The protocol is tonistiigi/fsutil's, as for the build context, with the sides exchanged. Whoever sends serves four files at once,
/// and takes up to 128 requests before it waits.
/// </remarks>
internal sealed class StageReceiver(string stage, IReadOnlyList<StagePath> paths, UnpackedFiles files, Action<string> warn)
    : ISolveReceiver
{
    /// <summary>The method's path, which the session must announce: the daemon looks for it before it calls.</summary>
    public const string Path = "/moby.filesync.v1.FileSend/DiffCopy";

    private const int MostOpen = 120;

    private static readonly TimeSpan LastWord = TimeSpan.FromSeconds(10);

    private readonly Dictionary<uint, Incoming> _open = [];
    private readonly TaskCompletionSource _complete = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc/>
    public GrpcMethod Method => GrpcMethod.Duplex<Packet, Packet>(Path, ServeAsync);

    /// <inheritdoc/>
    public MultiStageException? Error { get; private set; }

    /// <inheritdoc/>
    public async Task<bool> IsCompleteAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAny(_complete.Task, Task.Delay(LastWord, cancellationToken));
        return _complete.Task.IsCompleted;
    }

    private async Task ServeAsync(GrpcCall<Packet, Packet> call)
    {
        await using var packets = call.Requests.GetAsyncEnumerator(call.CancellationToken);
        try
        {
            await TakeAsync(call, packets, Planned(await ListAsync(packets)));
            // All is written. The engine drops the call as soon as it has said FIN, which may be lost with it.
            _complete.TrySetResult();
            await call.WriteAsync(new Packet { Type = PacketType.PacketFin });
            while (await NextAsync(packets) is { Type: not PacketType.PacketFin })
            {
                // What still comes was not asked for.
            }
        }
        catch (MultiStageException exception)
        {
            Error = exception;
            await call.WriteAsync(new Packet { Type = PacketType.PacketErr, Data = ByteString.CopyFromUtf8(exception.Message) });
        }
        finally
        {
            foreach (var file in _open.Values.SelectMany(incoming => incoming.Files))
            {
                await file.DisposeAsync();
            }
        }
    }

    private async Task<StageListing> ListAsync(IAsyncEnumerator<Packet> packets)
    {
        var listing = new StageListing(stage);
        while (true)
        {
            var packet = await NextAsync(packets);
            if (packet.Type != PacketType.PacketStat)
            {
                throw new GrpcException(GrpcStatusCode.InvalidArgument, $"{packet.Type} came before the list had ended");
            }

            if (packet.Stat is null)
            {
                return listing;
            }

            listing.Add(packet.Stat);
        }
    }

    /// <summary>Makes folders and links, and says which files are wanted where, in the order of the list.</summary>
    private List<WantedFile> Planned(StageListing listing)
    {
        var wanted = new OrderedDictionary<uint, WantedFile>();
        foreach (var origin in paths)
        {
            // One file of the stage that has two names is one file with two names at the destination, too.
            var firstNames = new Dictionary<uint, string>();
            foreach (var (name, entry) in listing.Select(origin))
            {
                var told = new ToldEntry(name, origin, GoFileMode.Permissions(entry.Mode), Time(entry.Modified));
                if (entry.IsFolder)
                {
                    files.AddFolder(told);
                }
                else if (entry.IsLink)
                {
                    files.AddLink(told, entry.LinkName);
                }
                else if (!entry.IsFile)
                {
                    warn($"'{entry.Path}' is a device, a pipe or the like and is not exported.");
                }
                else
                {
                    var source = listing.SourceOf(entry);
                    if (!wanted.TryGetValue(source.Id, out var file))
                    {
                        wanted.Add(source.Id, file = new WantedFile(source, [], []));
                    }

                    if (firstNames.TryAdd(source.Id, name))
                    {
                        file.Places.Add(told);
                    }
                    else
                    {
                        file.Links.Add((told, firstNames[source.Id]));
                    }
                }
            }
        }

        return [.. wanted.Values];
    }

    /// <summary>Asks for files and writes what comes, a few files at a time.</summary>
    private async Task TakeAsync(GrpcCall<Packet, Packet> call, IAsyncEnumerator<Packet> packets, List<WantedFile> wanted)
    {
        for (var next = 0; next < wanted.Count || _open.Count > 0;)
        {
            if (_open.Count <= MostOpen / 2 && next < wanted.Count)
            {
                for (; next < wanted.Count && _open.Count < MostOpen; next++)
                {
                    var id = wanted[next].Source.Id;
                    _open.Add(id, Begin(wanted[next]));
                    await call.AddAsync(new Packet { Type = PacketType.PacketReq, ID = id });
                }

                await call.FlushAsync();
            }

            var packet = await NextAsync(packets);
            if (packet.Type != PacketType.PacketData || !_open.TryGetValue(packet.ID, out var incoming))
            {
                throw new GrpcException(GrpcStatusCode.InvalidArgument, $"{packet.Type} of file {packet.ID} was not asked for");
            }

            if (packet.Data.IsEmpty)
            {
                await incoming.FinishAsync();
                _open.Remove(packet.ID);
            }
            else
            {
                await incoming.WriteAsync(packet.Data.Memory, call.CancellationToken);
            }
        }
    }

    private Incoming Begin(WantedFile wanted)
    {
        var incoming = new Incoming(wanted.Source, [.. wanted.Places.Select(told => files.Begin(told, wanted.Source.Size))]);
        foreach (var (link, target) in wanted.Links)
        {
            files.AddHardLink(link, target);
        }

        return incoming;
    }

    private static async Task<Packet> NextAsync(IAsyncEnumerator<Packet> packets)
    {
        var packet = await packets.MoveNextAsync()
            ? packets.Current
            : throw new GrpcException(GrpcStatusCode.Aborted, "the daemon ended the transfer before its end");
        return packet.Type == PacketType.PacketErr
            ? throw new GrpcException(GrpcStatusCode.Aborted, packet.Data.ToStringUtf8())
            : packet;
    }

    private static DateTimeOffset Time(long nanoseconds) => DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100);

    /// <summary>A file of the stage, the places that its content is wanted at, and the further names that it has there.</summary>
    private sealed record WantedFile(ListedEntry Source, List<ToldEntry> Places, List<(ToldEntry Told, string Target)> Links);

    /// <summary>A file that comes, and the places that it is written to.</summary>
    private sealed class Incoming(ListedEntry entry, IReadOnlyList<WrittenFile> files)
    {
        private long _length;

        public IReadOnlyList<WrittenFile> Files => files;

        public async Task WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            _length += data.Length;
            if (_length > entry.Size)
            {
                throw Damaged();
            }

            foreach (var file in files)
            {
                await file.Content.WriteAsync(data, cancellationToken);
            }
        }

        public async Task FinishAsync()
        {
            if (_length != entry.Size)
            {
                throw Damaged();
            }

            foreach (var file in files)
            {
                await file.FinishAsync();
            }
        }

        private MultiStageException Damaged() => new(
            $"'{entry.Path}' that the engine sent has not the {entry.Size.ToString(CultureInfo.InvariantCulture)} bytes that it was listed "
                + "with. The engine may be damaged; look at its log, then export again.");
    }
}
