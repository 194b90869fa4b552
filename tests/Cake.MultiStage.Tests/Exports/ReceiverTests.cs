using Cake.MultiStage.Engine.Exports;
using Cake.MultiStage.Engine.Sessions.Messages;
using Cake.MultiStage.Tests.Contexts;
using Cake.MultiStage.Tests.Grpc;
using Google.Protobuf;
using NUnit.Framework;
using PacketType = Cake.MultiStage.Engine.Sessions.Messages.Packet.Types.PacketType;

namespace Cake.MultiStage.Tests.Exports;

/// <summary>What BuildKit lists and sends of a stage, and what of it comes to the destination.</summary>
public sealed class ReceiverTests
{
    private const uint Folder = 1u << 31;
    private const uint Link = 1u << 27;
    private const uint Pipe = 1u << 25;
    private const uint SetUser = 1u << 23;
    private static readonly DateTimeOffset Time = new(2024, 5, 6, 7, 8, 9, TimeSpan.Zero);
    private TemporaryFolder _folder = null!;
    private List<string> _warnings = null!;

    [SetUp]
    public void Make() => (_folder, _warnings) = (new TemporaryFolder(), []);

    [TearDown]
    public void Clean() => _folder.Dispose();

    [Test]
    public async Task A_folder_comes_with_content_permissions_times_and_links()
    {
        Stat[] stage =
        [
            Of("etc", Folder | 0x1ED), Of("etc/other", 0x1A4, size: 3), Of("out", Folder | 0x1ED), Of("out/in", Folder | 0x1ED),
            Of("out/in/text", 0x1A4, size: 2), Of("out/link", Link | 0x1FF, "in/text"), Of("out/run", SetUser | 0x1E8, size: 4),
            Of("out/same", SetUser | 0x1E8, "out/run"), Of("out/pipe", Pipe | 0x1A4),
        ];
        var (asked, entries) = await TakeAsync(stage, ["/out"], Data(4, "hi"), End(4), Data(6, "#!"), Data(6, "sh"), End(6), Finish());
        Assert.That(asked, Is.EqualTo([4u, 6u]), "nothing else is asked for");
        Assert.That(entries.Select(entry => entry.Path),
            Is.EqualTo(["out", "out/in", "out/in/text", "out/link", "out/run", "out/same"]));
        Assert.That((Text("out/in/text"), Text("out/run"), Text("out/same")), Is.EqualTo(("hi", "#!sh", "#!sh")));
        Assert.That(_folder.ModeOf("to/out/run"), Is.EqualTo((UnixFileMode)0x1E8), "set-user-id is not taken");
        Assert.That(File.GetLastWriteTimeUtc(_folder["to/out/run"]), Is.EqualTo(Time.UtcDateTime));
        Assert.That(new FileInfo(_folder["to/out/link"]).LinkTarget, Is.EqualTo("in/text"));
        var inodes = (await Run.ToolAsync("stat", "-c", "%i", _folder["to/out/run"], _folder["to/out/same"])).Trim().Split('\n');
        Assert.That(inodes[0], Is.EqualTo(inodes[1]));
        Assert.That(_warnings, Is.EqualTo(["'/out/pipe' is a device, a pipe or the like and is not exported."]));
    }

    [Test]
    public async Task What_is_in_a_folder_comes_without_it_and_a_file_under_its_name()
    {
        Stat[] stage = [Of("out", Folder | 0x1ED), Of("out/a", 0x1A4, size: 1), Of("out/b", 0x1A4), Of("x", 0x1A4)];
        var (asked, entries) = await TakeAsync(stage, ["/out/.", "/x"], End(2), Data(1, "1"), End(1), End(3), Finish());
        Assert.That(asked, Is.EqualTo([1u, 2u, 3u]));
        Assert.That(entries.Select(entry => entry.Path), Is.EqualTo(["a", "b", "x"]));
    }

    [Test]
    public async Task A_file_that_two_paths_name_is_sent_once()
    {
        Stat[] stage = [Of("out", Folder | 0x1ED), Of("out/a", 0x1A4, size: 1)];
        var (asked, _) = await TakeAsync(stage, ["/out", "/out/."], Data(1, "1"), End(1), Finish());
        Assert.That(asked, Is.EqualTo([1u]));
        Assert.That((Text("out/a"), Text("a")), Is.EqualTo(("1", "1")));
    }

    [Test]
    public async Task Another_name_of_a_file_outside_is_a_file_of_its_own()
    {
        Stat[] stage = [Of("a", 0x1A4, size: 1), Of("out", Folder | 0x1ED), Of("out/b", 0x1A4, "a"), Of("out/c", 0x1A4, "a")];
        var (asked, entries) = await TakeAsync(stage, ["/out"], Data(0, "1"), End(0), Finish());
        Assert.That(asked, Is.EqualTo([0u]));
        Assert.That(entries.Select(entry => (entry.Path, entry.Size)), Is.EqualTo([("out", 0L), ("out/b", 1L), ("out/c", 1L)]));
    }

    [TestCase("/bin/sh", "sh", "dash", TestName = "a link on the way is followed and one at the end is not")]
    [TestCase("/up/x", "x", null, TestName = "a link does not lead out of the stage")]
    public async Task Links_on_the_way_are_followed_within_the_stage(string path, string name, string? target)
    {
        Stat[] stage =
        [
            Of("bin", Link | 0x1FF, "usr/bin"), Of("up", Link | 0x1FF, "../../usr/./lib"), Of("usr", Folder | 0x1ED),
            Of("usr/bin", Folder | 0x1ED), Of("usr/bin/sh", Link | 0x1FF, "dash"), Of("usr/lib", Folder | 0x1ED), Of("usr/lib/x", 0x1A4),
        ];
        var (_, entries) = await TakeAsync(stage, [path], target is null ? [End(6), Finish()] : [Finish()]);
        Assert.That(entries.Select(entry => (entry.Path, entry.LinkTarget)), Is.EqualTo([(name, target)]));
    }

