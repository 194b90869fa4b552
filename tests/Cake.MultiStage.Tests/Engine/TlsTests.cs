using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cake.MultiStage.Building;
using Cake.MultiStage.Engine;
using Cake.MultiStage.Engine.Daemons;
using Cake.MultiStage.Engine.Operations;
using Cake.MultiStage.Tests.Contexts;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Cake.MultiStage.Tests.Engine;

public sealed class TlsTests
{
    private readonly TemporaryFolder _files = new();
    private readonly Authority _ours = new("our authority");
    private readonly Authority _foreign = new("foreign authority");

    [OneTimeSetUp]
    public void WriteFiles()
    {
        _files.File("ca.pem", _ours.Pem).File("foreign.pem", _foreign.Pem).File("broken.pem", "no certificate");
        using var client = _ours.Sign("client", "client");
        _files.File("cert.pem", client.ExportCertificatePem()).File("key.pem", client.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    [OneTimeTearDown]
    public void Dispose()
    {
        _files.Dispose();
        _ours.Dispose();
        _foreign.Dispose();
    }

    private FakeDaemon Daemon(X509Certificate2 certificate) => FakeDaemon.OnTcp(async stream =>
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
            RemoteCertificateValidationCallback = (_, client, _, _) => client?.Issuer == "CN=our authority",
        });
        return tls;
    });

    private EngineTls Files(string authority = "ca.pem", bool verify = true, bool withClient = true) =>
        new(_files[authority], withClient ? _files["cert.pem"] : null, withClient ? _files["key.pem"] : null, verify);

    private static async Task<string> VersionAsync(FakeDaemon daemon, EngineTls? tls)
    {
        using var connection = await EngineConnection.OpenAsync(daemon.Endpoint with { Tls = tls },
            new Operation("The test", NullLogger.Instance, CancellationToken.None));
        return connection.EngineVersion;
    }

    [Test]
    public async Task The_right_files_reach_an_engine_that_asks_for_a_client_certificate()
    {
        using var certificate = _ours.Sign("engine", "localhost");
        await using var daemon = Daemon(certificate);
        Assert.That(await VersionAsync(daemon, Files()), Is.EqualTo("20.10.24"));
    }

    [Test]
    public async Task A_foreign_authority_is_told()
    {
        using var certificate = _ours.Sign("engine", "localhost");
        await using var daemon = Daemon(certificate);
        Assert.That(() => VersionAsync(daemon, Files("foreign.pem")),
            Throws.InstanceOf<EngineException>().With.Message.Contains("TLS handshake with the Docker engine at "
                + daemon.Endpoint).And.Message.Contains("Check ca.pem"));
    }

    [Test]
    public async Task Another_hosts_certificate_is_told()
    {
        using var certificate = _ours.Sign("engine", "elsewhere.example.com");
        await using var daemon = Daemon(certificate);
        Assert.That(() => VersionAsync(daemon, Files()),
            Throws.InstanceOf<EngineException>().With.Message.Contains("certificate names the host 'localhost'"));
    }

    [TestCase("1.3.6.1.5.5.7.3.2", false)]
    [TestCase("1.3.6.1.5.5.7.3.1", true)]
    [TestCase("2.5.29.37.0", true)]
    public async Task A_certificate_counts_for_what_it_says_that_it_is_for(string purpose, bool counts)
    {
        using var certificate = _ours.Sign("engine", "localhost", purpose);
        await using var daemon = Daemon(certificate);
        if (counts)
        {
            Assert.That(await VersionAsync(daemon, Files()), Is.EqualTo("20.10.24"));
        }
        else
        {
            Assert.That(() => VersionAsync(daemon, Files()), Throws.InstanceOf<EngineException>().With.Message.Contains("TLS handshake"));
        }
    }

    [Test]
    public async Task Without_verification_any_certificate_will_do()
    {
        using var certificate = _ours.Sign("engine", "elsewhere.example.com");
        await using var daemon = Daemon(certificate);
        Assert.That(await VersionAsync(daemon, Files("foreign.pem", verify: false)), Is.EqualTo("20.10.24"));
    }

    [Test]
    public async Task An_engine_that_misses_the_client_certificate_is_told()
    {
        using var certificate = _ours.Sign("engine", "localhost");
        await using var daemon = Daemon(certificate);
        Assert.That(() => VersionAsync(daemon, Files(withClient: false)),
            Throws.InstanceOf<EngineException>().With.Message.Contains(daemon.Endpoint.ToString()));
    }

    [Test]
    public async Task Plain_HTTP_to_an_engine_that_wants_TLS_is_told()
    {
        using var certificate = _ours.Sign("engine", "localhost");
        await using var daemon = Daemon(certificate);
        Assert.That(() => VersionAsync(daemon, tls: null),
            Throws.InstanceOf<EngineException>().With.Message.Contains(daemon.Endpoint.ToString()));
    }

    [TestCase("broken.pem")]
    [TestCase("missing.pem")]
    public async Task Files_that_can_not_be_read_are_told(string authority)
    {
        using var certificate = _ours.Sign("engine", "localhost");
        await using var daemon = Daemon(certificate);
        Assert.That(() => VersionAsync(daemon, Files(authority)),
            Throws.InstanceOf<EngineException>().With.Message.Contains("The TLS files for " + daemon.Endpoint)
                .And.Message.Contains("can't be read"));
    }

    [Test]
    public async Task A_BuildKit_of_its_own_takes_who_has_the_right_certificate()
    {
        using var certificate = _ours.Sign("engine", "localhost");
        await using var daemon = BuildKit(certificate);
        Assert.That(await BuildKitVersionAsync(daemon, Files()), Is.EqualTo("v0.25.1"));
    }

    [Test]
    public async Task A_BuildKit_that_does_not_know_the_client_is_told_though_the_handshake_succeeds()
    {
        using var certificate = _ours.Sign("engine", "localhost");
        using var other = _foreign.Sign("client", "client");
        _files.File("cert2.pem", other.ExportCertificatePem()).File("key2.pem", other.GetRSAPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await using var daemon = BuildKit(certificate);
        Assert.That(
            () => BuildKitVersionAsync(daemon, Files() with { Certificate = _files["cert2.pem"], Key = _files["key2.pem"] }),
            Throws.InstanceOf<EngineException>().With.Message.Contains("as soon as TLS was set up")
                .And.Message.Contains("cert2.pem").And.Message.Contains("--tlscacert"));
        Assert.That(() => BuildKitVersionAsync(daemon, tls: null),
            Throws.InstanceOf<EngineException>().With.Message.Contains("Certificates ="));
    }

    private FakeDaemon BuildKit(X509Certificate2 certificate) => FakeDaemon.OnTcp(async stream =>
    {
        var tls = new SslStream(stream);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = true,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            RemoteCertificateValidationCallback = (_, client, _, _) => client?.Issuer == "CN=our authority",
        });
        return tls;
    }).ServesGrpc([.. new FakeBuildKit().Methods]);

    private static async Task<string> BuildKitVersionAsync(FakeDaemon daemon, EngineTls? tls)
    {
        using var connection = await DaemonConnection.OpenAsync(daemon.Endpoint with { Tls = tls },
            new Operation("The test", NullLogger.Instance, CancellationToken.None));
        return connection.Version;
    }

    private sealed class Authority : IDisposable
    {
        private readonly RSA _key = RSA.Create(2048);
        private readonly X509Certificate2 _certificate;

        public Authority(string name)
        {
            var request = new CertificateRequest("CN=" + name, _key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            request.CertificateExtensions.Add(
                new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        }

        public string Pem => _certificate.ExportCertificatePem();

        public X509Certificate2 Sign(string name, string host, string? purpose = null)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
            if (purpose is not null)
            {
                request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
            }

            using var signed = request.Create(_certificate, DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1),
                RandomNumberGenerator.GetBytes(8));
            using var withKey = signed.CopyWithPrivateKey(key);
            return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), password: null, X509KeyStorageFlags.Exportable);
        }

        public void Dispose()
        {
            _certificate.Dispose();
            _key.Dispose();
        }
    }
}
