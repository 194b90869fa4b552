using System.Security.Cryptography;
using System.Text;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Tests.Contexts;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class EndpointResolverTests
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal);
    private TemporaryFolder _home = null!;

    [SetUp]
    public void MakeHome()
    {
        _home = new TemporaryFolder();
        _variables.Clear();
    }

    [TearDown]
    public void DeleteHome() => _home.Dispose();

    private EngineEndpoint Resolve(string? host = null, bool isWindows = false) =>
        new EndpointResolver(_variables.GetValueOrDefault, _home.Path, isWindows).Resolve(host);

    private void Context(string name, string meta, string config = ".docker") =>
        _home.File($"{config}/contexts/meta/{Id(name)}/meta.json", meta);

    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static string Meta(string host, string more = "") =>
        "{\"Name\":\"x\",\"Endpoints\":{\"docker\":{\"Host\":\"" + host + "\"" + more + "}}}";

    [Test]
    public void An_explicit_host_wins()
    {
        _variables["DOCKER_HOST"] = "unix:///other.sock";
        Assert.That(Resolve("unix:///mine.sock").ToString(), Is.EqualTo("unix:///mine.sock (from the settings)"));
    }

    [TestCase("")]
    [TestCase("  ")]
    public void An_empty_explicit_host_is_none(string host)
    {
        _variables["DOCKER_HOST"] = "unix:///other.sock";
        Assert.That(Resolve(host).Source, Is.EqualTo("DOCKER_HOST"));
    }

    [Test]
    public void DOCKER_HOST_comes_before_any_context()
    {
        _variables["DOCKER_HOST"] = "tcp://build:2375";
        _variables["DOCKER_CONTEXT"] = "missing";
        Assert.That(Resolve().ToString(), Is.EqualTo("tcp://build:2375 (from DOCKER_HOST)"));
    }

    [Test]
    public void DOCKER_CONTEXT_comes_before_the_current_context()
    {
        Context("ci", Meta("unix:///ci.sock"));
        _home.File(".docker/config.json", """{"currentContext":"missing"}""");
        _variables["DOCKER_CONTEXT"] = "ci";
        Assert.That(Resolve().ToString(), Is.EqualTo("unix:///ci.sock (from docker context 'ci')"));
    }

    [Test]
    public void The_current_context_is_that_of_config_json()
    {
        Context("ci", Meta("unix:///ci.sock"));
        _home.File(".docker/config.json", """{"auths":{},"currentContext":"ci"}""");
        Assert.That(Resolve().Address.OriginalString, Is.EqualTo("unix:///ci.sock"));
    }

    [Test]
    public void DOCKER_CONFIG_says_where_contexts_are()
    {
        Context("ci", Meta("unix:///elsewhere.sock"), "elsewhere");
        _home.File("elsewhere/config.json", """{"currentContext":"ci"}""");
        _variables["DOCKER_CONFIG"] = _home["elsewhere"];
        Assert.That(Resolve().Address.OriginalString, Is.EqualTo("unix:///elsewhere.sock"));
    }

    [TestCase(false, "unix:///var/run/docker.sock")]
    [TestCase(true, "npipe://./pipe/docker_engine")]
    public void The_default_is_the_platforms(bool isWindows, string address) =>
        Assert.That(Resolve(isWindows: isWindows).ToString(), Is.EqualTo($"{address} (from the platform's default)"));

    [TestCase("""{"currentContext":"default"}""")]
    [TestCase("""{"currentContext":""}""")]
    [TestCase("""{"currentContext":7}""")]
    [TestCase("{}")]
    [TestCase("[]")]
    public void A_config_that_chooses_no_context_leaves_the_default(string config)
    {
        _home.File(".docker/config.json", config);
        Assert.That(Resolve().Source, Is.EqualTo("the platform's default"));
    }

    [Test]
    public void The_context_called_default_is_the_platforms_default()
    {
        _home.File(".docker/config.json", """{"currentContext":"ci"}""");
        _variables["DOCKER_CONTEXT"] = "default";
        Assert.That(Resolve().Source, Is.EqualTo("the platform's default"));
    }

    [TestCase("npipe:////./pipe/docker_engine")]
    [TestCase("npipe://./pipe/docker_engine")]
    public void A_named_pipe_is_written_in_two_ways(string host) =>
        Assert.That((Resolve(host).Address.Scheme, Resolve(host).Address.Segments[^1]), Is.EqualTo(("npipe", "docker_engine")));

    [TestCase("tcp://build:2375", false)]
    [TestCase("unix:///x.sock", false)]
    [TestCase("http://build:2375", false)]
    [TestCase("https://build:2376", true)]
    public void Without_variables_only_https_is_encrypted(string host, bool encrypted) =>
        Assert.That(Resolve(host).Tls is not null, Is.EqualTo(encrypted));

    [TestCase("1", true)]
    [TestCase(null, false)]
    [TestCase("", false)]
    public void DOCKER_CERT_PATH_names_the_files_and_DOCKER_TLS_VERIFY_has_them_checked(string? verify, bool verified)
    {
        _home.Files("certs/ca.pem", "certs/cert.pem", "certs/key.pem");
        (_variables["DOCKER_HOST"], _variables["DOCKER_CERT_PATH"]) = ("tcp://build:2376", _home["certs"]);
        _variables["DOCKER_TLS_VERIFY"] = verify!;
        Assert.That(Resolve().Tls,
            Is.EqualTo(new EngineTls(_home["certs/ca.pem"], _home["certs/cert.pem"], _home["certs/key.pem"], verified)));
    }

    [Test]
    public void DOCKER_TLS_VERIFY_alone_takes_the_files_of_dockers_folder()
    {
        _home.Files(".docker/ca.pem");
        (_variables["DOCKER_HOST"], _variables["DOCKER_TLS_VERIFY"]) = ("tcp://build:2376", "1");
        Assert.That(Resolve().Tls, Is.EqualTo(new EngineTls(_home[".docker/ca.pem"], null, null, Verify: true)));
    }

    [TestCase(null, false)]
    [TestCase("1", true)]
    public void DOCKER_TLS_encrypts_and_checks_nothing(string? verify, bool verified)
    {
        (_variables["DOCKER_HOST"], _variables["DOCKER_TLS"], _variables["DOCKER_TLS_VERIFY"]) = ("tcp://build:2376", "1", verify!);
        Assert.That(Resolve().Tls?.Verify, Is.EqualTo(verified));
    }

    [Test]
    public void A_unix_socket_is_never_encrypted()
    {
        (_variables["DOCKER_HOST"], _variables["DOCKER_TLS_VERIFY"]) = ("unix:///x.sock", "1");
        Assert.That(Resolve().Tls, Is.Null);
    }

    [TestCase("", true)]
    [TestCase(""","SkipTLSVerify":true""", false)]
    [TestCase(""","SkipTLSVerify":false""", true)]
    public void A_context_brings_its_own_TLS_files(string more, bool verified)
    {
        Context("far", Meta("tcp://far:2376", more));
        _home.Files($".docker/contexts/tls/{Id("far")}/docker/ca.pem");
        _variables["DOCKER_CONTEXT"] = "far";
        Assert.That(Resolve().Tls,
            Is.EqualTo(new EngineTls(_home[$".docker/contexts/tls/{Id("far")}/docker/ca.pem"], null, null, verified)));
    }

    [Test]
    public void A_missing_context_is_told_with_its_source_and_what_to_do()
    {
        _variables["DOCKER_CONTEXT"] = "gone";
        Assert.That(() => Resolve(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "'gone' (from DOCKER_CONTEXT) does not exist").And.Message.Contains("'docker context ls' lists"));
    }

    [Test]
    public void A_missing_current_context_is_told_with_its_source()
    {
        _home.File(".docker/config.json", """{"currentContext":"gone"}""");
        Assert.That(() => Resolve(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains("'gone' (from Docker's config.json) does not exist"));
    }

    [TestCase("{}")]
    [TestCase("[]")]
    [TestCase("""{"Endpoints":[]}""")]
    [TestCase("""{"Endpoints":{"docker":{}}}""")]
    [TestCase("""{"Endpoints":{"docker":{"Host":""}}}""")]
    [TestCase("""{"Endpoints":{"docker":{"Host":7}}}""")]
    public void A_context_without_a_host_is_told(string meta)
    {
        Context("odd", meta);
        _variables["DOCKER_CONTEXT"] = "odd";
        Assert.That(() => Resolve(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "'odd' (from DOCKER_CONTEXT) names no host").And.Message.Contains(
                "meta.json"));
    }

    [Test]
    public void Broken_JSON_is_told_with_the_file()
    {
        _home.File(".docker/config.json", """{"currentContext": """);
        Assert.That(() => Resolve(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(_home[".docker/config.json"])
                .And.Message.Contains("is not valid JSON").And.Message.Contains("DOCKER_CONFIG"));
    }

    [Test]
    public void A_host_reached_by_ssh_is_kept_as_it_is()
    {
        _variables["DOCKER_HOST"] = "ssh://me@build";
        Assert.That(Resolve().Address, Is.EqualTo(new Uri("ssh://me@build")));
    }

    // What docker/cli's opts.ParseHost makes of them.
    [TestCase("build", "tcp://build")]
    [TestCase("build:2375", "tcp://build:2375")]
    [TestCase("192.0.2.1:2375", "tcp://192.0.2.1:2375")]
    [TestCase(" tcp://build:2375 ", "tcp://build:2375")]
    [TestCase("tcp://", "tcp://localhost:2375")]
    [TestCase("tcp://:2376", "tcp://localhost:2376")]
    [TestCase(":2376", "tcp://localhost:2376")]
    [TestCase("tcp://[::1]:2375", "tcp://[::1]:2375")]
    [TestCase("tcp://build:2375/path", "tcp://build:2375/path")]
    [TestCase("TCP://build:2375", "tcp://build:2375")]
    [TestCase("unix://", "unix:///var/run/docker.sock")]
    [TestCase("unix:///run/a b.sock", "unix:///run/a b.sock")]
    [TestCase("npipe://", "npipe://./pipe/docker_engine")]
    public void A_host_is_written_as_the_Docker_CLI_takes_it(string host, string address) =>
        Assert.That(Resolve(host).Address.OriginalString, Is.EqualTo(address));

    [TestCase("unix:///run/100%25#1?.sock", "/run/100%25#1?.sock")]
    [TestCase("unix:///run/größer.sock", "/run/größer.sock")]
    public void A_sockets_path_is_a_path_and_no_URI(string host, string path) =>
        Assert.That(Resolve(host).Address.LocalPath, Is.EqualTo(path));

    [Test]
    public void A_host_without_a_scheme_is_encrypted_where_the_variables_say_so()
    {
        (_variables["DOCKER_HOST"], _variables["DOCKER_TLS_VERIFY"]) = ("build:2376", "1");
        Assert.That(Resolve().Tls?.Verify, Is.True);
    }

    [TestCase("/var/run/docker.sock")]
    [TestCase("ftp://build")]
    [TestCase("fd://")]
    [TestCase("tcp://tcp://build")]
    [TestCase("tcp://build:port")]
    public void Other_hosts_are_told_with_their_source_and_what_is_expected(string host)
    {
        _variables["DOCKER_HOST"] = host;
        Assert.That(() => Resolve(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                $"'{host}' (from DOCKER_HOST) is not an address").And.Message.Contains("Expected unix:///path/docker.sock"));
    }

    [Test]
    public void A_bad_host_of_a_context_is_told_with_the_context()
    {
        Context("bad", Meta("ftp://nonsense"));
        _variables["DOCKER_CONTEXT"] = "bad";
        Assert.That(() => Resolve(),
            Throws.InstanceOf<MultiStageException>().With.Message.Contains(
                "'ftp://nonsense' (from docker context 'bad') is not an address"));
    }
}
