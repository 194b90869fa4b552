using Cake.MultiStage.Building;
using Cake.MultiStage.Contexts;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Sessions;
using Cake.MultiStage.Engine.Sessions.Messages;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Engine;
using Cake.MultiStage.Tests.Grpc;
using Cake.MultiStage.Tests.Kit;
using Google.Protobuf;
using NUnit.Framework;
using PacketType = Cake.MultiStage.Engine.Sessions.Messages.Packet.Types.PacketType;

namespace Cake.MultiStage.Tests.Sessions;

public sealed class FileSyncServiceTests
{
    private Recorder _observer = null!;
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Make_a_folder() => (_folder, _observer) = (new TemporaryFolder(), new Recorder());

    [TearDown]
    public void Delete_it() => _folder.Dispose();

    [Test]
    public async Task Files_are_listed_folder_by_folder()
    {
        _folder.Files("a/c", "a-b", "b", "a/b/d", "é");
        var listed = await ListAsync("context");
        Assert.That(listed, Is.EqualTo(["a", "a/b", "a/b/d", "a/c", "a-b", "b", "é"]));
    }

    [Test]
    public async Task The_Dockerfile_comes_alone_and_from_a_folder_of_its_own()
    {
        _folder.Files("a");
        Assert.That(await ListAsync("dockerfile"), Is.EqualTo(["D"]));
        Assert.That(await ListAsync("context"), Is.EqualTo(["a"]));
    }

    [Test]
    public async Task The_folder_of_a_named_context_comes_by_its_own_name()
    {
        _folder.Files("a");
        using var other = new TemporaryFolder().File("shared");
        var named = new Dictionary<string, BuildContext>(StringComparer.Ordinal)
        {
            ["named-other"] = await BuildContext.CollectAsync(other.Path, IgnoreFile.Empty, ["."], CancellationToken.None),
        };
        var service = new FileSyncService(await BuildContext.CollectAsync(_folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None),
            "D", "FROM scratch\n", new ContextProgress(_observer, TimeProvider.System), named);
        var packets = await TalkAsync(service, [Finish()], "named-other");
        Assert.That(packets.Where(packet => packet.Stat is not null).Select(packet => packet.Stat.Path), Is.EqualTo(["shared"]));
    }

    [Test]
    public async Task All_files_have_the_one_time_that_is_given()
    {
        _folder.Files("a", "b/c");
        var time = DateTime.UnixEpoch.AddSeconds(5);
        var service = new FileSyncService(await BuildContext.CollectAsync(_folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None),
            "D", "FROM scratch\n", new ContextProgress(_observer, TimeProvider.System), time: time);
        var packets = await TalkAsync(service, [Finish()], "context");
        Assert.That(packets.Where(packet => packet.Stat is not null).Select(packet => packet.Stat.ModTime),
            Is.EqualTo(Enumerable.Repeat(5_000_000_000L, 3)));
    }

    [Test]
    public async Task A_look_for_a_dockerignore_finds_none()
    {
        _folder.Files("a", ".dockerignore");
        Assert.That(await ListAsync("context", ("followpaths", ".dockerignore")), Is.Empty);
    }

    [TestCase(0)]
    [TestCase(5)]
    [TestCase(600_000)]
    public async Task A_file_that_is_asked_for_is_sent_to_its_end(int length)
    {
        _folder.File("a", new string('x', length));
        var packets = await TalkAsync([Request(0), Finish()], "context");
        var data = packets.Where(packet => packet.Type == PacketType.PacketData).ToList();
        Assert.That(data.Sum(packet => packet.Data.Length), Is.EqualTo(length));
        Assert.That(data[^1].Data, Is.Empty);
        Assert.That(packets[^1].Type, Is.EqualTo(PacketType.PacketFin));
    }

    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Modes_and_links_are_told_as_Go_has_them()
    {
        _folder.File("run")
            .Mode("run", (UnixFileMode)0b100_111_101_101)
            .Link("link", "run")
            .Folder("folder")
            .Mode("folder", (UnixFileMode)0b111_101_101);
        var stats = (await TalkAsync([Finish()], "context"))
            .Where(packet => packet.Stat is not null)
            .ToDictionary(packet => packet.Stat.Path, packet => packet.Stat, StringComparer.Ordinal);
        Assert.That(stats["run"].Mode, Is.EqualTo((1u << 23) | 0b111_101_101));
        Assert.That(stats["folder"].Mode, Is.EqualTo((1u << 31) | 0b111_101_101));
        Assert.That((stats["link"].Mode >> 27, stats["link"].Linkname), Is.EqualTo((1u, "run")));
    }

    [Test]
    public async Task A_file_that_vanished_ends_the_transfer_with_its_name()
    {
        _folder.File("a");
        var service = await ServiceAsync();
        File.Delete(_folder["a"]);
        var packets = await TalkAsync(service, [Request(0), Finish()], "context");
        Assert.That(packets[^1].Type, Is.EqualTo(PacketType.PacketErr));
        Assert.That(service.ReadError, Is.TypeOf<BuildContextException>().With.Message.Contains(_folder["a"]));
    }

