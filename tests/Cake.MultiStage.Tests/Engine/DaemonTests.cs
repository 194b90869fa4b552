using System.Formats.Tar;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.BuildKit;
using Cake.MultiStage.Engine.Builds;
using Cake.MultiStage.Engine.Daemons;
using Cake.MultiStage.Engine.Grpc;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Images;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>A BuildKit of its own: it speaks HTTP/2 from the first octet, keeps no images, and sends what it made.</summary>
[CancelAfter(60_000)]
public sealed class DaemonTests : EngineFixture
{
    private const string Receive = "/moby.filesync.v1.FileSend/DiffCopy";
    private static readonly string Digest = "sha256:" + new string('d', 64);
    private static readonly string Configuration = "sha256:" + new string('c', 64);

    private string Archive => Context["out/image.tar"];

    private string Folder => Context["out/layout"];

    [SetUp]
    public void SpeakHttp2Alone()
    {
        Daemon.ServesGrpc([.. Daemon.BuildKit.Methods]);
        Daemon.BuildKit.Outcome = (request, _) => SendAsync(request);
    }

    [Test]
    public async Task An_archive_and_a_layout_come_of_one_build()
    {
        var image = await BuildAsync(new ArchiveOutput(Archive), new LayoutOutput(Folder));
        Assert.That(File.ReadAllText(Path.Combine(Folder, "blobs", "sha256", "x")), Is.EqualTo("blob"));
        Assert.That(Directory.EnumerateFiles(Folder).Select(Path.GetFileName), Is.EquivalentTo(["index.json", "oci-layout"]));
        Assert.That(File.ReadAllBytes(Archive), Is.EqualTo(Tar()));
        Assert.That((image.Id.ToString(), image.Digest!.ToString(), image.Engine, image.Place),
            Is.EqualTo((Configuration, Digest, (EngineEndpoint?)null, Folder)));
        Assert.That(
            Directory.EnumerateFileSystemEntries(Context["out"]).Select(Path.GetFileName), Is.EquivalentTo(["image.tar", "layout"]));
        Assert.That(Daemon.BuildKit.Solves, Has.Count.EqualTo(1), "no stage is looked at: there is nothing to look at it by");
    }

    [Test]
    public async Task Sources_come_of_one_session_and_what_comes_back_goes_into_another()
    {
        await BuildAsync(new ArchiveOutput(Archive));
        var order = Daemon.BuildKit.Solves.Single();
        Assert.That((await Daemon.BuildKit.SessionAsync(order.Session)).Announced, Is.EqualTo([Receive]));
        Assert.That((await Daemon.BuildKit.SessionAsync(order.FrontendAttrs["local-sessionid:context"])).Announced,
            Is.EqualTo(["/moby.filesync.v1.FileSync/DiffCopy"]));
        Assert.That(order.FrontendAttrs["local-sessionid:dockerfile"], Is.EqualTo(order.FrontendAttrs["local-sessionid:context"]));
    }