    [TestCase("/nope")]
    [TestCase("/file/below")]
    [TestCase("/file/.")]
    [TestCase("/loop/x")]
    public async Task A_path_that_the_stage_lacks_is_told(string path)
    {
        Stat[] stage = [Of("file", 0x1A4), Of("loop", Link | 0x1FF, "loop")];
        var error = await RefusedAsync(stage, [path]);
        Assert.That(error, Does.StartWith($"Stage 'builder' has no '{path}'."));
    }

    [Test]
    public async Task Names_that_would_leave_the_destination_are_refused()
    {
        Assert.That(await RefusedAsync([Of("out", Folder | 0x1ED), Of("out/../../x", 0x1A4)], ["/out"]),
            Does.Contain("it would leave the destination"));
        Assert.That(
            await RefusedAsync([Of("out", Folder | 0x1ED), Of("out/l", Link | 0x1FF, "/tmp"), Of("out/l/x", 0x1A4)], ["/out"]),
            Does.Contain("it goes through the link 'out/l'"));
        Assert.That(Directory.GetFileSystemEntries(_folder.Path), Is.Empty);
    }

    [Test]
    public async Task Content_of_another_length_than_was_listed_is_refused()
    {
        Stat[] stage = [Of("a", 0x1A4, size: 3)];
        Assert.That(await RefusedAsync(stage, ["/a"], Data(0, "12"), End(0)), Does.Contain("has not the 3 bytes"));
        Assert.That(await RefusedAsync(stage, ["/a"], Data(0, "1234")), Does.Contain("has not the 3 bytes"));
    }

    [Test]
    public async Task Content_that_nobody_asked_for_ends_the_transfer()
    {
        var (status, receiver, _) = await TalkAsync([Of("a", 0x1A4, size: 1), Of("b", 0x1A4, size: 1)], ["/a"], Data(1, "1"));
        Assert.That((status, receiver.Error), Is.EqualTo(("3", (MultiStageException?)null)));
        Assert.That(await receiver.IsCompleteAsync(new CancellationToken(canceled: true)), Is.False);
    }

    private static Stat Of(string path, uint mode, string link = "", long size = 0) =>
        new() { Path = path, Mode = mode, Linkname = link, Size = size, ModTime = Time.ToUnixTimeMilliseconds() * 1_000_000 };

    private static Packet Data(uint id, string text) =>
        new() { Type = PacketType.PacketData, ID = id, Data = ByteString.CopyFromUtf8(text) };

    private static Packet End(uint id) => Data(id, "");

    private static Packet Finish() => new() { Type = PacketType.PacketFin };

    private async Task<(IReadOnlyList<uint> Asked, IReadOnlyList<UnpackedEntry> Entries)> TakeAsync(
        Stat[] stage, string[] paths, params Packet[] sent)
    {
        using var destination = DestinationFolder.Open(_folder["to"]);
        var files = new UnpackedFiles(destination);
        var (status, receiver, answers) = await TalkAsync(files, stage, paths, sent);
        Assert.That(status, Is.EqualTo("0"));
        Assert.That(receiver.Error?.Message, Is.Null);
        Assert.That(await receiver.IsCompleteAsync(CancellationToken.None), Is.True);
        destination.Take(files.Entries);
        return ([.. answers.Where(packet => packet.Type == PacketType.PacketReq).Select(packet => packet.ID)], files.Entries);
    }

    private async Task<string> RefusedAsync(Stat[] stage, string[] paths, params Packet[] sent)
    {
        var (_, receiver, answers) = await TalkAsync(stage, paths, sent);
        Assert.That(answers[^1].Type, Is.EqualTo(PacketType.PacketErr));
        Assert.That(answers[^1].Data.ToStringUtf8(), Is.EqualTo(receiver.Error!.Message));
        return receiver.Error.Message;
    }

    private async Task<(string? Status, StageReceiver Receiver, IReadOnlyList<Packet> Answers)> TalkAsync(
        Stat[] stage, string[] paths, params Packet[] sent)
    {
        using var destination = DestinationFolder.Open(_folder["to"]);
        return await TalkAsync(new UnpackedFiles(destination), stage, paths, sent);
    }

    private async Task<(string? Status, StageReceiver Receiver, IReadOnlyList<Packet> Answers)> TalkAsync(
        UnpackedFiles files, Stat[] stage, string[] paths, Packet[] sent)
    {
        var receiver = new StageReceiver("builder", [.. paths.Select(StagePath.Parse)], files, _warnings.Add);
        await using var client = new GrpcTestClient([receiver.Method]);
        Packet[] packets = [.. stage.Select(stat => new Packet { Stat = stat }), new Packet(), .. sent];
        var (status, _, messages) = await client.CallAsync(
            StageReceiver.Path, [.. packets.SelectMany(packet => GrpcTestClient.Frame(packet.ToByteArray()))]);
        return (status, receiver, [.. messages.Select(Packet.Parser.ParseFrom)]);
    }

    private string Text(string path) => File.ReadAllText(_folder["to/" + path]);
}