    [Test]
    public async Task A_file_that_grew_ends_the_transfer_with_its_name()
    {
        _folder.File("a", "12345");
        var service = await ServiceAsync();
        _folder.File("a", "123456");
        var packets = await TalkAsync(service, [Request(0), Finish()], "context");
        Assert.That(packets[^1].Type, Is.EqualTo(PacketType.PacketErr));
        Assert.That(service.ReadError,
            Is.TypeOf<BuildContextException>().With.Message.Contains(_folder["a"]).And.Message.Contains("it grew"));
    }

    [Test]
    public async Task Names_beyond_the_basic_plane_come_last_as_their_octets_do()
    {
        _folder.Files("\uff5ea", "\U0001f433a", "\ud7ffa");
        Assert.That(await ListAsync("context"), Is.EqualTo(["\ud7ffa", "\uff5ea", "\U0001f433a"]));
    }

    [Test]
    public async Task Many_small_files_come_whole_and_in_the_order_asked_for()
    {
        const int Count = 3000;
        _folder.Files([.. Enumerable.Range(0, Count).Select(number => $"{number:0000}")]);
        var packets = await TalkAsync([.. Enumerable.Range(0, Count).Reverse().Select(number => Request((uint)number)), Finish()],
            "context");
        Assert.That(packets.Count(packet => packet.Stat is not null), Is.EqualTo(Count));
        var ends = packets.Where(packet => packet.Type == PacketType.PacketData && packet.Data.IsEmpty).Select(packet => (int)packet.ID);
        Assert.That(ends, Is.EqualTo(Enumerable.Range(0, Count).Reverse()));
    }

    [Test]
    public async Task Thousands_of_files_are_listed_in_few_writes()
    {
        const int Count = 3000;
        _folder.Files([.. Enumerable.Range(0, Count).Select(number => $"{number:0000}")]);
        await using var client = new GrpcTestClient([(await ServiceAsync()).Method]);
        var (status, _, messages) = await client.CallAsync(
            FileSyncService.Path, GrpcTestClient.Frame(Finish().ToByteArray()), CancellationToken.None, ("dir-name", "context"));
        Assert.That((status, messages.Length), Is.EqualTo(("0", Count + 2)));
        // Batches of 64 KB, and the connection's own frames: settings, windows, head and trailers.
        Assert.That(client.ServerWrites, Is.LessThanOrEqualTo((messages.Sum(message => message.Length + 5) / 65_536) + 12));
    }

    [Test]
    public void Progress_is_told_in_words_now_and_then()
    {
        var time = new SteppingTime(TimeSpan.FromMilliseconds(100));
        var progress = new ContextProgress(_observer, time);
        for (var number = 0; number < 6; number++)
        {
            progress.Listed(100_000);
        }

        progress.Sent(5_000_000);
        progress.SentFile();
        progress.SentFile();
        progress.SentFile();
        Assert.That(_observer.Output("load build context"),
            Is.EqualTo(["3 of 100,000 files listed", "6 of 100,000 files listed", "3 files sent, 5.00 MB"]));
        Assert.That(_observer.Events, Does.Contain(new Transferred("build context", 5_000_000, 0)));
    }

    [Test]
    public async Task A_file_that_is_not_there_can_not_be_asked_for()
    {
        await using var client = new GrpcTestClient([(await ServiceAsync()).Method]);
        var (status, _, _) = await client.CallAsync(FileSyncService.Path, GrpcTestClient.Frame(Request(7).ToByteArray()),
            CancellationToken.None, ("dir-name", "context"));
        Assert.That(status, Is.EqualTo("3"));
    }

    private static Packet Request(uint id) => new() { Type = PacketType.PacketReq, ID = id };

    private static Packet Finish() => new() { Type = PacketType.PacketFin };

    private async Task<IReadOnlyList<string>> ListAsync(string folder, params (string Key, string Value)[] metadata) =>
        [.. (await TalkAsync(await ServiceAsync(), [Finish()], folder, metadata))
            .Where(packet => packet.Stat is not null)
            .Select(packet => packet.Stat.Path)];

    private async Task<IReadOnlyList<Packet>> TalkAsync(Packet[] packets, string folder) =>
        await TalkAsync(await ServiceAsync(), packets, folder);

    private static async Task<IReadOnlyList<Packet>> TalkAsync(FileSyncService service, Packet[] packets, string folder,
        params (string Key, string Value)[] metadata)
    {
        await using var client = new GrpcTestClient([service.Method]);
        byte[] body = [.. packets.SelectMany(packet => GrpcTestClient.Frame(packet.ToByteArray()))];
        var (status, message, messages) = await client.CallAsync(FileSyncService.Path, body, CancellationToken.None,
            [("dir-name", folder), .. metadata]);
        Assert.That(status, Is.EqualTo("0"), message);
        return [.. messages.Select(Packet.Parser.ParseFrom)];
    }

    private async Task<FileSyncService> ServiceAsync() => new(
        await BuildContext.CollectAsync(_folder.Path, IgnoreFile.Empty, ["."], CancellationToken.None),
        "D",
        "FROM scratch\n",
        new ContextProgress(_observer, TimeProvider.System));
}