    [Test]
    public async Task What_is_pushed_comes_not_here()
    {
        var image = await BuildAsync(new PushOutput());
        var order = Daemon.BuildKit.Solves.Single();
        Assert.That(order.Exporters.Single().Type, Is.EqualTo("image"));
        Assert.That(order.Exporters[0].Attrs, Is.EquivalentTo(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["name"] = "r.io/team/hello:1",
            ["push"] = "true",
            ["store"] = "false",
            ["oci-mediatypes"] = "true",
        }));
        Assert.That(Daemon.BuildKit.Sessions, Has.Count.EqualTo(1));
        Assert.That(image.Place, Is.EqualTo($"registry://r.io/team/hello:1@{Digest}"));
    }

    [Test]
    public async Task An_engine_that_is_named_has_it_loaded()
    {
        await using var engine = FakeDaemon.OnSocket();
        byte[] loaded = [];
        engine.On("/v1.41/images/load", async exchange =>
        {
            loaded = await exchange.ReadBodyAsync();
            await exchange.AnswerAsync(200, """{"stream":"Loaded image: r.io/team/hello:1\n"}""");
        });
        var image = await BuildAsync(new EngineOutput("far") { Endpoint = engine.Endpoint });
        Assert.That(loaded, Is.EqualTo(Tar()));
        Assert.That((image.Engine, image.Id.Encoded[^2..], image.Place), Is.EqualTo((engine.Endpoint, "ff", "")));
        Assert.That(Daemon.BuildKit.Solves.Single().Exporters[0].Type, Is.EqualTo("docker"));
    }

    [Test]
    public async Task An_engine_that_can_not_take_it_is_told()
    {
        await using var engine = FakeDaemon.OnSocket();
        engine.On("/v1.41/images/load", async exchange =>
        {
            await exchange.ReadBodyAsync();
            await exchange.AnswerAsync(200, """{"errorDetail":{"message":"invalid archive"},"error":"invalid archive"}""");
        });
        Assert.That(() => BuildAsync(new EngineOutput("far") { Endpoint = engine.Endpoint }),
            Throws.InstanceOf<EngineException>().With.Message.Contains("can't take it: invalid archive"));
    }

    [Test]
    public void A_build_that_fails_leaves_what_was_there()
    {
        Context.File("out/image.tar", "older");
        Daemon.BuildKit.Outcome = async (request, _) =>
        {
            await SendAsync(request);
            throw new GrpcException(GrpcStatusCode.Unknown, "failed to push r.io/team/hello:1: 401 Unauthorized");
        };
        Assert.That(() => BuildAsync(new ArchiveOutput(Archive), new PushOutput()),
            Throws.InstanceOf<BuildFailedException>().With.Message.Contains("401 Unauthorized"));
        Assert.That(Directory.EnumerateFileSystemEntries(Context["out"]), Is.EqualTo([Archive]));
        Assert.That(File.ReadAllText(Archive), Is.EqualTo("older"));
    }

    [Test]
    public void An_image_that_does_not_come_is_missed()
    {
        Daemon.BuildKit.Outcome = (_, _) => Task.FromResult(Response());
        Assert.That(() => BuildAsync(new ArchiveOutput(Archive)),
            Throws.InstanceOf<EngineException>().With.Message.Contains("BuildKit at").And.Message.Contains("without"));
        Assert.That(File.Exists(Archive), Is.False);
    }

    [Test]
    public void A_folder_that_holds_something_else_is_left_alone()
    {
        Context.File("out/layout/mine");
        Assert.That(() => BuildAsync(new LayoutOutput(Folder)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("something else than an OCI layout"));
        Assert.That(() => BuildAsync(new ArchiveOutput(Folder)),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("which is a folder"));
        Assert.That(Daemon.BuildKit.Solves, Is.Empty);
    }

    [Test]
    public void Without_an_output_the_error_shows_the_lines_to_write() => Assert.That(
        () => BuildAsync(),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("keeps no images")
            .And.Message.Contains("build.Outputs.Add(BuildOutput.Push())"));

    [Test]
    public void A_push_needs_a_tag() => Assert.That(
        () => BuildAsync(Request() with { Outputs = [new PushOutput()] }),
        Throws.InstanceOf<MultiStageException>().With.Message.Contains("has no tag"));

    [Test]
    public void Several_outputs_need_a_BuildKit_that_has_them()
    {
        Daemon.BuildKit.Version = "v0.12.5";
        Assert.That(() => BuildAsync(new ArchiveOutput(Archive), new PushOutput()),
            Throws.InstanceOf<EngineException>().With.Message.Contains("BuildKit v0.12.5 at").And.Message.Contains("from 0.13 on"));
        Assert.That(Daemon.BuildKit.Solves, Is.Empty);
    }

    [Test]
    public async Task Nobody_who_answers_is_told()
    {
        await using var engine = FakeDaemon.OnSocket();
        engine.On("*", async exchange =>
        {
            await exchange.AnswerAsync(400, "Bad Request");
            // What is closed while the client writes may take the answer along.
            await exchange.StallAsync();
        });
        Assert.That(() => OpenAsync(engine.Endpoint),
            Throws.InstanceOf<EngineException>().With.Message.Contains("is not a BuildKit").And.Message.Contains("build.Host"));
        Assert.That(() => OpenAsync(new EngineEndpoint(new Uri("unix://" + Context["none.sock"]), "the test")),
            Throws.InstanceOf<EngineException>().With.Message.Contains("no BuildKit answers at").And.Message.Contains("Start buildkitd"));
        Assert.That(() => OpenAsync(new EngineEndpoint(new Uri("podman-container://nobody-has-this"), "the test")),
            Throws.InstanceOf<EngineException>().With.Message.Contains("podman"));
    }

    [Test]
    public async Task One_that_falls_silent_is_given_up()
    {
        var limits = new EngineLimits
        {
            PingEvery = TimeSpan.FromMilliseconds(50),
            PingAnswer = TimeSpan.FromMilliseconds(500),
            LostPings = 2,
            FirstAnswer = TimeSpan.FromSeconds(20),
        };
        using var operation = new Operation("The test", NullLogger.Instance, CancellationToken.None);
        var mortal = FakeDaemon.OnSocket().ServesGrpc([.. new FakeBuildKit().Methods]);
        using var connection = await DaemonConnection.OpenAsync(mortal.Endpoint, operation, limits);
        await mortal.DisposeAsync();
        Assert.That(
            () => operation.RunAsync(async () =>
            {
                await Task.Delay(TimeSpan.FromSeconds(30), operation.Token);
                return 0;
            }),
            Throws.InstanceOf<EngineException>().With.Message.Contains("BuildKit at").And.Message.Contains("has stopped answering"));
    }

    private static byte[] Tar()
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            Write(writer, "blobs/sha256/x", "blob");
            Write(writer, "index.json", "{}");
            Write(writer, "oci-layout", "{}");
        }

        return archive.ToArray();
    }

    private static void Write(TarWriter writer, string name, string text) => writer.WriteEntry(
        new UstarTarEntry(TarEntryType.RegularFile, name)
        {
            DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
            ModificationTime = DateTimeOffset.UnixEpoch,
        });

    private static SolveResponse Response() => new()
    {
        ExporterResponse = { ["containerimage.digest"] = Digest, ["containerimage.config.digest"] = Configuration },
    };

    /// <summary>Sends an archive for each exporter that has one sent, in two messages.</summary>
    private async Task<SolveResponse> SendAsync(SolveRequest request)
    {
        var tar = Tar();
        foreach (var (index, exporter) in request.Exporters.Index().Where(exporter => exporter.Item.Type is "oci" or "docker"))
        {
            await (await Daemon.BuildKit.SessionAsync(request.Session)).CallAsync(Receive, [tar[..600], tar[600..]],
                ("buildkit-attachable-exporter-id", FormattableString.Invariant($"{index}")));
        }

        return Response();
    }

    private static Task<DaemonConnection> OpenAsync(EngineEndpoint endpoint) =>
        DaemonConnection.OpenAsync(endpoint, new Operation("The test", NullLogger.Instance, CancellationToken.None));

    private Task<BuiltImage> BuildAsync(params BuildOutput[] outputs) =>
        BuildAsync(Request() with { Tags = [ImageReference.Parse("r.io/team/hello:1")], Outputs = outputs });

    private async Task<BuiltImage> BuildAsync(BuildRequest request)
    {
        using var connection = await OpenAsync(Daemon.Endpoint);
        return await new ImageBuildService(connection).BuildAsync(request, Observer, CancellationToken.None);
    }
}
