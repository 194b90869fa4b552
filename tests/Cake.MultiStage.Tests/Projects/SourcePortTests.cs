using Cake.MultiStage.Projects;
using Cake.MultiStage.Projects.Go;
using Cake.MultiStage.Projects.Hints;
using NUnit.Framework;
using Cake.MultiStage.Tests.Contexts;

namespace Cake.MultiStage.Tests.Projects;

/// <summary>The ports that the sources of compiled programs say.</summary>
public sealed class SourcePortTests : FolderFixture
{
    private static string Ports(IReadOnlyList<Listening> found) =>
        string.Join(' ', found.Select(one => one.Port + (one.Loopback is null ? "" : "!")).Distinct(StringComparer.Ordinal));

    private static SourceFile[] File(string text) => [new("main", text)];

    [TestCase("http.ListenAndServe(\":8080\", nil)", "8080")]
    [TestCase("http.ListenAndServe(\"localhost:8080\", nil)", "8080!")]
    [TestCase("srv := &http.Server{\n\tAddr: \"0.0.0.0:9000\",\n}", "9000")]
    [TestCase("l, err := net.Listen(\"tcp\", \":50051\")", "50051")]
    [TestCase("r.Run(\":3000\")", "3000")]
    [TestCase("addr := flag.String(\"listen-addr\", \":9115\", \"where\")", "9115")]
    [TestCase("flag.IntVar(&port, \"port\", 8081, \"p\")", "8081")]
    [TestCase("type C struct {\n\tPort int `env:\"PORT\" envDefault:\"5230\"`\n}", "5230")]
    [TestCase("if port == \"\" {\n\tport = \"8082\"\n}", "8082")]
    [TestCase("conn, err := net.Dial(\"tcp\", \"db:5432\")", "")]
    [TestCase("http.ListenAndServe(addr, nil)", "")]
    [TestCase("a(\":8080\")", "")]
    [TestCase("// http.ListenAndServe(\":6060\", nil)", "")]
    [TestCase("addr := flag.String(\"redis-addr\", \"localhost:6379\", \"where\")", "")]
    [TestCase("type C struct {\n\tDBPort int `env:\"DB_PORT\" envDefault:\"5432\"`\n}", "")]
    public void Of_Go(string text, string ports) => Assert.That(Ports(SourcePorts.OfGo(File(text))), Is.EqualTo(ports));

    [TestCase("let l = TcpListener::bind(\"0.0.0.0:3000\").await?;", "3000")]
    [TestCase("HttpServer::new(f).bind((\"127.0.0.1\", 8080))?", "8080!")]
    [TestCase("let a = SocketAddr::from(([0, 0, 0, 0], 4000));", "4000")]
    [TestCase("let a = SocketAddr::from(([127, 0, 0, 1], 4000));", "4000!")]
    [TestCase("let addr = \"0.0.0.0:50051\".parse()?;", "50051")]
    [TestCase("#[arg(short, long, default_value_t = 8080, env = \"P\")]\npub port: u16,", "8080")]
    [TestCase("//! TcpListener::bind(\"127.0.0.1:3000\")", "")]
    [TestCase("let s = UdpSocket::bind(\"0.0.0.0:5353\")?;", "")]
    [TestCase("#[arg(long, default_value_t = 5432)]\ndb_port: u16,", "")]
    [TestCase("#[arg(long, default_value_t = 10)]\nworkers: u16,", "")]
    public void Of_Rust(string text, string ports) => Assert.That(Ports(SourcePorts.OfRust(File(text))), Is.EqualTo(ports));

    [TestCase("Javalin.create().get(\"/\", c -> {}).start(7070);", "7070")]
    [TestCase("vertx.createHttpServer().requestHandler(h).listen(8888).onComplete(x);", "8888")]
    [TestCase("embeddedServer(Netty, port = 8080, host = \"0.0.0.0\", module = Application::module)", "8080")]
    [TestCase("HttpServer.create(new InetSocketAddress(8000), 0)", "8000")]
    [TestCase("Server s = ServerBuilder.forPort(50051).build();", "50051")]
    [TestCase("private static final int PORT = 9090;", "9090")]
    [TestCase("executor.start(100);", "")]
    [TestCase("private int port = 5432;", "")]
    [TestCase("/* HttpServer.create(new InetSocketAddress(8000), 0) */", "")]
    public void Of_Java(string text, string ports) => Assert.That(Ports(SourcePorts.OfJava(File(text))), Is.EqualTo(ports));

    [Test]
    public void Many_are_none_of_one_program() => Assert.That(SourcePorts.OfGo(
        File(string.Concat(Enumerable.Range(8080, 5).Select(port => $"http.ListenAndServe(\":{port}\", nil)\n")))), Is.Empty);

    [Test]
    public void Only_the_packages_of_the_program_count()
    {
        _folder.File("go.mod", "module example.com/shop\n\ngo 1.24\n")
            .File("cmd/shop/main.go", "package main\n\nimport \"example.com/shop/web\"\n\nfunc main() { web.Run() }\n")
            .File("web/web.go", "package web\n\nfunc Run() { http.ListenAndServe(\":8080\", nil) }\n")
            .File("cmd/other/main.go", "package main\n\nfunc main() { http.ListenAndServe(\":9999\", nil) }\n");
        var project = GoPreset.Describe(_folder.Path, new GoProjectSettings());
        Assert.That(project.Ports, Is.EqualTo(new[] { "8080" }));
        Assert.That(project.Assumptions.Select(one => one.Text), Has.One.EqualTo(
            "web/web.go has the program listen on 8080: the image exposes it. Set Ports for others."));
    }
}
