using System.Net;
using System.Net.Sockets;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Engine.Pushing;
using Cake.MultiStage.Images;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

/// <summary>An engine on TCP, or who answers in its place, that sends its clients to another host or does not end.</summary>
[CancelAfter(60_000)]
public sealed class AnswerGuardTests
{
    private TcpListener _other = null!;
    private FakeDaemon _daemon = null!;

    [SetUp]
    public void Start()
    {
        _other = new TcpListener(IPAddress.Loopback, 0);
        _other.Start();
        _daemon = FakeDaemon.OnTcp(Task.FromResult);
    }

    [TearDown]
    public async Task Stop()
    {
        _other.Dispose();
        await _daemon.DisposeAsync();
    }

    private string Elsewhere => $"http://{_other.LocalEndpoint}/elsewhere";

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_push_is_not_sent_on(int status)
    {
        Redirects("/v1.41/images/localhost", status);
        using var connection = await ConnectAsync();
        Assert.That(
            () => new ImagePusher(connection, TimeProvider.System).PushAsync(ImageReference.Parse("localhost:5000/app:1"), new Recorder(),
                CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(Elsewhere).And.Message.Contains("is not followed"));
        Assert.That(_other.Pending(), Is.False);
    }

    [Test]
    public async Task A_request_of_our_own_is_not_sent_on()
    {
        Redirects("/v1.41/build", 307);
        using var connection = await ConnectAsync();
        Assert.That(
            () => connection.SendAsync(HttpMethod.Post, "/build", content: null, "The build", CancellationToken.None),
            Throws.InstanceOf<EngineException>().With.Message.Contains("The build failed").And.Message.Contains(Elsewhere));
        Assert.That(_other.Pending(), Is.False);
    }

    [Test]
    public async Task A_message_of_a_push_without_an_end_is_not_read()
    {
        _daemon.On("/v1.41/images/localhost", exchange => exchange.AnswerAsync(200, "{\"status\":\"" + new string('x', 40 * 1024 * 1024)));
        using var connection = await ConnectAsync();
        Assert.That(
            () => new ImagePusher(connection, TimeProvider.System).PushAsync(ImageReference.Parse("localhost:5000/app:1"), new Recorder(),
                CancellationToken.None),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("a message of more than").And.Message.Length.LessThan(2000));
    }

    [Test]
    public async Task A_refusal_without_an_end_is_not_read()
    {
        _daemon.On("/v1.41/build", async exchange =>
        {
            var piece = new string('x', 1024 * 1024);
            await exchange.AnswerAsync(500, string.Concat(Enumerable.Repeat(piece, 40)));
        });
        using var connection = await ConnectAsync();
        Assert.That(
            () => connection.SendAsync(HttpMethod.Post, "/build", content: null, "The build", CancellationToken.None),
            Throws.InstanceOf<EngineException>().With.Message.Length.LessThan(2000));
    }

    [Test]
    public void A_greeting_is_not_sent_on()
    {
        Redirects("/v1.41/version", 302);
        Assert.That(() => ConnectAsync(), Throws.InstanceOf<EngineException>().With.Message.Contains(Elsewhere));
        Assert.That(_other.Pending(), Is.False);
    }

    private void Redirects(string path, int status) =>
        _daemon.On(path, exchange => exchange.AnswerAsync(status, "", "Location: " + Elsewhere));

    private Task<EngineConnection> ConnectAsync() => 
        EngineConnection.OpenAsync(_daemon.Endpoint, new Operation("The test", NullLogger.Instance, CancellationToken.None));
}
